"""`candor ledger`: do the books agree with the receipts and with the shop?"""

from typing import TYPE_CHECKING

from api.checks import check_command

if TYPE_CHECKING:
    from escalation.settings import Settings


async def _look(settings: "Settings") -> list[str]:
    """Compare entries, receipts and the shop. Prints what does not agree; exits with 1 if anything does not."""
    from agent.errors import ShopUnavailable
    from agent.ledger import check as check_ledger
    from agent.shop import Connected
    from escalation.shops import shop_over
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


app = check_command(
    _look,
    about="The books of what changes did with money.",
    whole="The books agree with the receipts and with the shop.",
    broken="The books do not agree: {number} problems. Nothing was changed; a person has to look.",
)
