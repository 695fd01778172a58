"""The event stream of a conversation, as its customer may follow it (that of the console: `desk_news.py`)."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.records import Audience, Conversation, Message, Proposal
from api.leases import Lease, Over, lasting
from api.views.messages import customer_message_views, customer_proposal_view, draft_view
from escalation.events import Hub, Passing, follow
from escalation.handoffs import may_withdraw
from escalation.records import Event, EventKind
from knowledge.database import Database

HEARTBEAT = 15  # seconds

# An example, for the OpenAPI.
CUSTOMER_STREAM = (
    'event: floor\ndata: {"floor": "ai", "epoch": 3, "holder": null, "resolved": false}\nid: 18\n\n'
)


def last_event_id(request: Request) -> int | None:
    """The id after which a stream goes on: from the header that browsers send, else from the query, if any."""
    given = request.headers.get("Last-Event-ID") or request.query_params.get("last_event_id") or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None  # noqa: PLR2004 - fits 64 bits


def customer_stream(
    database: Database, hub: Hub, conversation_id: UUID, last_id: int | None, *, lease: Lease
) -> EventSourceResponse:
    """A conversation as its customer may follow it, from its beginning if no id is given; as long as the lease holds, then
    `session_ended` says why it does not.
    """

    async def events() -> AsyncIterator[ServerSentEvent]:
        following = follow(
            database, hub, last_id or 0, conversation_id=conversation_id, audience=Audience.EVERYONE
        )
        async for item in lasting(following, lease):
            if isinstance(item, Over):
                yield server_sent("session_ended", {"why": item.why})
            elif isinstance(item, Passing):
                payload: Mapping[str, Any] = (
                    draft_view(item.payload) if item.kind == "draft" else item.payload
                )
                yield server_sent(item.kind, payload)
            else:
                async with database.reading() as session:
                    yield server_sent(item.kind, await _told(session, item), item.id)

    return EventSourceResponse(events(), ping=HEARTBEAT)


async def _told(session: AsyncSession, event: Event) -> Mapping[str, Any]:
    """What a customer is told of an event: messages and proposals as they are now, the floor as it was."""
    match EventKind(event.kind):
        case EventKind.MESSAGE:
            [view] = await customer_message_views(session, [await session.get_one(Message, event.ref)])
            return view
        case EventKind.PROPOSAL:
            return await customer_proposal_view(session, await session.get_one(Proposal, event.ref))
        case EventKind.FLOOR:
            conversation = await session.get_one(Conversation, event.conversation_id)
            return {**(event.payload or {}), "can_withdraw": await may_withdraw(session, conversation)}
    return event.payload or {}


def server_sent(name: str, data: Mapping[str, Any], event_id: int | None = None) -> ServerSentEvent:
    """One event of a stream."""
    text = json.dumps(data, ensure_ascii=False)
    # Many clients take Unicode's line separators for ends of lines, and so of the event's data.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return ServerSentEvent(text, event=name, id=str(event_id) if event_id is not None else None)
