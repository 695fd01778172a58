"""One mutation for each kind of change that Shopify makes whole, with our mark in it; and what its errors mean."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.actions import Action, CancelOrder, ChangeAddress, PartialRefund, ReturnItems, ReturnReason
from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money
from agent.orders import Address, Order, OrderStatus
from agent.shopify_shop import documents
from agent.shopify_shop.marks import PREFIX_DONE, Claim, Mark, written
from agent.shopify_shop.orders import left_to_refund
from agent.shopify_shop.shapes import OrderShape, ReturnableShape
from agent.shopify_shop.wire import decimal, gid
from agent.verdicts import Effects

KINDS = frozenset({"cancel_order", "change_address", "partial_refund", "return_items"})
_LONGEST_NOTE = 255
_UNKNOWN = ("INTERNAL_ERROR", "NOTIFICATION_FAILED")  # codes that do not say that nothing was done
# Shopify has codes for its other mutations; a refund's errors have only words. These say that the key is being used.
_KEY_IN_USE = ("idempoten", "in progress")
_REASONS = {
    ReturnReason.DOES_NOT_FIT: "OTHER",
    ReturnReason.CHANGED_MY_MIND: "UNWANTED",
    ReturnReason.FAULTY: "DEFECTIVE",
}

Answer = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """A mutation, worked out. `object_to` raises what its answer means, if it is an error."""

    what: str
    mutation: str
    variables: dict[str, Any]
    object_to: Callable[[Answer], None]


def plan(
    shape: OrderShape,
    order: Order,
    returnable: tuple[ReturnableShape, ...],
    action: Action,
    effects: Effects,
    mark: Mark,
    now: datetime,
) -> Plan:
    """The mutation that makes this change. Raises `ShopRefused` for what Shopify cannot do as it was confirmed."""
    _check_money(order, effects)
    match action:
        case CancelOrder():
            return _cancel(shape, order, effects, mark)
        case ChangeAddress(address=address):
            return _move(shape, order, address, mark, now)
        case PartialRefund(reason=reason):
            return _refund(shape, order, effects, mark, str(reason or ""))
        case ReturnItems():
            return _return(shape, order, returnable, action, effects, mark)
        case _:
            raise ShopRefused("not_a_change_of_this_shop")


def _check_money(order: Order, effects: Effects) -> None:
    """What a ledger checks; the rules towards customers are the policy's."""
    if effects.charge is not None:
        raise ShopRefused("cannot_charge")
    refund = effects.refund
    if refund is not None and (
        refund.currency != order.total.currency or not 0 <= refund.amount <= order.left.amount
    ):
        raise ShopRefused("refund_exceeds_what_was_paid")


def _cancel(shape: OrderShape, order: Order, effects: Effects, mark: Mark) -> Plan:
    if order.status is not OrderStatus.PENDING:
        raise ShopRefused("no_longer_pending")
    if effects.refund != order.left:
        raise ShopRefused("not_all_that_is_left")  # a cancellation sends back everything, or nothing
    _check_way_back(shape, order, effects)
    variables = {
        "order": shape.id,
        "reason": "CUSTOMER",
        "note": _note(mark, "Cancelled by the customer in a chat."),
        "refund": {"originalPaymentMethodsRefund": True} if order.left.amount else None,
        "restock": True,
    }
    return Plan("a cancellation", documents.CANCEL, variables, _by_code("orderCancelUserErrors"))


def _move(shape: OrderShape, order: Order, address: Address, mark: Mark, now: datetime) -> Plan:
    if order.status is not OrderStatus.PENDING:
        raise ShopRefused("no_longer_pending")
    first, _, last = address.name.rpartition(" ")
    to = {
        "firstName": first,
        "lastName": last,
        "address1": address.line1,
        "address2": address.line2,
        "zip": address.postcode,
        "city": address.city,
        "countryCode": address.country,
    }
    if address.state:
        to["provinceCode"] = address.state
    done = {
        "namespace": documents.NAMESPACE,
        "key": PREFIX_DONE + mark.key,
        "type": "json",
        "value": written(Claim(mark.request, now, None, 0)),
    }
    moved = {"id": shape.id, "shippingAddress": to, "metafields": [done]}
    return Plan("a new address", documents.MOVE, {"input": moved}, _by_any("address_refused"))


def _refund(shape: OrderShape, order: Order, effects: Effects, mark: Mark, reason: str) -> Plan:
    if effects.refund is None or not effects.refund.amount:
        raise ShopRefused("nothing_to_refund")
    _check_way_back(shape, order, effects)
    refund = {
        "orderId": shape.id,
        "currency": effects.refund.currency,
        "note": _note(mark, reason),
        "notify": True,
        "transactions": _shares(shape, effects.refund),
    }
    variables = {"input": refund, "key": mark.key}
    return Plan("a refund", documents.REFUND, variables, _object_to_refund)


