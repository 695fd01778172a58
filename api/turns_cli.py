"""`candor turns`: was what the AI did recorded, and is it still what was recorded?"""

import asyncio
from typing import TYPE_CHECKING

import typer

from api.start import prepare, settings_now

if TYPE_CHECKING:
    from escalation.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The log of what the AI did.")


@app.callback()
def turns() -> None:
    """The log of what the AI did."""


@app.command()
def check() -> None:
    """Compare the log, the records and the answers. Prints what does not agree; exits with 1 if anything does not."""
    settings = settings_now()
    prepare(settings)
    problems = asyncio.run(_check(settings))
    for problem in problems:
        typer.echo(problem)
    if problems:
        typer.echo(
            f"The log does not agree: {len(problems)} problems. Somebody has written past the product."
        )
        raise typer.Exit(1)
    typer.echo("The log is whole, and every turn is as it was recorded.")


async def _check(settings: "Settings") -> list[str]:
    from escalation.turn_log import check_turns
    from knowledge.database import Database

    database = Database(settings.records_url)
    try:
        return await check_turns(database)
    finally:
        await database.close()
