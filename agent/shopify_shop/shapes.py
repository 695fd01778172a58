"""The shapes of Shopify's answers, as far as we read them (`documents.py`). A missing field is an error, never a default."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from agent.errors import ShopUnavailable
from agent.money import Money, digits_of

T = TypeVar("T")
S = TypeVar("S", bound="Shape")
_GID = re.compile(r"gid://shopify/[A-Za-z]+/([0-9]{1,20})")


class Shape(BaseModel):
    """What all shapes share: Shopify's names in our spelling, nothing coerced, the rest ignored."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, extra="ignore", strict=True)


class Page(Shape, Generic[T]):
    """A page of a list."""

    class Info(Shape):
        """Where the next page begins."""

        has_next_page: bool
        end_cursor: str | None

    nodes: tuple[T, ...] = Field(strict=False)
    page_info: Info

    def whole(self, what: str) -> tuple[T, ...]:
        """All there is. Raises `ShopUnavailable` if there is more: a person looks at an order that long."""
        if self.page_info.has_next_page:
            raise ShopUnavailable(f"An order has more {what} than are read.")
        return self.nodes


def number_of(gid: str) -> str:
    """The number in a global id, by which storefronts and their pages know it. Raises `ShopUnavailable`."""
    match = _GID.fullmatch(gid)
    if match is None:
        raise ShopUnavailable("Shopify named something by an id that is not understood.")
    return match[1]


def gid(kind: str, number: str) -> str | None:
    """The global id of a number; None for what is no number, so that nothing else can be asked for."""
    return f"gid://shopify/{kind}/{number}" if re.fullmatch(r"[1-9][0-9]{0,19}", number, re.ASCII) else None


def money(amount: str, currency: str) -> Money:
    """An amount as Shopify writes it, in minor units: "12.5", and "1000.0" also where there is none. Raises ValueError."""
    try:
        minor = Decimal(amount).scaleb(digits_of(currency))
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    if not minor.is_finite() or minor != minor.to_integral_value():
        raise ValueError("not a whole number of minor units")
    return Money(int(minor), currency)


def decimal(amount: Money) -> str:
    """How Shopify wants an amount: "12.95"."""
    return str(Decimal(amount.amount).scaleb(-digits_of(amount.currency)))


def _presented(bag: Any) -> Any:
    """A MoneyBag in the customer's currency, in which an order is paid and refunded."""
    if not isinstance(bag, dict) or not isinstance(bag.get("presentmentMoney"), dict):
        raise ValueError("not an amount of money")  # noqa: TRY004 - pydantic turns ValueError into its own
    told = bag["presentmentMoney"]
    if not isinstance(told.get("amount"), str) or not isinstance(told.get("currencyCode"), str):
        raise ValueError("not an amount of money")  # noqa: TRY004 - as above
    return money(told["amount"], told["currencyCode"])


Amount = Annotated[Money, BeforeValidator(_presented)]
When = Annotated[AwareDatetime, Field(strict=False)]
Nodes = Annotated[tuple[T, ...], Field(strict=False)]


class AddressShape(Shape):
    """A MailingAddress."""

    name: str | None
    address1: str | None
    address2: str | None
    zip: str | None
    city: str | None
    province_code: str | None
    country_code: str | None = Field(alias="countryCodeV2")


class CustomerShape(Shape):
    """A customer."""

    class Email(Shape):
        email_address: str

    class Phone(Shape):
        phone_number: str

    id: str
    display_name: str
    default_email_address: Email | None
    default_phone_number: Phone | None
    default_address: AddressShape | None


class GrantedShape(Shape):
    """What the store lets us do."""

    class Scope(Shape):
        handle: str

    access_scopes: Nodes[Scope]


class Ref(Shape):
    """Something named by its id only."""

    id: str


class NameShape(Shape):
    """An order by its name."""

    id: str
    name: str


