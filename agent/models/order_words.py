"""How the offline model words what the shop shows: an order's state, its refunds, the account, items."""

from collections.abc import Iterable, Sequence

from agent.addresses import one_line
from agent.models.understanding import in_words
from agent.orders import Customer, Order, OrderItem, OrderStatus, PaymentKind, PaymentMethod, Variant
from agent.wording import overlap
from knowledge.search import Found

SPEAKS_OF_IT = 0.25  # share of a rule's words; a passage of its article on something else has hardly any
_STATUS = {
    OrderStatus.PENDING: "is paid and not yet packed",
    OrderStatus.PACKED: "is packed and waits for the carrier",
    OrderStatus.SHIPPED: "is on its way",
    OrderStatus.DELIVERED: "is delivered",
    OrderStatus.CANCELLED: "is cancelled",
}


def rows(lines: Iterable[str]) -> str:
    """A list below a sentence."""
    return "".join(f"{'' if number else chr(10)}\n- {line}" for number, line in enumerate(lines))


# --- orders ----------------------------------------------------------------------------------------------------


def status_words(order: Order) -> str:
    """Where an order is."""
    words = f"Order {order.number} {_STATUS[order.status]}."
    if order.status is OrderStatus.SHIPPED and order.tracking:
        code = f"[{order.tracking.code}]({order.tracking.url})" if order.tracking.url else order.tracking.code
        words += f" You can follow it with {order.tracking.carrier}, tracking code {code}."
    elif order.status is OrderStatus.DELIVERED and order.delivered_at:
        words += f" It arrived on {in_words(order.delivered_at)}."
    elif order.status is OrderStatus.PENDING:
        words += f" It was placed on {in_words(order.placed_at)}."
    if order.reshipped:
        words += "\n\nIts parcel was lost, so the order was sent again, free of charge."
    elif order.tracking and order.tracking.lost:
        words += "\n\nThe carrier has searched for this parcel and not found it. Write “send it again” to have it sent anew."
    return words


def refund_words(order: Order) -> str:
    """What has been paid back for an order."""
    if not order.refunds:
        return f"There is no refund for order {order.number} so far."
    paid = [f"{r.amount} to {r.to}, started on {in_words(r.at)}" for r in order.refunds]
    return f"Refunds of order {order.number}:" + rows(paid)


def order_rows(orders: Sequence[Order]) -> str:
    """A list of orders to choose from."""
    return rows(
        f"{order.number}, placed {in_words(order.placed_at)}, {order.status}: "
        + ", ".join(pieces(item) for item in order.items)
        for order in orders
    )


def orders_words(orders: Sequence[Order]) -> str:
    """All orders."""
    return f"Your orders, newest first:{order_rows(orders)}"


def pieces(item: OrderItem) -> str:
    """Such as "2 × Fleece (M Moss)": what is left of it with the customer."""
    return f"{item.quantity - item.returned or item.quantity} × {item.name} ({item.variant})"


def option_row(option: Variant, item: OrderItem) -> str:
    """Another option of an item, with its price where that is another."""
    price = "" if option.price == item.unit_price else f", {option.price}"
    return f"{option.variant}{price}{'' if option.stock else ' (sold out)'}"


# --- the account -----------------------------------------------------------------------------------------------


def address_words(customer: Customer) -> str:
    """Where future orders go."""
    if customer.address is None:
        return "There is no address in your account yet."
    return f"New orders go to {one_line(customer.address)}. An order that is already placed may go elsewhere."


def methods_words(customer: Customer) -> str:
    """What the shop keeps to pay with."""
    if not customer.payment_methods:
        return "There is no payment method in your account."
    kept = (
        m.label + (f", balance {m.balance}" if m.balance is not None else "")
        for m in customer.payment_methods
    )
    return f"Payment methods in your account:{rows(kept)}"


def subscriptions_words(customer: Customer) -> str:
    """What comes again."""
    if not customer.subscriptions:
        return "There is no subscription in your account."
    return "Subscriptions in your account:" + rows(
        f"{s.name}, {s.price}: "
        + (f"next payment on {in_words(s.next_charge)}" if s.renews else "stopped, it does not renew itself")
        for s in customer.subscriptions
    )


def gift_cards(customer: Customer) -> list[PaymentMethod]:
    """The customer's own gift cards."""
    return [method for method in customer.payment_methods if method.kind is PaymentKind.GIFT_CARD]


# --- sentences -------------------------------------------------------------------------------------------------


def source(article: str, rule: str, found: Sequence[Found]) -> str:
    """The citation of the article that states a rule: the passage at hand that speaks of it, else the article's page."""
    for number, entry in enumerate(found, start=1):
        if entry.passage.article == article and overlap(rule, entry.passage.text) >= SPEAKS_OF_IT:
            return f" [{number}]"
    return f"\n\nThe rule: [{article.replace('-', ' ').capitalize()}](/help/{article})"


def lower(sentence: str) -> str:
    """The same words in the middle of a sentence."""
    return sentence[:1].lower() + sentence[1:] if not sentence.startswith(("I ", "TT-")) else sentence
