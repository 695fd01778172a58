"""A small world for tests: a database file, the seeded demo shop, proposals, and a clock that tests set."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlmodel import SQLModel, select

from agent.demo_shop.records import ShopEffect, ShopOrder, ShopRefund, ShopVariant
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.errors import ShopUnavailable
from agent.money import Money
from agent.orders import Address, Order, OrderItem, OrderStatus, PaymentKind, PaymentMethod
from agent.proposals import Proposals
from agent.records import Conversation, Effect, Proposal
from knowledge.database import Database

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, span: timedelta) -> None:
        self.now += span


class FlakyShop(DemoShop):
    """The demo shop behind a bad line: `down` loses requests, `deaf` loses the answers of writes."""

    down = False
    deaf = False

    async def orders(self, customer_id):
        self._line()
        return await super().orders(customer_id)

    async def receipt(self, idempotency_key):
        self._line()
        return await super().receipt(idempotency_key)

    async def change(self, *args, **kwargs):
        self._line()
        receipt = await super().change(*args, **kwargs)
        if self.deaf:
            raise ShopUnavailable("the answer was lost")
        return receipt

    def _line(self):
        if self.down:
            raise ShopUnavailable("no answer")


class World:
    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.clock = Clock()
        self.shop = FlakyShop(self.database, self.clock)
        self.proposals = Proposals(self.database, self.shop, self.clock)
        self._cases = count(1)

    @classmethod
    async def create(cls, folder: Path) -> "World":
        return await cls.on(f"sqlite:///{folder / 'world.db'}")

    @classmethod
    async def on(cls, url: str) -> "World":
        """A fresh world in a database; what was there before is gone."""
        world = cls(url)
        async with world.database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.drop_all)
            await connection.run_sync(SQLModel.metadata.create_all)
        await seed(world.database, world.clock.now)
        return world

    async def conversation(self, customer_id: str | None = "cus_maeve") -> Conversation:
        conversation = Conversation(
            case_number=f"C-{next(self._cases)}",
            customer_id=customer_id,
            visitor_id=None if customer_id else "visitor",
            signed_in_at=self.clock.now,
        )
        async with self.database.transaction() as session:
            session.add(conversation)
        return conversation

    async def move_floor(self, conversation: Conversation, floor: str = "queue") -> None:
        async with self.database.transaction() as session:
            row = await session.get_one(Conversation, conversation.id)
            row.floor, row.epoch = floor, row.epoch + 1

    async def rows(self, table):
        async with self.database.reading() as session:
            return list((await session.exec(select(table))).all())

    async def proposal(self, proposal_id: UUID) -> Proposal:
        async with self.database.reading() as session:
            return await session.get_one(Proposal, proposal_id)

    async def effects(self) -> list[Effect]:
        return await self.rows(Effect)

    async def shop_effects(self) -> list[ShopEffect]:
        return await self.rows(ShopEffect)

    async def refunded(self, number: str) -> int:
        """Cents that the shop has sent back for an order, by its ledger; it must agree with the order."""
        refunds = sum(row.cents for row in await self.rows(ShopRefund) if row.order_number == number)
        (order,) = [row for row in await self.rows(ShopOrder) if row.number == number]
        assert refunds == order.refunded_cents
        return refunds

    async def stock(self, sku: str) -> int:
        (variant,) = [row for row in await self.rows(ShopVariant) if row.sku == sku]
        return variant.stock

    async def set_status(self, number: str, status: OrderStatus) -> None:
        async with self.database.transaction() as session:
            (await session.get_one(ShopOrder, number)).status = status


HOME = Address("Maeve Brennan", "14 Sea Road", "", "H91 T2K8", "Galway", "IE")


def item(**changes) -> OrderItem:
    plain = OrderItem(
        id="i1", sku="S", name="Fleece", variant="M", category="clothing", quantity=1,
        unit_price=Money(50_00, "EUR"), final_sale=False, hygiene=False, personalised=False, returned=0, product="P",
    )  # fmt: skip
    return replace(plain, **changes)


def order(*items: OrderItem, **changes) -> Order:
    """A delivered order of the given items, paid by card."""
    items = items or (item(),)
    goods = Money(sum(i.unit_price.amount * i.quantity for i in items), "EUR")
    plain = Order(
        number="TT-1", customer_id="cus_maeve", status=OrderStatus.DELIVERED, placed_at=NOW - timedelta(days=9),
        shipped_at=NOW - timedelta(days=7), delivered_at=NOW - timedelta(days=5), items=items,
        shipping=Money(0, "EUR"), total=goods, address=HOME,
        payment_method=PaymentMethod(PaymentKind.CARD, "Visa •••• 4242", "visa"), tracking=None, changes=0, refunds=(),
    )  # fmt: skip
    return replace(plain, **changes)


async def _confirm_and_die(url: str, proposal_id: str, customer_id: str, digest: str) -> None:
    await World(url).proposals.confirm(UUID(proposal_id), customer_id=customer_id, digest=digest)


if __name__ == "__main__":  # a process of its own for the tests that kill it
    asyncio.run(_confirm_and_die(*sys.argv[1:]))
