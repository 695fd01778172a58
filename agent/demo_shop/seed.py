"""Fills an empty demo shop from `catalogue.py`."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.demo_shop import catalogue
from agent.demo_shop.catalogue import CURRENCY, Product, SeedOrder
from agent.demo_shop.records import (
    ShopCustomer,
    ShopOrder,
    ShopOrderItem,
    ShopPaymentMethod,
    ShopRefund,
    ShopSubscription,
    ShopVariant,
)
from agent.orders import Customer, OrderStatus, PaymentKind
from knowledge.database import Database

_CARRIERS = {"IE": "An Post", "DE": "DHL", "FR": "Colissimo", "PL": "InPost", "NO": "Posten"}
_PRODUCTS = {product.sku: product for product in catalogue.PRODUCTS}


async def seed(database: Database, now: datetime) -> bool:
    """Put customers, stock and orders in, dated back from `now` (aware). False if anything was there already."""
    async with database.transaction() as session:
        if (await session.exec(select(ShopCustomer).limit(1))).first() is not None:
            return False
        session.add_all([_customer(customer) for customer in catalogue.CUSTOMERS])
        session.add_all([_variant(p, v) for p in catalogue.PRODUCTS for v in p.variants])
        await session.flush()
        session.add_all(_payment_methods())
        session.add(_sock_club(now))
        for order in catalogue.ORDERS:
            await _add(session, order, now)
    return True


def _customer(customer: Customer) -> ShopCustomer:
    home = catalogue.HOME[customer.id]
    return ShopCustomer(
        id=customer.id,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        tier=customer.tier,
        address=asdict(home),
    )


def _payment_methods() -> list[ShopPaymentMethod]:
    """Each customer keeps what they have paid with."""
    used = {(o.customer_id, *o.payment): None for o in catalogue.ORDERS}
    return [
        ShopPaymentMethod(
            id=_method_id(customer_id, label),
            customer_id=customer_id,
            kind=kind,
            label=label,
            balance_cents=catalogue.GIFT_CARD_BALANCE if kind is PaymentKind.GIFT_CARD else None,
            currency=CURRENCY,
        )
        for customer_id, kind, label in used
    ]


def _method_id(customer_id: str, label: str) -> str:
    plain = "".join(c for c in label.lower() if c.isascii() and c.isalnum())
    return f"{customer_id.removeprefix('cus_')}_{plain}"


def _sock_club(now: datetime) -> ShopSubscription:
    name, cents = catalogue.SOCK_CLUB
    first = catalogue.CUSTOMERS[0].id
    months = [date(year, month, 25) for year in (now.year, now.year + 1) for month in (2, 5, 8, 11)]
    return ShopSubscription(
        id="sub_socks",
        customer_id=first,
        name=name,
        price_cents=cents,
        currency=CURRENCY,
        next_charge=next(day for day in months if day > now.date()),
    )


def sku_of(product: Product, variant: str) -> str:
    """The number of a variant."""
    return f"{product.sku}-{variant.replace(' ', '').upper()}"


def _variant(product: Product, variant: str) -> ShopVariant:
    return ShopVariant(
        sku=sku_of(product, variant),
        product=product.sku,
        name=product.name,
        variant=variant,
        category=product.category,
        price_cents=product.cents,
        currency=CURRENCY,
        final_sale=product.final_sale,
        hygiene=product.hygiene,
        stock=catalogue.STOCK,
    )


async def _add(session: AsyncSession, order: SeedOrder, now: datetime) -> None:
    goods = sum(_PRODUCTS[line.sku].cents * line.quantity for line in order.lines)
    shipping = 0 if goods >= catalogue.FREE_SHIPPING_FROM else catalogue.SHIPPING
    cancelled = order.status is OrderStatus.CANCELLED
    returned = sum(_PRODUCTS[line.sku].cents * line.returned for line in order.lines)
    refunded = goods + shipping if cancelled else returned
    address = order.address or catalogue.HOME[order.customer_id]
    kind, label = order.payment
    session.add(
        ShopOrder(
            number=order.number,
            customer_id=order.customer_id,
            status=order.status,
            placed_at=_ago(now, order.placed),
            shipped_at=None if order.shipped is None else _ago(now, order.shipped),
            delivered_at=None if order.delivered is None else _ago(now, order.delivered),
            shipping_cents=shipping,
            total_cents=goods + shipping,
            refunded_cents=refunded,
            currency=CURRENCY,
            address=asdict(address),
            payment_kind=kind,
            payment_label=label,
            payment_id=_method_id(order.customer_id, label),
            tracking=None if order.shipped is None else _tracking(order, address.country),
            changes=order.changes,
        )
    )
    await session.flush()
    for position, line in enumerate(order.lines, 1):
        product = _PRODUCTS[line.sku]
        variant = product.variants[line.variant]
        session.add(
            ShopOrderItem(
                id=f"{order.number.removeprefix('TT-')}-{position}",
                order_number=order.number,
                position=position,
                sku=sku_of(product, variant),
                name=product.name,
                variant=variant,
                category=product.category,
                quantity=line.quantity,
                unit_price_cents=product.cents,
                final_sale=product.final_sale,
                hygiene=product.hygiene,
                personalised=line.personalised,
                returned=line.returned,
                product=product.sku,
            )
        )
    if refunded:
        at = _ago(now, order.placed if cancelled else (order.delivered or 0) - 2)
        session.add(ShopRefund(order_number=order.number, cents=refunded, to=label, at=at))


def _ago(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)


def _tracking(order: SeedOrder, country: str) -> dict[str, Any]:
    code = f"TT{order.number.removeprefix('TT-')}{country}"
    return {
        "carrier": _CARRIERS[country],
        "code": code,
        "url": f"https://track.tarnandthistle.example/{code}",
        **({"lost": True} if order.lost else {}),
    }
