"""Whether the service works."""

from typing import Any

from fastapi import APIRouter

from api.context import PartsNow

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health(parts: PartsNow) -> dict[str, Any]:
    """Whether all of it works, and in words what this process does without meanwhile."""
    reader, providers = parts.reader.degraded, parts.attendance.turn.providers.degraded
    degraded = [*([reader] if reader else []), *providers]
    return {"status": "degraded" if degraded else "ok", "degraded": degraded}
