"""What tests of the laws look at: the records behind the product, and what everybody was shown."""

from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, delete, select

from agent.demo_shop.records import ShopOrder, ShopRefund
from agent.models.scripted import ScriptedModel
from agent.records import Effect, Proposal
from escalation.assembly import Parts
from tests.conftest import World
from tests.people import HumanAgent, Shopper


class Stage:
    """The running product with a model that says what it is told to."""

    def __init__(self, world: World, model: ScriptedModel) -> None:
        self.world = world
        self.model = model
        self._desk: list[HumanAgent] = []

    @property
    def parts(self) -> Parts:
        return self.world.parts

    def forget(self) -> None:
        """Nothing is left to be said."""
        self.model.script.clear()
        self.model.seen.clear()
        self.model._next = 0

    def says(self, *replies: Any) -> None:
        """What the model says next."""
        self.model.script.extend(replies)

    async def shopper(self, customer_id: str | None = "cus_maeve") -> Shopper:
        """Somebody with a new conversation."""
        shopper = await self.world.shopper(customer_id)
        await shopper.begin()
        return shopper

    async def desk(self, count: int = 1) -> list[HumanAgent]:
        """People of the desk, signed in once for all tests."""
        while len(self._desk) < count:
            self._desk.append(await self.world.human_agent(f"Agent{len(self._desk)}"))
        return self._desk[:count]

    async def pending_again(self, number: str) -> None:
        """The shop's order as if nothing had ever been done with it."""
        async with self.parts.database.transaction() as session:
            order = await session.get_one(ShopOrder, number)
            order.status, order.refunded_cents, order.changes = "pending", 0, 0
            await session.exec(delete(ShopRefund).where(col(ShopRefund.order_number) == number))

    async def rows(self, table: type[SQLModel], conversation_id: str) -> list[Any]:
        """The records of a conversation, oldest first."""
        wanted = UUID(conversation_id)
        async with self.parts.database.reading() as session:
            if table is Effect:
                query = select(Effect).join(Proposal).where(Proposal.conversation_id == wanted)
            else:
                query = select(table).where(table.conversation_id == wanted)  # type: ignore[attr-defined]
            return list((await session.exec(query)).all())

    async def attended(self, shopper: Shopper) -> None:
        """Wait until nothing is left to attend to."""
        await self.parts.attendance.until_attended(UUID(shopper.conversation_id), 20)


async def order_status(stage: Stage, number: str, customer_id: str = "cus_maeve") -> str:
    """How the shop has the order now."""
    order = await stage.parts.shop.order(customer_id, number)
    assert order is not None
    return str(order.status)
