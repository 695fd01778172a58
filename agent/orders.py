"""Orders, customers and goods as the agent sees them, whichever shop they come from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from agent.money import Money, total


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
    """A delivery address. `country` is ISO 3166-1 alpha-2; `state` where the country's post wants one."""

    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    country: str
    state: str = ""


@dataclass(frozen=True)
class PaymentMethod:
    """`label` is what the customer recognises, such as "Visa •••• 4242"; never a full number (law 10).

    `id` is the shop's own name for it, empty where the shop keeps none. `balance` is what a gift card still holds, if
    the shop tells.
    """

    kind: PaymentKind
    label: str
    id: str = ""
    balance: Money | None = None


@dataclass(frozen=True)
class Subscription:
    """Something that comes again until it is stopped. `next_charge` is the day of the next payment."""

    id: str
    name: str
    price: Money
    next_charge: date
    renews: bool = True


@dataclass(frozen=True)
class Customer:
    """A customer of the shop. `tier` is the shop's own word for their standing, empty if it has none.

    `address` is where new orders go, `payment_methods` what is kept for them.
    """

    id: str
    name: str
    email: str
    phone: str
    tier: str = ""
    address: Address | None = None
    payment_methods: tuple[PaymentMethod, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True)
class Variant:
    """One sellable form of a product. `stock` is how many can be had now."""

    sku: str
    product: str
    name: str
    variant: str
    price: Money
    stock: int


@dataclass(frozen=True)
class Tracking:
    """A parcel on its way. `lost`: the carrier has searched for it in vain."""

    carrier: str
    code: str
    url: str
    lost: bool = False


@dataclass(frozen=True)
class Refund:
    """Money that was sent back or is promised, whoever decided it. `to` is a label such as "PayPal"."""

    amount: Money
    at: datetime
    to: str


@dataclass(frozen=True)
class OrderItem:
    """A line of an order. `returned` counts the pieces that came back, are in a return or in an exchange already,
    `product` names what all variants of it share.
    """

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
    product: str = ""


@dataclass(frozen=True)
class Order:
    """An order. `total` is what was paid (items and shipping). `changes` counts address changes; `items_changed`,
    `exchanged` and `reshipped` tell what can be done only once.
    """

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
    items_changed: bool = False
    exchanged: bool = False
    reshipped: bool = False

    @property
    def refunded(self) -> Money:
        """All that was sent back or is promised."""
        return total((refund.amount for refund in self.refunds), self.total.currency)

    @property
    def left(self) -> Money:
        """What was paid and can still be sent back."""
        return self.total - self.refunded


@dataclass(frozen=True)
class ReturnLine:
    """So many pieces of one order item."""

    item_id: str
    quantity: int


@dataclass(frozen=True)
class Swap:
    """So many pieces of one order item for another variant (`sku`) of the same product."""

    item_id: str
    sku: str
    quantity: int = 1
