"""`candor eval`: run a suite and print its figures."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Run an evaluation suite, offline.")

SAMPLE = Path(__file__).parent / "data" / "retail_sample"


@app.callback()
def suites() -> None:
    """Keeps the name of a suite necessary while there is one."""


@app.command()
def retail(
    data: Annotated[
        Path, typer.Option(help="Folder with db.json, tasks.json and end_states.jsonl.")
    ] = SAMPLE,
    gold: Annotated[
        bool, typer.Option("--gold", help="Drive the right actions of each task, without a model.")
    ] = False,
) -> None:
    """The retail world of tau2-bench: do tools and policy allow every right action, and is the end state right?"""
    from evals.retail.gold import run

    if not gold:
        raise typer.BadParameter("Only the right actions can be driven so far: use --gold.")
    missing = [n for n in ("db.json", "tasks.json", "end_states.jsonl") if not (data / n).is_file()]
    if missing:
        raise typer.BadParameter(f"{data} has no {', '.join(missing)}.", param_hint="--data")
    with tempfile.TemporaryDirectory() as scratch:
        results = asyncio.run(run(data, Path(scratch)))
    for result in results:
        for line in (*result.refused, *result.wrong):
            typer.echo(f"task {result.task}: {line}")
    right, refused = sum(r.right for r in results), sum(len(r.refused) for r in results)
    typer.echo(f"{right} of {len(results)} tasks end in the right state; {refused} right actions refused.")
    if right < len(results) or refused:
        raise typer.Exit(1)
