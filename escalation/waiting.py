"""How long a customer will wait for a person, said honestly: from the queue's own last waits, or without a number.

`expected_wait` and `outlook` are pure. A wait is open time from the moment the conversation came into the queue to a person's
first words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation, Floor
from escalation.opening_hours import Hours
from escalation.records import Handoff, Reason
from escalation.routing import Crew, Routing

QUANTILE = (
    0.8  # four of five wait no longer than what is said: a mean would be a lie to half of those who wait
)
FEWEST = 8  # waits; with fewer, the quantile of chance alone spans most of the range, and no number is said
LAST = 50  # waits looked at: the last ones, because a team and its days change
LOOK_BACK = timedelta(days=14)
FARTHEST = timedelta(hours=4)  # a longer wait is told as a time of day, not as a number of hours


@dataclass(frozen=True)
class Outlook:
    """What can honestly be said of a wait. Times are aware."""

    now: datetime
    hours: Hours
    is_open: bool
    somebody_is_on: bool
    """Whether somebody of the queue is at the desk."""
    back: datetime | None
    """When the queue opens next, if it is closed and ever opens."""
    wait: timedelta | None
    """Open time until a first word, if the queue's history tells."""
    expected: datetime | None
    """When that will have passed."""


def expected_wait(past: Sequence[timedelta], waiting: Sequence[timedelta] = ()) -> timedelta | None:
    """How long four of five wait, from past waits and from what those have waited who still do; None if too few are known.

    Who still waits counts only where they have waited longer than that already: then waits have become longer.
    """
    if len(past) < FEWEST:
        return None
    usual = _quantile(past)
    longer = [so_far for so_far in waiting if so_far > usual]
    return _quantile([*past, *longer]) if longer else usual


def _quantile(waits: Sequence[timedelta]) -> timedelta:
    """The smallest wait that `QUANTILE` of them do not exceed."""
    ordered = sorted(max(wait, timedelta()) for wait in waits)
    return ordered[math.ceil(QUANTILE * len(ordered)) - 1]


def rounded_up(wait: timedelta) -> int:
    """Whole minutes as a person would say them: 5, 10, 15, 20, 30, 45, 60, then half hours."""
    minutes = wait / timedelta(minutes=1)
    steps = (5, 10, 15, 20, 30, 45, 60)
    return next((step for step in steps if minutes <= step), math.ceil(minutes / 30) * 30)


def outlook(hours: Hours, now: datetime, *, crew: Crew, wait: timedelta | None) -> Outlook:
    """What can be said of a wait that begins now."""
    is_open = hours.is_open(now)
    # In open hours with nobody at the desk, every number is a guess.
    known = wait if crew.on or not is_open else None
    return Outlook(
        now=now,
        hours=hours,
        is_open=is_open,
        somebody_is_on=crew.on > 0,
        back=None if is_open else hours.next_open(now),
        wait=known,
        expected=hours.after(now, known) if known is not None else None,
    )


async def outlook_of(
    session: AsyncSession,
    routing: Routing,
    urgency: str,
    queue: str,
    now: datetime,
    crews: Mapping[str, Crew],
) -> Outlook:
    """What can be said to somebody who comes into a queue now."""
    hours = routing.hours_of(queue)
    past = await _past(session, queue, now)
    same = [handoff for handoff in past if handoff.urgency == urgency]
    # Urgent cases go before: only one's equals tell one's own wait, as soon as there are enough of them.
    told = same if len(same) >= FEWEST else past
    waits = [hours.between(h.opened_at, h.answered_at) for h in told if h.answered_at]
    so_far = [hours.between(at, now) for at in await _still_waiting(session, queue)]
    return outlook(hours, now, crew=crews[queue], wait=expected_wait(waits, so_far))


async def _past(session: AsyncSession, queue: str, now: datetime) -> Sequence[Handoff]:
    query = (
        select(Handoff)
        .where(
            Handoff.queue == queue,
            col(Handoff.answered_at) > now - LOOK_BACK,
            Handoff.reason != Reason.TAKEN_OVER,  # nobody had waited
        )
        .order_by(col(Handoff.answered_at).desc())
        .limit(LAST)
    )
    return (await session.exec(query)).all()


async def _still_waiting(session: AsyncSession, queue: str) -> Sequence[datetime]:
    query = (
        select(Handoff.opened_at)
        .join(Conversation, col(Conversation.id) == col(Handoff.conversation_id))
        .where(
            Handoff.queue == queue,
            col(Handoff.ended_at).is_(None),
            col(Handoff.answered_at).is_(None),
            Conversation.floor == Floor.QUEUE,
        )
        .order_by(col(Handoff.opened_at))
        .limit(LAST)
    )
    return (await session.exec(query)).all()
