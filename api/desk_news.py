"""The stream of the console. What it tells of an event is the same for every console, so it is worked out once.

Fifty open consoles would otherwise ask the database the same questions fifty times for each event: a handoff is four events of eight
queries, and the last console would show it after more than a second.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence

from sse_starlette import EventSourceResponse, ServerSentEvent

from agent.records import Message
from api.streams import HEARTBEAT, server_sent
from api.views.cases import summary_view
from api.views.messages import desk_message_view
from escalation.cases import Cases
from escalation.events import Hub, Passing, follow, newest_event_id
from escalation.histories import readings_of
from escalation.records import Event, EventKind
from knowledge.database import Database

DESK_STREAM = (  # an example, for the OpenAPI
    'event: message\ndata: {"conversation_id": "5f0c3a52-7d0e-4a57-9d5e-3f1f6c1b2a90", "message": {}}\n\n'
)
REMEMBERED = 500  # events; consoles that keep up ask for the same one within a moment


class DeskNews:
    """Every conversation's news, for all consoles of this process."""

    def __init__(self, database: Database, hub: Hub, cases: Cases) -> None:
        self._database = database
        self._hub = hub
        self._cases = cases
        self._told: OrderedDict[int | None, asyncio.Task[Sequence[ServerSentEvent]]] = OrderedDict()

    def stream(self, last_id: int | None) -> EventSourceResponse:
        """The news after that event, from now on if none is given."""
        return EventSourceResponse(self._follow(last_id), ping=HEARTBEAT)

    async def _follow(self, last_id: int | None) -> AsyncIterator[ServerSentEvent]:
        if last_id is None:
            async with self._database.reading() as session:
                last_id = await newest_event_id(session)
        async for item in follow(self._database, self._hub, last_id):
            if isinstance(item, Passing):
                yield server_sent(item.kind, item.payload)
                continue
            for told in await self._telling(item):
                yield told

    async def _telling(self, event: Event) -> Sequence[ServerSentEvent]:
        telling = self._told.get(event.id)
        if telling is None or (
            telling.done() and telling.exception()
        ):  # whoever comes back after a failure tries again
            telling = self._told[event.id] = asyncio.create_task(self._tell(event))
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)
        return await asyncio.shield(telling)  # a console that hangs up takes nothing from the others

    async def _tell(self, event: Event) -> Sequence[ServerSentEvent]:
        summary = server_sent(
            "conversation", summary_view(await self._cases.summary(event.conversation_id)), event.id
        )
        if event.kind not in (EventKind.MESSAGE, EventKind.READING):
            return [summary]
        async with self._database.reading() as session:
            message = await session.get_one(Message, event.ref)
            readings = await readings_of(session, [message])
            view = await desk_message_view(session, message, readings.get(message.id))
        # The id comes with the second half: whoever is cut off between them is told both again.
        payload = {"conversation_id": str(event.conversation_id), "message": view}
        return [server_sent("message", payload), summary]