class LineShape(Shape):
    """A line item."""

    class Tax(Shape):
        price: Amount = Field(alias="priceSet")

    class Attribute(Shape):
        key: str

    class Product(Shape):
        id: str
        product_type: str
        tags: Nodes[str]

    id: str
    title: str
    variant_title: str | None
    quantity: int
    current_quantity: int
    is_gift_card: bool
    unit_price: Amount = Field(alias="discountedUnitPriceAfterAllDiscountsSet")
    tax_lines: Nodes[Tax]
    custom_attributes: Nodes[Attribute]
    variant: Ref | None
    product: Product | None


class PaymentShape(Shape):
    """A movement of money of a refund."""

    kind: str
    status: str
    amount: Amount = Field(alias="amountSet")


class TransactionShape(PaymentShape):
    """A movement of money of an order."""

    class Details(Shape):
        company: str | None = None
        number: str | None = None

    id: str
    gateway: str | None
    formatted_gateway: str | None
    manual_payment_gateway: bool
    parent_transaction: Ref | None
    payment_details: Details | None


class RefundShape(Shape):
    """A refund."""

    id: str
    created_at: When | None
    note: str | None
    transactions: Page[PaymentShape]


class FulfillmentShape(Shape):
    """A parcel."""

    class Tracking(Shape):
        company: str | None
        number: str | None
        url: str | None

    status: str
    created_at: When
    delivered_at: When | None
    display_status: str | None
    tracking_info: Nodes[Tracking]


class ReturnShape(Shape):
    """A return. What is not a line of our query (`{}`) is a piece that was sold without being sent."""

    class Line(Shape):
        class Sent(Shape):
            line_item: Ref

        quantity: int = 0
        refunded_quantity: int = 0
        return_reason_note: str = ""
        fulfillment_line_item: Sent | None = None

    class Refunds(Shape):
        nodes: Nodes[Ref]

    id: str
    name: str
    status: str
    created_at: When
    refunds: Refunds
    return_line_items: Page[Line]


class MetafieldShape(Shape):
    """A field of ours on an order."""

    key: str
    value: str
    compare_digest: str


class OrderShape(Shape):
    """An order with all that we know of it."""

    class Cancellation(Shape):
        staff_note: str | None

    id: str
    name: str
    created_at: When
    cancelled_at: When | None
    taxes_included: bool
    edited: bool
    customer: Ref | None
    display_fulfillment_status: str
    received: Amount = Field(alias="totalReceivedSet")
    shipping: Amount = Field(alias="totalShippingPriceSet")
    shipping_address: AddressShape | None
    cancellation: Cancellation | None
    line_items: Page[LineShape]
    transactions: Nodes[TransactionShape]
    refunds: Nodes[RefundShape]
    fulfillments: Nodes[FulfillmentShape]
    returns: Page[ReturnShape]
    metafields: Page[MetafieldShape]


class VariantShape(Shape):
    """A variant of a product."""

    class Inventory(Shape):
        tracked: bool

    id: str
    title: str
    price: str
    available_for_sale: bool
    inventory_policy: str
    sellable_online_quantity: int
    inventory_item: Inventory


class ReturnableShape(Shape):
    """What of a parcel can still be returned."""

    class Line(Shape):
        class Sent(Shape):
            id: str
            line_item: Ref

        quantity: int
        fulfillment_line_item: Sent

    class Lines(Shape):
        nodes: Nodes["ReturnableShape.Line"]

    returnable_fulfillment_line_items: Lines


def read(shape: type[S], value: Any, what: str) -> S:
    """An answer in its shape. Raises `ShopUnavailable`, which says where it is wrong and never what stood there."""
    return _checked(TypeAdapter(shape), value, what)


def read_page(shape: type[S], value: Any, what: str) -> Page[S]:
    """A page of such. Raises like `read`."""
    return _checked(TypeAdapter(Page[shape]), value, what)  # type: ignore[valid-type]


def _checked(adapter: TypeAdapter[T], value: Any, what: str) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the top"
        # Pydantic's error holds the whole answer, so it is not chained.
        raise ShopUnavailable(
            f"Shopify's answer to {what} is not understood: {first['type']} at {place}."
        ) from None
