"""Sending a lost parcel again."""

from agent.actions import Reship
from agent.addresses import one_line
from agent.cases import Case
from agent.changes import words
from agent.changes.entry import Entry
from agent.money import Money, total
from agent.orders import OrderStatus, ReturnLine
from agent.rules import Code
from agent.verdicts import Objection, needs_person, refused


def _sent(case: Case[Reship]) -> Objection | None:
    sent = case.order.status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    return None if sent else refused(Code.NOT_SENT, status=case.order.status)


def _not_sent_again_before(case: Case[Reship]) -> Objection | None:
    return needs_person(Code.ALREADY_RESHIPPED) if case.order.reshipped else None


def _nothing_came_back(case: Case[Reship]) -> Objection | None:
    """Neither money nor goods: who has the price back is not sent the goods as well."""
    order = case.order
    back = order.refunded.amount > 0 or any(item.returned for item in order.items)
    return needs_person(Code.SETTLED_OTHERWISE) if back else None


def _known_to_be_lost(case: Case[Reship]) -> Objection | None:
    """A customer's word is not enough: the carrier has searched in vain."""
    lost = case.order.tracking is not None and case.order.tracking.lost
    return None if lost else needs_person(Code.NOT_KNOWN_LOST)


def _worth(case: Case[Reship]) -> Money:
    order = case.order
    return total((item.unit_price * item.quantity for item in order.items), order.total.currency)


def _of_moderate_worth(case: Case[Reship]) -> Objection | None:
    limit, worth = case.limits.reshipped_goods, _worth(case)
    if worth.currency != limit.currency:
        return needs_person(Code.OTHER_CURRENCY, currency=worth.currency)
    return needs_person(Code.RESHIP_OVER_LIMIT, limit) if worth > limit else None


def _in_stock(case: Case[Reship]) -> Objection | None:
    for item in case.order.items:
        variant = case.variants.get(item.sku)
        if variant is None or variant.stock < item.quantity:
            return refused(Code.OUT_OF_STOCK, item=f"{item.name} ({item.variant})")
    return None


RESHIP = Entry(
    request=Reship,
    at_stake=lambda case, _: _worth(case),
    looks_at_goods=True,
    checks=(
        _sent,
        _not_sent_again_before,
        _nothing_came_back,
        _known_to_be_lost,
        _of_moderate_worth,
        _in_stock,
    ),
    title=lambda action: f"Send order {action.order} again",
    lines=lambda case, _: [
        ("Items", words.pieces(case, [ReturnLine(item.id, item.quantity) for item in case.order.items])),
        ("To", one_line(case.order.address)),
        ("Price", "free"),
    ],
    receipt=lambda action, _: f"Order {action.order} is sent again, free of charge.",
)
