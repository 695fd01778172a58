"""The customer's side: sessions, conversations, messages, proposals."""

import re
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import select
from sse_starlette import EventSourceResponse

from agent.records import Audience, Conversation, Message
from api.centre_views import rating_view
from api.context import ClientId, Cursor, IdentityNow, PartsNow
from api.identity import IdentityError
from api.streams import customer_stream, last_event_id
from api.views import briefing_view, conversation_view, message_view, message_views, proposal_view
from escalation.after.ratings import Said
from escalation.assembly import Parts
from escalation.reception import Owner

router = APIRouter(prefix="/v1", tags=["customer"])

MAX_WAIT = 60.0  # seconds that `Prefer: wait` may ask for
PAGE = 20


class SessionRequest(BaseModel):
    """Who asks: a token of the shop's backend, or the visitor token of an earlier session, or neither."""

    model_config = ConfigDict(extra="forbid")
    identity_token: str | None = Field(None, max_length=4096)
    visitor_token: str | None = Field(None, max_length=4096)


class MessageRequest(BaseModel):
    """A customer's message. `client_id` is the sender's own id for it: sent again, it is one message."""

    model_config = ConfigDict(extra="forbid")
    client_id: ClientId
    text: str


class CorrectionRequest(MessageRequest):
    """What is wrong in what was passed on; `line` is the id of the line, none for the whole."""

    line: str | None = Field(None, pattern=r"^[0-9a-f]{12}$")


class AskRequest(BaseModel):
    """Whether the customer is closing the chat."""

    model_config = ConfigDict(extra="forbid")
    closing: bool = False


class RatingRequest(BaseModel):
    """What the customer says of the conversation: solved or not; if they like 1 to 5, and a word."""

    model_config = ConfigDict(extra="forbid")
    solved: bool
    satisfaction: int | None = Field(None, ge=1, le=5)
    effort: int | None = Field(None, ge=1, le=5)
    comment: str | None = Field(None, max_length=8000)


class ConfirmRequest(BaseModel):
    """The digest of the proposal as the customer saw it."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field(max_length=128)


async def owner_now(identity: IdentityNow, authorization: Annotated[str | None, Header()] = None) -> Owner:
    """Whose request this is. Raises `IdentityError`."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise IdentityError("Send the session token: Authorization: Bearer … (from POST /v1/sessions).")
    return await identity.owner_of(token)


OwnerNow = Annotated[Owner, Depends(owner_now)]


@router.post("/sessions", status_code=status.HTTP_201_CREATED)
async def open_session(body: SessionRequest, parts: PartsNow, identity: IdentityNow) -> dict[str, Any]:
    """Begin: who you are, and what must be said before the first word."""
    session = await identity.open_session(body.identity_token, body.visitor_token)
    return {
        "session_token": session.token,
        "expires_at": session.expires_at.isoformat(),
        "visitor_token": session.visitor_token,
        "customer": {"name": session.owner.name} if session.owner.customer_id else None,
        "disclosure": {"text": parts.reception.disclosure, "on_behalf_of": parts.settings.shop_name},
    }


@router.post("/conversations", status_code=status.HTTP_201_CREATED)
async def open_conversation(owner: OwnerNow, parts: PartsNow) -> dict[str, Any]:
    """A new conversation, with the disclosure in it."""
    return await _whole(parts, await parts.reception.open_conversation(owner))


@router.get("/conversations")
async def list_conversations(owner: OwnerNow, parts: PartsNow, cursor: Cursor = 0) -> dict[str, Any]:
    """One's own conversations, newest first."""
    rows = await parts.reception.own_conversations(owner, offset=cursor, limit=PAGE + 1)
    async with parts.database.reading() as session:
        items = [await conversation_view(session, row, messages=False) for row in rows[:PAGE]]
    return {"items": items, "next": cursor + PAGE if len(rows) > PAGE else None}


