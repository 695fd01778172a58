"""Cancelling an order, or items of it."""

from agent.actions import CancelItems, CancelOrder
from agent.cases import Case
from agent.changes import words
from agent.changes.checks import (
    items_never_changed,
    no_more_than_was_paid,
    not_settled_otherwise,
    pieces_are_of_the_order,
    refund_within,
    said,
    status_is,
)
from agent.changes.entry import Entry
from agent.money import Money, total
from agent.orders import OrderStatus, PaymentKind, ReturnLine
from agent.rules import Code
from agent.verdicts import Effects, Objection, RefundTime, refused

_REASON = said("reason", "The reason: no longer needed, or ordered by mistake.")
_PENDING = status_is(OrderStatus.PENDING, Code.TOO_LATE_TO_CANCEL)
_LIMIT = refund_within(Code.CANCELLATION_OVER_LIMIT, lambda limits: limits.refund_of_a_cancellation)


def _not_cancelled(case: Case[CancelOrder]) -> Objection | None:
    return refused(Code.ALREADY_CANCELLED) if case.order.status is OrderStatus.CANCELLED else None


def _not_every_item(case: Case[CancelItems]) -> Objection | None:
    asked = {line.item_id: line.quantity for line in case.action.lines}
    everything = all(asked.get(item.id) == item.quantity - item.returned for item in case.order.items)
    return refused(Code.EVERY_ITEM) if everything else None


def _back_to_the_payment(case: Case[CancelOrder] | Case[CancelItems], refund: Money) -> Effects:
    method = case.order.payment_method
    at_once = method.kind is PaymentKind.GIFT_CARD
    when = RefundTime.AT_ONCE if at_once else RefundTime.AFTER_CANCELLATION
    return Effects(refund=refund, method=method.id, refund_to=method.label, refund_when=when)


def _price(case: Case[CancelItems]) -> Effects:
    prices = (case.items[line.item_id].unit_price * line.quantity for line in case.action.lines)
    return _back_to_the_payment(case, total(prices, case.order.total.currency))


CANCEL_ORDER = Entry(
    request=CancelOrder,
    checks=(_not_cancelled, _PENDING, items_never_changed, _REASON),
    effects=lambda case: _back_to_the_payment(case, case.order.left),
    bounds=_LIMIT,
    title=lambda action: f"Cancel order {action.order}",
    lines=lambda case, effects: [
        ("Items", words.pieces(case, [ReturnLine(item.id, item.quantity) for item in case.order.items])),
        *words.reason(case.action.reason),
        *words.money(effects),
    ],
    receipt=lambda action, effects: f"Order {action.order} is cancelled.{words.money_moved(effects)}",
)

CANCEL_ITEMS = Entry(
    request=CancelItems,
    checks=(
        _PENDING,
        items_never_changed,
        not_settled_otherwise,
        pieces_are_of_the_order,
        _not_every_item,
        _REASON,
    ),
    effects=_price,
    bounds=(no_more_than_was_paid, *_LIMIT),
    title=lambda action: f"Cancel items of order {action.order}",
    lines=lambda case, effects: [
        ("Items", words.pieces(case, case.action.lines)),
        *words.reason(case.action.reason),
        *words.money(effects),
    ],
    receipt=lambda action, effects: (
        f"{words.count(action.lines)} of order {action.order} will not be sent.{words.money_moved(effects)}"
    ),
)
