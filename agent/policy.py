"""The judge of changes to orders, as pure functions (law 2).

`decide` alone says what may be done: `Allowed`, `NeedsInput`, `NeedsPerson` or `Refused`. Its numbers, reasons and
articles stand in `agent/rules.py`. Amounts are worked out here; no action carries one.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from agent.actions import CancelOrder, ChangeAddress, ReturnItems, ReturnReason
from agent.addresses import normalised, unusable_fields
from agent.money import Money, total
from agent.rules import LIMITS, RULES, Code, Limits
from agent.shop import Order, OrderItem, OrderStatus, PaymentKind, RefundTo

GIFT_CARDS = "gift_card"  # the category


class RefundTime(StrEnum):
    """When money arrives, as the article `refunds` says it."""

    AT_ONCE = "at once"
    AFTER_CANCELLATION = "within 5–7 working days"
    AFTER_ARRIVAL = "5–7 working days after the parcel has arrived at our warehouse"


@dataclass(frozen=True)
class Effects:
    """What an allowed action does with money. All None for a change of address."""

    refund: Money | None = None
    fee: Money | None = None
    refund_to: str | None = None
    refund_when: RefundTime | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the digest and the record."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Effects":
        """The same effects again. Raises pydantic's ValidationError for a damaged record."""
        return TypeAdapter(cls).validate_python(stored)

    def money(self) -> Money:
        """The refund of an action that has one."""
        if self.refund is None:
            raise ValueError("This action moves no money.")
        return self.refund


@dataclass(frozen=True)
class Allowed:
    """Code may do it, with these effects, once the customer has confirmed."""

    effects: Effects


@dataclass(frozen=True)
class NeedsInput:
    """Something is missing or unusable; `fields` names the arguments."""

    fields: tuple[str, ...]
    explanation: str


@dataclass(frozen=True)
class NeedsPerson:
    """Beyond what code may decide. `limit` is the limit that was passed, if it is an amount."""

    reason: Code
    article: str
    explanation: str
    limit: Money | None = None


@dataclass(frozen=True)
class Refused:
    """No, by a rule that `article` states."""

    code: Code
    article: str
    explanation: str


Verdict = Allowed | NeedsInput | NeedsPerson | Refused


@dataclass(frozen=True)
class CustomerFacts:
    """`refunded`: all refunds of the customer within the limit's days, promised and under way included."""

    refunded: Money


def customer_facts(
    orders: Iterable[Order], now: datetime, *, under_way: Iterable[Money] = (), limits: Limits = LIMITS
) -> CustomerFacts:
    """Facts from the customer's orders; `under_way` are refunds confirmed but not yet visible in the shop.

    Refunds in another currency are left out: no action in that currency is decided by code anyway.
    """
    currency = limits.refunds_of_a_customer.currency
    since = now - timedelta(days=limits.refunds_of_a_customer_days)
    amounts = [refund.amount for order in orders for refund in order.refunds if refund.at > since]
    return CustomerFacts(total((m for m in (*amounts, *under_way) if m.currency == currency), currency))


def decide(
    action: CancelOrder | ChangeAddress | ReturnItems,
    order: Order,
    facts: CustomerFacts,
    now: datetime,
    limits: Limits = LIMITS,
) -> Verdict:
    """May this be done to the customer's own `order` at `now` (aware)?"""
    match action:
        case CancelOrder():
            return _cancel(action, order, facts, limits)
        case ChangeAddress():
            return _change_address(action, order, limits)
        case ReturnItems():
            return _return(action, order, facts, now, limits)


def _cancel(action: CancelOrder, order: Order, facts: CustomerFacts, limits: Limits) -> Verdict:
    if order.status is OrderStatus.CANCELLED:
        return _refused(Code.ALREADY_CANCELLED)
    if order.status is not OrderStatus.PENDING:
        return _refused(Code.TOO_LATE_TO_CANCEL, status=order.status)
    if action.reason is None:
        return NeedsInput(("reason",), "The reason: no longer needed, or ordered by mistake.")
    refund = order.total - total((r.amount for r in order.refunds), order.total.currency)
    over = _over_limit(refund, Code.CANCELLATION_OVER_LIMIT, limits.refund_of_a_cancellation, facts, limits)
    if over is not None:
        return over
    at_once = order.payment_method.kind is PaymentKind.GIFT_CARD
    when = RefundTime.AT_ONCE if at_once else RefundTime.AFTER_CANCELLATION
    return Allowed(Effects(refund=refund, refund_to=order.payment_method.label, refund_when=when))


def _change_address(action: ChangeAddress, order: Order, limits: Limits) -> Verdict:
    if order.status is not OrderStatus.PENDING:
        return _refused(Code.TOO_LATE_FOR_ADDRESS, status=order.status)
    if order.changes >= limits.address_changes:
        return _refused(Code.ADDRESS_ALREADY_CHANGED)
    address = normalised(action.address)
    unusable = unusable_fields(address)
    if unusable:
        return NeedsInput(unusable, "A complete address: name, street with number, postcode, town, country.")
    if address.country != order.address.country:
        return _refused(Code.OTHER_COUNTRY, country=order.address.country)
    if address == normalised(order.address):
        return _refused(Code.SAME_ADDRESS)
    return Allowed(Effects())


