"""Whether the service works."""

from typing import Annotated

from fastapi import APIRouter
from typing_extensions import TypedDict

from api.context import PartsNow
from api.views.shapes import like

router = APIRouter(tags=["operation"])


class HealthView(TypedDict):
    """`degraded` says in words what the process does without meanwhile."""

    status: Annotated[str, like("ok", "ok or degraded")]
    degraded: Annotated[list[str], like([])]


@router.get("/health")
async def health(parts: PartsNow) -> HealthView:
    """Whether all of it works, and in words what this process does without meanwhile."""
    degraded = parts.degraded
    return {"status": "degraded" if degraded else "ok", "degraded": degraded}
