"""The customer's side: conversations, messages, proposals."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import select
from sse_starlette import EventSourceResponse

from agent.records import Audience, Conversation, Message, Proposal
from api.context import ClientId, Count, Cursor, Flag, IdempotencyKey, Language, PartsNow, id_under
from api.openapi import raises, repeated, streamed
from api.pace import keep_pace
from api.routes.sessions import LeaseNow, OwnerNow, caller_of
from api.streams import CUSTOMER_STREAM, customer_stream, last_event_id
from api.views.briefings import BriefingView, briefing_view
from api.views.conversations import (
    AskingView,
    AskView,
    ConversationView,
    CorrectedView,
    RatingView,
    SentView,
    WholeConversationView,
    conversation_view,
    rating_view,
    whole_conversation_view,
)
from api.views.messages import ProposalView, customer_message_views, customer_proposal_view, message_view
from api.views.shapes import Page
from escalation.after.ratings import Said
from escalation.assembly import Parts
from escalation.attachments.sending import MOST_A_MESSAGE
from escalation.shop_pages import ShopPage

router = APIRouter(prefix="/v1", tags=["customer"])

MAX_WAIT = 60.0  # seconds that `Prefer: wait` may ask for
PAGE = 20


class Written(BaseModel):
    """What a customer writes. `client_id` is the sender's own id for it: sent again, it is one message."""

    model_config = ConfigDict(extra="forbid")
    client_id: ClientId
    text: str = Field(examples=["How long can I return it?"])


class PageRequest(BaseModel):
    """The page of the shop that a message is written from, as people of the desk read it."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field("", max_length=300, examples=["Corrib waterproof jacket"])
    url: str = Field("", max_length=2000, examples=["https://shop.example/products/corrib"])
    product: str = Field("", max_length=300, examples=["Corrib waterproof jacket"])


class MessageRequest(Written):
    """A customer's message, where it is written, and the ids of the files that go with it."""

    page: PageRequest | None = None
    attachments: list[UUID] = Field([], max_length=MOST_A_MESSAGE, examples=[[]])


class OpeningRequest(BaseModel):
    """The language of the disclosure that stands first."""

    model_config = ConfigDict(extra="forbid")
    language: Language = None


class CorrectionRequest(Written):
    """What is wrong in what was passed on; `line` is the id of the line, none for the whole."""

    line: str | None = Field(None, pattern=r"^[0-9a-f]{12}$", examples=["3f1f6c1b2a90"])


class AskRequest(BaseModel):
    """Whether the customer is closing the chat."""

    model_config = ConfigDict(extra="forbid")
    closing: Flag = False


class RatingRequest(BaseModel):
    """What the customer says of the conversation: solved or not; if they like 1 to 5, and a word."""

    model_config = ConfigDict(extra="forbid")
    solved: Flag
    satisfaction: Count | None = Field(None, ge=1, le=5, examples=[4])
    effort: Count | None = Field(None, ge=1, le=5)
    comment: str | None = Field(None, max_length=8000, examples=["Quick and friendly."])


class ConfirmRequest(BaseModel):
    """The digest of the proposal as the customer saw it."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field(
        max_length=128, examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )


async def paced(request: Request, owner: OwnerNow) -> None:
    """Not more messages than a person writes."""
    await keep_pace(request, "messages", caller_of(owner))


@router.post("/conversations", status_code=status.HTTP_201_CREATED)
async def open_conversation(
    owner: OwnerNow,
    parts: PartsNow,
    body: OpeningRequest | None = None,
    idempotency_key: IdempotencyKey = None,
) -> WholeConversationView:
    """A new conversation, with the disclosure in it. The same `Idempotency-Key` again is the same conversation."""
    once = id_under(idempotency_key, caller_of(owner))
    language = body.language if body else None
    return await _whole(parts, await parts.reception.open_conversation(owner, once=once, language=language))


@router.get("/conversations")
async def list_conversations(owner: OwnerNow, parts: PartsNow, cursor: Cursor = 0) -> Page[ConversationView]:
    """One's own conversations, newest first."""
    rows = await parts.reception.own_conversations(owner, offset=cursor, limit=PAGE + 1)
    async with parts.database.reading() as session:
        items = [await conversation_view(session, row) for row in rows[:PAGE]]
    return {"items": items, "next": cursor + PAGE if len(rows) > PAGE else None}


@router.get("/conversations/{conversation_id}")
async def show_conversation(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> WholeConversationView:
    """A conversation whole."""
    return await _whole(parts, await parts.reception.find(owner, conversation_id))


@router.post(
    "/conversations/{conversation_id}/messages",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(paced)],
    responses=raises(409) | repeated(SentView),
)
async def send_message(
    conversation_id: UUID,
    body: MessageRequest,
    owner: OwnerNow,
    parts: PartsNow,
    response: Response,
    prefer: Annotated[str | None, Header()] = None,
) -> SentView:
    """Write a message. The answer comes by the event stream, or here with `Prefer: wait=20`."""
    page = ShopPage(**body.page.model_dump()) if body.page else None
    received = await parts.reception.receive(
        owner,
        conversation_id,
        client_id=body.client_id,
        text=body.text,
        page=page,
        attachments=body.attachments,
    )
    if not received.is_new:
        response.status_code = status.HTTP_200_OK
    if seconds := _wait(prefer):
        await parts.attendance.until_attended(conversation_id, seconds)
    elif received.is_new:
        return {"message": message_view(received.message, None), "replies": []}
    async with parts.database.reading() as session:
        [message] = await customer_message_views(session, [received.message])
        replies = select(Message).where(
            Message.in_reply_to == received.message.id, Message.audience == Audience.EVERYONE
        )
        return {
            "message": message,
            "replies": await customer_message_views(session, (await session.exec(replies)).all()),
        }


