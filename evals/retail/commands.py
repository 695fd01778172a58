"""`candor eval retail`: the retail world of tau2-bench, driven or played."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

SAMPLE = Path(__file__).parents[1] / "data" / "retail_sample"


def retail(
    data: Annotated[
        Path, typer.Option(help="Folder with db.json, tasks.json and end_states.jsonl.")
    ] = SAMPLE,
    gold: Annotated[
        bool, typer.Option("--gold", help="Drive the right actions of each task, without a model.")
    ] = False,
    play: Annotated[
        bool,
        typer.Option(
            "--play", help="Play the instructions of tasks with one change, with the offline model."
        ),
    ] = False,
) -> None:
    """The retail world of tau2-bench. With --gold: do tools and policy allow every right action, and is the end state right?"""
    from evals.retail.gold import run

    if gold == play:
        raise typer.BadParameter("Drive the right actions with --gold, or play the instructions with --play.")
    missing = [n for n in ("db.json", "tasks.json", "end_states.jsonl") if not (data / n).is_file()]
    if missing:
        raise typer.BadParameter(f"{data} has no {', '.join(missing)}.", param_hint="--data")
    if play:
        _play_retail(data)
        return
    with tempfile.TemporaryDirectory() as scratch:
        results = asyncio.run(run(data, Path(scratch)))
    for result in results:
        for line in (*result.refused, *result.wrong):
            typer.echo(f"task {result.task}: {line}")
    right, refused = sum(r.right for r in results), sum(len(r.refused) for r in results)
    typer.echo(f"{right} of {len(results)} tasks end in the right state; {refused} right actions refused.")
    if right < len(results) or refused:
        raise typer.Exit(1)


def _play_retail(data: Path) -> None:
    from evals.retail.playing import play
    from evals.runs.figures import Share

    with tempfile.TemporaryDirectory() as scratch:
        played = asyncio.run(play(data, Path(scratch)))
    for one in played:
        if not one.right:
            how = "went to a person" if one.handed_over else "; ".join(one.wrong)
            typer.echo(f"task {one.task} ({one.kind}): {how}")
    for kind in sorted({one.kind for one in played}):
        rows = [one for one in played if one.kind == kind]
        typer.echo(f"{kind}: {sum(one.right for one in rows)} of {len(rows)}")
    halves = {
        "in sight of which product and customer were mended": [one for one in played if not one.held_out],
        "held out": [one for one in played if one.held_out],
        "all": played,
    }
    for half, rows in halves.items():
        right = Share(sum(one.right and not one.handed_over for one in rows), len(rows))
        typer.echo(f"{half}: {right} tasks with one change end in the right state with the AI")
    typer.echo(f"{sum(one.handed_over for one in played)} went to a person.")
