"""Into which step of the chart a time falls, in SQL.

Times are compared and never computed there, so that SQLite and PostgreSQL read the same. Steps are found by a CASE over their
beginnings.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.centre.measures import BEFORE
from escalation.centre.periods import Window

_BETWEEN = -2  # after the stretch of the period before, and before this one


def step_of(at: Any, window: Window, later: timedelta = timedelta()) -> ColumnElement[int]:
    """The step in which `at` + `later` lies; `BEFORE` in the stretch before, `_BETWEEN` between the two."""
    begins = [(window.before_start, BEFORE), (window.before_end, _BETWEEN)]
    begins += [(begin, place) for place, begin in enumerate(window.steps)]
    return case(
        (at >= window.before_start - later, _halved(at, [(begin - later, place) for begin, place in begins])),
        else_=_BETWEEN,
    )


def _halved(at: Any, begins: Sequence[tuple[datetime, int]]) -> ColumnElement[int]:
    """The place of the last beginning that is not after `at`, which lies after the first. Halving asks five times where a row of WHENs asks thirty."""
    if len(begins) == 1:
        return literal(begins[0][1])
    middle = len(begins) // 2
    return case(
        (at >= begins[middle][0], _halved(at, begins[middle:])),
        else_=_halved(at, begins[:middle]),
    )


def within(at: Any, window: Window) -> ColumnElement[bool]:
    """Whether a time lies in the period, the one before, or between them."""
    return and_(at >= window.before_start, at < window.end)


async def all_rows(session: AsyncSession, query: Any) -> Sequence[Any]:
    """What a query finds, whatever its kind."""
    return list((await session.exec(query)).all())


async def rows_by_step(session: AsyncSession, query: Any) -> Sequence[Any]:
    """Rows that begin with their step."""
    return [row for row in await all_rows(session, query) if row[0] != _BETWEEN]
