"""Another size, colour or option: of an order that is not packed, or in exchange for what has arrived."""

from typing import Any

from agent.actions import ChangeItems, ExchangeItems
from agent.cases import Case
from agent.changes import words
from agent.changes.checks import (
    arrived,
    charge_within_limit,
    delivered_at,
    difference,
    gift_card_holds,
    in_the_orders_currency,
    items_never_changed,
    method_is_the_customers,
    no_more_than_was_paid,
    not_kept_by_rule,
    not_settled_otherwise,
    refund_within,
    status_is,
    swapped_for_the_same_product,
    swapped_pieces_are_of_the_order,
    within,
)
from agent.changes.entry import Entry
from agent.money import Money
from agent.orders import OrderStatus
from agent.rules import Code
from agent.verdicts import Effects, Objection, RefundTime, refused


def _difference_due(case: Case[Any]) -> Money:
    """What the customer pays on top; negative if it comes back, nothing where a shop takes no difference."""
    free = not case.limits.swaps_cost
    return Money.zero(case.order.total.currency) if free else difference(case.action.swaps, case)


def _method_where_it_costs(case: Case[Any]) -> Objection | None:
    return method_is_the_customers(case) if case.limits.swaps_cost else None


def _settled(case: Case[Any]) -> Effects:
    due = _difference_due(case)
    if not case.limits.swaps_cost:
        return Effects()
    method = case.action.method or ""
    label = words.label_of(case.method(case.action.method))
    if due.amount > 0:
        return Effects(charge=due, method=method, refund_to=label)
    if due.amount < 0:
        return Effects(refund=-due, method=method, refund_to=label, refund_when=RefundTime.AFTER_CANCELLATION)
    return Effects(method=method)


def _worth(case: Case[Any], effects: Effects) -> Money | None:
    """What moves, or what a dearer option costs a shop that takes no difference."""
    free = max(difference(case.action.swaps, case), Money.zero(case.order.total.currency))
    return effects.refund or effects.charge or free


def _not_exchanged_before(case: Case[ExchangeItems]) -> Objection | None:
    return refused(Code.ALREADY_EXCHANGED) if case.order.exchanged else None


def _of_a_kind_that_is_exchanged(case: Case[ExchangeItems]) -> Objection | None:
    fit = not_kept_by_rule((swap.item_id for swap in case.action.swaps), case)
    return None if fit else refused(Code.NOT_EXCHANGED)


_BOUNDS = (
    no_more_than_was_paid,
    charge_within_limit,
    *refund_within(Code.RETURN_OVER_LIMIT, lambda limits: limits.refund_of_a_return),
)

CHANGE_ITEMS = Entry(
    request=ChangeItems,
    at_stake=_worth,
    looks_at_goods=True,
    checks=(
        status_is(OrderStatus.PENDING, Code.TOO_LATE_TO_CHANGE),
        items_never_changed,
        swapped_pieces_are_of_the_order,
        swapped_for_the_same_product,
        in_the_orders_currency,
        _method_where_it_costs,
        gift_card_holds(_difference_due),
    ),
    effects=_settled,
    bounds=_BOUNDS,
    title=lambda action: f"Change items of order {action.order}",
    lines=lambda case, effects: [
        *words.swaps(case, case.action.swaps),
        *words.money(effects),
        ("Please note", "nothing else of this order can be changed or cancelled afterwards"),
    ],
    receipt=lambda action, effects: (
        f"{words.count(action.swaps)} of order {action.order} changed.{words.money_moved(effects)}"
    ),
)

EXCHANGE_ITEMS = Entry(
    request=ExchangeItems,
    at_stake=_worth,
    looks_at_goods=True,
    checks=(
        arrived(Code.NOT_DELIVERED_FOR_EXCHANGE),
        _not_exchanged_before,
        not_settled_otherwise,
        swapped_pieces_are_of_the_order,
        _of_a_kind_that_is_exchanged,
        within(lambda limits: limits.exchange_days, delivered_at, Code.EXCHANGE_WINDOW_OVER),
        swapped_for_the_same_product,
        in_the_orders_currency,
        _method_where_it_costs,
        gift_card_holds(_difference_due),
    ),
    effects=_settled,
    bounds=_BOUNDS,
    title=lambda action: f"Exchange items of order {action.order}",
    lines=lambda case, effects: [*words.swaps(case, case.action.swaps), *words.money(effects)],
    receipt=lambda action, effects: (
        f"The exchange of {words.count(action.swaps)} from order {action.order} is open."
        f"{words.money_moved(effects)}"
    ),
)
