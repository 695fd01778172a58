"""The trajectory of a customer's feelings: how upset they are, which way it goes, and when that is an alarm.

Pure: feelings in, points out. The same walk serves one conversation (the feelings since the AI last got the floor) and
the customer (their feelings over all conversations). The formulas:

- *level*: simple exponential smoothing, level + α · (strength − level), from 0. Brown, "Statistical Forecasting
  for Inventory Control", 1959; NIST/SEMATECH e-Handbook, 6.4.3.1.
- *fading*: between two messages the level halves every half-life (exponential decay).
- *slope*: ordinary least squares over the last three levels. For three points one apart it is (last − first) / 2.
- *upset*: a Schmitt trigger (Schmitt, "A Thermionic Trigger", 1938): on from an upper threshold, off only below a lower
  one, so that a level that wavers around one threshold does not switch it to and fro.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.signals import NEGATIVE_VALENCE


class Shape(BaseModel):
    """The numbers of the formulas. They stand in `triggers.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    smoothing: float = Field(gt=0, lt=1)
    """α: the share of the level that the newest message makes."""
    ring_at: float = Field(gt=0, lt=1)
    rest_below: float = Field(gt=0, lt=1)
    half_life_days: float = Field(gt=0, le=30)

    @model_validator(mode="after")
    def _one_sharp_word_does_not_ring_and_rest_lies_below(self) -> Self:
        if self.rest_below >= self.ring_at:
            raise ValueError("rest_below must be less than ring_at; otherwise the alarm switches to and fro")
        if self.ring_at <= self.smoothing:
            raise ValueError("ring_at must be more than smoothing; otherwise one sharp message rings")
        return self


@dataclass(frozen=True)
class Feeling:
    """What one judged message showed."""

    at: datetime
    strength: float
    """0 (fine) to 1 (very upset)."""


@dataclass(frozen=True)
class Point:
    """The trajectory after one message. Levels run from 0 (fine) to 1 (very upset)."""

    level: float = 0.0
    moved: float = 0.0
    """How much this message moved the level, fading left aside."""
    slope: float = 0.0
    """Levels a message, over the last three; positive: it gets worse."""
    peak: float = 0.0
    rising: int = 0
    """Messages in a row that each raised the level."""
    upset: bool = False


CALM = Point()


def strength_of(valence: float) -> float:
    """How upset a message is, 0 to 1: 0 from neutral on, 0.5 at the reader's own cut for "negative", 1 at −1.

    Straight lines between the three. Bound to the cut, so that thresholds keep their meaning when the reader is
    trained anew and the cut moves.
    """
    if valence >= 0:
        return 0.0
    if valence >= NEGATIVE_VALENCE:
        return 0.5 * valence / NEGATIVE_VALENCE
    return 0.5 + 0.5 * (NEGATIVE_VALENCE - valence) / (NEGATIVE_VALENCE + 1)


def walk(feelings: Iterable[Feeling], shape: Shape) -> list[Point]:
    """The point after each feeling, oldest first."""
    points: list[Point] = []
    before = CALM
    last: datetime | None = None
    for feeling in feelings:
        start = before.level * _left_of(feeling.at - last if last else timedelta(), shape)
        level = start + shape.smoothing * (feeling.strength - start)
        earlier = points[-2].level if len(points) > 1 else 0.0
        was_upset = before.upset and start >= shape.rest_below
        point = Point(
            level=level,
            moved=level - start,
            slope=(level - earlier) / 2,
            peak=max(before.peak, level),
            rising=before.rising + 1 if level > start else 0,
            upset=level >= (shape.rest_below if was_upset else shape.ring_at),
        )
        points.append(point)
        before, last = point, feeling.at
    return points


def end_of(feelings: Iterable[Feeling], shape: Shape) -> Point:
    """Where the trajectory has come to; `CALM` before the first feeling."""
    return next(reversed(walk(feelings, shape)), CALM)


def _left_of(pause: timedelta, shape: Shape) -> float:
    """What a pause leaves of a level. A clock that was set back leaves all of it."""
    days = max(pause, timedelta()) / timedelta(days=1)
    return float(0.5 ** (days / shape.half_life_days))
