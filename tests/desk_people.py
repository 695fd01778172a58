"""People of the desk and what they have in hand: somebody who supervises, a customer who waits, one who was claimed."""

from uuid import UUID

from sqlmodel import select

from agent.records import Message, Proposal, TurnRecord
from escalation.records import Role, StaffAccount
from tests.conftest import World
from tests.people import HumanAgent, Shopper

QUESTION = "How long does standard delivery to Germany take?"


async def supervisor(world: World, name: str = "Niamh") -> HumanAgent:
    """A supervisor with a new account, signed in."""
    person = await world.human_agent(name)
    async with world.parts.database.transaction() as session:
        account = await session.get_one(StaffAccount, UUID(person.account["id"]))
        account.role = Role.SUPERVISOR
    return person


async def waiting(world: World, *said: str, customer: str | None = "cus_maeve") -> Shopper:
    """A customer who has written and then asked for a person."""
    shopper = await world.shopper(customer)
    for text in said:
        await shopper.ask(text)
    await shopper.talk_to_person()
    return shopper


async def held(world: World, *said: str, customer: str | None = "cus_maeve") -> tuple[Shopper, HumanAgent]:
    """The same, claimed by Aoife."""
    shopper, aoife = await waiting(world, *said, customer=customer), await world.human_agent("Aoife")
    assert (await aoife.claim(shopper.conversation_id)).status_code == 200
    return shopper, aoife


async def records(world: World) -> tuple[int, int, int]:
    """How many messages, proposals and turns there are."""
    async with world.parts.database.reading() as session:
        return tuple([len((await session.exec(select(t))).all()) for t in (Message, Proposal, TurnRecord)])  # type: ignore[return-value]
