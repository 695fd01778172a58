"""Quantities: figures in one unit for each measure, and whether two of them agree."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a quantity measures. Only quantities of one measure and one unit are ever compared."""

    PERIOD = "period"  # days
    AGE = "age"  # years
    FREQUENCY = "frequency"  # days from one time to the next
    AMOUNT = "amount"  # of the currency that `unit` names; free of charge is 0
    PERCENTAGE = "percentage"
    TIME = "time"  # minutes since midnight
    DATE = "date"  # month × 100 + day
    DAYS_OF_WEEK = "days of the week"  # bits, Monday the lowest
    SIZE = "size"  # of the dimension that `unit` names: kg, m, B, ...
    COUNT = "number"  # of what `noun` names
    VERSION = "version"  # of the software that `unit` names
    EMAIL = "e-mail address"
    PHONE = "phone number"
    WEB = "web address"


@dataclass(frozen=True)
class Quantity:
    """One figure, `text[start:end]`, from `low` to `high` in the measure's unit.

    `spread` is how far off the stated unit may be meant: "1 month" is 28 to 31 days. `bound` is its direction:
    "most" (within, up to), "least" (over, from), "after", or "" for the figure itself. `per`: "month" in "€5 a month".
    `name` is what an address or a phone number says.
    """

    measure: Measure
    low: float
    high: float
    start: int
    end: int
    unit: str = ""
    bound: str = ""
    per: str = ""
    noun: str = ""
    name: str = ""
    spread: tuple[float, float] = (1.0, 1.0)
    working: bool = False

    @property
    def least(self) -> tuple[float, float]:
        """The interval in which the lower end may lie."""
        return self.low * self.spread[0], self.low * self.spread[1]

    @property
    def most(self) -> tuple[float, float]:
        """The interval in which the upper end may lie."""
        return self.high * self.spread[0], self.high * self.spread[1]


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of one measure and unit can both be right for one subject.

    A single figure agrees with a range that has it as an end or, without a direction, between its ends.
    """
    if one.measure in {Measure.EMAIL, Measure.PHONE, Measure.WEB}:
        return one.name == other.name
    if one.measure == Measure.DAYS_OF_WEEK:
        return one.low == other.low
    a_single, b_single = one.low == one.high, other.low == other.high
    if a_single != b_single:
        single, span = (one, other) if a_single else (other, one)
        if math.isinf(span.high):
            return single.high >= span.low
        if single.bound in {"opens", "closes"}:
            return _touch(single.most, span.least if single.bound == "opens" else span.most, single, span)
        if single.bound in {"most", "least"} and single.measure != Measure.TIME:
            end = span.most if single.bound == "most" else span.least
            return _touch(single.most, end, single, span)
        return single.most[1] >= span.least[0] and single.least[0] <= span.most[1]
    return _touch(one.least, other.least, one, other) and _touch(one.most, other.most, one, other)


# Monday to Friday: n working days are between n and 7/5 n days and a weekend, as calendars fall.
_WORKING_STRETCH = 7 / 5
_WEEKEND = 2


def _touch(a: tuple[float, float], b: tuple[float, float], one: Quantity, other: Quantity) -> bool:
    if one.working != other.working:
        a, b = (
            (low, high * _WORKING_STRETCH + _WEEKEND if quantity.working else high)
            for (low, high), quantity in ((a, one), (b, other))
        )
    return a[0] <= b[1] * (1 + 1e-9) and b[0] <= a[1] * (1 + 1e-9)
