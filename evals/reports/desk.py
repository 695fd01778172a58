"""Reads runs for the desk's QA page: what stands behind the entry point `candor.runs` (`escalation/qa/runs.py` says why)."""

from collections.abc import Sequence
from pathlib import Path

from escalation.qa.runs import CaseNotMadeError, RunNotFoundError, RunSummary
from escalation.settings import Settings
from evals.reports.comparing import NotComparableError, compare
from evals.reports.page import comparison_html, report_html
from evals.reports.summary import flaky
from evals.runs.figures import by_case, passed, whole
from evals.runs.folder import NoRunError
from evals.runs.store import Run, read_run, runs_in


class DeskRuns:
    """The runs of a folder."""

    def runs(self, folder: Path) -> tuple[Sequence[RunSummary], Sequence[str]]:
        """Every run, oldest first, and what could not be read."""
        runs, problems = runs_in(folder)
        return [_summary(run) for run in runs], [problem.replace(f"{folder}/", "") for problem in problems]

    def report(self, folder: Path, run: str) -> str:
        """About one run, with those before it as its history. Raises `RunNotFoundError`."""
        wanted = _find(folder, run)
        runs, _ = runs_in(folder)
        older = [one for one in runs if one.folder.name < wanted.folder.name]
        return report_html([*older, wanted])

    def comparison(self, folder: Path, baseline: str, run: str) -> str:
        """Two runs beside each other. Raises `RunNotFoundError`."""
        try:
            return comparison_html(compare(_find(folder, baseline), _find(folder, run)))
        except NotComparableError as error:
            raise RunNotFoundError(str(error)) from error

    async def case(self, settings: Settings, conversation: str) -> str:
        """As `candor eval new`. Raises `CaseNotMadeError`."""
        from evals.scrubbing import NoSuchConversationError, case_from

        try:
            return await case_from(settings, conversation)
        except NoSuchConversationError as error:
            raise CaseNotMadeError("There is no such conversation.") from error


def _find(folder: Path, name: str) -> Run:
    """By the name of its folder, which must be there: a name from outside never becomes a path."""
    for place in folder.iterdir() if folder.is_dir() else ():
        if place.name == name:
            try:
                return read_run(place)
            except NoRunError as error:
                raise RunNotFoundError(f"The run {name} cannot be read.") from error
    raise RunNotFoundError(f"There is no run {name}.")


def _summary(run: Run) -> RunSummary:
    share = passed(run.results)
    return RunSummary(
        id=run.folder.name,
        version=run.info.version,
        model=run.info.model,
        repeats=run.info.repeats,
        passed=share.count,
        of=share.of,
        unscored=sum(whole(rows) is None for rows in by_case(run.results).values()),
        likely=share.interval,
        flaky=tuple("/".join(key) for key in flaky(run.results)),
        # Whoever looks at the page need not know where on the machine it lies.
        problems=tuple(problem.replace(f"{run.folder}/", "") for problem in run.problems),
    )
