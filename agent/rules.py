"""The shop's rules as a table: every number, every reason, and the help-centre article that states it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType

from agent.money import Money


def _eur(cents: int) -> Callable[[], Money]:
    return lambda: Money(cents, "EUR")


@dataclass(frozen=True)
class Limits:
    """Every number of the rules. Windows are days after the day of delivery, which is day 0."""

    time_zone: str = "Europe/Dublin"
    return_days: int = 30
    return_days_by_category: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"electronics": 14})
    )
    return_label: Money = field(default_factory=_eur(3_95))
    # Above these a person decides; exactly at the limit code still does.
    refund_of_a_return: Money = field(default_factory=_eur(250_00))
    refund_of_a_cancellation: Money = field(default_factory=_eur(500_00))
    refunds_of_a_customer: Money = field(default_factory=_eur(500_00))
    refunds_of_a_customer_days: int = 30
    address_changes: int = 1


LIMITS = Limits()


def policy_version(limits: Limits) -> str:
    """A short hash of the limits: another limit is another version."""
    table = {f.name: getattr(limits, f.name) for f in fields(limits)}
    return hashlib.sha256(json.dumps(table, sort_keys=True, default=_plain).encode()).hexdigest()[:12]


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


POLICY_VERSION = policy_version(LIMITS)


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


@dataclass(frozen=True)
class Rule:
    """The article that states a rule, and the rule in a sentence for the customer."""

    article: str
    says: str


RULES: Mapping[Code, Rule] = MappingProxyType(
    {
        Code.ALREADY_CANCELLED: Rule("cancel-order", "This order is already cancelled."),
        Code.TOO_LATE_TO_CANCEL: Rule(
            "cancel-order", "An order can be cancelled only while it is pending; this one is {status}."
        ),
        Code.CANCELLATION_OVER_LIMIT: Rule(
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
        Code.FAULT_NEEDS_PERSON: Rule(
            "faulty-items", "Customer service looks at this fault: repair, replacement or refund."
        ),
        Code.RETURN_OVER_LIMIT: Rule("refunds", "A person checks a refund above {limit} for one return."),
        Code.CUSTOMER_OVER_LIMIT: Rule(
            "refunds",
            "A person checks a refund when one customer's refunds exceed {limit} within {days} days.",
        ),
        Code.OTHER_CURRENCY: Rule("refunds", "A person handles refunds in {currency}."),
    }
)
