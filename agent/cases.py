"""A request with everything that the policy may look at: pure data, so that a verdict can be repeated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from agent.actions import Action
from agent.levels import Level
from agent.money import Money, total
from agent.orders import Customer, Order, OrderItem, OrderStatus, PaymentMethod, Variant
from agent.rules import LIMITS, Limits

A_co = TypeVar("A_co", bound=Action, covariant=True)
GIFT_CARDS = "gift_card"  # the category


@dataclass(frozen=True)
class Earlier:
    """A change that was made for the customer before."""

    kind: str
    order: str | None
    at: datetime


@dataclass(frozen=True)
class CustomerFacts:
    """`refunded`: all refunds of the customer within the limit's days, promised and under way included. `refunded_by_all`:
    what code has refunded to anybody within 24 hours. `earlier`: what Candor has done for the customer, under way included.
    """

    refunded: Money
    refunded_by_all: Money | None = None
    earlier: tuple[Earlier, ...] = ()


def customer_facts(
    orders: Iterable[Order],
    now: datetime,
    *,
    under_way: Iterable[Money] = (),
    by_all: Iterable[Money] = (),
    earlier: Iterable[Earlier] = (),
    limits: Limits = LIMITS,
) -> CustomerFacts:
    """Facts from the customer's orders; `under_way` are refunds confirmed but not yet visible in the shop.

    Refunds in another currency are left out: no request in that currency is decided by code anyway.
    """
    currency = limits.refunds_of_a_customer.currency
    since = now - timedelta(days=limits.refunds_of_a_customer_days)
    amounts = [refund.amount for order in orders for refund in order.refunds if refund.at > since]
    return CustomerFacts(_sum((*amounts, *under_way), currency), _sum(by_all, currency), tuple(earlier))


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    return total((m for m in amounts if m.currency == currency), currency)


@dataclass(frozen=True)
class Case(Generic[A_co]):
    """`action` asked by `customer` at `now` (aware); `order` is their own. `variants`: by sku, those of the goods spoken of.
    `signed_in_for`: how long they had been signed in when they asked or agreed; None if the shop does not say. `level`: how sure it
    is who they are.
    """

    action: A_co
    customer: Customer
    now: datetime
    facts: CustomerFacts
    limits: Limits = LIMITS
    its_order: Order | None = None
    variants: Mapping[str, Variant] = field(default_factory=lambda: MappingProxyType({}))
    signed_in_for: timedelta | None = None
    level: Level = Level.SHOP

    @property
    def order(self) -> Order:
        """The order of a request about one; asking another is a mistake of ours."""
        if self.its_order is None:
            raise ValueError(f"{self.action.kind} is about no order.")
        return self.its_order

    @property
    def items(self) -> Mapping[str, OrderItem]:
        """The items of the order by their ids."""
        return {item.id: item for item in self.order.items}

    def method(self, id_: str | None) -> PaymentMethod | None:
        """One of the customer's payment methods, or the one that the order was paid with."""
        known = (*self.customer.payment_methods, *([self.order.payment_method] if self.its_order else []))
        return next((method for method in known if id_ and method.id == id_), None)


def window_ends(moment: datetime, days: int, time_zone: str = LIMITS.time_zone) -> datetime:
    """The first moment after a window that begins with the day of `moment`: midnight, in the shop's time zone, after the
    last day. Days are counted on the calendar, so a change to or from summer time does not move the end.
    """
    zone = ZoneInfo(time_zone)
    day_after = moment.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day_after, time.min, zone)


def last_day(moment: datetime, days: int, time_zone: str = LIMITS.time_zone) -> str:
    """The last day of a window, for people."""
    day = (window_ends(moment, days, time_zone) - timedelta(days=1)).date()
    return f"{day.day} {day:%B %Y}"


def return_days(item: OrderItem, order: Order, limits: Limits) -> int:
    """The days within which an item that simply does not please can be returned: the country's, if it gives more."""
    days = limits.return_days_by_category.get(item.category, limits.return_days)
    return max(days, limits.return_days_by_country.get(order.address.country, 0))


def last_return_day(order: Order, item: OrderItem, limits: Limits = LIMITS) -> date | None:
    """The last day on which an item that simply does not please can be returned; None if it cannot be at all."""
    kept = item.final_sale or item.personalised or item.hygiene or item.category == GIFT_CARDS
    if order.status is not OrderStatus.DELIVERED or order.delivered_at is None or kept:
        return None
    ends = window_ends(order.delivered_at, return_days(item, order, limits), limits.time_zone)
    return (ends - timedelta(days=1)).date()
