"""Where the hostile model is let loose: a seeded demo shop behind a bad line, and both sides' rows as they lie in the file."""

import asyncio
import atexit
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from agent.actions import Action
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.errors import ShopUnavailable
from agent.money import Money
from agent.orders import Order
from agent.rules import LIMITS
from agent.shop import ShopReceipt
from agent.verdicts import Effects
from knowledge.database import Database

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CUSTOMERS = ("cus_maeve", "cus_jonas")
# A shop that leaves as much as possible to code, so that there is as much as possible to attack.
OPEN = replace(
    LIMITS,
    refused_kinds={},
    by_person=frozenset(),
    recent_sign_in=frozenset(),
    swaps_cost=True,
    goodwill=Money(20_00, "EUR"),
)


class FaultyShop(DemoShop):
    """The demo shop behind a bad line: `down` loses requests, `deaf` loses the answers of changes."""

    down = False
    deaf = False

    async def customer(self, customer_id: str) -> Any:
        """As the shop, if the line holds."""
        self._line()
        return await super().customer(customer_id)

    async def orders(self, customer_id: str) -> Any:
        """As the shop, if the line holds."""
        self._line()
        return await super().orders(customer_id)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """As the shop, if the line holds."""
        self._line()
        return await super().receipt(idempotency_key)

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """As the shop; the answer may be lost after the change was made."""
        self._line()
        receipt = await super().change(customer_id, action, effects, idempotency_key=idempotency_key)
        if self.deaf:
            raise ShopUnavailable("the answer was lost")
        return receipt

    def _line(self) -> None:
        if self.down:
            raise ShopUnavailable("no answer")


class Records:
    """Both sides' rows as they lie in the file, read past the product."""

    def __init__(self, connection: Any) -> None:
        def rows(table: str) -> list[dict[str, Any]]:
            cursor = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        self.proposals = {row["id"]: row for row in rows("proposal")}
        self.proposal_of = {row["idempotency_key"]: row["proposal_id"] for row in rows("effect")}
        self.made = rows("shop_effect")
        self.orders = {row["number"]: row for row in rows("shop_order")}
        self.refunds = rows("shop_refund")
        self.approvals = {row["proposal_id"]: row for row in rows("approval_request") if row["proposal_id"]}


@cache
def template() -> tuple[Path, dict[str, tuple[Order, ...]], dict[str, list[str]]]:
    """A seeded database file, made once a process and copied for each world; each customer's orders; each product's skus."""
    folder = Path(tempfile.mkdtemp(prefix="candor-hostile-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "template.db"

    async def make() -> tuple[dict[str, tuple[Order, ...]], dict[str, list[str]]]:
        database = Database(f"sqlite:///{file}")
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await seed(database, START)
        shop = DemoShop(database)
        orders = {customer: await shop.orders(customer) for customer in CUSTOMERS}
        products = {item.product for own in orders.values() for order in own for item in order.items}
        skus = {product: [v.sku for v in await shop.variants(product)] for product in products}
        await database.close()
        return orders, skus

    return (file, *asyncio.run(make()))
