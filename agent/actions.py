"""What a customer can ask to have changed: typed requests, without amounts (law 1)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from agent.shop import Address, RefundTo, ReturnLine


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


ORDER_NUMBER = r"[A-Z0-9][A-Z0-9-]{0,31}"
OrderNumber = Annotated[str, StringConstraints(pattern=f"^{ORDER_NUMBER}$")]


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    order: OrderNumber


class CancelOrder(_Action):
    """Cancel a whole order."""

    kind: Literal["cancel_order"] = "cancel_order"
    reason: CancelReason | None = None


class ChangeAddress(_Action):
    """Send an order to another address."""

    kind: Literal["change_address"] = "change_address"
    address: Address


class ReturnItems(_Action):
    """Return pieces of an order."""

    kind: Literal["return_items"] = "return_items"
    lines: tuple[ReturnLine, ...] = Field(max_length=50)
    reason: ReturnReason = ReturnReason.NONE_GIVEN
    refund_to: RefundTo | None = None


Action = Annotated[CancelOrder | ChangeAddress | ReturnItems, Field(discriminator="kind")]
ACTION: TypeAdapter[CancelOrder | ChangeAddress | ReturnItems] = TypeAdapter(Action)
