"""Does looking all the time do harm? Experiments that never were, looked at after every customer, with the product's own test.

    python -m evals.sequential_looks [--runs 4000]

Prints how often a difference is found where there is none, with an ordinary interval beside it; how often and how soon one is
found where there is; and how often a guardrail rings. docs/measurements.md quotes it.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from escalation.experiments.sequential import ALPHA, FEWEST, TIGHTEST_AT, errors_one_sided, errors_two_sided

Values = NDArray[np.float64]
AT_ONCE = 200  # experiments in memory together
ORDINARY = 1.96  # standard errors of a 95 % interval that is looked at once


@dataclass(frozen=True)
class Trial:
    """Experiments with the share `a` in A and `b` in B; with `spread` values that are log-normal about them in place of 0 and 1."""

    a: float
    b: float
    customers: int = 5000
    runs: int = 4000
    seed: int = 1
    spread: float | None = None


@dataclass(frozen=True)
class Looked:
    """The share of experiments in which a difference was found, and the median of customers until then."""

    found: float
    after: int | None


def looked(trial: Trial, *, ordinary: bool = False) -> Looked:
    """Two-sided, after every customer."""
    width = _widths(trial, errors_two_sided, ALPHA)
    return _looked(trial, np.full(len(width), ORDINARY) if ordinary else width, bound=None)


def alarms(trial: Trial, *, bound: float, alpha: float = ALPHA) -> float:
    """The share of experiments that a guardrail stops: B surely worse by more than the bound."""
    return _guarded(trial, bound, alpha).found


def _guarded(trial: Trial, bound: float, alpha: float = ALPHA) -> Looked:
    return _looked(trial, _widths(trial, errors_one_sided, alpha), bound=bound)


def _widths(trial: Trial, errors: Callable[[int, int, float], float], alpha: float) -> Values:
    """How many standard errors, after each customer."""
    return np.array([errors(n, TIGHTEST_AT, alpha) for n in range(1, trial.customers + 1)])


def _looked(trial: Trial, width: Values, *, bound: float | None) -> Looked:
    drawn = np.random.default_rng(trial.seed)
    first: list[int] = []
    for begin in range(0, trial.runs, AT_ONCE):
        runs = min(AT_ONCE, trial.runs - begin)
        difference, error = _courses(trial, drawn, runs)
        found = np.abs(difference) > width * error if bound is None else difference - width * error > bound
        ever = found.any(axis=1)
        first += [int(place) + 1 for place in np.argmax(found, axis=1)[ever]]
    return Looked(len(first) / trial.runs, int(np.median(first)) if first else None)


def _courses(trial: Trial, drawn: np.random.Generator, runs: int) -> tuple[Values, Values]:
    """After each customer the difference of the arms and its standard error, [runs, customers]; endless below `FEWEST`."""
    shape = (runs, trial.customers)
    with_b = drawn.random(shape) < 0.5  # noqa: PLR2004 - half of them
    if trial.spread is None:
        values = (drawn.random(shape) < np.where(with_b, trial.b, trial.a)).astype(np.float64)
    else:
        values = np.where(with_b, trial.b, trial.a) * drawn.lognormal(0, trial.spread, shape)
    sides = [_arm(values, mask, share=trial.spread is None) for mask in (~with_b, with_b)]
    (n_a, mean_a, variance_a), (n_b, mean_b, variance_b) = sides
    enough = np.minimum(n_a, n_b) >= FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(variance_a / n_a + variance_b / n_b)
        return np.where(enough, mean_b - mean_a, 0.0), np.where(enough, error, np.inf)


def _arm(values: Values, mask: NDArray[np.bool_], *, share: bool) -> tuple[Values, Values, Values]:
    """Running number, mean and variance of one arm, as `sequential.Arm` has them."""
    n = np.cumsum(mask, axis=1).astype(np.float64)
    total = np.cumsum(values * mask, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        if share:
            likely = (total + 1) / (n + 2)
            return n, total / n, likely * (1 - likely)
        squares = np.cumsum(values * values * mask, axis=1)
        return n, total / n, np.maximum(0.0, (squares - total**2 / n) / (n - 1))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    runs: int = parser.parse_args().runs
    print(f"{runs} experiments a row, up to 5,000 customers, looked at after each; α = {ALPHA:g}.\n")
    print(
        "No difference              found by this test   by an ordinary interval   guardrail rings (bound 0)"
    )
    for rate in (0.005, 0.01, 0.02, 0.05, 0.2, 0.5, 0.9):
        _row(f"share of {rate:g}", Trial(a=rate, b=rate, runs=runs))
    for spread in (0.5, 1.0):
        _row(f"log-normal, spread {spread:g}", Trial(a=1, b=1, runs=runs, spread=spread))
    print("\nA difference               found   customers until then (median)")
    for a, b in ((0.6, 0.62), (0.6, 0.65), (0.6, 0.7), (0.6, 0.8)):
        found = looked(Trial(a=a, b=b, runs=runs))
        print(f"{a:g} and {b:g}".ljust(26), f"{found.found:5.3f}   {found.after}")
    print("\nA guardrail at 0.05, one of three (α/3)   rings   customers until then (median)")
    for a, b in ((0.05, 0.05), (0.05, 0.10), (0.05, 0.15), (0.05, 0.3), (0.05, 0.6)):
        found = _guarded(Trial(a=a, b=b, runs=runs), 0.05, ALPHA / 3)
        print(f"{a:g} and {b:g}".ljust(41), f"{found.found:5.3f}   {found.after}")


def _row(name: str, trial: Trial) -> None:
    ordinary = looked(replace(trial, runs=min(trial.runs, 1000)), ordinary=True).found
    print(
        name.ljust(26),
        f"{looked(trial).found:5.3f}".ljust(20),
        f"{ordinary:5.3f}".ljust(25),
        f"{alarms(trial, bound=0):5.3f}",
    )


if __name__ == "__main__":
    main()
