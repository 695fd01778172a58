"""The shop's rules as a table: every number, every reason, and the help-centre article that states it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

from agent.levels import NEEDED
from agent.money import Money


def _eur(cents: int) -> Callable[[], Money]:
    return lambda: Money(cents, "EUR")


class Code(StrEnum):
    """Why a person is needed or the answer is no."""

    ALREADY_CANCELLED = "already_cancelled"
    TOO_LATE_TO_CANCEL = "too_late_to_cancel"
    CANCELLATION_OVER_LIMIT = "cancellation_over_limit"
    TOO_LATE_FOR_ADDRESS = "too_late_for_address"
    OTHER_COUNTRY = "other_country"
    ADDRESS_ALREADY_CHANGED = "address_already_changed"
    SAME_ADDRESS = "same_address"
    NOT_DELIVERED = "not_delivered"
    WINDOW_OVER = "window_over"
    FINAL_SALE = "final_sale"
    GIFT_CARD = "gift_card"
    HYGIENE = "hygiene"
    PERSONALISED = "personalised"
    ALREADY_IN_RETURN = "already_in_return"
    MORE_THAN_BOUGHT = "more_than_bought"
    FAULT_NEEDS_PERSON = "fault_needs_person"
    RETURN_OVER_LIMIT = "return_over_limit"
    CUSTOMER_OVER_LIMIT = "customer_over_limit"
    OTHER_CURRENCY = "other_currency"
    SINGLE_ITEMS = "single_items"
    EVERY_ITEM = "every_item"
    ITEMS_ARE_FIXED = "items_are_fixed"
    PAYMENT_IS_FIXED = "payment_is_fixed"
    ITEMS_ALREADY_CHANGED = "items_already_changed"
    TOO_LATE_TO_CHANGE = "too_late_to_change"
    SAME_PAYMENT = "same_payment"
    BALANCE_TOO_LOW = "balance_too_low"
    NOT_A_REFUND_METHOD = "not_a_refund_method"
    OTHER_PRODUCT = "other_product"
    SAME_VARIANT = "same_variant"
    OUT_OF_STOCK = "out_of_stock"
    NOT_DELIVERED_FOR_EXCHANGE = "not_delivered_for_exchange"
    EXCHANGE_WINDOW_OVER = "exchange_window_over"
    NOT_EXCHANGED = "not_exchanged"
    ALREADY_EXCHANGED = "already_exchanged"
    PRICE_NOT_LOWER = "price_not_lower"
    PRICE_WINDOW_OVER = "price_window_over"
    CLAIM_WINDOW_OVER = "claim_window_over"
    PARTLY_REFUNDED = "partly_refunded"
    PARTIAL_OVER_LIMIT = "partial_over_limit"
    NOTHING_LEFT = "nothing_left"
    GOODWILL_NEEDS_PERSON = "goodwill_needs_person"
    NOT_SENT = "not_sent"
    NOT_KNOWN_LOST = "not_known_lost"
    ALREADY_RESHIPPED = "already_reshipped"
    RESHIP_OVER_LIMIT = "reship_over_limit"
    CHARGE_OVER_LIMIT = "charge_over_limit"
    DAY_OVER_LIMIT = "day_over_limit"
    TOO_MANY_CHANGES = "too_many_changes"
    ALREADY_STOPPED = "already_stopped"
    NOT_BY_CODE = "not_by_code"
    BY_PERSON = "by_person"
    IDENTITY_UNPROVEN = "identity_unproven"
    SETTLED_OTHERWISE = "settled_otherwise"


@dataclass(frozen=True)
class Limits:
    """Every number of the rules. Windows are days after the day of delivery, which is day 0."""

    time_zone: str = "Europe/Dublin"
    refused_kinds: Mapping[str, "Code"] = field(
        default_factory=lambda: MappingProxyType(
            {
                "cancel_items": Code.SINGLE_ITEMS,
                "change_items": Code.ITEMS_ARE_FIXED,
                "change_payment": Code.PAYMENT_IS_FIXED,
            }
        )
    )
    """Kinds of requests that this shop does not do at all, and the rule that says so."""
    by_person: frozenset[str] = frozenset({"exchange_items", "partial_refund", "goodwill"})
    """Kinds that a person approves each time."""
    recent_sign_in: frozenset[str] = frozenset({"change_default_address", "change_payment"})
    """Kinds by which a stolen session would do most harm: the customer must have signed in lately."""
    sign_in_minutes: int = 60
    return_days: int = 30
    return_days_by_category: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"electronics": 14})
    )
    return_days_by_country: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    return_label: Money = field(default_factory=_eur(3_95))
    new_gift_cards: bool = True
    """Refunds can go to a gift card that the customer does not have yet."""
    exchange_days: int = 30
    swaps_cost: bool = False
    """Whether a difference of price is charged or refunded when items are changed or exchanged."""
    price_drop_days: int = 14  # after the order
    missing_days: int = 14
    damage_days: int = 7
    # Above these a person decides; exactly at the limit code still does.
    refund_of_a_return: Money = field(default_factory=_eur(250_00))
    refund_of_a_cancellation: Money = field(default_factory=_eur(500_00))
    partial_refund: Money = field(default_factory=_eur(25_00))
    goodwill: Money = field(default_factory=_eur(0))
    reshipped_goods: Money = field(default_factory=_eur(150_00))
    charge: Money = field(default_factory=_eur(250_00))
    refunds_of_a_customer: Money = field(default_factory=_eur(500_00))
    refunds_of_a_customer_days: int = 30
    refunds_of_a_day: Money = field(default_factory=_eur(10_000_00))
    """Of all customers together, within 24 hours."""
    changes_of_a_customer_a_day: int = 12
    address_changes: int = 1
    same_country_only: bool = True
    goodwill_days: int = 183


LIMITS = Limits()


def policy_version(limits: Limits) -> str:
    """A short hash of the limits and of what each level of identity is enough for: another figure is another version."""
    table = {f.name: getattr(limits, f.name) for f in fields(limits)} | {"needed": NEEDED}
    return hashlib.sha256(json.dumps(table, sort_keys=True, default=_plain).encode()).hexdigest()[:12]


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(value) if isinstance(value, frozenset) else str(value)


POLICY_VERSION = policy_version(LIMITS)


@dataclass(frozen=True)
class Rule:
    """The article that states a rule, and the rule in a sentence for the customer. Of rules that call for a person:
    whether their approval lets code go on, or they have to do it themselves.
    """

    article: str
    says: str
    approvable: bool = False


def _to_approve(article: str, says: str) -> Rule:
    return Rule(article, says, approvable=True)


RULES: Mapping[Code, Rule] = MappingProxyType(
    {
        Code.ALREADY_CANCELLED: Rule("cancel-order", "This order is already cancelled."),
        Code.TOO_LATE_TO_CANCEL: Rule(
            "cancel-order", "An order can be cancelled only while it is pending; this one is {status}."
        ),
        Code.CANCELLATION_OVER_LIMIT: _to_approve(
            "cancel-order", "A person must approve the cancellation of an order over {limit}."
        ),
        Code.TOO_LATE_FOR_ADDRESS: Rule(
            "change-delivery-address",
            "The delivery address can be changed only while the order is pending; this one is {status}.",
        ),
        Code.OTHER_COUNTRY: Rule(
            "change-delivery-address",
            "The new address must be in the same country as the old one ({country}).",
        ),
        Code.ADDRESS_ALREADY_CHANGED: Rule(
            "change-delivery-address",
            "The delivery address of an order can be changed once, and it has been.",
        ),
        Code.SAME_ADDRESS: Rule("change-delivery-address", "The order already goes to this address."),
        Code.NOT_DELIVERED: Rule("returns", "Only delivered orders can be returned; this one is {status}."),
        Code.WINDOW_OVER: Rule(
            "returns", "{item} could be returned within {days} days of delivery, until {last_day}."
        ),
        Code.FINAL_SALE: Rule("return-exceptions", "{item} was a final-sale item and cannot be returned."),
        Code.GIFT_CARD: Rule("return-exceptions", "Gift cards cannot be returned."),
        Code.HYGIENE: Rule(
            "return-exceptions", "{item} is a hygiene item and cannot be returned unless it is faulty."
        ),
        Code.PERSONALISED: Rule("return-exceptions", "{item} was personalised and cannot be returned."),
        Code.ALREADY_IN_RETURN: Rule("returns", "{item} is in a return already."),
        Code.MORE_THAN_BOUGHT: Rule("returns", "Only {left} of {item} can still be returned."),
        Code.FAULT_NEEDS_PERSON: _to_approve(
            "faulty-items", "Customer service looks at this fault: repair, replacement or refund."
        ),
        Code.RETURN_OVER_LIMIT: _to_approve(
            "refunds", "A person checks a refund above {limit} for one return."
        ),
        Code.CUSTOMER_OVER_LIMIT: _to_approve(
            "refunds",
            "A person checks a refund when one customer's refunds exceed {limit} within {days} days.",
        ),
        Code.OTHER_CURRENCY: Rule("refunds", "A person handles refunds in {currency}."),
        Code.SINGLE_ITEMS: Rule(
            "cancel-order", "Only the whole order can be cancelled, not single items of it."
        ),
        Code.EVERY_ITEM: Rule("cancel-order", "That is every item; cancel the whole order instead."),
        Code.ITEMS_ARE_FIXED: Rule("cancel-order", "The items of a placed order cannot be changed."),
        Code.PAYMENT_IS_FIXED: Rule(
            "payment-methods",
            "The payment is taken when the order is placed and cannot be changed afterwards.",
        ),
        Code.ITEMS_ALREADY_CHANGED: Rule(
            "cancel-order",
            "The items of this order have been changed, so nothing else can be changed any more.",
        ),
        Code.TOO_LATE_TO_CHANGE: Rule(
            "cancel-order", "An order can be changed only while it is pending; this one is {status}."
        ),
        Code.SAME_PAYMENT: Rule("payment-methods", "The order is paid with this already."),
        Code.BALANCE_TOO_LOW: Rule("gift-cards", "The balance of this gift card is lower than {amount}."),
        Code.NOT_A_REFUND_METHOD: Rule(
            "refunds", "A refund goes to the original payment or to a gift card, nowhere else."
        ),
        Code.OTHER_PRODUCT: Rule(
            "exchanges", "An item can be changed for another option of the same product only, not for {item}."
        ),
        Code.SAME_VARIANT: Rule("exchanges", "{item} is what was ordered; another option has to be chosen."),
        Code.OUT_OF_STOCK: Rule("exchanges", "{item} is sold out at the moment."),
        Code.NOT_DELIVERED_FOR_EXCHANGE: Rule(
            "exchanges", "Only delivered orders can be exchanged; this one is {status}."
        ),
        Code.EXCHANGE_WINDOW_OVER: Rule(
            "exchanges", "An exchange can be requested within {days} days of delivery, until {last_day}."
        ),
        Code.NOT_EXCHANGED: Rule(
            "exchanges",
            "Final-sale items, personalised items, gift cards and hygiene items are not exchanged.",
        ),
        Code.ALREADY_EXCHANGED: Rule("exchanges", "An exchange was requested for this order already."),
        Code.PRICE_NOT_LOWER: Rule("price-adjustment", "{item} costs no less today than was paid."),
        Code.PRICE_WINDOW_OVER: Rule(
            "price-adjustment",
            "A lower price is paid back within {days} days of the order, until {last_day}.",
        ),
        Code.CLAIM_WINDOW_OVER: Rule(
            "damaged-parcel", "This had to be reported within {days} days of delivery, until {last_day}."
        ),
        Code.PARTLY_REFUNDED: Rule("refunds", "Part of the price of this order was paid back already."),
        Code.PARTIAL_OVER_LIMIT: _to_approve("damaged-parcel", "A person checks a claim above {limit}."),
        Code.NOTHING_LEFT: Rule(
            "refunds", "No more than was paid can be sent back; {left} of this order is left."
        ),
        Code.GOODWILL_NEEDS_PERSON: _to_approve("complaints", "A person decides about this."),
        Code.NOT_SENT: Rule("lost-parcel", "This order has not been sent; it is {status}."),
        Code.NOT_KNOWN_LOST: _to_approve(
            "lost-parcel", "Customer service first has the carrier search for the parcel."
        ),
        Code.ALREADY_RESHIPPED: _to_approve(
            "lost-parcel", "This order was sent again already; a person looks at it."
        ),
        Code.RESHIP_OVER_LIMIT: _to_approve(
            "lost-parcel", "A person decides about a new parcel worth more than {limit}."
        ),
        Code.CHARGE_OVER_LIMIT: _to_approve("payment-methods", "A person handles a payment above {limit}."),
        Code.DAY_OVER_LIMIT: _to_approve("refunds", "A person checks this refund."),
        Code.TOO_MANY_CHANGES: _to_approve("contact", "A person looks after further changes today."),
        Code.NOT_BY_CODE: Rule("ai-assistant", "A person does this for you."),
        Code.IDENTITY_UNPROVEN: _to_approve("ai-assistant", "A person makes sure who asks for this."),
        Code.BY_PERSON: _to_approve("ai-assistant", "A person looks at this and decides."),
        Code.SETTLED_OTHERWISE: _to_approve(
            "refunds", "Something was paid back or sent again for this order before, so a person looks at it."
        ),
        Code.ALREADY_STOPPED: Rule("sock-club", "{name} does not renew itself any more."),
    }
)
