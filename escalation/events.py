"""How streams learn that something happened.

What happened is in the `event` table; the hub only wakes those who wait for it. So a stream that was cut off,
or a whole process that was, loses nothing: it reads on from the last id it saw. Drafts are the exception: they
are cumulative, shown for a moment, and replaced by the message that follows.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Audience
from escalation.records import Event, EventKind
from knowledge.database import Database

log = structlog.get_logger()

BATCH = 200  # events that a stream reads at once
DESK = "desk"  # the topic on which every conversation's news arrives


def record_event(
    session: AsyncSession,
    conversation_id: UUID,
    kind: EventKind,
    *,
    audience: Audience = Audience.EVERYONE,
    ref: UUID | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Write an event in the caller's transaction. Wake the hub after the commit."""
    session.add(
        Event(conversation_id=conversation_id, kind=kind, audience=audience, ref=ref, payload=payload)
    )


@dataclass(frozen=True)
class Passing:
    """Something shown for a moment and never stored: a draft, a withdrawn draft, or 'working'."""

    kind: str
    payload: dict[str, Any]


@dataclass(eq=False)
class Subscription:
    """One open stream's mailbox. It cannot grow: a newer draft of the same stream replaces the older."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    written: bool = True  # the log may have news; what only passes by is not there
    passing: dict[tuple[str, str], Passing] = field(default_factory=dict)

    def take(self) -> list[Passing]:
        """What passed by since the last call, oldest first."""
        taken = list(self.passing.values())
        self.passing.clear()
        return taken


class Hub:
    """In-process fan-out."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[Subscription]:
        """A mailbox for a conversation's id or for `DESK`, as long as the block lasts."""
        subscription = Subscription()
        self._subscriptions[topic].add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]

    def wake(self, conversation_id: UUID) -> None:
        """Say that the log has news of a conversation. Call it after the commit."""
        for topic in (str(conversation_id), DESK):
            for subscription in self._subscriptions.get(topic, ()):
                subscription.written = True
                subscription.woken.set()

    def pass_on(self, conversation_id: UUID, kind: str, payload: dict[str, Any]) -> None:
        """Show something passing to those who watch the conversation now."""
        self._pass(str(conversation_id), (kind, str(payload.get("stream_id"))), Passing(kind, payload))

    def pass_on_to_desk(self, about: str, kind: str, payload: dict[str, Any]) -> None:
        """Show something passing to every console; of one kind `about` the same, the newest is enough."""
        self._pass(DESK, (kind, about), Passing(kind, payload))

    def _pass(self, topic: str, key: tuple[str, str], passing: Passing) -> None:
        for subscription in self._subscriptions.get(topic, ()):
            subscription.passing.pop(key, None)  # re-inserted at the end, so that order is kept
            subscription.passing[key] = passing
            subscription.woken.set()


class OtherProcesses:
    """Wakes the streams of this process for what other processes on the same database have written.

    The log is looked at every `LOOK` seconds. Ids are given before a commit, so a lower one may appear after a higher:
    each look reads `OVERLAP` ids again, and wakes for those it has not seen.
    """

    LOOK = 0.5
    OVERLAP = 200

    def __init__(self, database: Database, hub: Hub) -> None:
        self.database = database
        self.hub = hub
        self._newest = 0
        self._seen: set[int] = set()

    async def follow(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            # A database that is away comes back.
            except Exception as error:  # noqa: BLE001 - see above
                log.error("log_not_read", error=type(error).__name__)
            await asyncio.sleep(self.LOOK)

    async def look(self) -> None:
        """Once: wake for every event that is new here."""
        query = (
            select(Event.id, Event.conversation_id)
            .where(col(Event.id) > self._newest - self.OVERLAP)
            .order_by(col(Event.id))
            .limit(5 * self.OVERLAP)
        )
        async with self.database.reading() as session:
            if not self._newest:
                self._newest = await newest_event_id(session)
                return
            rows = [(id_, where) for id_, where in (await session.exec(query)).all() if id_ is not None]
        for conversation_id in dict.fromkeys(where for id_, where in rows if id_ not in self._seen):
            self.hub.wake(conversation_id)
        self._seen = {id_ for id_, _ in rows}
        self._newest = max(self._newest, *self._seen) if self._seen else self._newest


async def events_after(
    database: Database,
    last_id: int,
    *,
    conversation_id: UUID | None = None,
    audience: Audience = Audience.STAFF,
    limit: int = BATCH,
) -> list[Event]:
    """Events with an id above `last_id`, oldest first; all conversations if none is named.

    `EVERYONE` gives what a customer may see, `STAFF` gives all.
    """
    query = select(Event).where(col(Event.id) > last_id).order_by(col(Event.id)).limit(limit)
    if conversation_id is not None:
        query = query.where(Event.conversation_id == conversation_id)
    if audience is Audience.EVERYONE:
        query = query.where(Event.audience == Audience.EVERYONE)
    async with database.reading() as session:
        return list((await session.exec(query)).all())


async def newest_event_id(session: AsyncSession, conversation_id: UUID | None = None) -> int:
    """The id of the newest event, of a conversation or of all; 0 before the first."""
    query = select(func.max(Event.id))
    if conversation_id is not None:
        query = query.where(Event.conversation_id == conversation_id)
    return (await session.exec(query)).one() or 0


async def follow(
    database: Database,
    hub: Hub,
    last_id: int,
    *,
    conversation_id: UUID | None = None,
    audience: Audience = Audience.STAFF,
) -> AsyncIterator[Event | Passing]:
    """Every event after `last_id`, for ever, each once and in order, with what passes by in between."""
    with hub.subscribe(str(conversation_id) if conversation_id else DESK) as subscription:
        while True:
            subscription.woken.clear()
            # What passed by first: a draft is always passed on before its message is committed.
            for item in subscription.take():
                yield item
            while subscription.written:
                subscription.written = False  # before the look: what is written during it is looked for again
                events = await events_after(
                    database, last_id, conversation_id=conversation_id, audience=audience, limit=BATCH
                )
                subscription.written |= len(events) == BATCH
                for event in events:
                    last_id = event.id or last_id
                    yield event
            if not subscription.woken.is_set():
                await subscription.woken.wait()
