"""The lists of the console, each in the order in which its conversations should be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Audience, AuthorKind, Conversation, Floor, Message, MessageKind
from agent.signals import Signals
from escalation import clocks, finding
from escalation.handoffs import open_handoff_of
from escalation.histories import readings_of
from escalation.matching import Work
from escalation.presence import crews_of, people_of
from escalation.priority import score
from escalation.records import Handoff, StaffAccount
from escalation.routing import Crew, Routing

PAGE = 50  # conversations in one answer
_OPEN_HANDOFF = (col(Handoff.conversation_id) == col(Conversation.id)) & col(Handoff.ended_at).is_(None)


class View(StrEnum):
    """Lists of the console."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    RESOLVED = "resolved"
    LIVE = "live"
    ALL = "all"


@dataclass(frozen=True)
class Standing:
    """How a case stands at a moment: its clock, and its place among others (more comes first)."""

    clock: clocks.Reading
    at_risk_from: datetime | None
    priority: float


@dataclass(frozen=True)
class CaseSummary:
    """A row of the console's list."""

    conversation: Conversation
    holder: StaffAccount | None
    handoff: Handoff | None
    standing: Standing | None
    """Of the open handoff."""
    last_message: Message | None
    last_signals: Signals | None


@dataclass(frozen=True)
class Ranked:
    """A conversation with its open handoff, how its clock stands, and its place among others (more comes first)."""

    conversation: Conversation
    handoff: Handoff
    clock: clocks.Reading
    priority: float

    @property
    def work(self) -> Work:
        """As routing sees it."""
        return work_of(self.handoff)


def work_of(handoff: Handoff) -> Work:
    """A handoff as routing sees it."""
    return Work(handoff.queue, frozenset(handoff.skills), handoff.language, handoff.emotional)


def ranked(conversation: Conversation, handoff: Handoff, routing: Routing, now: datetime) -> Ranked:
    """A conversation in its order among others, now."""
    clock = clocks.reading_of(handoff, routing, now)
    priority = score(handoff.urgency, clock.waited, clock.left, routing.priority)
    return Ranked(conversation, handoff, clock, priority)


async def waiting(
    session: AsyncSession,
    routing: Routing,
    now: datetime,
    *,
    queue: str | None = None,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Ranked]:
    """Everybody who waits for a person, who should come first on top; of one queue or of all."""
    query = (
        select(Conversation, Handoff)
        .join(Handoff, _OPEN_HANDOFF)
        .where(Conversation.floor == Floor.QUEUE, *where)
    )
    if queue is not None:
        query = query.where(Handoff.queue == queue)
    rows = (await session.exec(query)).all()
    return sorted(
        (ranked(conversation, handoff, routing, now) for conversation, handoff in rows),
        key=lambda one: (-one.priority, one.handoff.opened_at, one.conversation.id),
    )


async def at_risk(session: AsyncSession, routing: Routing, now: datetime) -> list[UUID]:
    """Conversations whose running clock is at risk or broken, whoever has them."""
    query = select(Handoff).where(col(Handoff.ended_at).is_(None), col(Handoff.clock_due).is_not(None))
    late = (clocks.ClockState.AT_RISK, clocks.ClockState.BROKEN)
    running = (await session.exec(query)).all()
    return [h.conversation_id for h in running if clocks.reading_of(h, routing, now).state in late]


async def held_by(
    session: AsyncSession,
    routing: Routing,
    now: datetime,
    account_id: UUID,
    *,
    where: Sequence[ColumnElement[bool]] = (),
) -> list[Ranked]:
    """What a person has in hand: what woke from sleep, then what is owed, then the rest; what still sleeps last."""
    query = select(Conversation, Handoff).join(Handoff, _OPEN_HANDOFF)
    rows = (await session.exec(query.where(Conversation.holder_id == account_id, *where))).all()
    return sorted(
        (ranked(conversation, handoff, routing, now) for conversation, handoff in rows),
        key=lambda one: (
            one.handoff.snoozed_until is not None and one.handoff.snoozed_until > now,
            one.handoff.woken_at is None,
            one.handoff.clock_from is None,
            -one.priority,
            one.handoff.opened_at,
            one.conversation.id,
        ),
    )


async def listed(
    session: AsyncSession,
    routing: Routing,
    now: datetime,
    *,
    view: View,
    account_id: UUID,
    queue: str | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    offset: int = 0,
) -> list[CaseSummary]:
    """Up to `PAGE` conversations of a view, those that `where` lets through; what no queue orders is newest first."""
    page: Sequence[Conversation]
    match view:
        case View.WAITING:
            page = _page(await waiting(session, routing, now, queue=queue, where=where), offset)
        case View.MINE:
            page = _page(await held_by(session, routing, now, account_id, where=where), offset)
        case _:
            query = (
                select(Conversation)
                .where(*finding.in_view(view, now), *where)
                .order_by(col(Conversation.created_at).desc())
                .offset(offset)
                .limit(PAGE)
            )
            page = (await session.exec(query)).all()
    return [await summary_of(session, conversation, routing, now) for conversation in page]


async def summary_of(
    session: AsyncSession, conversation: Conversation, routing: Routing, now: datetime
) -> CaseSummary:
    """A row of the list."""
    spoken = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.audience == Audience.EVERYONE)
        .order_by(col(Message.seq).desc())
    )
    by_customer = spoken.where(Message.author_kind == AuthorKind.CUSTOMER)
    last = (await session.exec(spoken.where(Message.kind == MessageKind.TEXT).limit(1))).first()
    last_of_customer = (await session.exec(by_customer.limit(1))).first()
    readings = await readings_of(session, [last_of_customer]) if last_of_customer else {}
    handoff = await open_handoff_of(session, conversation.id)
    return CaseSummary(
        conversation=conversation,
        holder=await session.get(StaffAccount, conversation.holder_id) if conversation.holder_id else None,
        handoff=handoff,
        standing=_standing(conversation, handoff, routing, now) if handoff else None,
        last_message=last,
        last_signals=readings.get(last_of_customer.id) if last_of_customer else None,
    )


def _standing(conversation: Conversation, handoff: Handoff, routing: Routing, now: datetime) -> Standing:
    one, hours = ranked(conversation, handoff, routing, now), routing.hours_of(handoff.queue)
    at_risk_from = clocks.at_risk_from(handoff.clock_from, handoff.clock_due, hours, routing.at_risk)
    return Standing(one.clock, at_risk_from, one.priority)


def _page(rows: Sequence[Ranked], offset: int) -> list[Conversation]:
    return [one.conversation for one in rows[offset : offset + PAGE]]


@dataclass(frozen=True)
class QueueStanding:
    """How a queue stands at a moment."""

    name: str
    is_open: bool
    opens: datetime | None
    """When it opens next, if it is closed."""
    crew: Crew
    waiting: int
    at_risk: int
    """Of those who wait: at risk or broken."""


async def queues(session: AsyncSession, routing: Routing, now: datetime) -> list[QueueStanding]:
    """Every queue of the policy, in its order."""
    crews = crews_of(await people_of(session, routing, now), routing)
    rows = await waiting(session, routing, now)
    late = (clocks.ClockState.AT_RISK, clocks.ClockState.BROKEN)
    return [
        QueueStanding(
            name=name,
            is_open=routing.hours_of(name).is_open(now),
            opens=None if routing.hours_of(name).is_open(now) else routing.hours_of(name).next_open(now),
            crew=crews[name],
            waiting=sum(row.handoff.queue == name for row in rows),
            at_risk=sum(row.handoff.queue == name and row.clock.state in late for row in rows),
        )
        for name in routing.queues
    ]
