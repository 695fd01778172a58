"""When must a person take over before any model speaks?

The rules are data (`triggers.yaml`); this file reads them and weighs one message against them. A decision is a
record: rule, the values it saw, its thresholds, and the version of the policy.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from agent.money import CURRENCIES
from escalation import policy_files
from escalation.inputs import INPUTS, Kind, Measures, Moment, values_of
from escalation.policy_files import PolicyError
from escalation.records import Reason, Urgency
from escalation.trajectory import Shape, end_of

__all__ = ["POLICY_FILE", "PolicyError", "Triggers"]

POLICY_FILE = Path(__file__).with_name("triggers.yaml")


class Rule(BaseModel):
    """One row of the table: all conditions (value at least the threshold) must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str = Field(min_length=1)
    when: dict[str, float | str] = Field(min_length=1)
    reason: Reason
    why: str = Field(min_length=1)
    urgency: Urgency
    queue: str = Field(min_length=1)


class Repetition(BaseModel):
    """When two messages ask the same: from this cosine of their sentence vectors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    cosine: float = Field(gt=0, le=1)


@dataclass(frozen=True)
class Decision:
    """What the policy says to one message. Without a rule that holds, the AI may answer."""

    rule: Rule | None
    thresholds: Mapping[str, float]
    inputs: Mapping[str, float]
    policy: "Triggers"

    @property
    def name(self) -> str | None:
        """The rule that held, if any."""
        return self.rule.rule if self.rule else None

    def to_json(self) -> dict[str, Any]:
        """The record: what the rule looked at beside its thresholds, and every input that was not zero."""
        shown = self.policy.shown
        return {
            "rule": self.name,
            "policy_version": self.policy.version,
            "conditions": [
                {"value": name, "was": shown(name, self.inputs[name]), "at_least": shown(name, threshold)}
                for name, threshold in self.thresholds.items()
            ],
            "inputs": {name: shown(name, value) for name, value in self.inputs.items() if value},
        }


class Triggers(BaseModel):
    """The policy: rules, tried from the top, and the numbers that their inputs are made with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    trajectory: Shape
    repetition: Repetition
    currency: str
    tiers: tuple[str, ...]
    rules: tuple[Rule, ...] = Field(min_length=1)
    _version: str = PrivateAttr("")
    _thresholds: dict[str, dict[str, float]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, file: Path = POLICY_FILE) -> Self:
        """A policy from a YAML file. Raises `PolicyError`."""
        data, version = policy_files.read(file, list(cls.model_fields))
        try:
            policy = cls.model_validate(data)
        except ValidationError as error:
            raise policy_files.explained(file, error, lambda path: _in_words(path, data)) from error
        policy._version = version  # noqa: SLF001 - our own
        return policy

    @property
    def version(self) -> str:
        """Which text of the file this is: the beginning of its SHA-256."""
        return self._version

    def decide(self, moment: Moment) -> Decision:
        """The first rule that holds, if any. Production and the replay both ask here."""
        inputs = values_of(self._measures(moment))
        for rule in self.rules:
            thresholds = self._thresholds[rule.rule]
            if all(name in inputs and inputs[name] >= least for name, least in thresholds.items()):
                return Decision(rule, thresholds, inputs, self)
        return Decision(None, {}, inputs, self)

    def varied(self, changes: Mapping[str, Mapping[str, float | str]]) -> Self:
        """The same policy with other thresholds, by rule and input; its version says that it is another. Raises ValueError."""
        data = self.model_dump()
        rules = {rule["rule"]: rule for rule in data["rules"]}
        for name, thresholds in changes.items():
            if name not in rules:
                raise ValueError(f"there is no rule {name!r}. There is: {', '.join(rules)}")
            conditions = rules[name]["when"]
            for value in thresholds:
                if value not in conditions:
                    raise ValueError(
                        f"rule '{name}' does not look at {value}. It looks at: {', '.join(conditions)}"
                    )
            conditions.update(thresholds)
        policy = type(self).model_validate(data)
        policy._version = policy_files.version_of(  # noqa: SLF001 - our own
            f"{self.version}{json.dumps(changes, sort_keys=True)}"
        )
        return policy

    def shown(self, name: str, value: float) -> float | str:
        """A value or threshold as people write it: a tier by its name."""
        return self.tiers[int(value)] if INPUTS[name].kind is Kind.TIER else round(value, 4)

    def _measures(self, moment: Moment) -> Measures:
        alike = (
            None if moment.likeness is None else [c for c in moment.likeness if c >= self.repetition.cosine]
        )
        total = moment.order_total
        return Measures(
            moment,
            conversation=end_of(moment.conversation, self.trajectory),
            customer=end_of(moment.customer, self.trajectory),
            times_asked=0 if alike is None else 1 + len(alike),
            # Without a rate of exchange, an order in another currency has no known value.
            order_value=total.in_units if total and total.currency == self.currency else None,
            tier_rank=self.tiers.index(moment.tier) if moment.tier in self.tiers else None,
        )

    @field_validator("currency")
    @classmethod
    def _currency_is_known(cls, currency: str) -> str:
        if currency not in CURRENCIES:
            raise ValueError(f"{currency!r} is not known. Known: {', '.join(CURRENCIES)}")
        return currency

    @model_validator(mode="after")
    def _rules_make_sense(self) -> Self:
        names = [rule.rule for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"the rule '{twice[0]}' is there twice. Give each rule a name of its own")
        for rule in self.rules:
            self._thresholds[rule.rule] = {name: self._threshold(rule, name) for name in rule.when}
        return self

    def _threshold(self, rule: Rule, name: str) -> float:
        """A threshold as a number. Raises ValueError that names the rule and what would be right."""
        if name not in INPUTS:
            raise ValueError(
                f"rule '{rule.rule}' asks for {name}, which is not measured. Measured: {', '.join(INPUTS)}"
            )
        kind, given = INPUTS[name].kind, rule.when[name]
        if kind is Kind.TIER:
            if given not in self.tiers:
                known = ", ".join(self.tiers) or "none"
                raise ValueError(
                    f"rule '{rule.rule}': {name} must be one of the tiers ({known}), not {given!r}"
                )
            return float(self.tiers.index(str(given)))
        if isinstance(given, str) or not _fits(kind, given):
            raise ValueError(f"rule '{rule.rule}': {name} must be {kind}, not {given!r}")
        return given


def _fits(kind: Kind, threshold: float) -> bool:
    """Whether a threshold lies in its range. NaN and infinity lie in none."""
    match kind:
        case Kind.SHARE:
            return 0 < threshold <= 1
        case Kind.YES:
            return threshold == 1
        case Kind.COUNT:
            return 1 <= threshold < float("inf") and threshold == int(threshold)
        case _:
            return 0 < threshold < float("inf")


def _in_words(path: Sequence[str], data: Mapping[str, Any]) -> list[str]:
    kept = [step for step in path if step not in {"float", "str"}]
    return policy_files.rule_named(kept, data, "rules", "rule")
