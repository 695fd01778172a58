"""What is done for a case whose clock is about to run out. Pure; production and the simulation both ask here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from escalation.clocks import ClockState
from escalation.records import Urgency
from escalation.routing import Crew, Routing


@dataclass(frozen=True)
class Relief:
    """The case as it should be from now on: once for each clock."""

    urgency: Urgency
    queue: str


def relief(
    urgency: str, queue: str, state: ClockState, now: datetime, *, routing: Routing, crews: Mapping[str, Crew]
) -> Relief | None:
    """One step more urgent, and into the queue that can help out, if there is one; None while there is time.

    The promise stays what it was. Only `relief` of a waiting case that was not raised for this clock before: it is done once,
    so that a long wait does not make everything urgent.
    """
    if state not in (ClockState.AT_RISK, ClockState.BROKEN):
        return None
    ranks = list(Urgency)
    raised = ranks[min(ranks.index(Urgency(urgency)) + 1, len(ranks) - 1)]
    return Relief(raised, routing.overflow_of(queue, now, crews) or queue)