def _return(
    action: ReturnItems, order: Order, facts: CustomerFacts, now: datetime, limits: Limits
) -> Verdict:
    if order.status is not OrderStatus.DELIVERED or order.delivered_at is None:
        return _refused(Code.NOT_DELIVERED, status=order.status)
    items = {item.id: item for item in order.items}
    asked = {line.item_id: line.quantity for line in action.lines}
    if not asked or len(asked) < len(action.lines) or not asked.keys() <= items.keys():
        return NeedsInput(("items",), "Which items of this order, each once, by the item ids of the order.")
    if any(quantity < 1 for quantity in asked.values()):
        return NeedsInput(("items",), "How many pieces of each item: at least one.")
    faulty = action.reason is ReturnReason.FAULTY
    for item_id, quantity in asked.items():
        objection = _objection(items[item_id], quantity, order.delivered_at, now, limits, faulty=faulty)
        if objection is not None:
            return objection
    if action.refund_to is None:
        return NeedsInput(("refund_to",), "Where the refund goes: the original payment, or a gift card.")

    price = total((items[i].unit_price * quantity for i, quantity in asked.items()), order.total.currency)
    if price.currency != limits.return_label.currency:
        return _person(Code.OTHER_CURRENCY, currency=price.currency)
    paid_by_gift_card = order.payment_method.kind is PaymentKind.GIFT_CARD
    to_gift_card = paid_by_gift_card or action.refund_to is RefundTo.GIFT_CARD
    label_is_free = to_gift_card or faulty
    # A label never costs the customer more than the refund.
    fee = Money.zero(price.currency) if label_is_free else min(limits.return_label, price)
    refund = price - fee
    over = _over_limit(refund, Code.RETURN_OVER_LIMIT, limits.refund_of_a_return, facts, limits)
    if over is not None:
        return over
    to = "a gift card" if to_gift_card and not paid_by_gift_card else order.payment_method.label
    return Allowed(Effects(refund=refund, fee=fee, refund_to=to, refund_when=RefundTime.AFTER_ARRIVAL))


def _objection(  # noqa: PLR0911 - one return a rule
    item: OrderItem, quantity: int, delivered_at: datetime, now: datetime, limits: Limits, *, faulty: bool
) -> Verdict | None:
    """The first rule that stands against returning so many pieces of an item, if any."""
    left = item.quantity - item.returned
    if left <= 0:
        return _refused(Code.ALREADY_IN_RETURN, item=item.name)
    if quantity > left:
        return _refused(Code.MORE_THAN_BOUGHT, item=item.name, left=left)
    if item.category == GIFT_CARDS:
        return _refused(Code.GIFT_CARD)
    days = (
        limits.return_days
        if faulty
        else limits.return_days_by_category.get(item.category, limits.return_days)
    )
    ends = window_ends(delivered_at, days, limits.time_zone)
    if faulty:
        # Within the window a fault is refunded; later, or where no return is foreseen, it is a warranty case.
        by_code = now < ends and not item.final_sale and not item.personalised
        return None if by_code else _person(Code.FAULT_NEEDS_PERSON)
    if item.final_sale:
        return _refused(Code.FINAL_SALE, item=item.name)
    if item.personalised:
        return _refused(Code.PERSONALISED, item=item.name)
    if item.hygiene:
        return _refused(Code.HYGIENE, item=item.name)
    if now >= ends:
        last_day = (ends - timedelta(days=1)).date()
        return _refused(
            Code.WINDOW_OVER, item=item.name, days=days, last_day=f"{last_day.day} {last_day:%B %Y}"
        )
    return None


def window_ends(delivered_at: datetime, days: int, time_zone: str = LIMITS.time_zone) -> datetime:
    """The first moment after the window: midnight, in the shop's time zone, after the last day.

    Days are counted on the calendar, so a change to or from summer time does not move the end.
    """
    zone = ZoneInfo(time_zone)
    day_after = delivered_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day_after, time.min, zone)


def last_return_day(order: Order, item: OrderItem, limits: Limits = LIMITS) -> date | None:
    """The last day on which an item that simply does not please can be returned; None if it cannot be at all."""
    kept = item.final_sale or item.personalised or item.hygiene or item.category == GIFT_CARDS
    if order.status is not OrderStatus.DELIVERED or order.delivered_at is None or kept:
        return None
    return (window_ends(order.delivered_at, _days(item, limits), limits.time_zone) - timedelta(days=1)).date()


def _days(item: OrderItem, limits: Limits) -> int:
    return limits.return_days_by_category.get(item.category, limits.return_days)


def _over_limit(
    refund: Money, code: Code, limit: Money, facts: CustomerFacts, limits: Limits
) -> NeedsPerson | None:
    if refund.currency != limit.currency:
        return _person(Code.OTHER_CURRENCY, currency=refund.currency)
    if refund > limit:
        return _person(code, limit)
    if facts.refunded + refund > limits.refunds_of_a_customer:
        days = limits.refunds_of_a_customer_days
        return _person(Code.CUSTOMER_OVER_LIMIT, limits.refunds_of_a_customer, days=days)
    return None


def _refused(code: Code, **values: object) -> Refused:
    return Refused(code, RULES[code].article, RULES[code].says.format(**values))


def _person(code: Code, limit: Money | None = None, **values: object) -> NeedsPerson:
    return NeedsPerson(code, RULES[code].article, RULES[code].says.format(limit=limit, **values), limit)
