"""Decisions of the triggers in words, from their records: for the console, the command line and whoever asks why."""

from collections.abc import Mapping
from typing import Any

from escalation.inputs import INPUTS, Kind


def condition_in_words(condition: Mapping[str, Any]) -> str:
    """One condition of a decision's record: what was measured, what it was, and from where the rule holds.

    A record of an earlier version may name an input that is measured no more; then its name stands for its words.
    """
    name, was, least = condition["value"], condition["was"], condition["at_least"]
    source = INPUTS.get(name)
    if source is None:
        return f"{name}: {was} (from {least})"
    if source.kind is Kind.YES:
        return source.words
    return f"{source.words}: {_number(was)} (from {_number(least)})"


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
