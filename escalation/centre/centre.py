"""The figures of the command centre for a period, taken from the records."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from escalation import lists
from escalation.after.policy import After
from escalation.after.records import Rating
from escalation.centre import answers, counting
from escalation.centre.definitions import VALUES
from escalation.centre.measures import BEFORE, Counted, Course, Measured, course_of, measured
from escalation.centre.periods import Period, Window, window_of
from escalation.dispatch import Dispatch
from escalation.lists import QueueStanding
from escalation.resolutions import By, Ending
from escalation.suggested import Became, became_of
from knowledge.database import Database

# So long many open pages are shown the same count. Thirty days do not move within minutes, and are the most work.
FRESH = {
    Period.TODAY: timedelta(seconds=20),
    Period.WEEK: timedelta(minutes=1),
    Period.MONTH: timedelta(minutes=5),
}
REASONS = 6
WORDS = 12

_ENDINGS = {
    "ai_confirmed": [(By.AI, Ending.CONFIRMED)],
    "ai_assumed": [(By.AI, Ending.ASSUMED)],
    "people_confirmed": [(By.PEOPLE, Ending.CONFIRMED)],
    "people_assumed": [(By.PEOPLE, Ending.ASSUMED)],
    "not_solved": [(by, Ending.NOT_SOLVED) for by in By],
    "unanswered": [(by, Ending.UNANSWERED) for by in By],
    "came_back": [(by, Ending.CAME_BACK) for by in By],
}


@dataclass(frozen=True)
class Reason:
    """Why conversations went to a person, and how often."""

    name: str
    count: int
    before: int


@dataclass(frozen=True)
class Report:
    """Everything on the page that is counted. `values` has one for each name in `definitions.VALUES`."""

    window: Window
    values: Mapping[str, Measured]
    queues: list[QueueStanding]
    reasons: list[Reason]
    suggested: Became
    """Replies that were suggested to the desk's people."""
    words: list[tuple[Rating, str]]
    """What customers wrote, with the case number. For the desk's eyes: exports leave it out."""


class Centre:
    """Counts, once for all who ask within a few seconds."""

    def __init__(
        self, database: Database, dispatch: Dispatch, after: After, *, clock: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.dispatch = dispatch
        self.after = after
        self.clock = clock
        self._counting = asyncio.Lock()
        self._reports: dict[Period, Report] = {}

    async def report(self, period: Period) -> Report:
        """The figures of a period, at most `FRESH` old. What waits now is of the same moment."""
        async with self._counting:
            known, now = self._reports.get(period), self.clock()
            if known is None or not timedelta() <= now - known.window.end < FRESH[period]:
                self._reports[period] = known = await self._count(period, now)
            return known

    async def _count(self, period: Period, now: datetime) -> Report:
        routing = self.dispatch.routing
        window = window_of(period, now, routing.hours_of(routing.default).zone)
        async with self.database.reading() as session:
            queues = await lists.queues(session, routing, now)
            courses = await self._courses(session, window)
            reasons = await counting.reasons(session, window, REASONS)
            suggested = await became_of(session, window.start, window.end)
            words = await answers.words(session, window, WORDS)
        courses["waiting_now"] = Course(Counted(sum(queue.waiting for queue in queues)))
        courses["at_risk_now"] = Course(Counted(sum(queue.at_risk for queue in queues)))
        return Report(
            window=window,
            values={
                name: measured(value.kind, courses[name], len(window.steps)) for name, value in VALUES.items()
            },
            queues=queues,
            reasons=[Reason(*row) for row in reasons],
            suggested=suggested,
            words=words,
        )

    async def _courses(self, session: AsyncSession, window: Window) -> dict[str, Course]:
        new_cases, promises = await counting.cases(session, window)
        endings = await counting.endings(session, window, self.after)
        spent = await counting.spent(session, window)
        confirmed = endings.get((By.AI, Ending.CONFIRMED), {})
        assumed = endings.get((By.AI, Ending.ASSUMED), {})
        both = {step: confirmed.get(step, 0) + assumed.get(step, 0) for step in {*confirmed, *assumed}}
        return {
            "new_cases": new_cases,
            "promises_kept": promises,
            "upset_now": Course(await counting.upset_now(session, window.end)),
            "upset": await counting.weather(session, window),
            **_ended(endings),
            "contained": await counting.contained(session, window),
            "repeats": await counting.repeats(session, window),
            "rated": await answers.asked(session, window),
            **await answers.said(session, window),
            "per_confirmed": _each(spent, confirmed),
            "per_resolved": _each(spent, both),
            "spent": _each(spent, dict.fromkeys((BEFORE, 0), 1)),
        }


def _ended(endings: Mapping[tuple[By, Ending], Mapping[int, int]]) -> dict[str, Course]:
    """The share of each way to end among all that came to rest."""
    rest: dict[int, int] = {}
    for steps in endings.values():
        for step, number in steps.items():
            rest[step] = rest.get(step, 0) + number
    return {
        name: course_of(
            (step, sum(endings.get(kind, {}).get(step, 0) for kind in kinds), of) for step, of in rest.items()
        )
        for name, kinds in _ENDINGS.items()
    }


def _each(spent: Mapping[int, int], numbers: Mapping[int, int]) -> Course:
    """What was spent, and over how many."""
    return course_of((step, spent.get(step, 0), numbers.get(step, 0)) for step in {*spent, *numbers})
