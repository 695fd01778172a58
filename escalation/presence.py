"""Who is at the desk. Being there is a lease that the console renews: a browser that dies renews nothing.

Times are those of the machine that writes. Machines' clocks may differ by `SKEW` before anybody is taken for gone too early.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation, Floor
from escalation.matching import Person
from escalation.records import Handoff, Role, StaffAccount, StaffPresence, Status
from escalation.routing import Crew, Routing
from knowledge.database import Database, utc_now

# A hidden tab's timers run once a minute in today's browsers; the console renews every 45 s. So three minutes are two misses.
LEASE = timedelta(minutes=3)
SKEW = timedelta(seconds=30)
_LAST_TAKEN = 20  # conversations that a person took last: more in a row than any cap says nothing more


class Presence:
    """Says that people are there or not, and reads who is."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.clock = clock

    async def set(self, account: StaffAccount, status: Status) -> StaffPresence:
        """The person is online or away, until the lease ends if it is not renewed."""
        try:
            return await self._write(account.id, status, self.clock() + LEASE)
        except IntegrityError:  # two tabs at once, and the other was first: its row is there now
            return await self._write(account.id, status, self.clock() + LEASE)

    async def leave(self, account: StaffAccount) -> None:
        """The person has signed out: what they hold goes back to its queues soon."""
        gone = self.clock() - SKEW - timedelta(microseconds=1)
        async with self.database.reading() as session:
            there = await session.get(StaffPresence, account.id)
        if there:
            await self._write(account.id, Status.AWAY, gone)

    async def _write(self, account_id: UUID, status: Status, until: datetime) -> StaffPresence:
        async with self.database.transaction() as session:
            return await session.merge(StaffPresence(account_id=account_id, status=status, lease_until=until))


def has_left(now: datetime) -> ColumnElement[bool]:
    """The condition on `StaffPresence` of a person whose lease is over, whichever machine's clock says so."""
    return col(StaffPresence.lease_until) < now - SKEW


async def people_of(session: AsyncSession, routing: Routing, now: datetime) -> list[Person]:
    """Everybody with an account, as routing sees them, by name."""
    query = (
        select(StaffAccount, StaffPresence)
        .outerjoin(StaffPresence, col(StaffPresence.account_id) == col(StaffAccount.id))
        .order_by(col(StaffAccount.name), col(StaffAccount.id))
    )
    rows = (await session.exec(query)).all()
    loads = await _loads(session, now)
    people = []
    for account, presence in rows:
        on = presence is not None and presence.lease_until > now and presence.status == Status.ONLINE
        streak = await _emotional_in_a_row(session, account.id) if on else 0
        people.append(
            replace(person_of(account, routing), load=loads[account.id], on=on, emotional_in_a_row=streak)
        )
    return people


def person_of(account: StaffAccount, routing: Routing) -> Person:
    """A person as their account has them, with nothing in hand."""
    return Person(
        id=account.id,
        name=account.name,
        queues=tuple(account.queues),
        skills=frozenset(account.skills),
        languages=frozenset(account.languages),
        capacity=account.capacity or routing.people.capacity,
        role=Role(account.role),
    )


def crews_of(people: Sequence[Person], routing: Routing) -> Mapping[str, Crew]:
    """How many people each queue has, and how many of them are on."""
    return {
        queue: Crew(
            members=sum(person.works_in(queue) for person in people),
            on=sum(person.works_in(queue) and person.on for person in people),
        )
        for queue in routing.queues
    }


async def _loads(session: AsyncSession, now: datetime) -> Counter[UUID]:
    """Conversations in hand by holder; what is put aside does not count."""
    query = (
        select(Conversation.holder_id, func.count())
        .outerjoin(
            Handoff, (col(Handoff.conversation_id) == col(Conversation.id)) & col(Handoff.ended_at).is_(None)
        )
        .where(
            Conversation.floor == Floor.HUMAN,
            or_(col(Handoff.snoozed_until).is_(None), col(Handoff.snoozed_until) <= now),
        )
        .group_by(col(Conversation.holder_id))
    )
    return Counter({holder: count for holder, count in (await session.exec(query)).all() if holder})


async def _emotional_in_a_row(session: AsyncSession, account_id: UUID) -> int:
    query = (
        select(Handoff.emotional)
        .where(Handoff.claimed_by == account_id)
        .order_by(col(Handoff.claimed_at).desc())
        .limit(_LAST_TAKEN)
    )
    streak = 0
    for emotional in (await session.exec(query)).all():
        if not emotional:
            break
        streak += 1
    return streak
