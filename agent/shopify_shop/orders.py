"""From Shopify's answers to what the agent works with."""

from agent.actions import normalised_number
from agent.cases import GIFT_CARDS
from agent.errors import ShopUnavailable
from agent.money import Money, total
from agent.orders import (
    Address,
    Customer,
    Order,
    OrderItem,
    OrderStatus,
    PaymentKind,
    PaymentMethod,
    Refund,
    Tracking,
    Variant,
)
from agent.shopify_shop.marks import PREFIX_DONE, Mark, claim_of, mark_in
from agent.shopify_shop.shapes import (
    AddressShape,
    CustomerShape,
    LineShape,
    OrderShape,
    RefundShape,
    ReturnShape,
    TransactionShape,
    VariantShape,
)
from agent.shopify_shop.wire import money, number_of

PAID = ("SALE", "CAPTURE")
_LOST = ("FAILURE", "ERROR")  # a movement of money that did not happen
_GONE = ("CANCELED", "DECLINED")  # a return that is none any more
_PENDING = ("UNFULFILLED", "OPEN", "ON_HOLD", "SCHEDULED")
_SENT = ("FULFILLED", "PARTIALLY_FULFILLED")
_MANY = 1_000  # of what is sold without being counted
# Tags of a product by which the shop says what cannot come back; Shopify has no fields for it.
FINAL_SALE, HYGIENE, PERSONALISED = "final-sale", "hygiene", "personalised"


def customer_of(shape: CustomerShape) -> Customer:
    """The customer. Shopify shows an app no kept payment methods without a special permission, so there are none."""
    return Customer(
        id=number_of(shape.id),
        name=shape.display_name,
        email=shape.default_email_address.email_address if shape.default_email_address else "",
        phone=shape.default_phone_number.phone_number if shape.default_phone_number else "",
        address=address_of(shape.default_address) if shape.default_address else None,
    )


def address_of(shape: AddressShape | None) -> Address:
    """An address; all empty where an order is not sent anywhere."""
    if shape is None:
        return Address("", "", "", "", "", "")
    return Address(
        name=shape.name or "",
        line1=shape.address1 or "",
        line2=shape.address2 or "",
        postcode=shape.zip or "",
        city=shape.city or "",
        country=shape.country_code or "",
        state=shape.province_code or "",
    )


def variant_of(shape: VariantShape, product: str, title: str, currency: str) -> Variant:
    """A variant, in the shop's own currency."""
    counted = shape.inventory_item.tracked and shape.inventory_policy == "DENY"
    stock = max(shape.sellable_online_quantity, 0) if counted else _MANY
    return Variant(
        sku=number_of(shape.id),
        product=product,
        name=title,
        variant=shape.title,
        price=money(shape.price, currency),
        stock=stock if shape.available_for_sale else 0,
    )


def order_of(shape: OrderShape, lines: tuple[LineShape, ...], customer_id: str) -> Order:
    """The order, in the currency that the customer paid in. Raises `ShopUnavailable` for one that has two."""
    status = _status(shape)
    parcels = [parcel for parcel in shape.fulfillments if parcel.status == "SUCCESS"]
    delivered = [parcel.delivered_at for parcel in parcels if parcel.delivered_at]
    back = _coming_back(shape)
    order = Order(
        number=normalised_number(shape.name),
        customer_id=customer_id,
        status=status,
        placed_at=shape.created_at,
        shipped_at=min((parcel.created_at for parcel in parcels), default=None),
        delivered_at=max(delivered) if status is OrderStatus.DELIVERED and delivered else None,
        items=tuple(_item(line, back.get(line.id, 0), taxed=not shape.taxes_included) for line in lines),
        shipping=shape.shipping,
        total=shape.received,
        address=address_of(shape.shipping_address),
        payment_method=_method(shape),
        tracking=_tracking(shape),
        changes=sum(field.key.startswith(PREFIX_DONE) for field in shape.metafields.whole("fields")),
        refunds=refunds_of(shape),
        items_changed=shape.edited,
    )
    told = [
        m.currency
        for m in (order.shipping, *(i.unit_price for i in order.items), *(r.amount for r in order.refunds))
    ]
    if set(told) - {order.total.currency}:
        raise ShopUnavailable("An order has amounts in two currencies.")
    return order


def refunded(refund: RefundShape) -> list[Money]:
    """The movements of money of a refund that happened or are on their way."""
    parts = refund.transactions.whole("movements of a refund")
    return [part.amount for part in parts if part.kind == "REFUND" and part.status not in _LOST]


