"""Counts that become figures: shares with their interval, means, amounts. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Self

BEFORE = -1  # the place of the period before, among the steps of the chart
Z = 1.96  # 95 % of a normal distribution


class Kind(StrEnum):
    """What a value is, and so how it is made of its counts and written."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    MONEY = "money"  # millionths of the currency of the prices


@dataclass(frozen=True)
class Counted:
    """So many of so many; for a mean or an amount their sum, and over how many."""

    count: float = 0
    of: int = 0

    def __add__(self, other: Self) -> "Counted":
        return Counted(self.count + other.count, self.of + other.of)


@dataclass(frozen=True)
class Course:
    """What was counted in a period: over the whole, over the one before, and in each step of the chart.

    What is counted once a conversation can be less over the whole than the sum of its steps.
    """

    whole: Counted = Counted()
    before: Counted = Counted()
    steps: Mapping[int, Counted] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """One value of a figure. None where there was nothing to count over."""

    kind: Kind
    count: float
    of: int
    value: float | None
    low: float | None
    high: float | None
    before: float | None
    series: tuple[float | None, ...]


def measured(kind: Kind, course: Course, length: int) -> Measured:
    """The value of a period whose chart has so many steps."""
    whole = course.whole
    low, high = wilson(whole) if kind is Kind.SHARE and whole.of else (None, None)
    return Measured(
        kind=kind,
        count=whole.count,
        of=whole.of,
        value=_value(kind, whole),
        low=low,
        high=high,
        before=_value(kind, course.before),
        series=tuple(_value(kind, course.steps.get(step, Counted())) for step in range(length)),
    )


def wilson(counted: Counted) -> tuple[float, float]:
    """The 95 % interval of a share. Wilson, "Probable Inference", 1927: right also for few and for shares near 0 and 1."""
    n, share = counted.of, counted.count / counted.of
    middle = share + Z * Z / (2 * n)
    wide = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (middle - wide) / scale), min(1.0, (middle + wide) / scale)


def course_of(rows: Iterable[tuple[int, float | None, int | None]]) -> Course:
    """The course of rows of step, count and of, where the whole is the sum of its steps."""
    before, steps = Counted(), dict[int, Counted]()
    for step, count, of in rows:
        one = Counted(count or 0, of or 0)
        if step == BEFORE:
            before += one
        else:
            steps[step] = steps.get(step, Counted()) + one
    return Course(sum(steps.values(), Counted()), before, steps)


def _value(kind: Kind, counted: Counted) -> float | None:
    if kind is Kind.COUNT:
        return counted.count
    return counted.count / counted.of if counted.of else None
