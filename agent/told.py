"""What tools told, for comparison with sentences: the orders in a result, and in words what its JSON says in signs."""

import json
import re
from functools import lru_cache
from typing import Any

_WORDS_OF_STATUS = {
    "pending": "The order is pending: it is paid, not packed and not shipped yet.",
    "packed": "The order is packed and waits for the carrier, it is not shipped yet.",
    "shipped": "The order is shipped: the parcel left the warehouse and is on its way with the carrier.",
    "delivered": "The order was shipped, and the parcel is delivered.",
    "cancelled": "The order was stopped and is cancelled.",
}  # fmt: skip  # as in the article on tracking; a shop's other words stand as they are


@lru_cache(maxsize=64)
def orders_in(result: str) -> tuple[dict[str, Any], ...]:
    """The orders of a tool's result, each with `order` (its number) and `status`; empty for any other result."""
    try:
        told = json.loads(result)
    except ValueError:
        return ()
    if not isinstance(told, dict):
        return ()
    listed = told["orders"] if isinstance(told.get("orders"), list) else [told]
    return tuple(
        order for order in listed if isinstance(order, dict) and "order" in order and "status" in order
    )


def named_in(text: str, orders: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """Those of the orders whose number stands in the text."""
    return [
        order
        for order in orders
        if re.search(rf"(?<!\w){re.escape(str(order['order']))}(?!\w)", text, re.IGNORECASE)
    ]


def of_orders(result: str, sentence: str) -> str:
    """The result without the orders that a sentence does not name; the whole of it where the sentence names none.

    So that "TT-1 came to €5" is not borne out by another order's total.
    """
    orders = orders_in(result)
    named = named_in(sentence, orders)
    if not named or len(named) == len(orders):
        return result
    return json.dumps({"orders": named}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=64)
def in_words(result: str) -> str:
    """Sentences for what the JSON says by its form: how many orders there are, that none is in stock, that it renews."""
    try:
        told = json.loads(result)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    lines = []
    orders = orders_in(result)
    if isinstance(told.get("orders"), list):
        lines.append(
            f"The account has {len(orders)} orders. The latest, newest, most recent order is {orders[0]['order'] if orders else 'none'}."
        )
    lines += [_WORDS_OF_STATUS.get(str(order["status"]), "") for order in orders]
    for order in orders:
        if str(order.get("shipping", "")).strip("€£$ ") in {"0", "0.00"}:
            lines.append("Shipping was free.")
        if order.get("refunds"):
            lines.append("It was refunded.")
    for variant in _rows(told, "variants"):
        stock = variant.get("in_stock")
        lines.append(
            f"{variant.get('name')} is in stock and available: {stock} pieces left." if stock
            else f"{variant.get('name')} is not in stock at the moment, not available."
        )  # fmt: skip
    for row in _rows(told, "subscriptions"):
        renews = "renews automatically" if row.get("renews") else "does not renew"
        lines.append(f"The subscription {row.get('name')} {renews}; the next charge is on {row.get('next')}.")
    if any("balance" in row for row in _rows(told, "payment_methods")):
        lines.append("That balance is left on it.")
    return "\n".join(line for line in lines if line)


def _rows(told: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = told.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
