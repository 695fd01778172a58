"""What an experiment has come to: its figures by variant, their differences, and whether a guardrail stops it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.after.policy import After
from escalation.centre.measures import Kind
from escalation.experiments.figures import BY_NAME, FIGURES, Facts, Figure, first_of_each, value_of
from escalation.experiments.lots import Variant
from escalation.experiments.plan import Guardrail, Plan
from escalation.experiments.sequential import (
    ALPHA,
    FEWEST,
    Arm,
    Compared,
    arm_of,
    at_least_worse,
    compared,
    interval,
)


@dataclass(frozen=True)
class Side:
    """A figure of one variant: over how many customers, and its value with the interval that holds at all times."""

    arm: Arm
    likely: tuple[float, float] | None

    @property
    def value(self) -> float | None:
        """None where there was nobody."""
        return self.arm.mean


@dataclass(frozen=True)
class Result:
    """A figure of both variants. `compared` is None where there are too few customers."""

    figure: Figure
    a: Side
    b: Side
    compared: Compared | None

    @property
    def verdict(self) -> str:
        """Whether B is surely better or worse; "" while nothing can be told."""
        if self.compared is None or self.compared.low <= 0 <= self.compared.high:
            return ""
        return "better" if (self.compared.difference > 0) == (self.figure.up_is == "good") else "worse"


@dataclass(frozen=True)
class Guarded:
    """A guardrail. `surely` is by how much B is worse at the least, in the direction that is bad; None where there are too few."""

    guard: Guardrail
    surely: float | None

    @property
    def broken(self) -> bool:
        """Whether B is surely worse than the bound allows."""
        return self.surely is not None and self.surely > self.guard.worse_by


@dataclass(frozen=True)
class Results:
    """Everything that is counted of an experiment at a moment. `customers` counts those that drew each variant."""

    at: datetime
    customers: Mapping[Variant, int]
    results: tuple[Result, ...]
    guardrails: tuple[Guarded, ...]

    def of(self, figure: str) -> Result:
        """The result of a figure, by its name."""
        return next(result for result in self.results if result.figure.name == figure)

    @property
    def why_stop(self) -> str | None:
        """In words, the guardrail that stops it; None if none does."""
        broken = next((one for one in self.guardrails if one.broken), None)
        if broken is None or broken.surely is None:
            return None
        figure = BY_NAME[broken.guard.figure]
        return (
            f"The guardrail “{figure.title}” is broken: B is worse than A by at least {amount(figure, broken.surely)}; "
            f"{amount(figure, broken.guard.worse_by)} are allowed."
        )


def results_of(plan: Plan, conversations: Sequence[Facts], now: datetime, after: After) -> Results:
    """The results of an experiment's conversations. Each customer counts once, with the first."""
    firsts = first_of_each(conversations)
    arms = {figure.name: _arms(figure, firsts, now, after) for figure in FIGURES}
    # Bonferroni: all guardrails together stop a harmless variant with a chance of α at the most.
    alpha = ALPHA / len(plan.guardrails)
    return Results(
        at=now,
        customers={variant: sum(one.variant is variant for one in firsts) for variant in Variant},
        results=tuple(_result(figure, *arms[figure.name], plan.customers) for figure in FIGURES),
        guardrails=tuple(
            Guarded(guard, _surely(BY_NAME[guard.figure], *arms[guard.figure], alpha, plan.customers))
            for guard in plan.guardrails
        ),
    )


def written(figure: Figure, value: float) -> str:
    """A value as people write it."""
    return f"{100 * value:.1f} %" if figure.kind is Kind.SHARE else amount(figure, value)


def amount(figure: Figure, value: float) -> str:
    """A difference as people write it."""
    match figure.kind:
        case Kind.SHARE:
            return f"{100 * value:.1f} points"
        case Kind.MONEY:
            return f"{value / 1_000_000:.4f}"
        case _:
            return f"{value:.2f} {figure.unit}".rstrip()


def too_few(results: Results, figure: str) -> bool:
    """Whether nothing can be told of a figure for want of customers."""
    result = results.of(figure)
    return min(result.a.arm.n, result.b.arm.n) < FEWEST


def _arms(figure: Figure, firsts: Sequence[Facts], now: datetime, after: After) -> tuple[Arm, Arm]:
    span = figure.span.of(after)
    values: dict[Variant, list[float]] = {variant: [] for variant in Variant}
    for facts in firsts:
        value = value_of(figure, facts, span) if facts.at + span <= now else None
        if value is not None:
            values[facts.variant].append(value)
    return arm_of(values[Variant.A]), arm_of(values[Variant.B])


def _result(figure: Figure, a: Arm, b: Arm, customers: int) -> Result:
    share = figure.kind is Kind.SHARE
    return Result(
        figure,
        Side(a, interval(a, share=share, tightest_at=customers)),
        Side(b, interval(b, share=share, tightest_at=customers)),
        compared(a, b, share=share, tightest_at=customers),
    )


def _surely(figure: Figure, a: Arm, b: Arm, alpha: float, customers: int) -> float | None:
    first, second = (a, b) if figure.up_is == "bad" else (b, a)
    return at_least_worse(first, second, share=figure.kind is Kind.SHARE, alpha=alpha, tightest_at=customers)
