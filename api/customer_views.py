"""A customer's orders and earlier conversations as the JSON of the desk (docs/architecture.md)."""

from typing import Any

from agent.orders import Order
from escalation.customer import Earlier

JSON = dict[str, Any]


def order_view(order: Order) -> JSON:
    """An order as the desk sees it. Amounts are for people, as the customer reads them."""
    return {
        "number": order.number,
        "status": order.status,
        "placed_at": order.placed_at.isoformat(),
        "shipped_at": order.shipped_at.isoformat() if order.shipped_at else None,
        "delivered_at": order.delivered_at.isoformat() if order.delivered_at else None,
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


def earlier_view(earlier: Earlier) -> JSON:
    """An earlier conversation in one line; its transcript is read like any other's."""
    return {
        "id": str(earlier.conversation.id),
        "case_number": earlier.conversation.case_number,
        "created_at": earlier.conversation.created_at.isoformat(),
        "ended": earlier.ended,
        "about": earlier.about,
    }
