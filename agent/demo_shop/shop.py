"""The demo shop over SQL. Its transactions are its own, as if it were far away."""

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent import failpoints
from agent.demo_shop.records import (
    ShopCustomer,
    ShopEffect,
    ShopOrder,
    ShopOrderItem,
    ShopRefund,
    ShopVariant,
)
from agent.errors import ShopRefused
from agent.money import Money
from agent.shop import (
    Address,
    Customer,
    Order,
    OrderItem,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    Refund,
    RefundTo,
    ReturnLine,
    ShopReceipt,
    Tracking,
)
from knowledge.database import Database, utc_now


class DemoShop:
    """An implementation of `agent.shop.Shop`. Each write is one transaction: change, refund and receipt together.

    It checks what a warehouse and a ledger check (state, pieces left, money left). The shop's rules towards
    customers are not its business; `agent.policy` keeps them.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        async with self._database.reading() as session:
            row = await session.get(ShopCustomer, customer_id)
        return Customer(row.id, row.name, row.email, row.phone, row.tier) if row else None

    async def customers(self) -> tuple[Customer, ...]:
        """Everybody, by name: the demo page lets a visitor choose who to be. Not part of `Shop`."""
        async with self._database.reading() as session:
            rows = (await session.exec(select(ShopCustomer).order_by(col(ShopCustomer.name)))).all()
        return tuple(Customer(row.id, row.name, row.email, row.phone, row.tier) for row in rows)

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        query = select(ShopOrder).where(ShopOrder.customer_id == customer_id)
        query = query.order_by(col(ShopOrder.placed_at).desc(), col(ShopOrder.number).desc())
        async with self._database.reading() as session:
            return await _orders(session, (await session.exec(query)).all())

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        query = select(ShopOrder).where(ShopOrder.number == number, ShopOrder.customer_id == customer_id)
        async with self._database.reading() as session:
            found = await _orders(session, (await session.exec(query)).all())
        return found[0] if found else None

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier write with this key; None if no such write happened."""
        async with self._database.reading() as session:
            effect = await session.get(ShopEffect, idempotency_key)
        return _receipt(effect) if effect else None

    async def cancel_order(
        self, customer_id: str, number: str, reason: str, *, refund: Money, idempotency_key: str
    ) -> ShopReceipt:
        """Cancel a pending order, put its pieces back into stock, refund the original payment."""
        asked = ["cancel", customer_id, number, reason, asdict(refund)]
        async with self._write(customer_id, number, idempotency_key, asked) as write:
            if write.done is None:
                write.must_be(OrderStatus.PENDING)
                write.order.status = OrderStatus.CANCELLED
                for item in await _items(write.session, [number]):
                    await _restock(write.session, item)
                write.refund(refund, write.order.payment_label)
        return write.receipt()

    async def change_address(
        self, customer_id: str, number: str, address: Address, *, idempotency_key: str
    ) -> ShopReceipt:
        """Send a pending order to another address."""
        asked = ["address", customer_id, number, asdict(address)]
        async with self._write(customer_id, number, idempotency_key, asked) as write:
            if write.done is None:
                write.must_be(OrderStatus.PENDING)
                write.order.address = asdict(address)
                write.order.changes += 1
        return write.receipt()

    async def return_items(
        self,
        customer_id: str,
        number: str,
        lines: tuple[ReturnLine, ...],
        reason: str,
        refund_to: RefundTo,
        *,
        refund: Money,
        idempotency_key: str,
    ) -> ShopReceipt:
        """Open a return for these pieces and promise the refund."""
        asked = [
            "return",
            customer_id,
            number,
            [asdict(line) for line in lines],
            reason,
            refund_to,
            asdict(refund),
        ]
        async with self._write(customer_id, number, idempotency_key, asked) as write:
            if write.done is None:
                write.must_be(OrderStatus.DELIVERED)
                items = {item.id: item for item in await _items(write.session, [number])}
                for line in lines:
                    item = items.get(line.item_id)
                    if item is None or not 1 <= line.quantity <= item.quantity - item.returned:
                        raise ShopRefused("not_that_many_left_to_return")
                    item.returned += line.quantity
                original = refund_to is RefundTo.ORIGINAL or write.order.payment_kind == PaymentKind.GIFT_CARD
                write.refund(refund, write.order.payment_label if original else "gift card")
        return write.receipt()

    @asynccontextmanager
    async def _write(
        self, customer_id: str, number: str, idempotency_key: str, asked: Sequence[Any]
    ) -> AsyncIterator["_Write"]:
        """One transaction on one order, locked. `done` is set if this key has been here before."""
        request = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        async with self._database.transaction() as session:
            query = select(ShopOrder).where(ShopOrder.number == number, ShopOrder.customer_id == customer_id)
            order = (await session.exec(query.with_for_update())).one_or_none()
            if order is None:
                raise ShopRefused("no_such_order")
            done = await session.get(ShopEffect, idempotency_key)
            if done is not None and done.request != request:
                raise ShopRefused("key_used_for_another_request")
            write = _Write(session, order, self._clock(), done)
            yield write
            if done is None:
                write.done = ShopEffect(
                    idempotency_key=idempotency_key,
                    request=request,
                    reference=f"TTR-{uuid4().hex[:10].upper()}",
                    order_number=number,
                    refund_cents=write.refunded.amount if write.refunded else None,
                    currency=order.currency,
                    at=write.now,
                )
                session.add(write.done)
                await session.flush()
                failpoints.hit("in_shop")