def refunds_of(shape: OrderShape) -> tuple[Refund, ...]:
    """What went back, and what our own open returns promise for when the parcel has arrived."""
    label = _method(shape).label
    currency = shape.received.currency
    made = [
        Refund(amount, refund.created_at or shape.created_at, label)
        for refund in shape.refunds
        if (amount := total(refunded(refund), currency)).amount
    ]
    promised = [
        Refund(claim.refund, each.created_at, label)
        for each in shape.returns.whole("returns")
        if each.status not in _GONE
        and not each.refunds.nodes
        and (mark := mark_of(each)) is not None
        and (claim := claim_of(shape, mark.key)) is not None
        and claim.refund is not None
    ]
    return (*made, *promised)


def mark_of(shape: ReturnShape) -> Mark | None:
    """Our mark on a return."""
    notes = (line.return_reason_note for line in shape.return_line_items.whole("pieces in a return"))
    return next((mark for note in notes if (mark := mark_in(note))), None)


def left_to_refund(shape: OrderShape) -> list[tuple[TransactionShape, Money]]:
    """The payments of an order with what can still be sent back of each, the oldest first."""
    found = []
    for paid in shape.transactions:
        if paid.kind in PAID and paid.status == "SUCCESS":
            back = (
                each.amount
                for each in shape.transactions
                if each.kind == "REFUND"
                and each.status not in _LOST
                and each.parent_transaction is not None
                and each.parent_transaction.id == paid.id
            )
            found.append((paid, paid.amount - total(back, paid.amount.currency)))
    return found


def _status(shape: OrderShape) -> OrderStatus:
    parcels = [parcel for parcel in shape.fulfillments if parcel.status == "SUCCESS"]
    if shape.cancelled_at is not None:
        return OrderStatus.CANCELLED
    if shape.display_fulfillment_status in _PENDING:
        return OrderStatus.PENDING
    if shape.display_fulfillment_status not in _SENT:
        return (
            OrderStatus.PACKED
        )  # somebody works on it, or a status that we do not know: nothing can be undone by code
    there = bool(parcels) and all(
        parcel.delivered_at or parcel.display_status == "DELIVERED" for parcel in parcels
    )
    whole = shape.display_fulfillment_status == "FULFILLED"
    return OrderStatus.DELIVERED if there and whole else OrderStatus.SHIPPED


def _item(line: LineShape, coming_back: int, *, taxed: bool) -> OrderItem:
    """A line. Where prices are without tax, the tax of one piece is added: it was paid and goes back with it."""
    price = line.unit_price
    if taxed and line.quantity:
        tax = total((each.price for each in line.tax_lines), price.currency)
        price += Money(tax.amount // line.quantity, price.currency)
    tags = {tag.strip().lower() for tag in line.product.tags} if line.product else set()
    made_for_one = any(not attribute.key.startswith("_") for attribute in line.custom_attributes)
    return OrderItem(
        id=number_of(line.id),
        sku=number_of(line.variant.id) if line.variant else "",
        name=line.title,
        variant=line.variant_title or "",
        category=GIFT_CARDS
        if line.is_gift_card
        else (line.product.product_type.lower() if line.product else ""),
        quantity=line.quantity,
        unit_price=price,
        final_sale=FINAL_SALE in tags,
        hygiene=HYGIENE in tags,
        personalised=PERSONALISED in tags or made_for_one,
        returned=min(line.quantity, line.quantity - line.current_quantity + coming_back),
        product=number_of(line.product.id) if line.product else "",
    )


def _coming_back(shape: OrderShape) -> dict[str, int]:
    """By line, the pieces in a return that are not refunded yet; those that are count as gone at the line itself."""
    pieces: dict[str, int] = {}
    for each in shape.returns.whole("returns"):
        if each.status not in _GONE:
            for line in each.return_line_items.whole("pieces in a return"):
                if line.fulfillment_line_item is not None:
                    of = line.fulfillment_line_item.line_item.id
                    pieces[of] = pieces.get(of, 0) + line.quantity - line.refunded_quantity
    return pieces


def _method(shape: OrderShape) -> PaymentMethod:
    """How it was paid: the first payment that went through. Its id is that payment's, in this order only."""
    paid = next((t for t in shape.transactions if t.kind in PAID and t.status == "SUCCESS"), None)
    if paid is None:
        return PaymentMethod(PaymentKind.CARD, "not paid yet")
    gateway, card = paid.gateway or "", paid.payment_details
    kind = PaymentKind.CARD
    if "gift_card" in gateway:
        kind = PaymentKind.GIFT_CARD
    elif "paypal" in gateway:
        kind = PaymentKind.PAYPAL
    label = paid.formatted_gateway or gateway or "your payment"
    if card is not None and card.company and card.number and card.number[-4:].isdecimal():
        label = f"{card.company} •••• {card.number[-4:]}"
    return PaymentMethod(kind, label, number_of(paid.id))


def _tracking(shape: OrderShape) -> Tracking | None:
    last = next((p for p in reversed(shape.fulfillments) if p.status == "SUCCESS" and p.tracking_info), None)
    if last is None:
        return None
    info = last.tracking_info[0]
    return Tracking(info.company or "", info.number or "", info.url or "")
