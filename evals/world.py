"""The world of one case: the product as `assemble` makes it, over records of the case's own, on the case's day.

Decided: each case has a database of its own, a copy of an empty one with tables, agents and shop. One database with a conversation
for each case would not keep cases apart: limits of a day and of a customer, what a customer felt in earlier conversations, and how
long the queue is are counted over all conversations. Only what no conversation writes is shared: local models and published help centres.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import SQLModel

from agent.actions import Action
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.errors import ShopUnavailable
from agent.models import Writer
from agent.orders import Customer, Order, Variant
from agent.reader import Reader, load_reader
from agent.rules import LIMITS, Limits
from agent.shop import Shop, ShopReceipt
from agent.verdicts import Effects
from escalation.assembly import Parts, assemble
from escalation.reception import Owner
from escalation.records import StaffAccount, Status
from escalation.settings import Settings
from evals.cassettes import Cassettes
from evals.centres import Centres
from evals.furnishing import furnish
from evals.retail.shop import RetailShop
from evals.retail.shop import limits as retail_limits
from evals.suites.case import World
from evals.suites.known import retail
from knowledge.database import Database, by_clock
from knowledge.embedding import Embedder

PATIENCE = (
    60.0  # seconds that the reader may take: on a busy machine the rules must not speak in the model's place
)
APPROVES_UP_TO = 1_000_00  # cents that each person at the desk may approve
BETWEEN_STEPS = timedelta(seconds=20)  # a customer reads and types


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Now."""
        return self.now


class WatchedShop:
    """A shop whose changes are written down as they happen, past all records of the product; it may be away."""

    def __init__(self, shop: Shop, *, down: bool = False) -> None:
        self.shop = shop
        self.down = down
        self.made: list[tuple[str, Action, ShopReceipt]] = []
        """Customer, request and receipt of every change, once for each idempotency key."""

    @property
    def kinds(self) -> frozenset[str]:
        """Those of the shop."""
        return self.shop.kinds

    async def customer(self, customer_id: str) -> Customer | None:
        """As the shop."""
        self._line()
        return await self.shop.customer(customer_id)

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """As the shop."""
        self._line()
        return await self.shop.orders(customer_id)

    async def order(self, customer_id: str, number: str) -> Order | None:
        """As the shop."""
        self._line()
        return await self.shop.order(customer_id, number)

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """As the shop."""
        self._line()
        return await self.shop.variants(product)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """As the shop."""
        self._line()
        return await self.shop.receipt(idempotency_key)

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """As the shop, and noted."""
        self._line()
        receipt = await self.shop.change(customer_id, action, effects, idempotency_key=idempotency_key)
        if all(made.idempotency_key != receipt.idempotency_key for _, _, made in self.made):
            self.made.append((customer_id, action, receipt))
        return receipt

    def _line(self) -> None:
        if self.down:
            raise ShopUnavailable("no answer")


@dataclass
class Standing:
    """A world that is ready to be spoken to."""

    world: World
    parts: Parts
    shop: WatchedShop
    clock: Clock
    owner: Owner
    people: list[StaffAccount]

    async def wait(self, minutes: int) -> None:
        """So many minutes later: what the product does from time to time has been done, whoever was at the desk still is."""
        self.clock.now += timedelta(minutes=minutes)
        await self.be_there()
        await self.parts.tend()

    async def be_there(self) -> None:
        """Everybody at the desk renews their lease, as an open console does."""
        for person in self.people:
            await self.parts.presence.set(person, Status.ONLINE)


