"""A customer's orders and earlier conversations as the JSON of the desk (docs/architecture.md)."""

from typing import Annotated

from typing_extensions import TypedDict

from agent.levels import Level
from agent.orders import Order
from api.views.shapes import CaseNumber, Id, Time, in_iso, like, one_of
from escalation.customer import Earlier


class ItemView(TypedDict):
    """A line of an order. Amounts are for people."""

    name: Annotated[str, like("Merino scarf")]
    variant: Annotated[str, like("Heather")]
    quantity: Annotated[int, like(1)]
    returned: Annotated[int, like(0)]
    price: Annotated[str, like("€49.00")]


class TrackingView(TypedDict):
    """Where the parcel is followed."""

    carrier: Annotated[str, like("An Post")]
    code: Annotated[str, like("CE123456789IE")]
    url: Annotated[str | None, like("https://track.example/CE123456789IE")]
    lost: bool


class RefundView(TypedDict):
    """Money that went back."""

    amount: Annotated[str, like("€49.00")]
    at: Time
    to: Annotated[str, like("card ending in 4242")]


class OrderView(TypedDict):
    """An order as the desk sees it."""

    number: Annotated[str, like("TT-10423")]
    status: Annotated[str, like("shipped")]
    placed_at: Time
    shipped_at: Time | None
    delivered_at: Time | None
    items: list[ItemView]
    shipping: Annotated[str, like("€4.50")]
    total: Annotated[str, like("€53.50")]
    paid_with: Annotated[str, like("card ending in 4242")]
    tracking: TrackingView | None
    refunds: list[RefundView]


class EarlierView(TypedDict):
    """An earlier conversation in one line."""

    id: Id
    case_number: CaseNumber
    created_at: Time
    ended: Annotated[str | None, like("Refunded")]
    about: Annotated[str | None, like("Where is my order?")]


class AroundView(TypedDict):
    """The customer's orders and earlier conversations. `orders` is null where the shop did not answer in time."""

    known: bool
    level: Annotated[str, one_of(Level, "shop")]
    orders: list[OrderView] | None
    earlier: list[EarlierView]


def order_view(order: Order) -> OrderView:
    """An order as the desk sees it. Amounts are for people, as the customer reads them."""
    return {
        "number": order.number,
        "status": order.status,
        "placed_at": order.placed_at.isoformat(),
        "shipped_at": in_iso(order.shipped_at),
        "delivered_at": in_iso(order.delivered_at),
        "items": [
            {
                "name": item.name,
                "variant": item.variant,
                "quantity": item.quantity,
                "returned": item.returned,
                "price": str(item.unit_price),
            }
            for item in order.items
        ],
        "shipping": str(order.shipping),
        "total": str(order.total),
        "paid_with": order.payment_method.label,
        "tracking": {
            "carrier": order.tracking.carrier,
            "code": order.tracking.code,
            "url": order.tracking.url,
            "lost": order.tracking.lost,
        }
        if order.tracking
        else None,
        "refunds": [
            {"amount": str(refund.amount), "at": refund.at.isoformat(), "to": refund.to}
            for refund in order.refunds
        ],
    }


def earlier_view(earlier: Earlier) -> EarlierView:
    """An earlier conversation in one line; its transcript is read like any other's."""
    return {
        "id": str(earlier.conversation.id),
        "case_number": earlier.conversation.case_number,
        "created_at": earlier.conversation.created_at.isoformat(),
        "ended": earlier.ended,
        "about": earlier.about,
    }