def _return(
    shape: OrderShape,
    order: Order,
    returnable: tuple[ReturnableShape, ...],
    action: ReturnItems,
    effects: Effects,
    mark: Mark,
) -> Plan:
    items = {item.id: item for item in order.items}
    note = _note(mark, f"Promised: {effects.refund} to {effects.refund_to}, once this has arrived.")
    pieces = []
    for line in action.lines:
        item = items.get(line.item_id)
        if item is None or not 1 <= line.quantity <= item.quantity - item.returned:
            raise ShopRefused("not_that_many_left")
        wanted = line.quantity
        for parcel in returnable:
            for sent in parcel.returnable_fulfillment_line_items.nodes:
                if sent.fulfillment_line_item.line_item.id == gid("LineItem", line.item_id) and wanted:
                    taken = min(wanted, sent.quantity)
                    wanted -= taken
                    pieces.append(
                        {
                            "fulfillmentLineItemId": sent.fulfillment_line_item.id,
                            "quantity": taken,
                            "returnReason": _REASONS.get(action.reason or ReturnReason.NONE_GIVEN, "UNKNOWN"),
                            "returnReasonNote": note,
                        }
                    )
        if wanted:
            raise ShopRefused("not_that_many_left")
    asked: dict[str, Any] = {"orderId": shape.id, "returnLineItems": pieces}
    if effects.fee is not None and effects.fee.amount:
        fee = {"amount": decimal(effects.fee), "currencyCode": effects.fee.currency}
        asked["returnShippingFee"] = {"amount": fee}
    return Plan("a return", documents.RETURN, {"input": asked}, _by_code("userErrors"))


def _check_way_back(shape: OrderShape, order: Order, effects: Effects) -> None:
    """Money goes back by the payments it came by, and only where a payment provider moves it."""
    if effects.refund is not None and effects.refund.amount:
        if effects.method != order.payment_method.id:
            raise ShopRefused("only_to_the_original_payment")
        if any(paid.manual_payment_gateway and left.amount for paid, left in left_to_refund(shape)):
            raise ShopRefused("paid_by_hand")  # Shopify would only write it down


def _shares(shape: OrderShape, refund: Money) -> list[dict[str, Any]]:
    """So much of each payment as adds up to the refund, the oldest payment first."""
    missing, shares = refund, []
    for paid, left in left_to_refund(shape):
        part = min(missing, left)
        if part.amount > 0:
            missing -= part
            shares.append(
                {
                    "orderId": shape.id,
                    "parentId": paid.id,
                    "gateway": paid.gateway or "",
                    "kind": "REFUND",
                    "amount": decimal(part),
                }
            )
    if missing.amount:
        raise ShopRefused("refund_exceeds_what_was_paid")
    return shares


def _note(mark: Mark, says: str) -> str:
    return f"{mark} {says}"[:_LONGEST_NOTE].rstrip()


def _by_code(field: str) -> Callable[[Answer], None]:
    """Errors that have codes: a code of Shopify's is the reason, in small letters."""

    def object_to(answer: Answer) -> None:
        errors = _errors(answer, field)
        codes = [error.get("code") for error in errors]
        if errors and (None in codes or set(codes) & set(_UNKNOWN)):
            raise ShopUnavailable("Shopify does not say whether it made the change.")
        if errors:
            raise ShopRefused(str(codes[0]).lower())

    return object_to


def _by_any(reason: str) -> Callable[[Answer], None]:
    """Errors without codes: whatever they say, nothing was done."""

    def object_to(answer: Answer) -> None:
        if _errors(answer, "userErrors"):
            raise ShopRefused(reason)

    return object_to


def _object_to_refund(answer: Answer) -> None:
    said = [str(error.get("message", "")).lower() for error in _errors(answer, "userErrors")]
    if any(words in each for each in said for words in _KEY_IN_USE):
        raise ShopUnavailable("Shopify is working on this refund, or has made it.")
    if said:
        raise ShopRefused("refund_refused")


def _errors(answer: Answer, field: str) -> list[dict[str, Any]]:
    """The errors of an answer. One without the list is not understood: it may say anything."""
    errors = answer.get(field)
    if not isinstance(errors, list) or not all(isinstance(error, dict) for error in errors):
        raise ShopUnavailable("Shopify's answer to a change is not understood.")
    return errors
