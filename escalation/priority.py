"""Who among those who wait comes first. Pure functions; production and `candor routing simulate` both ask here."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from escalation.records import Urgency

Points = Annotated[float, Field(ge=0, le=1000)]


class Weights(BaseModel):
    """Points for what makes a case come first (`routing.yaml`, `priority`)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    urgency: Mapping[Urgency, Points]
    due: Points
    """For a clock that has run out; on the way there, the square of the share of its time that has gone."""
    ageing: Annotated[float, Field(gt=0, le=1000)]
    """For each hour of open time waited, without end: more than 0, or somebody could wait for ever."""

    @model_validator(mode="after")
    def _more_urgent_is_more(self) -> Self:
        if missing := [urgency for urgency in Urgency if urgency not in self.urgency]:
            raise ValueError(f"urgency: give points for {', '.join(missing)}")
        points = [self.urgency[urgency] for urgency in Urgency]
        if points != sorted(points):
            raise ValueError("urgency: what is more urgent must not have fewer points")
        return self


def score(urgency: str, waited: timedelta, due: timedelta | None, weights: Weights) -> float:
    """How much a case comes first; more is sooner.

    `waited` is open time since it began to wait; `due` is the open time left until a word of a person is due, not above
    zero once it is, None if nothing was promised. A clock pulls little at first and most just before its end, so what can
    still be kept goes before what has time. A `waited` below zero (two machines' clocks differ) counts as none.
    """
    waited = max(waited, timedelta())
    gone = 0.0
    if due is not None:
        gone = 1.0 if due <= timedelta() else waited / (waited + due)
    hours = waited / timedelta(hours=1)
    return weights.urgency[Urgency(urgency)] + weights.due * gone**2 + weights.ageing * hours


def longest_overtaken(weights: Weights) -> timedelta:
    """Whoever has waited so much longer than another (open time) comes before them, whatever the two are."""
    points = weights.urgency[Urgency.URGENT] - weights.urgency[Urgency.LOW] + weights.due
    return timedelta(hours=points / weights.ageing)
