"""Returning pieces of a delivered order."""

from agent.actions import ReturnItems, ReturnReason
from agent.cases import GIFT_CARDS, Case, last_day, return_days, window_ends
from agent.changes import words
from agent.changes.checks import (
    arrived,
    no_more_than_was_paid,
    not_settled_otherwise,
    pieces_are_of_the_order,
    refund_within,
)
from agent.changes.entry import Entry
from agent.money import Money, total
from agent.orders import OrderItem, PaymentKind, PaymentMethod, RefundTo
from agent.rules import Code
from agent.verdicts import (
    NEW_GIFT_CARD,
    Effects,
    NeedsInput,
    NeedsPerson,
    Objection,
    RefundTime,
    needs_person,
    refused,
)

_NEW_GIFT_CARD = PaymentMethod(PaymentKind.GIFT_CARD, NEW_GIFT_CARD)


def _each_item_may_come_back(case: Case[ReturnItems]) -> Objection | None:
    """A refusal of one item counts before a question of another: whoever approves that one has not approved this one."""
    objections = [_objection(case, case.items[line.item_id]) for line in case.action.lines]
    found = [objection for objection in objections if objection]
    return next((o for o in found if not isinstance(o, NeedsPerson)), found[0] if found else None)


def _objection(case: Case[ReturnItems], item: OrderItem) -> Objection | None:
    """The first rule that stands against returning an item, if any."""
    if item.category == GIFT_CARDS:
        return refused(Code.GIFT_CARD)
    delivered, zone = case.order.delivered_at, case.limits.time_zone
    if delivered is None:
        return refused(Code.NOT_DELIVERED, status=case.order.status)
    if case.action.reason is ReturnReason.FAULTY:
        # Within the window a fault is refunded; later, or where no return is foreseen, it is a warranty case.
        ends = window_ends(delivered, case.limits.return_days, zone)
        by_code = case.now < ends and not item.final_sale and not item.personalised
        return None if by_code else needs_person(Code.FAULT_NEEDS_PERSON)
    if item.final_sale:
        return refused(Code.FINAL_SALE, item=item.name)
    if item.personalised:
        return refused(Code.PERSONALISED, item=item.name)
    if item.hygiene:
        return refused(Code.HYGIENE, item=item.name)
    days = return_days(item, case.order, case.limits)
    if case.now >= window_ends(delivered, days, zone):
        return refused(Code.WINDOW_OVER, item=item.name, days=days, last_day=last_day(delivered, days, zone))
    return None


def _refund_to_is_said(case: Case[ReturnItems]) -> Objection | None:
    if case.action.refund_to is None:
        return NeedsInput(("refund_to",), "Where the refund goes: the original payment, or a gift card.")
    return None


def _original_or_gift_card(case: Case[ReturnItems]) -> Objection | None:
    method = _target(case)
    if method is None:
        return NeedsInput(("refund_to",), "Which gift card, by its id from show_account.")
    original = method.id == case.order.payment_method.id
    fits = original or method.kind is PaymentKind.GIFT_CARD
    return None if fits else refused(Code.NOT_A_REFUND_METHOD)


def _target(case: Case[ReturnItems]) -> PaymentMethod | None:
    """Where the money goes. "gift_card" is a new one, where the shop makes such; else the customer's own, if it is one."""
    paid_with, chosen = case.order.payment_method, case.action.refund_to
    if chosen == RefundTo.ORIGINAL or chosen is None:
        return paid_with
    if chosen != RefundTo.GIFT_CARD:
        return case.method(chosen)
    if paid_with.kind is PaymentKind.GIFT_CARD:
        return paid_with
    own = [m for m in case.customer.payment_methods if m.kind is PaymentKind.GIFT_CARD]
    if case.limits.new_gift_cards:
        return _NEW_GIFT_CARD
    return own[0] if len(own) == 1 else None


def _same_currency_as_the_label(case: Case[ReturnItems]) -> Objection | None:
    currency = case.order.total.currency
    known = currency == case.limits.return_label.currency
    return None if known else needs_person(Code.OTHER_CURRENCY, currency=currency)


def _refund(case: Case[ReturnItems]) -> Effects:
    target = _target(case) or _NEW_GIFT_CARD
    prices = (case.items[line.item_id].unit_price * line.quantity for line in case.action.lines)
    price = total(prices, case.order.total.currency)
    free = target.kind is PaymentKind.GIFT_CARD or case.action.reason is ReturnReason.FAULTY
    # A label never costs the customer more than the refund.
    fee = Money.zero(price.currency) if free else min(case.limits.return_label, price)
    return Effects(
        refund=price - fee,
        fee=fee,
        method=target.id,
        refund_to=target.label,
        refund_when=RefundTime.AFTER_ARRIVAL,
    )


RETURN_ITEMS = Entry(
    request=ReturnItems,
    checks=(
        arrived(Code.NOT_DELIVERED),
        not_settled_otherwise,
        pieces_are_of_the_order,
        _each_item_may_come_back,
        _refund_to_is_said,
        _original_or_gift_card,
        _same_currency_as_the_label,
    ),
    effects=_refund,
    bounds=(
        no_more_than_was_paid,
        *refund_within(Code.RETURN_OVER_LIMIT, lambda limits: limits.refund_of_a_return),
    ),
    title=lambda action: f"Return items of order {action.order}",
    lines=lambda case, effects: [
        ("Items", words.pieces(case, case.action.lines)),
        *words.reason(case.action.reason),
        *words.money(effects),
    ],
    receipt=lambda action, effects: (
        f"The return of {words.count(action.lines)} from order {action.order} is open.{words.money_moved(effects)}"
    ),
    undo="A return that is not handed in lapses by itself; the items stay the customer's.",
)
