"""The times over which figures are taken: a period until now, the same stretch before it, and the steps of a chart. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOURS_A_DAY = 24


class Period(StrEnum):
    """What the page can be asked for. Days begin at midnight where the desk is."""

    TODAY = "today"
    WEEK = "7d"
    MONTH = "30d"

    @property
    def days(self) -> int:
        """How many days, today included."""
        return {Period.TODAY: 1, Period.WEEK: 7, Period.MONTH: 30}[self]


@dataclass(frozen=True)
class Window:
    """A period in UTC; `start` ≤ t < `end`. `before_…` is the same stretch, so many days earlier. `steps` begin with `start`."""

    period: Period
    start: datetime
    end: datetime
    before_start: datetime
    before_end: datetime
    steps: tuple[datetime, ...]


def window_of(period: Period, now: datetime, zone: str) -> Window:
    """The period that ends now: steps of an hour today, of a day otherwise, each beginning by the clock on the wall."""
    here = now.astimezone(ZoneInfo(zone))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    # Wall-clock arithmetic: a day of 23 or 25 hours stays one day.
    first = midnight - timedelta(days=period.days - 1)
    if period is Period.TODAY:
        begin, hour = first.astimezone(UTC), timedelta(hours=1)
        steps = [begin + hour * n for n in range(HOURS_A_DAY + 2) if begin + hour * n <= now]
    else:
        steps = [(first + timedelta(days=n)).astimezone(UTC) for n in range(period.days)]
    back = timedelta(days=period.days)
    return Window(
        period=period,
        start=steps[0],
        end=now,
        before_start=(first - back).astimezone(UTC),
        before_end=(here - back).astimezone(UTC),
        steps=tuple(steps),
    )