class _Write:
    """What a write works on: the session, the locked order, and the effect once there is one."""

    def __init__(
        self, session: AsyncSession, order: ShopOrder, now: datetime, done: ShopEffect | None
    ) -> None:
        self.session = session
        self.order = order
        self.now = now
        self.done = done
        self.refunded: Money | None = None

    def must_be(self, status: OrderStatus) -> None:
        if self.order.status != status:
            raise ShopRefused(f"order_is_{self.order.status}")

    def refund(self, amount: Money, to: str) -> None:
        left = self.order.total_cents - self.order.refunded_cents
        if amount.currency != self.order.currency or not 0 <= amount.amount <= left:
            raise ShopRefused("refund_exceeds_what_was_paid")
        self.order.refunded_cents += amount.amount
        self.session.add(ShopRefund(order_number=self.order.number, cents=amount.amount, to=to, at=self.now))
        self.refunded = amount

    def receipt(self) -> ShopReceipt:
        if self.done is None:
            raise RuntimeError("A receipt exists only after the write.")
        return _receipt(self.done)


def _receipt(effect: ShopEffect) -> ShopReceipt:
    refund = None if effect.refund_cents is None else Money(effect.refund_cents, effect.currency)
    return ShopReceipt(effect.idempotency_key, effect.reference, effect.order_number, refund, effect.at)


async def _restock(session: AsyncSession, item: ShopOrderItem) -> None:
    variant = await session.get(ShopVariant, item.sku, with_for_update=True)
    if variant is not None:
        variant.stock += item.quantity


async def _items(session: AsyncSession, numbers: Sequence[str]) -> Sequence[ShopOrderItem]:
    query = select(ShopOrderItem).where(col(ShopOrderItem.order_number).in_(numbers))
    return (await session.exec(query.order_by(col(ShopOrderItem.position)))).all()


async def _orders(session: AsyncSession, rows: Sequence[ShopOrder]) -> tuple[Order, ...]:
    numbers = [row.number for row in rows]
    items = await _items(session, numbers)
    query = select(ShopRefund).where(col(ShopRefund.order_number).in_(numbers)).order_by(col(ShopRefund.id))
    refunds = (await session.exec(query)).all()
    return tuple(
        _order(
            row,
            [item for item in items if item.order_number == row.number],
            [refund for refund in refunds if refund.order_number == row.number],
        )
        for row in rows
    )


def _order(row: ShopOrder, items: Sequence[ShopOrderItem], refunds: Sequence[ShopRefund]) -> Order:
    def money(cents: int) -> Money:
        return Money(cents, row.currency)

    return Order(
        number=row.number,
        customer_id=row.customer_id,
        status=OrderStatus(row.status),
        placed_at=row.placed_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        items=tuple(
            OrderItem(
                id=item.id,
                sku=item.sku,
                name=item.name,
                variant=item.variant,
                category=item.category,
                quantity=item.quantity,
                unit_price=money(item.unit_price_cents),
                final_sale=item.final_sale,
                hygiene=item.hygiene,
                personalised=item.personalised,
                returned=item.returned,
            )
            for item in items
        ),
        shipping=money(row.shipping_cents),
        total=money(row.total_cents),
        address=Address(**row.address),
        payment_method=PaymentMethod(PaymentKind(row.payment_kind), row.payment_label),
        tracking=Tracking(**row.tracking) if row.tracking else None,
        changes=row.changes,
        refunds=tuple(Refund(money(refund.cents), refund.at, refund.to) for refund in refunds),
    )
