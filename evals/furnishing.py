"""What a world sets in the demo shop before the first word: orders and their items, stock, refunds, subscriptions, a name."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import SQLModel, col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.demo_shop.records import (
    ShopCustomer,
    ShopOrder,
    ShopOrderItem,
    ShopRefund,
    ShopSubscription,
    ShopVariant,
)
from evals.amounts import read_amount
from evals.suites.case import Refund, World

_MOMENT: TypeAdapter[datetime] = TypeAdapter(datetime)


async def furnish(session: AsyncSession, world: World) -> None:
    """Set what the world says. What it names is there: `evals/suites/checking.py` has seen to it."""
    if world.customer and world.customer_name:
        customer = await session.get_one(ShopCustomer, world.customer)
        _set(session, customer, {"name": world.customer_name})
    for number, fields in world.orders.items():
        _set(session, await session.get_one(ShopOrder, number), fields)
    for id_, fields in world.items.items():
        _set(session, await session.get_one(ShopOrderItem, id_), fields)
    for sku, pieces in world.stock.items():
        _set(session, await session.get_one(ShopVariant, sku), {"stock": pieces})
    for refund in world.refunds:
        await _refund(session, refund, world)
    if world.subscriptions is not None and world.customer:
        await _subscribe(session, world, world.customer)


def _set(session: AsyncSession, row: SQLModel, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, _MOMENT.validate_python(value) if value and name.endswith("_at") else value)
    session.add(row)


async def _refund(session: AsyncSession, refund: Refund, world: World) -> None:
    order, amount = await session.get_one(ShopOrder, refund.order), read_amount(refund.amount)
    assert amount is not None  # noqa: S101 - checked when the case was read
    at = world.now - timedelta(days=refund.days_ago)
    to = refund.to or order.payment_label
    session.add(ShopRefund(order_number=order.number, cents=amount.amount, to=to, at=at))
    order.refunded_cents += amount.amount
    session.add(order)


async def _subscribe(session: AsyncSession, world: World, customer: str) -> None:
    await session.exec(delete(ShopSubscription).where(col(ShopSubscription.customer_id) == customer))
    for one in world.subscriptions or ():
        price = read_amount(one.price)
        assert price is not None  # noqa: S101 - checked when the case was read
        session.add(
            ShopSubscription(
                id=one.id, customer_id=customer, name=one.name, price_cents=price.amount, currency=price.currency,
                next_charge=one.next_charge, renews=one.renews,
            )
        )  # fmt: skip
