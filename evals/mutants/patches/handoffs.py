"""The way to a person: triggers, reason, queue, briefing, and who has the floor."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import yaml

from agent.records import Conversation
from escalation import attendance, dispatch, thread
from escalation.briefing import loading
from escalation.briefing.writing import write_briefing
from escalation.handoffs import Call, call_by_rule
from escalation.reception import Owner, Reception
from escalation.records import Reason, Urgency
from escalation.routing import Assignment, Routing
from escalation.standing import Standing
from escalation.triggers import POLICY_FILE, Triggers
from evals.mutants.catalogue import Swap


def _policy(change: Any) -> Sequence[Swap]:
    """The triggers as the file has them, after `change` to what is in it."""
    data = yaml.safe_load(POLICY_FILE.read_text(encoding="utf-8"))
    change(data)
    return [(Triggers, "load", lambda *_: Triggers.model_validate(data))]


def drop_rules(*, rules: Sequence[str]) -> Sequence[Swap]:
    """These rules of `triggers.yaml` are gone."""

    def drop(data: dict[str, Any]) -> None:
        data["rules"] = [row for row in data["rules"] if row["rule"] not in rules]

    return _policy(drop)


def scale_thresholds(*, by: float) -> Sequence[Swap]:
    """Every number of every rule is so many times what it was, as far as it can be: shares end at 1, counts begin at 1."""

    def scale(data: dict[str, Any]) -> None:
        for row in data["rules"]:
            for name, least in row["when"].items():
                if isinstance(least, int | float) and not isinstance(least, bool):
                    row["when"][name] = max(1, round(by * least)) if least >= 1 else min(1.0, by * least)

    return _policy(scale)


def reshape_trajectory(**numbers: float) -> Sequence[Swap]:
    """Other numbers in the formulas of the trajectory."""
    return _policy(lambda data: data["trajectory"].update(numbers))


def lose_reason() -> Sequence[Swap]:
    """Every handoff by a rule says that the AI could not help."""
    return _called(reason=Reason.AI_CANNOT_HELP)


def lose_urgency() -> Sequence[Swap]:
    """Nothing is urgent."""
    return _called(urgency=Urgency.NORMAL)


def _called(**other: Any) -> Sequence[Swap]:
    def call(*given: Any) -> Call:
        return replace(call_by_rule(*given), **other)

    return [(attendance, "call_by_rule", call)]


def lose_queue() -> Sequence[Swap]:
    """Everything goes to the general queue."""
    assign = Routing.assign

    def general(self: Routing, *given: Any) -> Assignment:
        return replace(assign(self, *given), queue="general")

    return [(Routing, "assign", general)]


def announce_and_fetch_nobody() -> Sequence[Swap]:
    """The customer reads that a person comes, and no handoff is opened."""

    async def nobody(*_: Any, **__: Any) -> None:
        return None

    return [(attendance, "open_handoff", nobody)]


def kill_button() -> Sequence[Swap]:
    """“Talk to a person” does nothing."""

    async def dead(self: Reception, owner: Owner, conversation_id: UUID) -> Conversation:
        return await self.find(owner, conversation_id)

    return [(Reception, "hand_over", dead)]


def answer_under_any_floor() -> Sequence[Swap]:
    """The AI answers, whoever has the floor."""

    async def unheld(*_: Any, **__: Any) -> None:
        return None

    names = {name: getattr(thread, name) for name in dir(thread) if not name.startswith("__")}
    return [
        (Standing, "waits_for_ai", property(lambda self: bool(self.asked))),
        (attendance, "thread", SimpleNamespace(**(names | {"hold": unheld}))),
    ]


def speak_polish() -> Sequence[Swap]:
    """What is said at a handoff is said in Polish, whatever the customer speaks."""
    return [(dispatch, "most_written", lambda *_: "pl")]


def promise_a_minute() -> Sequence[Swap]:
    """Whoever waits is told that somebody comes at once, whether anybody is there or not."""
    return [(dispatch, "arrival", lambda *_, **__: "Somebody will be with you in a minute.")]


def brief_without_figures() -> Sequence[Swap]:
    """The briefing has no number in it: neither the order's nor an amount."""

    def blank(material: Any) -> Any:
        return [
            replace(line, text="".join("#" if c.isdigit() else c for c in line.text))
            for line in write_briefing(material)
        ]

    return [(loading, "write_briefing", blank)]


def brief_nothing() -> Sequence[Swap]:
    """There is no briefing."""
    return [(loading, "write_briefing", lambda *_: [])]
