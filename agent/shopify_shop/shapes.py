"""The shapes of Shopify's answers, as far as we read them (`documents.py`). A missing field is an error, never a default."""

from pydantic import Field

from agent.shopify_shop.wire import Amount, Nodes, Page, Shape, When


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
