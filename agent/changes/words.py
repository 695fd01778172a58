"""How changes are worded for the customer. By code, so that what is read is exactly what is done."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from agent.actions import CancelReason, GoodwillReason, PartialReason, ReturnReason
from agent.cases import Case
from agent.orders import PaymentMethod, ReturnLine, Swap
from agent.verdicts import Effects

_REASONS: dict[StrEnum, str] = {
    CancelReason.NO_LONGER_NEEDED: "no longer needed",
    CancelReason.ORDERED_BY_MISTAKE: "ordered by mistake",
    ReturnReason.DOES_NOT_FIT: "does not fit",
    ReturnReason.CHANGED_MY_MIND: "changed my mind",
    ReturnReason.FAULTY: "faulty",
    PartialReason.PRICE_DROPPED: "lower price",
    PartialReason.MISSING: "missing from the parcel",
    PartialReason.DAMAGED: "damaged",
    GoodwillReason.LATE_DELIVERY: "late delivery",
    GoodwillReason.FAILED_REPAIR: "failed repair",
    GoodwillReason.WRONG_PROMISE: "a wrong promise",
}


def pieces(case: Case[Any], lines: Iterable[ReturnLine]) -> str:
    """Such as "2 × Fleece (M Moss), 1 × Mug (White)"."""
    items = case.items
    return ", ".join(
        f"{line.quantity} × {items[line.item_id].name} ({items[line.item_id].variant})" for line in lines
    )


def swaps(case: Case[Any], asked: Iterable[Swap]) -> list[tuple[str, str]]:
    """A row for each item: what it is, and what comes instead."""
    items, variants = case.items, case.variants
    return [
        (
            f"{swap.quantity} × {items[swap.item_id].name}",
            f"{items[swap.item_id].variant} → {variants[swap.sku].variant}",
        )
        for swap in asked
    ]


def count(lines: Sequence[ReturnLine] | Sequence[Swap]) -> str:
    """Such as "1 piece" or "3 pieces"."""
    number = sum(line.quantity for line in lines)
    return "1 piece" if number == 1 else f"{number} pieces"


def reason(given: StrEnum | None) -> list[tuple[str, str]]:
    """The row of a reason, if one was given."""
    return [("Reason", _REASONS[given])] if given in _REASONS else []


def money(effects: Effects) -> list[tuple[str, str]]:
    """The rows of what is deducted, paid, sent back, and when."""
    rows = []
    if effects.fee is not None:
        rows.append(("Return label", f"−{effects.fee}" if effects.fee.amount else "free"))
    if effects.charge is not None:
        rows.append(("To pay", f"{effects.charge} with {to(effects)}"))
    if effects.refund is not None:
        rows += [("Refund", f"{effects.refund} to {to(effects)}"), ("When", str(effects.refund_when))]
    return rows


def money_moved(effects: Effects) -> str:
    """The sentence of a receipt about money; empty where none moves."""
    said = ""
    if effects.charge is not None:
        said += f" {effects.charge} is charged to {to(effects)}."
    if effects.refund is not None:
        said += f" {effects.refund} goes back to {to(effects)} {effects.refund_when}."
    return said


def to(effects: Effects) -> str:
    """Such as "your Visa •••• 4242", "PayPal" or "a gift card"."""
    return yours(effects.refund_to or "")


def yours(label: str) -> str:
    """A payment method as the customer's own."""
    return label if label.startswith("a ") or label == "PayPal" else f"your {label}"


def label_of(method: PaymentMethod | None) -> str:
    """The label of a method that a check has found to be there."""
    return method.label if method else ""
