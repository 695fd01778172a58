"""The command centre: its figures, their CSV, alerts, and the playbooks that say what to do about them."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Response, status
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from agent.models.prices import PRICES_FILE, load_prices
from api.context import PartsNow
from api.openapi import file_of
from api.routes.desk import AccountNow, signed_in, unsafe
from api.views.centre import AlertView, PlaybookView, ReportView, alert_view, report_view
from api.views.shapes import Items
from escalation.centre.export import as_csv
from escalation.centre.periods import Period
from knowledge.rendering import render

router = APIRouter(prefix="/v1/desk", tags=["centre"])

_ROOT = Path(__file__).parents[1]
# In a wheel they lie beside this package (pyproject.toml), in a clone among the documents.
PLAYBOOKS = next(
    (f for f in (_ROOT / "playbooks", _ROOT.parent / "docs" / "playbooks") if f.is_dir()), _ROOT / "playbooks"
)


class AcknowledgeRequest(BaseModel):
    """For how many hours the alert is quiet."""

    model_config = ConfigDict(extra="forbid")
    hours: float = Field(strict=True, gt=0, le=72)


@router.get("/centre", dependencies=signed_in)
async def show_centre(parts: PartsNow, period: Period = Period.TODAY) -> ReportView:
    """The figures of a period, each with its definition, its interval and the period before."""
    currency = load_prices(parts.settings.prices_file or PRICES_FILE).currency
    return report_view(await parts.centre.report(period), parts.centre.after, currency)


@router.get(
    "/centre.csv",
    dependencies=signed_in,
    response_class=Response,
    responses=file_of("text/csv", "figure,value\nsolved,0.7\n"),
)
async def export_centre(parts: PartsNow, period: Period = Period.TODAY) -> Response:
    """The same as a file, with the same definitions and without anybody's words."""
    report = await parts.centre.report(period)
    name = f"candor-figures-{period}-{report.window.end:%Y-%m-%d}.csv"
    return Response(
        as_csv(report, parts.centre.after),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/alerts", dependencies=signed_in)
async def list_alerts(parts: PartsNow) -> Items[AlertView]:
    """Figures that have left their band, newest first."""
    return {"items": [alert_view(one) for one in await parts.watch.standing()]}


@router.post("/alerts/{alert_id}/acknowledge", dependencies=unsafe)
async def acknowledge(
    alert_id: UUID, body: AcknowledgeRequest, account: AccountNow, parts: PartsNow
) -> Items[AlertView]:
    """Say that one sees to it: it still stands, and speaks again after so many hours."""
    await parts.watch.acknowledge(account, alert_id, hours=body.hours)
    return await list_alerts(parts)


@router.get("/playbooks/{name}", dependencies=signed_in)
async def show_playbook(name: Annotated[str, InPath(pattern=r"^[a-z0-9-]{1,60}$")]) -> PlaybookView:
    """What an alert means, what to look at and what to do."""
    file = PLAYBOOKS / f"{name}.md"
    if not file.is_file():
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such playbook.")
    return {"name": name, "html": render(file.read_text(encoding="utf-8"))}
