"""When must a person take over before any model speaks?

The rules are data (`triggers.yaml`); this file reads them and weighs one message against them. A decision is a
record: rule, the values it saw, its thresholds, and the version of the rules.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from agent.signals import NEGATIVE_VALENCE, Emotion, Signals, Stake
from escalation.records import Reason, Urgency

RULES_FILE = Path(__file__).with_name("triggers.yaml")

# How much of the course's level the newest message makes. One sharp word after calm ones moves it to the half.
SMOOTHING = 0.5


class Rule(BaseModel):
    """One row of the table: all conditions (value at least the threshold) must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    when: dict[str, float] = Field(min_length=1)
    reason: Reason
    why: str
    urgency: Urgency
    queue: str


@dataclass(frozen=True)
class Decision:
    """A rule held: a person must take over."""

    rule: Rule
    inputs: dict[str, float]
    policy_version: str

    def to_json(self) -> dict[str, Any]:
        """The record of the decision: every value that the rule looked at, beside its threshold."""
        return {
            "rule": self.rule.rule,
            "policy_version": self.policy_version,
            "conditions": [
                {"value": name, "was": round(self.inputs[name], 4), "at_least": threshold}
                for name, threshold in self.rule.when.items()
            ],
        }


@dataclass(frozen=True)
class Course:
    """The emotional course of a conversation so far. `level` runs from 0 (fine) to 1 (very upset)."""

    level: float = 0.0
    negative_messages: int = 0


def course_of(readings: Sequence[Signals]) -> Course:
    """The course over a customer's messages, oldest first. Messages that could not be judged leave it as it is.

    `level` is an exponentially weighted mean of how strongly negative each message was.
    """
    level, negative = 0.0, 0
    for signals in readings:
        if signals.abstained:
            continue
        strength = max(0.0, -signals.valence)
        level += SMOOTHING * (strength - level)
        negative = negative + 1 if signals.valence < NEGATIVE_VALENCE else 0
    return Course(level, negative)


class Triggers:
    """The rules, loaded and checked once."""

    def __init__(self, rules: Sequence[Rule], version: str) -> None:
        self.rules = tuple(rules)
        self.version = version

    @classmethod
    def load(cls, file: Path = RULES_FILE) -> "Triggers":
        """Rules from a YAML file. Raises ValueError that names the rule and the unknown value."""
        text = file.read_text(encoding="utf-8")
        rules = [Rule.model_validate(row) for row in yaml.safe_load(text)]
        known = set(input_names())
        for rule in rules:
            if unknown := set(rule.when) - known:
                raise ValueError(
                    f"{file.name}: rule '{rule.rule}' asks for {', '.join(sorted(unknown))}, which is not measured. "
                    f"Known values: {', '.join(sorted(known))}."
                )
        return cls(rules, hashlib.sha256(text.encode()).hexdigest()[:12])

    def decide(self, readings: Sequence[Signals], *, misses: int = 0) -> Decision | None:
        """The first rule that the newest message of `readings` (oldest first, not empty) makes hold, if any."""
        values = inputs(readings, misses=misses)
        for rule in self.rules:
            if all(values[name] >= threshold for name, threshold in rule.when.items()):
                return Decision(rule, values, self.version)
        return None


def inputs(readings: Sequence[Signals], *, misses: int = 0) -> dict[str, float]:
    """Everything a rule may look at, by name."""
    last, course = readings[-1], course_of(readings)
    return {
        "wants_person": last.wants_person,
        "intensity": last.intensity,
        "course.level": course.level,
        "course.negative_messages": course.negative_messages,
        "misses": misses,
        **_named("stakes", last.stakes, Stake),
        **_named("emotions", {} if last.abstained else last.emotions, Emotion),
    }


def input_names() -> list[str]:
    """The names that `inputs` gives."""
    return [
        *("wants_person", "intensity", "course.level", "course.negative_messages", "misses"),
        *(f"stakes.{stake}" for stake in Stake),
        *(f"emotions.{emotion}" for emotion in Emotion),
    ]


def _named(prefix: str, values: Mapping[Any, float], names: type[Stake] | type[Emotion]) -> dict[str, float]:
    return {f"{prefix}.{name}": values.get(name, 0.0) for name in names}
