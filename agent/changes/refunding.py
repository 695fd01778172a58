"""Part of the price back while the goods stay, and goodwill."""

from datetime import timedelta

from agent.actions import Goodwill, PartialReason, PartialRefund
from agent.cases import Case, last_day, window_ends
from agent.changes import words
from agent.changes.checks import (
    arrived,
    in_the_orders_currency,
    no_more_than_was_paid,
    once,
    pieces_are_of_the_order,
    refund_within,
    said,
    status_is,
)
from agent.changes.entry import Entry
from agent.money import Money, total
from agent.orders import OrderItem, OrderStatus, PaymentKind
from agent.rules import Code
from agent.verdicts import NEW_GIFT_CARD, Effects, NeedsInput, Objection, RefundTime, needs_person, refused

# --- part of the price -----------------------------------------------------------------------------------------


_arrived = arrived(Code.NOT_DELIVERED)


def _in_time(case: Case[PartialRefund]) -> Objection | None:
    order, limits = case.order, case.limits
    if case.action.reason is PartialReason.PRICE_DROPPED:
        since, days, code = order.placed_at, limits.price_drop_days, Code.PRICE_WINDOW_OVER
    elif objection := _arrived(case):
        return objection
    else:
        missing = case.action.reason is PartialReason.MISSING
        days = limits.missing_days if missing else limits.damage_days
        since = order.delivered_at or order.placed_at  # it has arrived on a known day, see above
        code = Code.CLAIM_WINDOW_OVER
    over = case.now >= window_ends(since, days, limits.time_zone)
    return refused(code, days=days, last_day=last_day(since, days, limits.time_zone)) if over else None


def _cheaper_now(case: Case[PartialRefund]) -> Objection | None:
    if case.action.reason is not PartialReason.PRICE_DROPPED:
        return None
    for line in case.action.lines:
        item = case.items[line.item_id]
        if _back(case, item).amount <= 0 or item.final_sale:
            return refused(Code.PRICE_NOT_LOWER, item=item.name)
    return None


def _back(case: Case[PartialRefund], item: OrderItem) -> Money:
    """What comes back for one piece: the difference to the price of today, or all of what is missing or damaged."""
    if case.action.reason is not PartialReason.PRICE_DROPPED:
        return item.unit_price
    today = case.variants.get(item.sku)
    return item.unit_price - today.price if today else Money.zero(item.unit_price.currency)


def _part(case: Case[PartialRefund]) -> Effects:
    method = case.order.payment_method
    amounts = (_back(case, case.items[line.item_id]) * line.quantity for line in case.action.lines)
    at_once = method.kind is PaymentKind.GIFT_CARD
    return Effects(
        refund=total(amounts, case.order.total.currency),
        method=method.id,
        refund_to=method.label,
        refund_when=RefundTime.AT_ONCE if at_once else RefundTime.AFTER_CANCELLATION,
    )


PARTIAL_REFUND = Entry(
    request=PartialRefund,
    looks_at_goods=True,
    checks=(
        said("reason", "What happened: the price dropped, something is missing, or something is damaged."),
        once("partial_refund", Code.PARTLY_REFUNDED),
        pieces_are_of_the_order,
        in_the_orders_currency,
        _in_time,
        _cheaper_now,
    ),
    effects=_part,
    bounds=(
        no_more_than_was_paid,
        *refund_within(Code.PARTIAL_OVER_LIMIT, lambda limits: limits.partial_refund),
    ),
    title=lambda action: f"Part of the price of order {action.order} back",
    lines=lambda case, effects: [
        ("Items", words.pieces(case, case.action.lines)),
        *words.reason(case.action.reason),
        *words.money(effects),
    ],
    receipt=lambda action, effects: (
        f"Part of the price of order {action.order} is paid back.{words.money_moved(effects)}"
    ),
)

# --- goodwill --------------------------------------------------------------------------------------------------


_delivered = status_is(OrderStatus.DELIVERED, Code.NOT_DELIVERED)


def _amount(case: Case[Goodwill]) -> Money | None:
    """The sum that is wished for, if it is one in the currency of the order."""
    try:
        wished = Money.parse(case.action.amount or "", case.order.total.currency)
    except ValueError:
        return None
    return wished if wished.amount > 0 else None


def _amount_is_one(case: Case[Goodwill]) -> Objection | None:
    currency = case.order.total.currency
    explanation = f'An amount above zero in {currency}, for example "10.00".'
    return NeedsInput(("amount",), explanation) if _amount(case) is None else None


def _not_given_lately(case: Case[Goodwill]) -> Objection | None:
    since = case.now - timedelta(days=case.limits.goodwill_days)
    given = [e for e in case.facts.earlier if e.kind == "goodwill" and e.at > since]
    return needs_person(Code.GOODWILL_NEEDS_PERSON) if given else None


def _on_a_gift_card(case: Case[Goodwill]) -> Effects:
    return Effects(refund=_amount(case), refund_to=NEW_GIFT_CARD, refund_when=RefundTime.AT_ONCE)


GOODWILL = Entry(
    request=Goodwill,
    # Before the goods have arrived the order may yet be cancelled, and the sum would be the customer's own money.
    checks=(_delivered, said("reason", "What went wrong."), _amount_is_one, _not_given_lately),
    effects=_on_a_gift_card,
    bounds=(
        no_more_than_was_paid,
        *refund_within(Code.GOODWILL_NEEDS_PERSON, lambda limits: limits.goodwill),
    ),
    title=lambda action: f"Goodwill for order {action.order}",
    lines=lambda case, effects: [*words.reason(case.action.reason), *words.money(effects)],
    receipt=lambda action, effects: (
        f"Thank you for your patience with order {action.order}.{words.money_moved(effects)}"
    ),
)
