"""What the customer reads about a proposal and its receipt. Written by code, so that it is exactly what is done."""

from collections.abc import Sequence

from agent.actions import CancelOrder, CancelReason, ChangeAddress, ReturnItems, ReturnReason
from agent.addresses import normalised, one_line
from agent.policy import Effects
from agent.shop import Order, ReturnLine

_REASONS = {
    CancelReason.NO_LONGER_NEEDED: "no longer needed",
    CancelReason.ORDERED_BY_MISTAKE: "ordered by mistake",
    ReturnReason.DOES_NOT_FIT: "does not fit",
    ReturnReason.CHANGED_MY_MIND: "changed my mind",
    ReturnReason.FAULTY: "faulty",
}


def title(action: CancelOrder | ChangeAddress | ReturnItems) -> str:
    """The heading of a proposal."""
    match action:
        case CancelOrder():
            return f"Cancel order {action.order}"
        case ChangeAddress():
            return f"Change the delivery address of order {action.order}"
        case ReturnItems():
            return f"Return items of order {action.order}"


def lines(
    action: CancelOrder | ChangeAddress | ReturnItems, order: Order, effects: Effects
) -> list[dict[str, str]]:
    """What will be done, line by line: `[{"label": …, "value": …}]`."""
    match action:
        case CancelOrder():
            everything = [ReturnLine(item.id, item.quantity) for item in order.items]
            rows = [("Items", _pieces(order, everything)), *_reason(action.reason), *_money(effects)]
        case ChangeAddress():
            rows = [("From", one_line(order.address)), ("To", one_line(normalised(action.address)))]
        case ReturnItems():
            rows = [("Items", _pieces(order, action.lines)), *_reason(action.reason), *_money(effects)]
    return [{"label": label, "value": value} for label, value in (("Order", order.number), *rows)]


def receipt_text(action: CancelOrder | ChangeAddress | ReturnItems, effects: Effects) -> str:
    """The sentences that say that it is done."""
    match action:
        case CancelOrder():
            done = f"Order {action.order} is cancelled."
        case ChangeAddress():
            done = f"Order {action.order} now goes to {one_line(normalised(action.address))}."
        case ReturnItems():
            count = sum(line.quantity for line in action.lines)
            pieces = "1 piece" if count == 1 else f"{count} pieces"
            done = f"The return of {pieces} from order {action.order} is open."
    if effects.refund is None:
        return done
    return f"{done} {effects.refund} goes back to {_to(effects)} {effects.refund_when}."


def _pieces(order: Order, pieces: Sequence[ReturnLine]) -> str:
    items = {item.id: item for item in order.items}
    return ", ".join(f"{p.quantity} × {items[p.item_id].name} ({items[p.item_id].variant})" for p in pieces)


def _reason(reason: CancelReason | ReturnReason | None) -> list[tuple[str, str]]:
    return [("Reason", _REASONS[reason])] if reason in _REASONS else []


def _money(effects: Effects) -> list[tuple[str, str]]:
    rows = []
    if effects.fee is not None:
        rows.append(("Return label", f"−{effects.fee}" if effects.fee.amount else "free"))
    if effects.refund is not None:
        rows += [("Refund", f"{effects.refund} to {_to(effects)}"), ("When", str(effects.refund_when))]
    return rows


def _to(effects: Effects) -> str:
    label = effects.refund_to or ""
    return label if label.startswith("a ") or label == "PayPal" else f"your {label}"
