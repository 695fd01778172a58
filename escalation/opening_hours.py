"""When people are at the desk: weekly hours in a time zone, holidays, and time counted while the desk is open.

Pure functions of an aware time. A day is a day of the zone's own calendar, so the clock's change in spring and autumn makes
a day of 23 or 25 hours and moves no opening time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr, field_validator

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
# Nothing opens after so many days without: a shop that closes for longer than a year has no opening hours.
LOOK_AHEAD = 400

_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)")
_DAY = re.compile(r"(\d{4}-)?\d{2}-\d{2}")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Span:
    """Open from `start` until `end`, in minutes since the day began by the clock on the wall; `end` at most 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        """As it is written in the file."""
        return f"{_clock(self.start)}-{_clock(self.end)}"


@dataclass(frozen=True)
class Stretch:
    """An uninterrupted stretch of open time, in UTC."""

    opens: datetime
    closes: datetime


def _spans(given: object) -> object:
    """`closed`, "08:00-12:00" or a list of such, as spans. Raises ValueError with the mend."""
    if given == "closed":
        return ()
    if isinstance(given, tuple):
        return given
    listed = [given] if isinstance(given, str) else given
    if not isinstance(listed, list):
        raise ValueError('write "closed" or a list such as ["08:00-12:00", "13:00-17:00"]')  # noqa: TRY004 - pydantic's way
    spans = sorted((_span(one) for one in listed), key=lambda span: span.start)
    for before, after in pairwise(spans):
        if after.start < before.end:
            raise ValueError(f"{before} and {after} overlap")
    return tuple(spans)


def _span(text: object) -> Span:
    match = _SPAN.fullmatch(str(text).strip())
    if match is None:
        raise ValueError(f'{text!r} is no span of time; write it like "08:00-20:00"')
    hour, minute, last_hour, last_minute = (int(part) for part in match.groups())
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    if end > _MIDNIGHT:
        raise ValueError(f"{text!r} ends after 24:00")
    if start >= end:
        raise ValueError(
            f"{text!r} ends before it begins; hours over midnight are two spans, each on its day"
        )
    return Span(start, end)


Spans = Annotated[tuple[Span, ...], BeforeValidator(_spans)]


class Hours(BaseModel):
    """Opening hours. A holiday (one date, or "MM-DD" for every year) stands in place of its weekday's hours."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    zone: str
    week: Mapping[Day, Spans]
    holidays: Mapping[str, Spans] = {}
    _known: dict[date, tuple[tuple[datetime, datetime], ...]] = PrivateAttr(default_factory=dict)

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{zone!r} is no time zone; write one like Europe/Dublin") from error
        return zone

    @field_validator("holidays", mode="before")
    @classmethod
    def _holidays_are_days(cls, holidays: object) -> object:
        if not isinstance(holidays, dict):
            return holidays
        named = {str(day): hours for day, hours in holidays.items()}  # YAML reads 2026-12-25 as a date
        for day in named:
            if not _DAY.fullmatch(day) or not _is_day(day):
                raise ValueError(f"{day!r} is no day; write 2026-12-25, or 12-25 for every year")
        return named

    @property
    def tz(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.zone)

    def spans_of(self, day: date) -> tuple[Span, ...]:
        """The open spans of a day of the zone's calendar."""
        for name in (day.isoformat(), day.strftime("%m-%d")):
            if name in self.holidays:
                return self.holidays[name]
        return self.week.get(DAYS[day.weekday()], ())

    def is_open(self, at: datetime) -> bool:
        """Whether people are there. The minute of closing is closed."""
        stretch = next(self._stretches(at), None)
        return stretch is not None and stretch.opens <= at

    def closes(self, at: datetime) -> datetime | None:
        """When it closes next, if it is open now (UTC)."""
        stretch = next(self._stretches(at), None)
        return stretch.closes if stretch and stretch.opens <= at else None

    def next_open(self, at: datetime) -> datetime | None:
        """When people are there: now if they are, else when it opens next (UTC); None if it never does."""
        stretch = next(self._stretches(at), None)
        return max(stretch.opens, at.astimezone(UTC)) if stretch else None

    def after(self, start: datetime, open_time: timedelta) -> datetime | None:
        """When so much open time has passed since `start` (UTC); None if it never opens for so long."""
        left = max(open_time, timedelta())
        for stretch in self._stretches(start):
            begin = max(stretch.opens, start.astimezone(UTC))
            if begin + left <= stretch.closes:
                return begin + left
            left -= stretch.closes - begin
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; nothing if `end` is not later (clocks of two machines may differ)."""
        total = timedelta()
        if end <= start:
            return total
        for stretch in self._stretches(start):
            if stretch.opens >= end:
                break
            total += min(stretch.closes, end.astimezone(UTC)) - max(stretch.opens, start.astimezone(UTC))
        return total

    def _stretches(self, since: datetime) -> Iterator[Stretch]:
        """Open stretches that end after a moment, in order; what meets at midnight is one."""
        since = since.astimezone(UTC)
        first = since.date() - timedelta(
            days=2
        )  # a zone's day begins up to 14 hours before that of UTC, or 12 after
        pending: Stretch | None = None
        for offset in range(LOOK_AHEAD):
            for opens, closes in self._open_on(first + timedelta(days=offset)):
                if pending is not None and opens <= pending.closes:
                    pending = Stretch(pending.opens, max(closes, pending.closes))
                    continue
                if pending is not None and pending.closes > since:
                    yield pending
                pending = Stretch(opens, closes)
            # Without end (24 hours on 7 days) a stretch is told in pieces, so that nobody waits for its end.
            if pending is not None and pending.closes > since and offset % 7 == 6:  # noqa: PLR2004 - a week
                yield pending
                pending = None
        if pending is not None and pending.closes > since:
            yield pending

    def _open_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The open spans of a day in UTC. Kept: every clock of every case that waits asks for the same few days."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) > 2 * LOOK_AHEAD:
                self._known.clear()
            known = self._known[day] = tuple(self._instants(day, span) for span in self.spans_of(day))
        return known

    def _instants(self, day: date, span: Span) -> tuple[datetime, datetime]:
        """A span of a day in UTC. Of an hour that comes twice it begins in the first and ends in the second."""
        start, end = self._local(day, span.start), self._local(day, span.end)
        ends = (end.astimezone(UTC), end.replace(fold=1).astimezone(UTC))
        return start.astimezone(UTC), max(ends)

    def _local(self, day: date, minute: int) -> datetime:
        days, minute = divmod(minute, _MIDNIGHT)
        clock = time(minute // 60, minute % 60)
        return datetime.combine(day + timedelta(days=days), clock, self.tz)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text if text[4] == "-" else f"2024-{text}")  # a leap year: 02-29 is a day
    except ValueError:
        return False
    return True


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
