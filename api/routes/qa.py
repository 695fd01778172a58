"""QA, for supervisors: runs of evaluations, their reports and comparisons, and labels of real answers."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Response, status
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from api.context import PartsNow
from api.openapi import file_of, raises
from api.routes.desk import AccountNow, noted, unsafe
from api.views.qa import (
    AgreementView,
    NextLabelView,
    RunsView,
    agreement_view,
    run_view,
    to_label_view,
)
from escalation.qa.records import Judgement
from escalation.qa.runs import RunReader, run_reader
from escalation.records import StaffAccount
from escalation.supervising import may_supervise


async def supervising(account: AccountNow) -> StaffAccount:
    """Who is signed in, a supervisor. 403 for others."""
    may_supervise(account)
    return account


async def reader_now() -> RunReader:
    """What reads runs. 404 where none is installed."""
    reader = run_reader()
    if reader is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "Evaluations are not installed here.")
    return reader


SupervisorNow = Annotated[StaffAccount, Depends(supervising)]
ReaderNow = Annotated[RunReader, Depends(reader_now)]
RunName = Annotated[str, InPath(pattern=r"^[\w.-]{1,100}$")]
router = APIRouter(
    prefix="/v1/desk/qa", tags=["qa"], dependencies=[Depends(supervising)], responses=raises(403)
)

# A report shows what models and customers wrote. It is text there, and this makes sure: no script, no network, an origin of its own.
_ALONE = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}  # fmt: skip
_PAGE = file_of("text/html", "<!doctype html><title>Report</title>")


class LabelRequest(BaseModel):
    """What an answer is, and why."""

    model_config = ConfigDict(extra="forbid")
    judgement: Judgement
    note: str = Field("", max_length=500, examples=["The window is 30 days."])


@router.get("/runs")
async def list_runs(parts: PartsNow, reader: ReaderNow) -> RunsView:
    """The runs of the folder CANDOR_RUNS_DIR, newest first."""
    runs, problems = await asyncio.to_thread(reader.runs, parts.settings.runs_folder)
    return {"items": [run_view(run) for run in reversed(runs)], "problems": list(problems)}


@router.get("/runs/{run_id}/report", response_class=Response, responses=_PAGE)
async def show_report(run_id: RunName, parts: PartsNow, reader: ReaderNow) -> Response:
    """A run's report as a page of its own, the runs before it as its history."""
    page = await asyncio.to_thread(reader.report, parts.settings.runs_folder, run_id)
    return Response(page, media_type="text/html; charset=utf-8", headers=_ALONE)


@router.get("/runs/{run_id}/comparison", response_class=Response, responses=_PAGE)
async def show_comparison(
    run_id: RunName,
    baseline: Annotated[str, Query(pattern=r"^[\w.-]{1,100}$")],
    parts: PartsNow,
    reader: ReaderNow,
) -> Response:
    """A run beside another, regressions first. 404 also where they have no case in common."""
    page = await asyncio.to_thread(reader.comparison, parts.settings.runs_folder, baseline, run_id)
    return Response(page, media_type="text/html; charset=utf-8", headers=_ALONE)


@router.get("/labels/next")
async def next_to_label(account: SupervisorNow, parts: PartsNow) -> NextLabelView:
    """The answer that the caller should judge next, without what another has said of it."""
    return to_label_view(await parts.labelling.next(account))


@router.put(
    "/labels/{message_id}", dependencies=unsafe, status_code=status.HTTP_204_NO_CONTENT, responses=raises(409)
)
async def label(message_id: UUID, body: LabelRequest, account: SupervisorNow, parts: PartsNow) -> None:
    """Say what an answer of the AI is. 409 once two people have."""
    await parts.labelling.label(account, message_id, body.judgement, noted(body.note))


@router.get("/agreement")
async def show_agreement(account: SupervisorNow, parts: PartsNow) -> AgreementView:
    """How well two labellers agree, and where they do not."""
    return agreement_view(await parts.labelling.agreement(account))


@router.get(
    "/conversations/{conversation_id}/case",
    response_class=Response,
    responses=file_of("application/yaml", "about: From a conversation\n"),
)
async def download_case(conversation_id: UUID, parts: PartsNow, reader: ReaderNow) -> Response:
    """A conversation as a case of a suite, its personal data taken out. Read it before you keep it."""
    text = await reader.case(parts.settings, str(conversation_id))
    return Response(
        text,
        media_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="case-{str(conversation_id)[:8]}.yaml"'},
    )
