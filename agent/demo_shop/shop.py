"""The demo shop over SQL. Its transactions are its own, as if it were far away."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent import failpoints
from agent.actions import Action
from agent.demo_shop.catalogue import CURRENCY
from agent.demo_shop.records import (
    ShopCustomer,
    ShopEffect,
    ShopOrder,
    ShopOrderItem,
    ShopPaymentMethod,
    ShopRefund,
    ShopSubscription,
    ShopVariant,
)
from agent.demo_shop.writes import KINDS, Write, items_of
from agent.errors import ShopRefused
from agent.money import Money
from agent.orders import (
    Address,
    Customer,
    Order,
    OrderItem,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    Refund,
    Subscription,
    Tracking,
    Variant,
)
from agent.shop import ShopReceipt
from agent.verdicts import Effects
from knowledge.database import Database, utc_now


class DemoShop:
    """An implementation of `agent.shop.Shop`. Each change is one transaction: goods, money and receipt together."""

    kinds = KINDS

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        async with self._database.reading() as session:
            row = await session.get(ShopCustomer, customer_id)
            methods = await _kept(session, ShopPaymentMethod, customer_id)
            subscriptions = await _kept(session, ShopSubscription, customer_id)
        return _customer(row, methods, subscriptions) if row else None

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address."""
        query = select(ShopCustomer).where(func.lower(ShopCustomer.email) == email)
        async with self._database.reading() as session:
            row = (await session.exec(query)).one_or_none()
        return _customer(row) if row else None

    async def customers(self) -> tuple[Customer, ...]:
        """Everybody, by name: the demo page lets a visitor choose who to be. Not part of `Shop`."""
        async with self._database.reading() as session:
            rows = (await session.exec(select(ShopCustomer).order_by(col(ShopCustomer.name)))).all()
        return tuple(_customer(row) for row in rows)

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

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, with today's prices and stock."""
        query = select(ShopVariant).where(ShopVariant.product == product).order_by(col(ShopVariant.sku))
        async with self._database.reading() as session:
            rows = (await session.exec(query)).all()
        return tuple(
            Variant(r.sku, r.product, r.name, r.variant, Money(r.price_cents, r.currency), r.stock)
            for r in rows
        )

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Make a change in one transaction, with the customer and the order locked."""
        asked = [customer_id, action.model_dump(mode="json"), effects.to_json()]
        request = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        async with self._database.transaction() as session:
            customer = await session.get(ShopCustomer, customer_id, with_for_update=True)
            order = await _locked(session, customer_id, action.about)
            if customer is None or (action.about is not None and order is None):
                raise ShopRefused("no_such_order")
            done = await session.get(ShopEffect, idempotency_key)
            if done is None:
                now = self._clock()
                await Write(session, customer, order, effects, now).make(action)
                done = ShopEffect(
                    idempotency_key=idempotency_key,
                    request=request,
                    reference=f"TTR-{uuid4().hex[:10].upper()}",
                    order_number=action.about,
                    refund_cents=effects.refund.amount if effects.refund else None,
                    charge_cents=effects.charge.amount if effects.charge else None,
                    currency=order.currency if order else CURRENCY,
                    at=now,
                )
                session.add(done)
                await session.flush()
                failpoints.hit("in_shop")
            elif done.request != request:
                raise ShopRefused("key_used_for_another_request")
        return _receipt(done)


async def _locked(session: AsyncSession, customer_id: str, number: str | None) -> ShopOrder | None:
    if number is None:
        return None
    query = select(ShopOrder).where(ShopOrder.number == number, ShopOrder.customer_id == customer_id)
    return (await session.exec(query.with_for_update())).one_or_none()


async def _kept(session: AsyncSession, table: Any, customer_id: str) -> Sequence[Any]:
    query = select(table).where(table.customer_id == customer_id).order_by(table.id)
    return (await session.exec(query)).all()


def _customer(
    row: ShopCustomer,
    methods: Sequence[ShopPaymentMethod] = (),
    subscriptions: Sequence[ShopSubscription] = (),
) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        tier=row.tier,
        address=Address(**row.address) if row.address else None,
        payment_methods=tuple(
            PaymentMethod(
                PaymentKind(m.kind),
                m.label,
                m.id,
                None if m.balance_cents is None else Money(m.balance_cents, m.currency),
            )
            for m in methods
        ),
        subscriptions=tuple(
            Subscription(s.id, s.name, Money(s.price_cents, s.currency), s.next_charge, s.renews)
            for s in subscriptions
        ),
    )


def _receipt(effect: ShopEffect) -> ShopReceipt:
    refund, charge = (
        None if cents is None else Money(cents, effect.currency)
        for cents in (effect.refund_cents, effect.charge_cents)
    )
    return ShopReceipt(
        effect.idempotency_key, effect.reference, effect.order_number, refund, effect.at, charge
    )


async def _orders(session: AsyncSession, rows: Sequence[ShopOrder]) -> tuple[Order, ...]:
    numbers = [row.number for row in rows]
    items = await items_of(session, numbers)
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
                product=item.product,
            )
            for item in items
        ),
        shipping=money(row.shipping_cents),
        total=money(row.total_cents),
        address=Address(**row.address),
        payment_method=PaymentMethod(PaymentKind(row.payment_kind), row.payment_label, row.payment_id),
        tracking=Tracking(**row.tracking) if row.tracking else None,
        changes=row.changes,
        items_changed=row.items_changed,
        exchanged=bool(row.exchanges),
        reshipped=row.reshipped,
        refunds=tuple(Refund(money(refund.cents), refund.at, refund.to) for refund in refunds),
    )
