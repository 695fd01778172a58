"""Decisions of the triggers in words, from their records: for the console, the command line and whoever asks why."""

from collections.abc import Mapping
from typing import Any

from escalation.inputs import INPUTS, Kind


def saw_in_words(decision: Mapping[str, Any]) -> list[str]:
    """What the rule of a decision's record saw: for each condition what was measured, and from where it holds.

    A record of an earlier version may name an input that is measured no more; then its name stands for its words. Of
    what is no rule of the policy (a button, a turn) there is nothing to tell.
    """
    inputs = decision.get("inputs", {})
    return [_condition_in_words(condition, inputs) for condition in decision.get("conditions", ())]


def _condition_in_words(condition: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    name, was, least = condition["value"], condition["was"], condition["at_least"]
    source = INPUTS.get(name)
    if source is None:
        return f"{name}: {was} (from {least})"
    if source.kind is not Kind.YES:
        return f"{source.words}: {_number(was)} (from {_number(least)})"
    beside = inputs.get(source.beside) if source.beside else None
    return source.words if beside is None else f"{source.words} (at {_number(beside)})"


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.2g}" if abs(value) < 1 else f"{value:g}"
