"""What the records say, counted by the database: one short query for each kind of thing, grouped by step of the chart."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, and_, case, cast, distinct, exists, func, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation, Floor, TurnRecord
from escalation.after.policy import After
from escalation.after.records import Pulse, Rating
from escalation.centre.measures import Counted, Course, course_of
from escalation.centre.periods import Window
from escalation.centre.steps import all_rows, rows_by_step, step_of, within
from escalation.records import Handoff
from escalation.resolutions import By, Ending, Facts, ending_of

NOW = timedelta(hours=1)  # "now" of the weather


async def cases(session: AsyncSession, window: Window) -> tuple[Course, Course]:
    """New cases; and promises kept of those made."""
    step = step_of(col(Handoff.opened_at), window)
    late = and_(col(Handoff.ended_at).is_(None), col(Handoff.clock_due) < window.end)
    broken = func.sum(col(Handoff.broken) + case((late, 1), else_=0))
    query = (
        select(step, func.count(), func.sum(col(Handoff.kept)), broken)
        .where(within(col(Handoff.opened_at), window))
        .group_by(step)
    )
    rows = await rows_by_step(session, query)
    return (
        course_of((place, number, number) for place, number, _, _ in rows),
        course_of((place, kept, kept + broken) for place, _, kept, broken in rows),
    )


async def reasons(session: AsyncSession, window: Window, most: int) -> list[tuple[str, int, int]]:
    """Why conversations went to a person: reason, how often in the period and in the one before, most often first."""
    now = func.sum(case((col(Handoff.opened_at) >= window.start, 1), else_=0))
    before = func.sum(case((col(Handoff.opened_at) < window.before_end, 1), else_=0))
    query = (
        select(col(Handoff.reason), now, before)
        .where(within(col(Handoff.opened_at), window))
        .group_by(col(Handoff.reason))
        .order_by(now.desc(), col(Handoff.reason))
        .limit(most)
    )
    return [(reason, int(n), int(b)) for reason, n, b in await all_rows(session, query) if n]


async def weather(session: AsyncSession, window: Window) -> Course:
    """Conversations that were upset, of those with a word of the customer; each counts once in a step and once in the whole."""
    step = step_of(col(Pulse.at), window).label("step")
    each = (
        select(step, func.max(cast(col(Pulse.upset), Integer)).label("upset"))
        .where(within(col(Pulse.at), window), col(Pulse.upset).is_not(None))
        .group_by(step, col(Pulse.conversation_id))
        .subquery()
    )
    query = select(each.c.step, func.sum(each.c.upset), func.count()).group_by(each.c.step)
    steps = course_of(await rows_by_step(session, query)).steps
    upset, known = col(Pulse.upset), col(Pulse.upset).is_not(None)
    return Course(
        await _conversations(session, window.start, window.end, upset, known),
        await _conversations(session, window.before_start, window.before_end, upset, known),
        steps,
    )


async def _conversations(
    session: AsyncSession,
    since: datetime,
    until: datetime,
    holds: Any,
    among: Any,
) -> Counted:
    """Conversations with a pulse of which `holds`, of all with a pulse `among`; each counts once."""
    conversation = col(Pulse.conversation_id)
    query = select(
        func.count(distinct(case((holds, conversation)))), func.count(distinct(conversation))
    ).where(col(Pulse.at) >= since, col(Pulse.at) < until, among)
    [(count, of)] = await all_rows(session, query)
    return Counted(count, of)


async def upset_now(session: AsyncSession, now: datetime) -> Counted:
    """Of the conversations of the last hour, those that are upset after their newest message."""
    newest = (
        select(col(Pulse.conversation_id), func.max(col(Pulse.at)).label("at"))
        .where(col(Pulse.at) >= now - NOW, col(Pulse.upset).is_not(None))
        .group_by(col(Pulse.conversation_id))
        .subquery()
    )
    query = (
        select(func.sum(cast(col(Pulse.upset), Integer)), func.count())
        .select_from(newest)
        .join(
            Pulse, and_(col(Pulse.conversation_id) == newest.c.conversation_id, col(Pulse.at) == newest.c.at)
        )
    )
    [(count, of)] = await all_rows(session, query)
    return Counted(count or 0, of)


async def endings(
    session: AsyncSession, window: Window, after: After
) -> dict[tuple[By, Ending], dict[int, int]]:
    """How conversations ended that came to rest, by step. The database groups their facts, `ending_of` judges each group."""
    # Whoever answers the question days after their last word still counts; nobody is asked any later.
    since = window.before_start - after.silence - after.back_within
    last = (
        select(col(Pulse.conversation_id), func.max(col(Pulse.at)).label("at"))
        .where(col(Pulse.at) >= since, col(Pulse.at) < window.end, col(Pulse.asks))
        .group_by(col(Pulse.conversation_id))
        .subquery()
    )
    said = and_(col(Rating.conversation_id) == last.c.conversation_id, col(Rating.rated_at) >= last.c.at)
    resolved_at = col(Conversation.resolved_at)
    over_at = case((resolved_at > last.c.at, resolved_at), else_=last.c.at)
    rated, silent = col(Rating.solved).is_not(None), col(Rating.solved).is_(None)
    step = case(
        (rated, step_of(col(Rating.rated_at), window)), else_=step_of(over_at, window, after.silence)
    ).label("step")
    question = (
        select(col(TurnRecord.outcome))
        .join(Pulse, col(Pulse.message_id) == col(TurnRecord.message_id))
        .where(
            col(Pulse.conversation_id) == last.c.conversation_id,
            col(Pulse.asks),
            col(Pulse.at) == last.c.at,
        )
        .limit(1)
        .scalar_subquery()
    )
    handed_over = exists().where(col(Handoff.conversation_id) == last.c.conversation_id)
    came_back = exists().where(
        col(Pulse.again_of) == last.c.conversation_id,
        col(Pulse.conversation_id) != last.c.conversation_id,
        col(Pulse.at) > last.c.at,
    )
    each = (
        select(
            step,
            handed_over.label("handed_over"),
            resolved_at.is_not(None).label("marked"),
            question.label("outcome"),
            col(Rating.solved),
            came_back.label("came_back"),
        )
        .select_from(last)
        .join(Conversation, col(Conversation.id) == last.c.conversation_id)
        .outerjoin(Rating, said)
        .where(
            col(Conversation.floor) == Floor.AI,
            or_(
                and_(rated, within(col(Rating.rated_at), window)),
                and_(
                    silent,
                    over_at >= window.before_start - after.silence,
                    over_at < window.end - after.silence,
                ),
            ),
        )
        .subquery()
    )
    rows = await rows_by_step(session, select(*each.c, func.count()).group_by(*each.c))
    ended: dict[tuple[By, Ending], dict[int, int]] = {}
    for place, handed, marked, outcome, solved, back, number in rows:
        facts = Facts(bool(handed), bool(marked), outcome, solved, bool(back))
        steps = ended.setdefault(ending_of(facts), {})
        steps[place] = steps.get(place, 0) + number
    return ended


async def contained(session: AsyncSession, window: Window) -> Course:
    """Conversations that no person was called for, of those in which something was wanted."""
    called = exists().where(col(Handoff.conversation_id) == col(Conversation.id)).correlate(Conversation)
    asked = (
        exists()
        .where(col(Pulse.conversation_id) == col(Conversation.id), col(Pulse.asks))
        .correlate(Conversation)
    )
    each = (
        select(
            step_of(col(Conversation.created_at), window).label("step"),
            case((called, 0), else_=1).label("stayed"),
        )
        .where(within(col(Conversation.created_at), window), or_(called, asked))
        .subquery()
    )
    query = select(each.c.step, func.sum(each.c.stayed), func.count()).group_by(each.c.step)
    return course_of(await rows_by_step(session, query))


async def repeats(session: AsyncSession, window: Window) -> Course:
    """Conversations that took up an earlier matter, of those in which something was asked; each counts once, as above."""
    step, again = step_of(col(Pulse.at), window).label("step"), col(Pulse.again_of).is_not(None)
    each = (
        select(step, func.max(case((again, 1), else_=0)).label("again"))
        .where(within(col(Pulse.at), window), col(Pulse.asks))
        .group_by(step, col(Pulse.conversation_id))
        .subquery()
    )
    query = select(each.c.step, func.sum(each.c.again), func.count()).group_by(each.c.step)
    steps = course_of(await rows_by_step(session, query)).steps
    asks = col(Pulse.asks)
    return Course(
        await _conversations(session, window.start, window.end, again, asks),
        await _conversations(session, window.before_start, window.before_end, again, asks),
        steps,
    )


async def spent(session: AsyncSession, window: Window) -> dict[int, int]:
    """What language models cost, in millionths."""
    step = step_of(col(TurnRecord.created_at), window)
    query = (
        select(step, func.sum(col(TurnRecord.cost_micros)))
        .where(within(col(TurnRecord.created_at), window))
        .group_by(step)
    )
    return {place: int(cost or 0) for place, cost in await rows_by_step(session, query)}
