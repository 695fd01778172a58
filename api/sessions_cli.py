"""`candor sessions`: end the sessions of a customer."""

import asyncio
from typing import Annotated

import typer

from api.start import prepare, settings_now

app = typer.Typer(no_args_is_help=True, help="Sessions of customers.")


@app.callback()
def sessions() -> None:
    """Keeps the name of a command necessary while there is one."""


@app.command()
def revoke(
    customer: Annotated[str, typer.Argument(help="The customer's id, as the shop has it.")],
) -> None:
    """End every session of a customer now; open streams end within seconds. The shop's backend can do it too (docs/identity.md)."""
    from escalation.identity.revocations import Revocations
    from knowledge.database import Database

    settings = settings_now()
    prepare(settings)

    async def end() -> None:
        database = Database(settings.records_url)
        try:
            await Revocations(database).end(f"customer:{customer}")
        finally:
            await database.close()

    asyncio.run(end())
    typer.echo("Every session of this customer is over.")
