"""What an order tells of a change that was made under a key: its receipt, from Shopify's own facts."""

from dataclasses import dataclass
from datetime import datetime

from agent.actions import Action, CancelOrder, ChangeAddress, PartialRefund, ReturnItems
from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money, total
from agent.shop import ShopReceipt
from agent.shopify_shop.marks import Mark, claim_of, done_of, mark_in
from agent.shopify_shop.orders import mark_of, refunded
from agent.shopify_shop.shapes import OrderShape
from agent.shopify_shop.wire import number_of


@dataclass(frozen=True)
class Found:
    """A change that was made, and a hash of what had been asked."""

    request: str
    receipt: ShopReceipt

    def of(self, mark: Mark) -> ShopReceipt:
        """The receipt, if it is that request's. Raises `ShopRefused` for another one under the same key."""
        if self.request != mark.request:
            raise ShopRefused("key_used_for_another_request")
        return self.receipt


def find(shape: OrderShape, action: Action, key: str) -> Found | None:
    """The change of this kind under this key; None if the order does not show it."""
    match action:
        case CancelOrder():
            return _cancelled(shape, action, key)
        case ChangeAddress():
            done = done_of(shape, key)
            return (
                _found(done.request, key, f"{number_of(shape.id)}-address", action, None, done.at)
                if done
                else None
            )
        case PartialRefund():
            return _refunded(shape, action, key)
        case ReturnItems():
            return _returned(shape, action, key)
        case _:
            return None


def _cancelled(shape: OrderShape, action: Action, key: str) -> Found | None:
    mark = mark_in(shape.cancellation.staff_note) if shape.cancellation else None
    if shape.cancelled_at is None or mark is None or mark.key != key:
        return None
    claim = claim_of(shape, key)
    if claim is None:
        raise ShopUnavailable("A cancellation of ours has lost its claim; what it sent back cannot be told.")
    currency = shape.received.currency
    gone = total((amount for each in shape.refunds for amount in refunded(each)), currency)
    back = gone - Money(claim.refunded, currency)
    reference = f"{number_of(shape.id)}-cancelled"
    return _found(mark.request, key, reference, action, back, shape.cancelled_at)


def _refunded(shape: OrderShape, action: Action, key: str) -> Found | None:
    for each in shape.refunds:
        mark = mark_in(each.note)
        if mark is not None and mark.key == key:
            back = total(refunded(each), shape.received.currency)
            at = each.created_at or shape.created_at
            return _found(mark.request, key, number_of(each.id), action, back, at)
    return None


def _returned(shape: OrderShape, action: Action, key: str) -> Found | None:
    for each in shape.returns.whole("returns"):
        mark = mark_of(each)
        if mark is not None and mark.key == key:
            claim = claim_of(shape, key)
            promised = claim.refund if claim and claim.request == mark.request else None
            return _found(mark.request, key, each.name, action, promised, each.created_at)
    return None


def _found(
    request: str, key: str, reference: str, action: Action, refund: Money | None, at: datetime
) -> Found:
    return Found(request, ShopReceipt(key, reference, action.about, refund, at))
