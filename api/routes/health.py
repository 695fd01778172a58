"""Whether the service works."""

from typing import Any

from fastapi import APIRouter

from api.context import PartsNow

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health(parts: PartsNow) -> dict[str, Any]:
    """Whether all of it works, and in words what this process does without meanwhile."""
    degraded = parts.degraded
    return {"status": "degraded" if degraded else "ok", "degraded": degraded}
