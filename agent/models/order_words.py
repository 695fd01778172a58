"""How the offline model words what the shop shows: an order's state, its refunds, its items."""

from collections.abc import Sequence

from agent.models.understanding import in_words
from agent.orders import Order, OrderItem, OrderStatus
from knowledge.search import Found

_STATUS = {
    OrderStatus.PENDING: "is paid and not yet packed",
    OrderStatus.PACKED: "is packed and waits for the carrier",
    OrderStatus.SHIPPED: "is on its way",
    OrderStatus.DELIVERED: "is delivered",
    OrderStatus.CANCELLED: "is cancelled",
}


def status_words(order: Order) -> str:
    words = f"Order {order.number} {_STATUS[order.status]}."
    if order.status is OrderStatus.SHIPPED and order.tracking:
        words += f" You can follow it with {order.tracking.carrier}, tracking code {order.tracking.code}: {order.tracking.url}"
    elif order.status is OrderStatus.DELIVERED and order.delivered_at:
        words += f" It arrived on {in_words(order.delivered_at)}."
    elif order.status is OrderStatus.PENDING:
        words += f" It was placed on {in_words(order.placed_at)}."
    return words


def refund_words(order: Order) -> str:
    if not order.refunds:
        return f"There is no refund for order {order.number} so far."
    rows = [f"{r.amount} to {r.to}, started on {in_words(r.at)}" for r in order.refunds]
    return f"Refunds of order {order.number}:\n\n" + "\n".join(f"- {row}" for row in rows)


def order_row(order: Order) -> str:
    items = ", ".join(pieces(item) for item in order.items)
    return f"{order.number}, placed {in_words(order.placed_at)}, {order.status}: {items}"


def pieces(item: OrderItem) -> str:
    return f"{item.quantity} × {item.name} ({item.variant})"


def source(article: str, found: Sequence[Found]) -> str:
    """The citation of the article that states the rule: a passage that is at hand, else its page."""
    for number, entry in enumerate(found, start=1):
        if entry.passage.article == article:
            return f" [{number}]"
    return f"\n\nThe rule: [{article.replace('-', ' ')}](/help/{article})"


def lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:] if not sentence.startswith(("I ", "TT-")) else sentence
