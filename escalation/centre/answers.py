"""What customers said when they were asked: how many, their marks, and their words."""

from sqlalchemy import Integer, case, cast, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation
from escalation.after.records import Rating
from escalation.centre.measures import Course, course_of
from escalation.centre.periods import Window
from escalation.centre.steps import all_rows, rows_by_step, step_of, within

SATISFIED = 4  # of 5: "top two boxes", as customer satisfaction is commonly counted


async def asked(session: AsyncSession, window: Window) -> Course:
    """Customers who answered, of those who were asked."""
    step = step_of(col(Rating.asked_at), window)
    answered = func.sum(case((col(Rating.rated_at).is_not(None), 1), else_=0))
    query = select(step, answered, func.count()).where(within(col(Rating.asked_at), window)).group_by(step)
    return course_of(await rows_by_step(session, query))


async def said(session: AsyncSession, window: Window) -> dict[str, Course]:
    """What customers said: `said_solved`, `satisfied`, `effort` (sum, and of how many)."""
    step = step_of(col(Rating.rated_at), window)
    query = (
        select(
            step,
            func.sum(cast(col(Rating.solved), Integer)),
            func.count(),
            func.sum(case((col(Rating.satisfaction) >= SATISFIED, 1), else_=0)),
            func.count(col(Rating.satisfaction)),
            func.sum(col(Rating.effort)),
            func.count(col(Rating.effort)),
        )
        .where(within(col(Rating.rated_at), window))
        .group_by(step)
    )
    rows = await rows_by_step(session, query)
    places = {"said_solved": 1, "satisfied": 3, "effort": 5}
    return {
        name: course_of((row[0], row[place], row[place + 1]) for row in rows)
        for name, place in places.items()
    }


async def words(session: AsyncSession, window: Window, most: int) -> list[tuple[Rating, str]]:
    """What customers wrote beside their marks, with the case number, newest first."""
    query = (
        select(Rating, col(Conversation.case_number))
        .join(Conversation, col(Conversation.id) == col(Rating.conversation_id))
        .where(
            col(Rating.rated_at) >= window.start,
            col(Rating.rated_at) < window.end,
            col(Rating.comment).is_not(None),
        )
        .order_by(col(Rating.rated_at).desc())
        .limit(most)
    )
    return [(rating, number) for rating, number in await all_rows(session, query)]
