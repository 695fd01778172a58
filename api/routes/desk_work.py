"""The human side: who is there, who takes what, and passing on or putting aside what one has."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.context import Count, PartsNow, TimeInText
from api.openapi import raises
from api.routes.desk import AccountNow, noted, signed_in, unsafe
from api.views.cases import NextView, SummaryView, summary_view
from api.views.people import PersonView, PresenceView, QueuesView, person_view, queue_view
from api.views.shapes import Items
from escalation.lists import queues
from escalation.moving import MoveReason
from escalation.presence import LEASE, people_of
from escalation.records import Status

router = APIRouter(prefix="/v1/desk", tags=["desk"])


class PresenceRequest(BaseModel):
    """Whether the person takes new conversations. Sent again before the lease ends."""

    model_config = ConfigDict(extra="forbid")
    status: Status


class TransferRequest(BaseModel):
    """To which queue or to whom, and why. The note stays at the desk."""

    model_config = ConfigDict(extra="forbid")
    epoch: Count = Field(ge=0, le=2**31)
    queue: str | None = Field(None, max_length=60, examples=["orders"])
    person: UUID | None = Field(None, examples=[None])
    reason: MoveReason
    note: str = Field("", max_length=2000, examples=["The parcel is at customs."])

    @model_validator(mode="after")
    def _one_target(self) -> "TransferRequest":
        if (self.queue is None) == (self.person is None):
            raise ValueError("give either a queue or a person")
        return self


class SnoozeRequest(BaseModel):
    """Until when; null takes it up again at once."""

    model_config = ConfigDict(extra="forbid")
    until: TimeInText | None


@router.put("/presence", dependencies=unsafe)
async def set_presence(body: PresenceRequest, account: AccountNow, parts: PartsNow) -> PresenceView:
    """Say that one is there or away, and renew the lease. Whoever does not is taken for gone."""
    presence = await parts.presence.set(account, body.status)
    return {
        "status": presence.status,
        "lease_until": presence.lease_until.isoformat(),
        "renew_within": int(LEASE.total_seconds()),
    }


@router.get("/people", dependencies=signed_in)
async def show_people(parts: PartsNow) -> Items[PersonView]:
    """Everybody at the desk: who is on, and what they have in hand."""
    async with parts.database.reading() as session:
        people = await people_of(session, parts.dispatch.routing, parts.dispatch.clock())
    return {"items": [person_view(person) for person in people]}


@router.get("/queues", dependencies=signed_in)
async def show_queues(parts: PartsNow) -> QueuesView:
    """Every queue: whether it is open, who is on, and how many wait."""
    routing = parts.dispatch.routing
    async with parts.database.reading() as session:
        standing = await queues(session, routing, parts.dispatch.clock())
    return {"items": [queue_view(queue) for queue in standing], "routing_version": routing.version}


@router.post("/next", dependencies=unsafe, responses=raises(409))
async def take_next(account: AccountNow, parts: PartsNow) -> NextView:
    """Take what comes first among what one is offered; `conversation` is null where there is nothing, and `why` says why."""
    taken, why = await parts.desk.take_next(account)
    return {
        "conversation": summary_view(await parts.cases.summary(taken)) if taken else None,
        "why": why,
    }


@router.post("/conversations/{conversation_id}/transfer", dependencies=unsafe, responses=raises(409))
async def transfer(
    conversation_id: UUID, body: TransferRequest, account: AccountNow, parts: PartsNow
) -> SummaryView:
    """Pass it on to a queue or a person. 409 names the holder, or says why the person cannot take it."""
    if body.person is not None:
        await parts.moving.to_person(
            account,
            conversation_id,
            epoch=body.epoch,
            person_id=body.person,
            reason=body.reason,
            note=noted(body.note),
        )
    else:
        await parts.moving.to_queue(
            account,
            conversation_id,
            epoch=body.epoch,
            queue=body.queue or "",
            reason=body.reason,
            note=noted(body.note),
        )
    return summary_view(await parts.cases.summary(conversation_id))


@router.post("/conversations/{conversation_id}/snooze", dependencies=unsafe, responses=raises(409))
async def snooze(
    conversation_id: UUID, body: SnoozeRequest, account: AccountNow, parts: PartsNow
) -> SummaryView:
    """Put it aside until a time, or take it up again."""
    await parts.moving.snooze(account, conversation_id, until=body.until)
    return summary_view(await parts.cases.summary(conversation_id))
