"""People of the desk with a rank: for journeys in which somebody supervises."""

from uuid import UUID

from escalation.records import Role, StaffAccount
from tests.conftest import World
from tests.people import HumanAgent


async def supervisor(world: World, name: str = "Niamh") -> HumanAgent:
    """A supervisor with a new account, signed in."""
    person = await world.human_agent(name)
    async with world.parts.database.transaction() as session:
        account = await session.get_one(StaffAccount, UUID(person.account["id"]))
        account.role = Role.SUPERVISOR
    return person
