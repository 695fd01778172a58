"""`candor ledger`: do the books agree with the receipts and with the shop?"""

import asyncio
from typing import TYPE_CHECKING

import typer

from api.start import prepare, settings_now

if TYPE_CHECKING:
    from escalation.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The books of what changes did with money.")


@app.callback()
def ledger() -> None:
    """The books of what changes did with money."""


@app.command()
def check() -> None:
    """Compare entries, receipts and the shop. Prints what does not agree; exits with 1 if anything does not."""
    settings = settings_now()
    prepare(settings)
    problems = asyncio.run(_check(settings))
    for problem in problems:
        typer.echo(problem)
    if problems:
        typer.echo(
            f"The books do not agree: {len(problems)} problems. Nothing was changed; a person has to look."
        )
        raise typer.Exit(1)
    typer.echo("The books agree with the receipts and with the shop.")


async def _check(settings: "Settings") -> list[str]:
    from agent.errors import ShopUnavailable
    from agent.ledger import check as check_ledger
    from agent.shop import Connected
    from escalation.assembly import shop_over
    from knowledge.database import Database

    database = Database(settings.records_url)
    shop = shop_over(settings, database)
    try:
        return await check_ledger(database, shop)
    except ShopUnavailable as error:
        return [f"The shop does not answer, so it could not be asked: {error}"]
    finally:
        if isinstance(shop, Connected):
            await shop.close()
        await database.close()
