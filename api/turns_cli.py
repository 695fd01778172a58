"""`candor turns`: was what the AI did recorded, and is it still what was recorded?"""

from typing import TYPE_CHECKING

from api.checks import check_command

if TYPE_CHECKING:
    from escalation.settings import Settings


async def _look(settings: "Settings") -> list[str]:
    """Compare the log, the records and the answers. Prints what does not agree; exits with 1 if anything does not."""
    from escalation.turn_log import check_turns
    from knowledge.database import Database

    database = Database(settings.records_url)
    try:
        return await check_turns(database)
    finally:
        await database.close()


app = check_command(
    _look,
    about="The log of what the AI did.",
    whole="The log is whole, and every turn is as it was recorded.",
    broken="The log does not agree: {number} problems. Somebody has written past the product.",
)
