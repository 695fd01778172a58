"""What a customer can ask to have done: typed requests, without amounts that count (law 1).

One class for each kind. Its fields are what a tool takes and what a proposal binds; what is `None` was not said. What
becomes of a request is told by its entry in `agent/changes`.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    WithJsonSchema,
)

from agent.addresses import normalised
from agent.orders import Address, ReturnLine, Swap

_E = TypeVar("_E", bound=StrEnum)


class CancelReason(StrEnum):
    """The two reasons for which an order is cancelled."""

    NO_LONGER_NEEDED = "no_longer_needed"
    ORDERED_BY_MISTAKE = "ordered_by_mistake"


class ReturnReason(StrEnum):
    """Why something comes back. None has to be given; only `faulty` changes the rules."""

    NONE_GIVEN = "none_given"
    DOES_NOT_FIT = "does_not_fit"
    CHANGED_MY_MIND = "changed_my_mind"
    FAULTY = "faulty"


class PartialReason(StrEnum):
    """Why part of the price goes back while the goods stay."""

    PRICE_DROPPED = "price_dropped"
    MISSING = "missing"
    DAMAGED = "damaged"


class GoodwillReason(StrEnum):
    """What went wrong beyond what the rules put right anyway."""

    LATE_DELIVERY = "late_delivery"
    FAILED_REPAIR = "failed_repair"
    WRONG_PROMISE = "wrong_promise"


def normalised_number(text: str) -> str:
    """An order number as typed, in the shop's form: NFKC, no spaces or invisible characters, upper case."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in plain if not c.isspace() and not unicodedata.category(c).startswith("C"))
    return re.sub(r"[\u2010-\u2015\u2212]", "-", kept).upper().lstrip("#")


def _number(value: Any) -> Any:
    return normalised_number(value) if isinstance(value, str) else value


def _choice(choices: type[_E]) -> BeforeValidator:
    """A choice that was named in any case, with spaces or underlines; nothing said is None."""

    def chosen(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        said = value.strip().lower().replace(" ", "_").replace("-", "_")
        if not said:
            return None
        if said not in set(choices):
            raise ValueError(f"Choose one of: {', '.join(choices)}. Or leave it out.")
        return choices(said)

    return BeforeValidator(chosen)


OrderNumber = Annotated[
    str,
    Field(max_length=64, description="Like TT-10000"),
    BeforeValidator(_number),
]
_Lines = Annotated[
    tuple[ReturnLine, ...],
    Field(
        max_length=50,
        strict=False,
        description="Item ids from show_order",
    ),
]
_Swaps = Annotated[
    tuple[Swap, ...],
    Field(
        max_length=50,
        strict=False,
        description="Item ids from show_order, skus from show_variants",
    ),
]


def _whole(value: Any) -> Any:
    """What of an address was not said is empty, so that the policy can ask for it."""
    return dict.fromkeys(_ADDRESS, "") | value if isinstance(value, dict) else value


_ADDRESS = {
    "name": "Recipient",
    "line1": "Street and house number",
    "line2": "Flat, building, company; may be empty",
    "postcode": "",
    "city": "",
    "state": "Where the country has states",
    "country": "Two-letter code or name",
}
_Address = Annotated[
    Address,
    BeforeValidator(_whole),
    AfterValidator(normalised),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {name: {"type": "string", "description": says} for name, says in _ADDRESS.items()},
            "description": "Only what the customer said",
        }
    ),
]
_Method = Annotated[
    str | None,
    Field(max_length=64, description="Id from show_account"),
]


class Action(BaseModel):
    """What all requests share. Frozen and strict: what was confirmed is what is done."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    kind: str

    @property
    def about(self) -> str | None:
        """The number of the order that it is about, if it is about one."""
        return None


class OrderAction(Action):
    """A request about one order."""

    order: OrderNumber

    @property
    def about(self) -> str | None:
        """The number of the order."""
        return self.order


class CancelOrder(OrderAction):
    """Cancel a whole order."""

    kind: Literal["cancel_order"] = "cancel_order"
    reason: Annotated[CancelReason | None, _choice(CancelReason)] = Field(
        None, description="Omit if not said"
    )


class CancelItems(OrderAction):
    """Cancel some items of an order, while the rest is sent."""

    kind: Literal["cancel_items"] = "cancel_items"
    lines: _Lines = ()
    reason: Annotated[CancelReason | None, _choice(CancelReason)] = Field(
        None, description="Omit if not said"
    )


class ChangeAddress(OrderAction):
    """Send an order to another address."""

    kind: Literal["change_address"] = "change_address"
    address: _Address = Address("", "", "", "", "", "")


class ChangePayment(OrderAction):
    """Pay an order that is not packed in another way."""

    kind: Literal["change_payment"] = "change_payment"
    method: _Method = None


class ChangeItems(OrderAction):
    """Change size, colour or another option of items that are not packed."""

    kind: Literal["change_items"] = "change_items"
    swaps: _Swaps = ()
    method: _Method = None


class ReturnItems(OrderAction):
    """Return pieces of a delivered order."""

    kind: Literal["return_items"] = "return_items"
    lines: _Lines = ()
    reason: Annotated[ReturnReason | None, _choice(ReturnReason)] = Field(
        None, description="None need be given"
    )
    refund_to: str | None = Field(
        None,
        max_length=64,
        description="original, gift_card, or an id from show_account",
    )


class ExchangeItems(OrderAction):
    """Exchange delivered pieces for another size, colour or option."""

    kind: Literal["exchange_items"] = "exchange_items"
    swaps: _Swaps = ()
    method: _Method = None


class PartialRefund(OrderAction):
    """Send part of the price back while the goods stay. The shop works out how much."""

    kind: Literal["partial_refund"] = "partial_refund"
    lines: _Lines = ()
    reason: Annotated[PartialReason | None, _choice(PartialReason)] = Field(
        None, description="Omit if not said"
    )


class Goodwill(OrderAction):
    """A sum on a gift card for trouble that nothing else puts right."""

    kind: Literal["goodwill"] = "goodwill"
    amount: str | None = Field(None, max_length=16, description='A wish, like "10.00"')
    reason: Annotated[GoodwillReason | None, _choice(GoodwillReason)] = Field(
        None, description="Omit if not said"
    )


class Reship(OrderAction):
    """Send a lost parcel again, free of charge."""

    kind: Literal["reship"] = "reship"


class ChangeDefaultAddress(Action):
    """Send future orders to another address."""

    kind: Literal["change_default_address"] = "change_default_address"
    address: _Address = Address("", "", "", "", "", "")


class StopRenewal(Action):
    """Let a subscription end instead of renewing itself."""

    kind: Literal["stop_renewal"] = "stop_renewal"
    subscription: str | None = Field(None, max_length=64, description="Id from show_account")


AnyAction = Annotated[
    CancelOrder
    | CancelItems
    | ChangeAddress
    | ChangePayment
    | ChangeItems
    | ReturnItems
    | ExchangeItems
    | PartialRefund
    | Goodwill
    | Reship
    | ChangeDefaultAddress
    | StopRenewal,
    Field(discriminator="kind"),
]
ACTION: TypeAdapter[Action] = TypeAdapter(AnyAction)
