"""Experiments, for supervisors: what runs and ran, its figures, and the way to stop it. They are started by whoever operates it."""

from typing import Annotated

from fastapi import APIRouter, Depends, status
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from agent.models.prices import PRICES_FILE, load_prices
from api.context import PartsNow
from api.openapi import raises
from api.routes.desk import noted, unsafe
from api.routes.qa import SupervisorNow, supervising
from api.views.experiments import ExperimentsView, ResultsView, experiment_view, results_view
from escalation.experiments.figures import spans_in_words
from escalation.experiments.plan import Plan

router = APIRouter(
    prefix="/v1/desk/qa/experiments",
    tags=["qa"],
    dependencies=[Depends(supervising)],
    responses=raises(403),
)

Name = Annotated[str, InPath(pattern=r"^[a-z0-9][a-z0-9-]{2,59}$")]


class StopRequest(BaseModel):
    """Why it is stopped, for whoever reads it later."""

    model_config = ConfigDict(extra="forbid")
    why: str = Field("", max_length=300, examples=["The new articles are live."])


@router.get("")
async def list_experiments(parts: PartsNow) -> ExperimentsView:
    """Every experiment, newest first, with what happened to it."""
    return {"items": [experiment_view(one, events) for one, events in await parts.experiments.all()]}


@router.get("/{experiment}/results")
async def show_results(experiment: Name, parts: PartsNow) -> ResultsView:
    """The figures of an experiment by variant. They may be looked at at any time: their intervals hold at all of them."""
    found = await parts.experiments.find(experiment)
    results = await parts.experiments.results(experiment)
    return results_view(
        experiment,
        results,
        primary=Plan.model_validate(found.plan).primary,
        spans=spans_in_words(parts.experiments.after),
        currency=load_prices(parts.settings.prices_file or PRICES_FILE).currency,
    )


@router.post(
    "/{experiment}/stop",
    dependencies=unsafe,
    status_code=status.HTTP_204_NO_CONTENT,
    responses=raises(409),
)
async def stop_experiment(
    experiment: Name, body: StopRequest, account: SupervisorNow, parts: PartsNow
) -> None:
    """Stop it for good: everybody is back with the product as it is. 409 if it has ended."""
    await parts.experiments.stop(experiment, by=account.name, why=noted(body.why))
    await parts.attendance.ways.refresh()
