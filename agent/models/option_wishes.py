"""What a customer asks of a product's option, property by property; and whether an option is like that. For the offline model."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

Value = tuple[str, ...]
"""A value in plain words, such as ("v", "neck")."""
Properties = Mapping[str, Value]
"""Of one option, by their names; by place, "0" and "1", where the shop names none."""

LADDER = ("xxs", "xs", "s", "m", "l", "xl", "xxl")
_RANKS = {**{word: float(place) for place, word in enumerate(LADDER)}, "low": 2.0, "high": 4.0}
_FACTORS = {"tb": 1_000, "l": 1_000}  # beside GB and ml


@dataclass(frozen=True)
class Has:
    """One of these values; under one of these names, where several properties know the same value."""

    labels: frozenset[str]
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Step:
    """More or less of a property than now; `one` step, or any number."""

    label: str
    up: bool
    one: bool


@dataclass(frozen=True)
class Preference:
    """Values that are rather had than others, the best first."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Said:
    """What words ask of an option. `free` are properties that may be anything, `price` is one of `_PRICES`."""

    has: tuple[Has, ...] = ()
    lacks: tuple[tuple[str, Value], ...] = ()
    steps: tuple[Step, ...] = ()
    preferred: tuple[Preference, ...] = ()
    free: frozenset[str] = frozenset()
    price: str = ""

    def __bool__(self) -> bool:
        return bool(self.labels or self.price)

    @property
    def labels(self) -> frozenset[str]:
        """The properties that are spoken of."""
        alone = (
            [label for label, _ in self.lacks]
            + [s.label for s in self.steps]
            + [p.label for p in self.preferred]
        )
        return self.free.union(alone, *(has.labels for has in self.has))

    def then(self, later: "Said") -> "Said":
        """Both, the later in place of the earlier where they speak of the same property."""
        again = later.labels
        return Said(
            has=(*(has for has in self.has if not has.labels & again), *later.has),
            lacks=(*(lack for lack in self.lacks if lack[0] not in again), *later.lacks),
            steps=(*(step for step in self.steps if step.label not in again), *later.steps),
            preferred=(*(wish for wish in self.preferred if wish.label not in again), *later.preferred),
            free=(self.free - again) | later.free,
            price=later.price or ("" if again else self.price),
        )

    def only_describes(self, current: Properties) -> bool:
        """Whether nothing is said but what the option at hand is."""
        other = self.lacks or self.steps or self.preferred or self.free or self.price
        return not other and self.holds(current, current, ())

    def holds(self, own: Properties, current: Properties, all_: Collection[Properties]) -> bool:
        """Whether an option is as it was said, compared with the one at hand."""
        return (
            all(any(own.get(label) in has.values for label in has.labels) for has in self.has)
            and all(own.get(label) != value for label, value in self.lacks)
            and all(_is_step(own, current, step, all_) for step in self.steps)
        )


def _is_step(own: Properties, current: Properties, step: Step, all_: Collection[Properties]) -> bool:
    here, there = rank(current.get(step.label, ())), rank(own.get(step.label, ()))
    if here is None or there is None or here == there or (there > here) != step.up:
        return False
    ranks = {at for one in all_ if (at := rank(one.get(step.label, ()))) is not None}
    return not step.one or not any(min(here, there) < at < max(here, there) for at in ranks)


def rank(value: Value) -> float | None:
    """Where a value stands among others of its kind; None if it has no order."""
    if len(value) != 1:
        return None
    number = re.match(r"(\d+(?:\.\d+)?)(\D*)$", value[0])
    return float(number[1]) * _FACTORS.get(number[2], 1) if number else _RANKS.get(value[0])
