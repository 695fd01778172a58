"""`candor experiment`: try a variant on a share of the customers, watch it, stop it."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.start import prepare, settings_now, stop

if TYPE_CHECKING:
    from escalation.experiments.figures import Figure
    from escalation.experiments.fitting import Product
    from escalation.experiments.plan import Plan
    from escalation.experiments.results import Results, Side
    from escalation.experiments.running import Experiments
    from escalation.settings import Settings
    from knowledge.database import Database

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True, help="Two variants on live traffic: check, start, watch, stop; and compare offline."
)
# `evals` plays conversations again; it stands beside this room and may not be imported from it.
for command in entry_points(group="candor.experiment_commands"):
    app.command(command.name)(command.load())

BY = "command line"

File = Annotated[Path, typer.Argument(help="The experiment's file (docs/experiments.md).")]
Name = Annotated[str, typer.Argument(help="Name of the experiment.")]


@app.command()
def check(file: File) -> None:
    """Say whether an experiment can be started; if not, end with status 2 and name each fault with its mend."""
    plan = _fitting(settings_now(), file)
    typer.echo(
        f"{file.name} can be started: {plan.experiment}, version {plan.version}. It tries {', '.join(plan.change.subjects)} "
        f"on half of {plan.share:.0%} of the customers."
    )


@app.command()
def start(file: File) -> None:
    """Start an experiment. A server takes it up within half a minute, several within a minute and a half."""
    settings = settings_now()
    plan = _fitting(settings, file)
    _with(settings, lambda experiments: experiments.start(plan, by=BY), about=f"{file.name}: ")
    typer.echo(
        f"{plan.experiment} has started. `candor experiment show {plan.experiment}` tells its figures."
    )


@app.command("list")
def list_() -> None:
    """Every experiment, the newest first."""
    found = _with(settings_now(), lambda experiments: experiments.all())
    if not found:
        typer.echo("There is no experiment yet. docs/experiments.md says how to write one.")
    for experiment, events in found:
        state = "runs" if experiment.ended_at is None else f"ended {experiment.ended_at:%Y-%m-%d %H:%M}"
        typer.echo(
            f"{experiment.name:30}  {state:22}  {experiment.share:.0%} of the customers, since {experiment.started_at:%Y-%m-%d %H:%M}"
        )
        if experiment.ended_at is not None:
            typer.echo(f"{'':30}  {events[-1].why}")


@app.command()
def show(name: Name) -> None:
    """The figures of an experiment by variant, with intervals that hold however often one looks."""

    async def work(experiments: "Experiments") -> None:
        from escalation.experiments.plan import Plan

        experiment = await experiments.find(name)
        events = next(events for one, events in await experiments.all() if one.name == name)
        plan, results = Plan.model_validate(experiment.plan), await experiments.results(name)
        typer.echo(f"{name}: {plan.question}")
        for event in events:
            typer.echo(
                f"  {event.at:%Y-%m-%d %H:%M}  {event.kind} by {event.by or 'the product itself'}: {event.why}"
            )
        typer.echo("")
        _tell(plan, results)

    _with(settings_now(), work)


@app.command("stop")
def stop_(
    name: Name, why: Annotated[str, typer.Option(help="Why, for whoever reads it later.")] = ""
) -> None:
    """Stop an experiment for good: everybody is back with the product as it is, from their next message on."""
    _with(settings_now(), lambda experiments: experiments.stop(name, by=BY, why=why))
    typer.echo(f"{name} has ended. Its name is not used again.")


@app.command()
def share(
    name: Name,
    of: Annotated[float, typer.Argument(help="Above 0 and at most 1: 0.2 are a fifth of the customers.")],
) -> None:
    """Let more or fewer customers take part. Conversations that have begun keep their variant."""
    _with(settings_now(), lambda experiments: experiments.set_share(name, of, by=BY))
    typer.echo(f"{name}: {of:.0%} of the customers take part.")


def _tell(plan: "Plan", results: "Results") -> None:
    from escalation.experiments.lots import Variant
    from escalation.experiments.results import amount, too_few
    from escalation.experiments.sequential import FEWEST

    counts = ", ".join(f"{variant} {results.customers[variant]}" for variant in Variant)
    typer.echo(f"Customers: {counts}. Figures count those whose span is over.\n")
    rows = [("figure", "A", "B", "B less A, at all times", "")]
    for result in results.results:
        figure, compared = result.figure, result.compared
        between = (
            f"{amount(figure, compared.difference)} ({amount(figure, compared.low)} to {amount(figure, compared.high)})"
            if compared
            else f"too few (from {FEWEST} each)"
        )
        name = f"{figure.title} *" if figure.name == plan.primary else figure.title
        rows.append((name, _side(figure, result.a), _side(figure, result.b), between, result.verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    primary = results.of(plan.primary)
    if primary.compared is not None:
        typer.echo(
            f"\n* decides: p {_p(primary.compared.p)}, valid at any time. {_decision(primary.verdict)}"
        )
    elif too_few(results, plan.primary):
        typer.echo(f"\n* decides, from {FEWEST} customers of each variant on.")
    for guarded in results.guardrails:
        figure = results.of(guarded.guard.figure).figure
        surely = (
            "too few to tell"
            if guarded.surely is None
            else f"B is surely worse by {amount(figure, guarded.surely)} or more"
        )
        state = "BROKEN" if guarded.broken else "holds"
        typer.echo(
            f"Guardrail “{figure.title}”, {amount(figure, guarded.guard.worse_by)} allowed: {state}; {surely}."
        )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"  # noqa: PLR2004 - as many places as are shown


def _decision(verdict: str) -> str:
    return {"better": "B is better.", "worse": "B is worse."}.get(verdict, "Nothing can be told yet.")


def _side(figure: "Figure", side: "Side") -> str:
    from escalation.experiments.results import written

    return "-" if side.value is None else f"{written(figure, side.value)} of {side.arm.n}"


def _fitting(settings: "Settings", file: Path) -> "Plan":
    """The plan of a file that fits the product of these settings; else what is wrong with it, and the end."""
    from escalation.experiments.fitting import check_fits
    from escalation.experiments.plan import Plan
    from escalation.policy_files import PolicyError

    try:
        plan = Plan.load(file)
        prepare(settings)
        check_fits(file.name, plan.change, asyncio.run(_product(settings)))
    except PolicyError as error:
        stop(str(error))
    return plan


async def _product(settings: "Settings") -> "Product":
    from escalation.experiments.fitting import product_of

    database = _database(settings)
    try:
        return await product_of(settings, database)
    finally:
        await database.close()


def _with(settings: "Settings", work: Callable[["Experiments"], Awaitable[T]], *, about: str = "") -> T:
    """Do some work with the experiments of these settings. What stands in the way is told in a sentence, which begins with `about`."""
    from agent.errors import ConflictError
    from escalation.after.policy import AFTER_FILE, After
    from escalation.experiments.running import ExperimentNotFoundError, Experiments
    from escalation.policy_files import PolicyError

    async def main() -> T:
        database = _database(settings)
        try:
            return await work(Experiments(database, After.load(settings.after_file or AFTER_FILE)))
        finally:
            await database.close()

    prepare(settings)
    try:
        return asyncio.run(main())
    except (ConflictError, ExperimentNotFoundError, PolicyError, ValueError) as error:
        stop(f"{about}{error}")


def _database(settings: "Settings") -> "Database":
    from knowledge.database import Database

    return Database(settings.records_url)
