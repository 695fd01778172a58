"""The human side: what stands around one case. Its customer, who else is there, what it came to, and a supervisor's hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, ConfigDict, Field

from agent.incoming import clean
from api.context import ClientId, Count, PartsNow
from api.openapi import raises
from api.routes.desk import AccountNow, signed_in, unsafe
from api.views.cases import SummaryView, summary_view
from api.views.customers import AroundView, earlier_view, order_view
from api.views.people import WrapUpView
from api.views.shapes import Items
from escalation import thread
from escalation.activity import Doing
from escalation.customer import earlier_of, orders_of

router = APIRouter(prefix="/v1/desk", tags=["desk"])


class ActivityRequest(BaseModel):
    """What one is doing there. Sent again before it lapses."""

    model_config = ConfigDict(extra="forbid")
    doing: Doing
    window: ClientId


class TakeOverRequest(BaseModel):
    """The epoch that the supervisor saw, and why, for the person who has it."""

    model_config = ConfigDict(extra="forbid")
    epoch: Count = Field(ge=0, le=2**31)
    reason: Annotated[str, Field(min_length=1, max_length=2000, examples=["I know the case."])]


@router.get("/conversations/{conversation_id}/customer", dependencies=signed_in)
async def show_customer(conversation_id: UUID, parts: PartsNow) -> AroundView:
    """The customer's orders and earlier conversations. `orders` is null where the shop did not answer in time."""
    labels = {one.code: one.label for one in parts.desk.wrap_ups.wrap_ups}
    async with parts.database.reading() as session:
        conversation = await thread.find(session, conversation_id)
        earlier = await earlier_of(session, conversation, labels)
    customer_id = conversation.customer_id
    orders = await orders_of(parts.shop, customer_id) if customer_id is not None else ()
    return {
        "known": customer_id is not None,
        "level": conversation.level,
        "orders": None if orders is None else [order_view(order) for order in orders],
        "earlier": [earlier_view(one) for one in earlier],
    }


@router.post(
    "/conversations/{conversation_id}/activity", dependencies=unsafe, status_code=status.HTTP_204_NO_CONTENT
)
async def show_activity(
    conversation_id: UUID, body: ActivityRequest, account: AccountNow, parts: PartsNow
) -> None:
    """Show colleagues that one is looking at it, or writing. It passes by, and is stored nowhere."""
    await parts.activity.show(account, conversation_id, body.doing, window=body.window)


@router.post("/conversations/{conversation_id}/take-over", dependencies=unsafe, responses=raises(409))
async def take_over(
    conversation_id: UUID, body: TakeOverRequest, account: AccountNow, parts: PartsNow
) -> SummaryView:
    """A supervisor takes it from the person who has it. 409 names who has it now."""
    await parts.supervising.take_over(account, conversation_id, epoch=body.epoch, reason=clean(body.reason))
    return summary_view(await parts.cases.summary(conversation_id))


@router.get("/wrap-ups", dependencies=signed_in)
async def show_wrap_ups(parts: PartsNow) -> Items[WrapUpView]:
    """What a conversation can have come to, in the order in which it is offered."""
    return {"items": [{"code": one.code, "label": one.label} for one in parts.desk.wrap_ups.wrap_ups]}
