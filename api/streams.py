"""The event stream of a conversation, as its customer may follow it (that of the console: `desk_news.py`)."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.records import Audience, Message, Proposal
from api.views import draft_view, message_views, proposal_view
from escalation.events import Hub, Passing, follow
from escalation.records import Event, EventKind
from knowledge.database import Database

HEARTBEAT = 15  # seconds


def last_event_id(request: Request) -> int | None:
    """The id after which a stream goes on: from the header that browsers send, else from the query, if any."""
    given = request.headers.get("Last-Event-ID") or request.query_params.get("last_event_id") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None  # noqa: PLR2004 - fits 64 bits


def customer_stream(
    database: Database, hub: Hub, conversation_id: UUID, last_id: int | None
) -> EventSourceResponse:
    """A conversation as its customer may follow it, from its beginning if no id is given."""

    async def events() -> AsyncIterator[ServerSentEvent]:
        following = follow(
            database, hub, last_id or 0, conversation_id=conversation_id, audience=Audience.EVERYONE
        )
        async for item in following:
            if isinstance(item, Passing):
                payload = draft_view(item.payload) if item.kind == "draft" else item.payload
                yield server_sent(item.kind, payload)
            else:
                async with database.reading() as session:
                    yield server_sent(item.kind, await _told(session, item), item.id)

    return EventSourceResponse(events(), ping=HEARTBEAT)


async def _told(session: AsyncSession, event: Event) -> dict[str, Any]:
    """What a customer is told of an event: messages and proposals as they are now, the floor as it was."""
    match EventKind(event.kind):
        case EventKind.MESSAGE:
            [view] = await message_views(session, [await session.get_one(Message, event.ref)])
            return view
        case EventKind.PROPOSAL:
            return proposal_view(await session.get_one(Proposal, event.ref))
    return event.payload or {}


def server_sent(name: str, data: dict[str, Any], event_id: int | None = None) -> ServerSentEvent:
    """One event of a stream."""
    return ServerSentEvent(
        json.dumps(data, ensure_ascii=False), event=name, id=str(event_id) if event_id is not None else None
    )
