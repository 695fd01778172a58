"""`candor experiment replay`: an experiment's variants on past conversations, before anybody meets them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from sqlalchemy.exc import DBAPIError

from escalation.after.policy import AFTER_FILE, After
from escalation.experiments.fitting import check_fits, product_of
from escalation.experiments.plan import Plan, in_words
from escalation.experiments.records import Experiment
from escalation.policy_files import PolicyError
from escalation.settings import Settings, SettingsError, load_settings
from knowledge.database import Database

if TYPE_CHECKING:
    from evals.replays.replaying import Replayed

SHOWN = 12  # case numbers of a figure


def replay(
    experiment: Annotated[
        str, typer.Argument(help="An experiment's file, or the name of one that was started.")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(help="Only conversations begun from this day on (UTC).", formats=["%Y-%m-%d"]),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many conversations.")] = 200,
    model: Annotated[
        Literal["offline", "configured"],
        typer.Option(
            help="Who writes: the offline model, or what CANDOR_MODEL and its like name (which reads and bills every message again)."
        ),
    ] = "offline",
) -> None:
    """Play past conversations again under both variants and compare them in pairs.

    Writes nothing into the records, sends nobody anything and changes no order. What customers wrote is played as it was,
    also where another answer would have led to other words.
    """
    try:
        settings, file = load_settings(), Path(experiment)
        if model == "offline":
            settings = settings.model_copy(update={"model": "offline", "providers": ()})
        plan = Plan.load(file) if file.is_file() else None
        asyncio.run(_replay(settings, plan or experiment, since.replace(tzinfo=UTC) if since else None, most))
    except (PolicyError, SettingsError) as error:
        _stop(str(error))
    except DBAPIError as error:
        _stop(f"The records cannot be read: {error.orig}. `candor experiment list` brings them up to date.")


def _stop(message: str) -> NoReturn:
    typer.secho(message, err=True, fg=typer.colors.RED)
    raise typer.Exit(2)


async def _replay(settings: Settings, wanted: Plan | str, since: datetime | None, most: int) -> None:
    # The vendors behind it take seconds to load; a wrong file is told at once.
    import structlog

    from evals.replays.replaying import ReadOnly, past_conversations
    from evals.replays.replaying import replay as replayed_under
    from evals.scratch import scratch_folder

    live = ReadOnly(settings.records_url)
    try:
        plan = wanted if isinstance(wanted, Plan) else await _started(live, wanted)
        check_fits(plan.experiment, plan.change, await product_of(settings, live))
        past = await past_conversations(live, since=since, most=most)
        typer.echo(f"{plan.experiment}: {plan.question}\nB is: {', '.join(in_words(plan.change))}\n")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        with scratch_folder() as scratch:
            replayed = [one async for one in replayed_under(settings, plan.change, past, live, scratch)]
        _tell(replayed, After.load(settings.after_file or AFTER_FILE))
    finally:
        await live.close()


async def _started(live: Database, experiment: str) -> Plan:
    """The plan of an experiment as it was started. Raises `PolicyError`."""
    async with live.reading() as session:
        found = await session.get(Experiment, experiment)
    if found is None:
        raise PolicyError(
            f"{experiment} is neither a file nor an experiment that was started. `candor experiment list` names those."
        )
    return Plan.model_validate(found.plan)


def _tell(replayed: Sequence["Replayed"], after: After) -> None:
    from evals.replays.comparing import compared

    if not replayed:
        typer.echo("There is no conversation to play again.")
        return
    differ = sum(one.differs for one in replayed)
    typer.echo(f"{len(replayed)} conversations, {differ} with other words of the AI.\n")
    for row in compared(replayed, after):
        typer.echo(f"{row.title}: A {row.a}, B {row.b}\n    {row.difference}")
        if row.changed:
            more = f" and {len(row.changed) - SHOWN} more" if len(row.changed) > SHOWN else ""
            typer.echo(f"    otherwise: {', '.join(row.changed[:SHOWN])}{more}")
