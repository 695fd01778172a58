"""Paying an order that is not packed with another method."""

from agent.actions import ChangePayment
from agent.cases import Case
from agent.changes import words
from agent.changes.checks import (
    charge_within_limit,
    gift_card_holds,
    items_never_changed,
    method_is_the_customers,
    status_is,
)
from agent.changes.entry import Entry
from agent.orders import OrderStatus, PaymentKind
from agent.rules import Code
from agent.verdicts import Effects, Objection, RefundTime, refused


def _another_method(case: Case[ChangePayment]) -> Objection | None:
    return refused(Code.SAME_PAYMENT) if case.action.method == case.order.payment_method.id else None


def _moved(case: Case[ChangePayment]) -> Effects:
    """What was paid is taken from the new method; what the old one paid goes back, which refunds the customer nothing."""
    new = case.method(case.action.method)
    at_once = case.order.payment_method.kind is PaymentKind.GIFT_CARD
    return Effects(
        charge=case.order.left,
        method=case.action.method or "",
        refund_to=words.label_of(new),
        refund_when=RefundTime.AT_ONCE if at_once else RefundTime.AFTER_CANCELLATION,
    )


CHANGE_PAYMENT = Entry(
    request=ChangePayment,
    checks=(
        status_is(OrderStatus.PENDING, Code.TOO_LATE_TO_CHANGE),
        items_never_changed,
        method_is_the_customers,
        _another_method,
        gift_card_holds(lambda case: case.order.left),
    ),
    effects=_moved,
    bounds=(charge_within_limit,),
    title=lambda action: f"Pay order {action.order} in another way",
    lines=lambda case, effects: [
        ("From", case.order.payment_method.label),
        ("To", effects.refund_to or ""),
        ("Amount", str(effects.charge)),
        ("Your old payment", f"comes back {effects.refund_when}"),
    ],
    receipt=lambda action, effects: (
        f"Order {action.order} is now paid with {words.to(effects)}. What you paid before comes back "
        f"{effects.refund_when}."
    ),
    undo="The order can be paid with the old method again in the same way, while it is pending.",
)
