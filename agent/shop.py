"""The shop as the agent sees it: what can be read and changed for one customer.

`Shop` is the seam: the built-in demo shop implements it, a company's own shop can. Every read is bound to
a customer, and somebody else's order is answered like one that does not exist (law 9). Every write takes an
idempotency key and gives the same receipt again for the same key (law 3).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from agent.money import Money


class OrderStatus(StrEnum):
    """Where an order is. `pending` is paid and not yet packed."""

    PENDING = "pending"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PaymentKind(StrEnum):
    """How an order was paid."""

    CARD = "card"
    PAYPAL = "paypal"
    GIFT_CARD = "gift_card"


class RefundTo(StrEnum):
    """Where the money of a return goes."""

    ORIGINAL = "original"
    GIFT_CARD = "gift_card"


@dataclass(frozen=True)
class Address:
    """A delivery address. `country` is ISO 3166-1 alpha-2."""

    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True)
class Customer:
    """A customer of the shop. `tier` is the shop's own word for their standing, empty if it has none."""

    id: str
    name: str
    email: str
    phone: str
    tier: str = ""


@dataclass(frozen=True)
class PaymentMethod:
    """`label` is what the customer recognises, such as "Visa •••• 4242"; never a full number (law 10)."""

    kind: PaymentKind
    label: str


@dataclass(frozen=True)
class Tracking:
    """A parcel on its way."""

    carrier: str
    code: str
    url: str


@dataclass(frozen=True)
class Refund:
    """Money that was sent back or is promised, whoever decided it. `to` is a label such as "PayPal"."""

    amount: Money
    at: datetime
    to: str


@dataclass(frozen=True)
class OrderItem:
    """A line of an order. `returned` counts the pieces that are in a return already or came back."""

    id: str
    sku: str
    name: str
    variant: str
    category: str
    quantity: int
    unit_price: Money
    final_sale: bool
    hygiene: bool
    personalised: bool
    returned: int


@dataclass(frozen=True)
class Order:
    """An order. `total` is what was paid (items and shipping); `changes` counts address changes."""

    number: str
    customer_id: str
    status: OrderStatus
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    items: tuple[OrderItem, ...]
    shipping: Money
    total: Money
    address: Address
    payment_method: PaymentMethod
    tracking: Tracking | None
    changes: int
    refunds: tuple[Refund, ...]


@dataclass(frozen=True)
class ReturnLine:
    """So many pieces of one order item."""

    item_id: str
    quantity: int


@dataclass(frozen=True)
class ShopReceipt:
    """The shop's proof of one change. `refund` is None where no money moves."""

    idempotency_key: str
    reference: str
    order_number: str
    refund: Money | None
    at: datetime


class Shop(Protocol):
    """Errors are those of `agent.errors`. Reads raise `ShopUnavailable`. Writes raise it too (outcome unknown), or `ShopRefused` (certainly not done).

    A write is all or nothing: the change and its receipt become visible together. Amounts are handed in,
    worked out by the policy and confirmed by the customer; a shop refuses what exceeds what was paid.
    """

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        ...

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        ...

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        ...

    async def cancel_order(
        self, customer_id: str, number: str, reason: str, *, refund: Money, idempotency_key: str
    ) -> ShopReceipt:
        """Cancel a whole pending order and send `refund` back to the original payment."""
        ...

    async def change_address(
        self, customer_id: str, number: str, address: Address, *, idempotency_key: str
    ) -> ShopReceipt:
        """Send a pending order to another address."""
        ...

    async def return_items(
        self,
        customer_id: str,
        number: str,
        lines: tuple[ReturnLine, ...],
        reason: str,
        refund_to: RefundTo,
        *,
        refund: Money,
        idempotency_key: str,
    ) -> ShopReceipt:
        """Open a return for these pieces and promise `refund` for their arrival."""
        ...

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier write with this key; None if no such write happened."""
        ...
