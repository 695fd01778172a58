"""Tables of the demo shop. They stand for another company's system: nothing else reads or writes them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime


class ShopCustomer(SQLModel, table=True):
    """A customer."""

    __tablename__ = "shop_customer"

    id: str = Field(primary_key=True)
    name: str
    email: str = Field(unique=True)
    phone: str
    tier: str = ""
    address: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


class ShopPaymentMethod(SQLModel, table=True):
    """A payment method that a customer keeps. Only gift cards have a balance."""

    __tablename__ = "shop_payment_method"
    __table_args__ = (CheckConstraint("balance_cents >= 0", name="a_balance_is_not_negative"),)

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="shop_customer.id", index=True)
    kind: str
    label: str
    balance_cents: int | None = None
    currency: str


class ShopSubscription(SQLModel, table=True):
    """Something that renews itself until it is stopped."""

    __tablename__ = "shop_subscription"

    id: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="shop_customer.id", index=True)
    name: str
    price_cents: int
    currency: str
    next_charge: date
    renews: bool = True


class ShopVariant(SQLModel, table=True):
    """A sellable variant of a product, with its stock."""

    __tablename__ = "shop_variant"
    __table_args__ = (CheckConstraint("stock >= 0", name="stock_is_not_negative"),)

    sku: str = Field(primary_key=True)
    product: str = Field(index=True)
    name: str
    variant: str
    category: str
    price_cents: int
    currency: str
    final_sale: bool
    hygiene: bool
    stock: int


class ShopOrder(SQLModel, table=True):
    """An order. What was paid is `total_cents`, later charges included; refunds never exceed it."""

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint("refunded_cents <= total_cents", name="no_more_is_refunded_than_was_paid"),
    )

    number: str = Field(primary_key=True)
    customer_id: str = Field(foreign_key="shop_customer.id", index=True)
    status: str
    placed_at: datetime = Field(sa_type=UTCDateTime)
    shipped_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    shipping_cents: int
    total_cents: int
    refunded_cents: int = 0
    currency: str
    address: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    payment_kind: str
    payment_label: str
    payment_id: str = ""
    tracking: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    changes: int = 0
    items_changed: bool = False
    exchanges: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reshipped: bool = False


class ShopOrderItem(SQLModel, table=True):
    """A line of an order, with the price and the terms under which it was sold."""

    __tablename__ = "shop_order_item"
    __table_args__ = (
        CheckConstraint("0 <= returned AND returned <= quantity", name="returned_fits_quantity"),
    )

    id: str = Field(primary_key=True)
    order_number: str = Field(foreign_key="shop_order.number", index=True)
    position: int
    sku: str = Field(foreign_key="shop_variant.sku")
    name: str
    variant: str
    category: str
    quantity: int
    unit_price_cents: int
    final_sale: bool
    hygiene: bool
    personalised: bool
    returned: int = 0
    product: str = ""


class ShopRefund(SQLModel, table=True):
    """Money sent back or promised."""

    __tablename__ = "shop_refund"
    __table_args__ = (CheckConstraint("cents >= 0", name="a_refund_is_not_negative"),)

    id: int | None = Field(default=None, primary_key=True)
    order_number: str = Field(foreign_key="shop_order.number", index=True)
    cents: int
    to: str
    at: datetime = Field(sa_type=UTCDateTime)


class ShopEffect(SQLModel, table=True):
    """One change made, by its idempotency key, kept for ever: the primary key makes a second one impossible."""

    __tablename__ = "shop_effect"

    idempotency_key: str = Field(primary_key=True)
    request: str  # hash of what was asked for: the same key with another request is refused
    reference: str
    order_number: str | None
    refund_cents: int | None
    charge_cents: int | None = None
    currency: str
    at: datetime = Field(sa_type=UTCDateTime)
