"""What every error answer must look like (RFC 9457)."""

from httpx import Response

LEAKS = ("Traceback", 'File "', "sqlalchemy", "sqlite", "pydantic", "starlette", "/site-packages/")


def is_problem(response: Response, status: int) -> str:
    """Assert that it is a problem document of this status; its detail."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    detail: str = body["detail"]
    assert len(detail.split()) >= 2, detail
    assert not [leak for leak in LEAKS if leak.lower() in response.text.lower()], response.text
    return detail
