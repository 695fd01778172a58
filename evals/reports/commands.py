"""`candor eval compare | report | export`: reads runs that are there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from evals.reports.comparing import Changed, Comparison, NotComparableError, in_words
from evals.reports.comparing import compare as beside
from evals.runs.folder import NoRunError
from evals.runs.result import CaseResult
from evals.runs.store import Run, read_run

MOST = 20  # changed cases that the terminal tells whole; all are in the page
Folder = Annotated[Path, typer.Argument(help="Folder of a run.")]


def compare(
    before: Annotated[Path, typer.Argument(help="Folder of the run to compare with.")],
    after: Annotated[Path, typer.Argument(help="Folder of the run in question.")],
    html: Annotated[
        Path | None, typer.Option(help="Write a page with the conversations beside each other.")
    ] = None,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="Exit with 1 if a case is worse than before.")
    ] = False,
) -> None:
    """What is worse, what is better, and whether it is more than chance. Regressions first.

    Exit status: 0, 1 with --fail-on-regression if a case got worse, 2 if the runs have no case in common or cannot be read.
    """
    try:
        found = beside(_run(before), _run(after))
    except NotComparableError as error:
        raise typer.BadParameter(str(error), param_hint="BEFORE") from error
    for line in _told(found):
        typer.echo(line)
    if html is not None:
        from evals.reports.page import comparison_html

        _write(html, comparison_html(found))
    if fail_on_regression and found.worse:
        raise typer.Exit(1)


def report(
    runs: Annotated[
        list[Path], typer.Argument(help="Folders of runs, oldest first. The report is about the last.")
    ],
    out: Annotated[Path, typer.Option(help="The page. Its figures go beside it, as .json.")] = Path(
        "report.html"
    ),
) -> None:
    """One HTML file for people who never saw the code, and its figures as JSON beside it."""
    from evals.reports.page import report_html, report_json

    read = [_run(folder) for folder in runs]
    _write(out, report_html(read))
    _write(out.with_suffix(".json"), f"{json.dumps(report_json(read), indent=1, ensure_ascii=False)}\n")
    for problem in (problem for run in read for problem in run.problems):
        typer.echo(problem, err=True)


def export(
    run: Folder,
    out: Annotated[
        Path | None, typer.Option(help="The log. Unset: inspect.json in the run's folder.")
    ] = None,
) -> None:
    """The run as a log of Inspect (UK AISI): open it with `inspect view`, or `inspect_ai.log.read_eval_log`."""
    from evals.reports.inspect_log import inspect_log

    _write(out or run / "inspect.json", f"{json.dumps(inspect_log(_run(run)), ensure_ascii=False)}\n")


def add_to(app: typer.Typer) -> None:
    """Make them commands of `candor eval`."""
    for command in (compare, report, export):
        app.command()(command)


def _run(folder: Path) -> Run:
    try:
        return read_run(folder)
    except NoRunError as error:
        raise typer.BadParameter(str(error)) from error


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    typer.echo(f"Written: {file}")


def _told(found: Comparison) -> Iterator[str]:
    old, new = found.before.info.id, found.after.info.id
    yield from (f"Mind: {doubt}" for doubt in found.doubts)
    yield f"Worse in {new} than in {old}: {len(found.worse)}"
    for number, one in enumerate(found.worse):
        yield from _one(one, old, new, whole=number < MOST)
    yield f"Better: {len(found.better)}"
    for one in found.better:
        yield from _one(one, old, new, whole=False)
    width = max(len(suite) for suite, _ in [("all", None), *found.by_suite])
    yield ""
    yield f"{'all':{width}}  {in_words(found.paired)}"
    for suite, one_suite in found.by_suite:
        yield f"{suite:{width}}  {in_words(one_suite)}"
    for figure in found.measured:
        likely = f", likely {figure.interval[0]:+.3f} to {figure.interval[1]:+.3f}" if figure.interval else ""
        yield f"{figure.label}: {figure.before:.3f} → {figure.after:.3f} {figure.unit} ({figure.difference:+.3f}{likely})"
    if found.untold:
        yield f"Could not be told in one of them: {found.untold}"
    for name, keys in ((old, found.only_before), (new, found.only_after)):
        if keys:
            yield f"Only in {name}: {len(keys)} ({', '.join('/'.join(key) for key in keys[:5])}{', …' if len(keys) > 5 else ''})"  # noqa: PLR2004 - a line's worth


def _one(one: Changed, old: str, new: str, *, whole: bool) -> Iterator[str]:
    """A changed case; with both conversations beside each other if `whole`."""
    yield f"  {'/'.join(one.key)}"
    for row in (one.after if one.after.passed is not True else one.before,):
        yield from (f"      {v.scorer}: {v.why}" for v in row.verdicts if v.passed is not True)
        if row.error:
            yield f"      {row.error}"
    if whole:
        yield from beside_each_other((old, one.before), (new, one.after))


def beside_each_other(
    left: tuple[str, CaseResult], right: tuple[str, CaseResult], width: int = 118
) -> Iterator[str]:
    """Two conversations in two columns, one entry beside the other; what both say alike stands once."""
    import textwrap
    from itertools import zip_longest

    half = (width - 9) // 2
    yield f"      {left[0]:<{half}} │ {right[0]}"
    for one, other in zip_longest(left[1].transcript, right[1].transcript):
        said = [f"{entry.by}: {' '.join(entry.text.split())}" if entry else "" for entry in (one, other)]
        if said[0] == said[1]:
            yield f"      {textwrap.shorten(said[0], width - 8, placeholder=' …')}"
            continue
        for a, b in zip_longest(*(textwrap.wrap(text, half) or [""] for text in said), fillvalue=""):
            yield f"      {a:<{half}} │ {b}"
