"""`candor eval`: run suites of cases, list them, make new ones, and print their figures."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.mutants.commands import mutants
from evals.reports import commands
from evals.retail.commands import retail
from evals.runs.folder import NoRunError, RunFolder
from evals.runs.result import CaseResult
from evals.runs.telling import changes, told
from evals.suites.files import NoSuiteError, Suites, find, read, schema

app = typer.Typer(no_args_is_help=True, help="Run evaluation suites, offline.")
commands.add_to(app)
app.command()(mutants)
app.command()(retail)

SuiteNames = Annotated[
    list[str] | None,
    typer.Argument(help="Shipped suites by name, folders or files. None: all that are shipped."),
]


@app.command()
def run(
    suites: SuiteNames = None,
    model: Annotated[
        Literal["offline", "configured"],
        typer.Option(help="Who writes: the offline model, or what CANDOR_MODEL and its like name."),
    ] = "offline",
    repeat: Annotated[int, typer.Option(min=1, max=100, help="Tries of each case.")] = 1,
    seed: Annotated[int, typer.Option(help="Chooses the words of customers that are played.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes beside each other.")] = 2,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run. Unset: a new one where the QA page looks (CANDOR_RUNS_DIR)."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")] = False,
    cassettes: Annotated[
        Path | None,
        typer.Option(help="Folder of recorded replies of the configured model, in place of its endpoint."),
    ] = None,
    record: Annotated[
        bool,
        typer.Option("--record", help="Ask the endpoint for replies that --cassettes lacks, and keep them."),
    ] = False,
    customers: Annotated[
        Literal["rules", "model"],
        typer.Option(help="Who plays customers with a goal; model: the configured one."),
    ] = "rules",
    judge: Annotated[
        list[Path] | None,
        typer.Option(help="File of a model judge (docs/evals.md), whose opinions stand beside the verdicts."),
    ] = None,
    budget_tokens: Annotated[
        int | None, typer.Option(min=1, help="After so many tokens of language models no case is begun.")
    ] = None,
    case_seconds: Annotated[
        float, typer.Option(min=1, help="A case that takes longer is broken off; it could not be scored.")
    ] = 600,
    only: Annotated[list[str] | None, typer.Option(help="Ids of cases; the others are left out.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Folder of a run to compare with.")] = None,
    fail_on_regression: Annotated[
        bool,
        typer.Option("--fail-on-regression", help="Exit with 1 if a case is worse than in the baseline."),
    ] = False,
    show_all: Annotated[bool, typer.Option("--all", help="Tell every case that fails.")] = False,
) -> None:
    """Play every case of some suites and tell what came of it.

    Exit status: 0, 1 with --fail-on-regression if a case got worse, 2 if a case file is wrong or a case could not be scored.
    """
    from evals.judging import JudgeError
    from evals.running import OFFLINE, Plan
    from evals.running import run as play

    if fail_on_regression and baseline is None:
        raise typer.BadParameter("There is nothing to compare with: name a run.", param_hint="--baseline")
    name = _model_name() if model == "configured" else OFFLINE
    if name == OFFLINE and (customers == "model" or cassettes or judge):
        raise typer.BadParameter(
            "Only a configured model plays customers, judges and has recorded replies.", param_hint="--model"
        )
    read_suites = _read(suites, only)
    folder = RunFolder(out or _runs_folder() / f"{datetime.now(UTC):%Y%m%d-%H%M%S}")
    where = {f"{located.case.id}": located.where for located in read_suites.cases}
    try:
        before = _baseline(baseline, read_suites, folder) if baseline else None
        plan = Plan(
            seed=seed,
            repeats=repeat,
            jobs=jobs,
            budget=budget_tokens,
            model=name,
            cassettes=cassettes,
            record=record,
            customers_by_model=customers == "model",
            judges=tuple(judge or ()),
            case_seconds=case_seconds,
        )
        with _bar(len(read_suites.cases) * repeat) as done:
            results = play(read_suites, plan, folder, resume=resume, done=done)
    except (NoRunError, JudgeError) as error:
        raise typer.BadParameter(str(error)) from error
    against = changes(before, results) if before is not None else None
    for line in told(results, where=where, against=against, repeats=repeat, full=show_all):
        typer.echo(line)
    typer.echo(f"Transcripts with why: {folder.folder}")
    if fail_on_regression and against and against.worse:
        raise typer.Exit(1)
    if read_suites.problems or any(result.status == "unscored" for result in results):
        raise typer.Exit(2)


@app.command(name="list")
def list_cases(suites: SuiteNames = None) -> None:
    """Every case: id, harm, tags and the reason for its being there."""
    found = _read(suites, None)
    for located in found.cases:
        case = located.case
        tags = f" [{', '.join(case.tags)}]" if case.tags else ""
        typer.echo(f"{located.suite}/{case.id}{tags}  {case.harm}: {case.why}")
    typer.echo(f"{len(found.cases)} cases in {len(found.hashes)} suites")
    if found.problems:
        raise typer.Exit(2)


@app.command()
def new(
    from_conversation: Annotated[str, typer.Option(help="Id or case number of a conversation.")],
    data_dir: Annotated[
        Path | None, typer.Option(help="Data folder of the service. Unset: that of the settings.")
    ] = None,
) -> None:
    """A real conversation as a case, without personal data, on standard output. Read it before you keep it."""
    from escalation.settings import load_settings
    from evals.scrubbing import NoSuchConversationError, case_from

    settings = load_settings(**({"data_dir": data_dir} if data_dir else {}))
    try:
        typer.echo(asyncio.run(case_from(settings, from_conversation)), nl=False)
    except NoSuchConversationError as error:
        raise typer.BadParameter(str(error), param_hint="--from-conversation") from error


@app.command()
def doors(
    suites: Annotated[
        list[str] | None, typer.Argument(help="Shipped suites by name, folders or files.")
    ] = None,
) -> None:
    """Ask the mystery shopper's questions over HTTP: widget, REST and copilot of a server of their own must answer alike.

    Exit status: 0, or 1 if a door answers otherwise.
    """
    from evals.doors import ask

    asked = asyncio.run(ask(_read(suites or ["mystery_shopper"], None).cases))
    for one in asked:
        for wrong in one.wrong:
            typer.echo(f"{one.located.suite}/{one.located.case.id}  {one.located.where}\n      {wrong}")
    alike = sum(not one.wrong for one in asked)
    typer.echo(f"{alike} of {len(asked)} questions are answered alike at every door.")
    if alike < len(asked) or not asked:
        raise typer.Exit(1)


@app.command(name="schema")
def show_schema() -> None:
    """The JSON schema of a case file, for editors (docs/evals.md)."""
    typer.echo(json.dumps(schema(), indent=1))


def _baseline(baseline: Path, suites: Suites, folder: RunFolder) -> list[CaseResult]:
    """The results to compare with. Says so before the run if none of its cases is to be played. Raises `NoRunError`."""
    from evals.reports.comparing import NotComparableError, comparable
    from evals.runs.store import read_run

    before = read_run(baseline)
    if before.problems:
        raise NoRunError(before.problems[0])
    try:
        comparable(before, folder.folder.name, {(one.suite, one.case.id) for one in suites.cases})
    except NotComparableError as error:
        raise typer.BadParameter(str(error), param_hint="--baseline") from error
    return list(before.results)


def _runs_folder() -> Path:
    from escalation.settings import SettingsError, load_settings

    try:
        return load_settings().runs_folder
    except SettingsError as error:
        raise typer.BadParameter(f"{error} Or name a folder.", param_hint="--out") from error


def _model_name() -> str:
    from escalation.settings import SettingsError, load_settings

    try:
        providers = load_settings().all_providers
    except SettingsError as error:
        raise typer.BadParameter(str(error), param_hint="--model") from error
    if not providers:
        raise typer.BadParameter(
            "No model is configured: set CANDOR_MODEL=openai and its name.", param_hint="--model"
        )
    return providers[0].model


def _read(names: list[str] | None, only: list[str] | None) -> Suites:
    """The suites, after telling what is wrong in them; `only` keeps what it names and what those are compared with."""
    try:
        suites = read(find(names or []))
    except NoSuiteError as error:
        raise typer.BadParameter(str(error)) from error
    for problem in suites.problems:
        typer.echo(str(problem), err=True)
    if only:
        there = {located.case.id: located for located in suites.cases}
        if unknown := [id_ for id_ in only if id_ not in there]:
            raise typer.BadParameter(f"There is no case {unknown[0]}.", param_hint="--only")
        kept = {*only, *(other for id_ in only if (other := there[id_].case.same_as))}
        suites.cases = [located for located in suites.cases if located.case.id in kept]
    return suites


@contextmanager
def _bar(of: int) -> Iterator[Callable[[CaseResult], None]]:
    """A progress bar on the terminal's error stream; gives what is to be called with each result."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    failing = 0
    words = TextColumn("{task.fields[failing]} failing")
    columns = (BarColumn(), MofNCompleteColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=of, failing=0)

        def done(result: CaseResult) -> None:
            nonlocal failing
            failing += result.passed is False
            progress.update(task, advance=1, failing=failing)

        yield done
