"""Handoffs: trips to the human side, with what led to them and how their clocks stand."""

from collections.abc import Mapping
from typing import Annotated, Any

from typing_extensions import TypedDict

from api.views.shapes import Id, Time, in_iso, like, one_of
from escalation.explanations import saw_in_words
from escalation.handoffs import LABELS
from escalation.lists import Standing
from escalation.records import Handoff, Reason, Urgency


class DecisionView(TypedDict):
    """What led to a handoff: a rule of the policy with what it saw, in words, or a button, a turn, the desk;
    and the route of the routing that sent it where it went.
    """

    rule: Annotated[str | None, like("asked-for-person", "Null where no rule of the policy held.")]
    policy_version: Annotated[str | None, like("1f9c2e")]
    saw: Annotated[list[str], like(["The customer asks for a person."])]
    route: Annotated[str | None, like("orders")]
    routing_version: Annotated[str | None, like("77ab01")]


class HandoffView(TypedDict):
    """One trip to the human side."""

    id: Id
    reason: Annotated[str, one_of(Reason)]
    reason_label: Annotated[str, like("Asked for a person")]
    why: Annotated[str, like("The customer asked for a person.")]
    urgency: Annotated[str, one_of(Urgency, "normal")]
    queue: Annotated[str, like("orders")]
    opened_at: Time
    claimed_at: Time | None
    ended_at: Time | None
    handback_note: Annotated[str | None, like("The refund is on its way.")]
    wrap_up: Annotated[str | None, like("refunded")]
    wrap_up_note: Annotated[str | None, like("As a gesture.")]
    skills: Annotated[list[str], like(["refunds"])]
    language: Annotated[str | None, like("de")]
    moved_from: Annotated[str | None, like("orders")]
    first_response_due: Time | None
    answered_at: Time | None
    kept: int
    broken: int
    snoozed_until: Time | None
    woken_at: Time | None
    decision: DecisionView


class ClockView(TypedDict):
    """How the clock of an open handoff stands; it runs while a person owes a word."""

    state: Annotated[str, like("running", "none, running, at_risk or broken")]
    since: Time | None
    at_risk_from: Time | None
    due: Time | None


class RunningHandoffView(HandoffView):
    """The open handoff: also how its clock stands, and its place among others (more comes first)."""

    clock: ClockView
    priority: Annotated[float, like(2.5)]


def handoff_view(handoff: Handoff) -> HandoffView:
    """A handoff as the desk sees it."""
    return {
        "id": str(handoff.id),
        "reason": handoff.reason,
        "reason_label": LABELS[Reason(handoff.reason)],
        "why": handoff.why,
        "urgency": handoff.urgency,
        "queue": handoff.queue,
        "opened_at": handoff.opened_at.isoformat(),
        "claimed_at": in_iso(handoff.claimed_at),
        "ended_at": in_iso(handoff.ended_at),
        "handback_note": handoff.handback_note,
        "wrap_up": handoff.wrap_up,
        "wrap_up_note": handoff.wrap_up_note,
        "skills": handoff.skills,
        "language": handoff.language,
        "moved_from": handoff.moved_from,
        "first_response_due": in_iso(handoff.first_response_due),
        "answered_at": in_iso(handoff.answered_at),
        "kept": handoff.kept,
        "broken": handoff.broken,
        "snoozed_until": in_iso(handoff.snoozed_until),
        "woken_at": in_iso(handoff.woken_at),
        "decision": decision_view(handoff.decision),
    }


def running_view(handoff: Handoff, standing: Standing | None) -> RunningHandoffView:
    """The open handoff."""
    return {
        **handoff_view(handoff),
        "clock": {
            "state": standing.clock.state if standing else "none",
            "since": in_iso(handoff.clock_from),
            "at_risk_from": in_iso(standing.at_risk_from) if standing else None,
            "due": in_iso(handoff.clock_due),
        },
        "priority": round(standing.priority, 4) if standing else 0.0,
    }


def decision_view(decision: Mapping[str, Any]) -> DecisionView:
    """What led to a handoff."""
    return {
        "rule": decision["rule"],
        "policy_version": decision.get("policy_version"),
        "saw": list(saw_in_words(decision)),
        "route": decision.get("routing", {}).get("route"),
        "routing_version": decision.get("routing", {}).get("routing_version"),
    }