class Workshop:
    """What one process makes worlds with: models that are loaded once, help centres, and a place for files.

    `writer` is the language model, with its recorded replies in `cassettes`; without one the offline model writes.
    """

    def __init__(
        self,
        scratch: Path,
        *,
        prepared: Path | None = None,
        writer: Writer | None = None,
        cassettes: Cassettes | None = None,
        customers_by_model: bool = False,
        settings: Settings | None = None,
        retail: dict[str, Any] | None = None,
    ) -> None:
        self.scratch = scratch
        self.settings = settings or Settings(_env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
        self.embedder = Embedder()
        self.reader: Reader = load_reader()
        self.reader.seconds = PATIENCE
        self.writer = writer
        self.cassettes = cassettes
        self.customers_by_model = customers_by_model
        self.retail = retail
        self.centres = Centres(scratch / "centres", self.embedder, prepared)
        self._blank: Path | None = None

    @asynccontextmanager
    async def world(self, world: World) -> AsyncIterator[Standing]:
        """The product in this world; its files are gone afterwards."""
        folder = self.scratch / f"case-{uuid4().hex}"
        folder.mkdir(parents=True)
        try:
            clock = Clock(world.now)
            knowledge = await self.centres.of(world)
            blank = await self._blank_records()
            with by_clock(clock):
                shutil.copy(blank, folder / "candor.db")
                settings = self.settings.model_copy(
                    update={"data_dir": folder, "database_url": None, "demo": False}
                )
                database = Database(settings.records_url)
                try:
                    shop, rules = await self._shop(world, database, clock)
                    watched = WatchedShop(shop, down="shop_down" in world.faults)
                    customer = await shop.customer(world.customer) if world.customer else None
                    parts = assemble(
                        settings,
                        writer=_silent() if "model_down" in world.faults else self.writer,
                        shop=watched,
                        reader=self.reader,
                        embedder=self.embedder,
                        knowledge=knowledge,
                        clock=clock,
                        rules=rules,
                    )
                    try:
                        people = [await _person(parts, n) for n in range(world.agents)]
                        standing = Standing(
                            world, parts, watched, clock, _owner(world, customer, clock), people
                        )
                        await standing.be_there()
                        yield standing
                    finally:
                        await parts.stop()
                finally:
                    await database.close()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def close(self) -> None:
        """Close what is open."""
        await self.centres.close()

    async def _shop(self, world: World, database: Database, clock: Clock) -> tuple[Shop, Limits]:
        if world.shop == "retail":
            return RetailShop(self.retail or retail()).fresh(), retail_limits()
        await seed(database, clock())
        async with database.transaction() as session:
            await furnish(session, world)
        return DemoShop(database, clock), LIMITS

    async def _blank_records(self) -> Path:
        if self._blank is None:
            file = self.scratch / "blank.db"
            file.parent.mkdir(parents=True, exist_ok=True)
            database = Database(f"sqlite+aiosqlite:///{file}")
            async with database.engine.begin() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            await database.close()  # which folds the log into the file
            self._blank = file
        return self._blank


def _owner(world: World, customer: Customer | None, clock: Clock) -> Owner:
    if customer is None:
        return Owner(visitor_id="visitor-of-a-case")
    return Owner(customer.id, world.customer_name or customer.name, customer.email, signed_in_at=clock())


async def _person(parts: Parts, number: int) -> StaffAccount:
    # Past `Staff.create`: hashing a password that nobody will use takes longer than most cases.
    account = StaffAccount(
        email=f"agent{number}@desk.example",
        name=f"Agent {number + 1}",
        password_hash="-",  # noqa: S106 - a hash of no password
        approves_up_to=APPROVES_UP_TO,
    )
    async with parts.database.transaction() as session:
        session.add(account)
    return account


class _Silent:
    """A language model that does not answer."""

    def bind_tools(self, tools: Any, /) -> "_Silent":
        """The same."""
        return self

    def bind(self, **more: Any) -> "_Silent":
        """The same."""
        return self

    async def astream(self, messages: Any, /) -> AsyncIterator[Any]:
        """Raises ConnectionError."""
        raise ConnectionError("no answer")
        yield  # pragma: no cover - makes it a stream


def _silent() -> Writer:
    return Writer("down", _Silent(), faults=(ConnectionError,))