@router.post("/conversations/{conversation_id}/typing", status_code=status.HTTP_204_NO_CONTENT)
async def show_typing(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> None:
    """Tell the desk that one is writing. It passes by, and is stored nowhere."""
    parts.activity.customer_writes(await parts.reception.find(owner, conversation_id))


@router.post("/conversations/{conversation_id}/handoff")
async def ask_for_person(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> WholeConversationView:
    """Talk to a person. Always works; asking twice is one handoff."""
    return await _whole(parts, await parts.reception.hand_over(owner, conversation_id))


@router.delete("/conversations/{conversation_id}/handoff", responses=raises(409))
async def leave_queue(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> WholeConversationView:
    """Wait for a person no longer; the AI goes on. 409 once a person has come, and in matters that a person looks at anyway."""
    return await _whole(parts, await parts.reception.withdraw(owner, conversation_id))


@router.get("/conversations/{conversation_id}/briefing")
async def show_briefing(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> BriefingView:
    """What was passed on to a person, as far as it is the customer's to read; no lines before the first handoff."""
    lines, messages = await parts.reception.passed_on(owner, conversation_id)
    return briefing_view(lines, messages)


@router.post(
    "/conversations/{conversation_id}/briefing/corrections",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(paced)],
    responses=raises(409) | repeated(CorrectedView),
)
async def correct_briefing(
    conversation_id: UUID, body: CorrectionRequest, owner: OwnerNow, parts: PartsNow, response: Response
) -> CorrectedView:
    """Say what is wrong in it. The correction is a message of the customer's; the person reads it first."""
    received = await parts.reception.correct(
        owner, conversation_id, client_id=body.client_id, text=body.text, line_id=body.line
    )
    if not received.is_new:
        response.status_code = status.HTTP_200_OK
    async with parts.database.reading() as session:
        [message] = await customer_message_views(session, [received.message])
    return {"message": message}


@router.post("/conversations/{conversation_id}/rating/ask")
async def ask_for_rating(
    conversation_id: UUID, body: AskRequest, owner: OwnerNow, parts: PartsNow
) -> AskView:
    """Whether to ask the customer now if it is solved. Says yes once in the life of a conversation."""
    return {"ask": await parts.ratings.ask(owner, conversation_id, closing=body.closing)}


@router.post(
    "/conversations/{conversation_id}/rating",
    status_code=status.HTTP_201_CREATED,
    responses=raises(409) | repeated(RatingView),
)
async def rate_conversation(
    conversation_id: UUID, body: RatingRequest, owner: OwnerNow, parts: PartsNow, response: Response
) -> RatingView:
    """Say whether it is solved. The same again changes nothing; 409 while it is not over, or has gone on since."""
    said = Said(body.solved, body.satisfaction, body.effort, body.comment)
    rating, first = await parts.ratings.rate(owner, conversation_id, said)
    if not first:
        response.status_code = status.HTTP_200_OK
    return rating_view(rating)


@router.get(
    "/conversations/{conversation_id}/events",
    response_class=EventSourceResponse,
    responses=streamed(CUSTOMER_STREAM),
)
async def follow_conversation(
    conversation_id: UUID, owner: OwnerNow, lease: LeaseNow, parts: PartsNow, request: Request
) -> EventSourceResponse:
    """The conversation's events; resumes from `Last-Event-ID`. Ends with `session_ended` when the session does."""
    await parts.reception.find(owner, conversation_id)
    return customer_stream(parts.database, parts.hub, conversation_id, last_event_id(request), lease=lease)


@router.post("/proposals/{proposal_id}/confirm", responses=raises(409))
async def confirm_proposal(
    proposal_id: UUID, body: ConfirmRequest, owner: OwnerNow, parts: PartsNow
) -> ProposalView:
    """The customer's yes to exactly what the digest stands for."""
    return await _card(parts, await parts.reception.confirm(owner, proposal_id, digest=body.digest))


@router.post("/proposals/{proposal_id}/cancel", responses=raises(409))
async def cancel_proposal(proposal_id: UUID, owner: OwnerNow, parts: PartsNow) -> ProposalView:
    """The customer's no."""
    return await _card(parts, await parts.reception.decline(owner, proposal_id))


async def _card(parts: Parts, proposal: Proposal) -> ProposalView:
    async with parts.database.reading() as session:
        return await customer_proposal_view(session, proposal)


async def _whole(parts: Parts, conversation: Conversation) -> WholeConversationView:
    asked, stands = await parts.ratings.standing(conversation.id)
    asking: AskingView = {
        "asked": asked,
        "open": stands,
        "after_seconds": parts.ratings.after.ask_after.total_seconds(),
    }
    async with parts.database.reading() as session:
        return await whole_conversation_view(session, conversation, asking)


def _wait(prefer: str | None) -> float:
    """Seconds of `Prefer: wait=…` (RFC 7240)."""
    match = re.search(r"\bwait=(\d{1,3})\b", prefer or "")
    return min(float(match.group(1)), MAX_WAIT) if match else 0.0