@router.get("/conversations/{conversation_id}")
async def show_conversation(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> dict[str, Any]:
    """A conversation whole."""
    return await _whole(parts, await parts.reception.find(owner, conversation_id))


@router.post("/conversations/{conversation_id}/messages", status_code=status.HTTP_201_CREATED)
async def send_message(
    conversation_id: UUID,
    body: MessageRequest,
    owner: OwnerNow,
    parts: PartsNow,
    response: Response,
    prefer: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Write a message. The answer comes by the event stream, or here with `Prefer: wait=20`."""
    received = await parts.reception.receive(owner, conversation_id, client_id=body.client_id, text=body.text)
    if not received.is_new:
        response.status_code = status.HTTP_200_OK
    if seconds := _wait(prefer):
        await parts.attendance.until_attended(conversation_id, seconds)
    elif received.is_new:
        return {"message": message_view(received.message, None), "replies": []}
    async with parts.database.reading() as session:
        [message] = await message_views(session, [received.message])
        replies = select(Message).where(
            Message.in_reply_to == received.message.id, Message.audience == Audience.EVERYONE
        )
        return {
            "message": message,
            "replies": await message_views(session, (await session.exec(replies)).all()),
        }


@router.post("/conversations/{conversation_id}/typing", status_code=status.HTTP_204_NO_CONTENT)
async def show_typing(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> None:
    """Tell the desk that one is writing. It passes by, and is stored nowhere."""
    parts.activity.customer_writes(await parts.reception.find(owner, conversation_id))


@router.post("/conversations/{conversation_id}/handoff")
async def ask_for_person(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> dict[str, Any]:
    """Talk to a person. Always works; asking twice is one handoff."""
    return await _whole(parts, await parts.reception.hand_over(owner, conversation_id))


@router.get("/conversations/{conversation_id}/briefing")
async def show_briefing(conversation_id: UUID, owner: OwnerNow, parts: PartsNow) -> dict[str, Any]:
    """What was passed on to a person, as far as it is the customer's to read; no lines before the first handoff."""
    lines, messages = await parts.reception.passed_on(owner, conversation_id)
    return briefing_view(lines, messages)


@router.post("/conversations/{conversation_id}/briefing/corrections", status_code=status.HTTP_201_CREATED)
async def correct_briefing(
    conversation_id: UUID, body: CorrectionRequest, owner: OwnerNow, parts: PartsNow, response: Response
) -> dict[str, Any]:
    """Say what is wrong in it. The correction is a message of the customer's; the person reads it first."""
    received = await parts.reception.correct(
        owner, conversation_id, client_id=body.client_id, text=body.text, line_id=body.line
    )
    if not received.is_new:
        response.status_code = status.HTTP_200_OK
    async with parts.database.reading() as session:
        [message] = await message_views(session, [received.message])
    return {"message": message}


@router.post("/conversations/{conversation_id}/rating/ask")
async def ask_for_rating(
    conversation_id: UUID, body: AskRequest, owner: OwnerNow, parts: PartsNow
) -> dict[str, bool]:
    """Whether to ask the customer now if it is solved. Says yes once in the life of a conversation."""
    return {"ask": await parts.ratings.ask(owner, conversation_id, closing=body.closing)}


@router.post("/conversations/{conversation_id}/rating", status_code=status.HTTP_201_CREATED)
async def rate_conversation(
    conversation_id: UUID, body: RatingRequest, owner: OwnerNow, parts: PartsNow, response: Response
) -> dict[str, Any]:
    """Say whether it is solved. The same again changes nothing; 409 while it is not over, or has gone on since."""
    said = Said(body.solved, body.satisfaction, body.effort, body.comment)
    rating, first = await parts.ratings.rate(owner, conversation_id, said)
    if not first:
        response.status_code = status.HTTP_200_OK
    return rating_view(rating)


@router.get("/conversations/{conversation_id}/events")
async def follow_conversation(
    conversation_id: UUID, owner: OwnerNow, parts: PartsNow, request: Request
) -> EventSourceResponse:
    """The conversation's events; resumes from `Last-Event-ID`."""
    await parts.reception.find(owner, conversation_id)
    return customer_stream(parts.database, parts.hub, conversation_id, last_event_id(request))


@router.post("/proposals/{proposal_id}/confirm")
async def confirm_proposal(
    proposal_id: UUID, body: ConfirmRequest, owner: OwnerNow, parts: PartsNow
) -> dict[str, Any]:
    """The customer's yes to exactly what the digest stands for."""
    return proposal_view(await parts.reception.confirm(owner, proposal_id, digest=body.digest))


@router.post("/proposals/{proposal_id}/cancel")
async def cancel_proposal(proposal_id: UUID, owner: OwnerNow, parts: PartsNow) -> dict[str, Any]:
    """The customer's no."""
    return proposal_view(await parts.reception.decline(owner, proposal_id))


async def _whole(parts: Parts, conversation: Conversation) -> dict[str, Any]:
    async with parts.database.reading() as session:
        view = await conversation_view(session, conversation, messages=True)
    asked, stands = await parts.ratings.standing(conversation.id)
    asking = {
        "asked": asked,
        "open": stands,
        "after_seconds": parts.ratings.after.ask_after.total_seconds(),
    }
    return {**view, "rating": asking}


def _wait(prefer: str | None) -> float:
    """Seconds of `Prefer: wait=…` (RFC 7240)."""
    match = re.search(r"\bwait=(\d{1,3})\b", prefer or "")
    return min(float(match.group(1)), MAX_WAIT) if match else 0.0
