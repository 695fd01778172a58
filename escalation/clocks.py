"""SLA clocks: by when a person owes a word, how that stands, and whether it was kept.

A clock runs in the opening hours of the handoff's queue: the first from the moment the conversation goes to a person, each
next one from the customer's message. Whoever starts or stops one does so in the transaction that makes it true.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.opening_hours import Hours
from escalation.records import Handoff
from escalation.routing import Routing


class ClockState(StrEnum):
    """How a clock stands."""

    NONE = "none"  # nothing is owed, or nothing was promised
    RUNNING = "running"
    AT_RISK = "at_risk"
    BROKEN = "broken"


@dataclass(frozen=True)
class Reading:
    """A clock looked at: open time waited, open time left (not above zero once it is due; None if nothing was promised)."""

    state: ClockState
    waited: timedelta
    left: timedelta | None


NOTHING_OWED = Reading(ClockState.NONE, timedelta(), None)


def read(
    since: datetime | None, due: datetime | None, now: datetime, hours: Hours, at_risk: float
) -> Reading:
    """How a clock stands; `at_risk` is the share of its time from which it does."""
    if since is None:
        return NOTHING_OWED
    waited = hours.between(since, now)
    if due is None:
        return Reading(ClockState.NONE, waited, None)
    if now >= due:
        return Reading(ClockState.BROKEN, waited, timedelta())
    left = hours.between(now, due)
    # A clock that has just begun, or ends with the minute of closing, has no length: it is at risk.
    gone = waited / (waited + left) if waited + left else 1.0
    return Reading(ClockState.AT_RISK if gone >= at_risk else ClockState.RUNNING, waited, left)


def at_risk_from(
    since: datetime | None, due: datetime | None, hours: Hours, at_risk: float
) -> datetime | None:
    """From when a clock counts as at risk; None for one that is not running or promises nothing."""
    if since is None or due is None:
        return None
    return hours.after(since, hours.between(since, due) * at_risk)


def reading_of(handoff: Handoff, routing: Routing, now: datetime) -> Reading:
    """How the clock of a handoff stands."""
    return read(handoff.clock_from, handoff.clock_due, now, routing.hours_of(handoff.queue), routing.at_risk)


def customer_wrote(handoff: Handoff, routing: Routing, now: datetime) -> None:
    """The customer's message wakes what was put aside, and starts the next clock where none runs."""
    if handoff.snoozed_until is not None:
        handoff.snoozed_until, handoff.woken_at = None, now
    if handoff.clock_from is None:
        owe_next(handoff, routing, now)


def owe_next(handoff: Handoff, routing: Routing, now: datetime) -> None:
    """Start the clock of the next word, from now."""
    answered = handoff.answered_at is not None
    handoff.clock_from = now
    handoff.clock_due = routing.due(handoff.queue, handoff.urgency, now, answered=answered)
    handoff.raised_at = None


def person_answered(handoff: Handoff, now: datetime) -> None:
    """A person's words stop the clock: kept or broken. What has just been answered is no longer fresh from sleep."""
    if handoff.clock_due is not None:
        if now <= handoff.clock_due:
            handoff.kept += 1
        else:
            handoff.broken += 1
    handoff.answered_at = handoff.answered_at or now
    handoff.clock_from = handoff.clock_due = handoff.raised_at = handoff.woken_at = None


def promise_sooner(handoff: Handoff, routing: Routing, now: datetime) -> None:
    """The case has become more urgent: a word is due as soon as for one that comes now, and never later than it was."""
    if handoff.clock_from is None:
        return
    answered = handoff.answered_at is not None
    due = routing.due(handoff.queue, handoff.urgency, now, answered=answered)
    handoff.clock_due = min((at for at in (due, handoff.clock_due) if at is not None), default=None)
    if not answered:
        handoff.first_response_due = handoff.clock_due


def stop(handoff: Handoff, now: datetime) -> None:
    """The handoff ends: a word that was owed and had become late stays broken, one in time is nobody's debt any more."""
    if handoff.clock_due is not None and now > handoff.clock_due:
        handoff.broken += 1
    handoff.clock_from = handoff.clock_due = handoff.snoozed_until = handoff.woken_at = None
