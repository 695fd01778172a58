"""Figures that need more than counting: two runs beside each other, flaky cases, calibration, and confusion of decisions.

Intervals of one share and pass^k are in `figures.py`. Everything here is a pure function.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.runs.figures import Share

RESAMPLES = 2000  # of a bootstrap; the ends of its interval then move by less than a tenth of its width


@dataclass(frozen=True)
class Paired:
    """What became of the cases that two runs share. `worse` passed before and failed after, `better` the reverse."""

    both: int
    worse: int
    better: int

    @property
    def difference(self) -> float | None:
        """Share that passes after, less the share before; None without a case in common."""
        return (self.better - self.worse) / self.both if self.both else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the difference: the exact interval of the share of changes that are for the better (Clopper and Pearson
        1934), scaled by how many changed. It holds given their number, as McNemar's test does, and leaves out 0 just where that
        test's p is under 0.05.
        """
        changed = self.worse + self.better
        if not self.both:
            return None
        if not changed:
            # Nothing changed: by the rule of three, more than 3/n of the cases would hardly have gone unseen.
            most = min(1.0, 3 / self.both)
            return -most, most
        low, high = exact_interval(self.better, changed)
        scale = changed / self.both
        return (2 * low - 1) * scale, (2 * high - 1) * scale

    @property
    def p(self) -> float:
        """McNemar's exact two-sided test (Biometrika 12, 1947): the chance of changes at least as one-sided as these, if a change
        for the better and one for the worse were equally likely.
        """
        changed, fewer = self.worse + self.better, min(self.worse, self.better)
        ways: int = sum(math.comb(changed, k) for k in range(fewer + 1))
        return min(1.0, float(2 * ways / 2**changed))


def paired(before: Mapping[str, bool | None], after: Mapping[str, bool | None]) -> Paired:
    """By case, over those that both could tell."""
    told = [
        (old, new) for case in before.keys() & after.keys() if (old := before[case]) is not None and (new := after[case]) is not None
    ]  # fmt: skip
    return Paired(len(told), sum(a and not b for a, b in told), sum(b and not a for a, b in told))


def exact_interval(count: int, of: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % interval of a share (Biometrika 26, 1934), by halving: no table of the beta distribution needed."""

    def tail(share: float, ks: range) -> float:
        return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in ks)

    def solve(ks: range, *, rising: bool) -> float:
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            if (tail(middle, ks) < 0.025) == rising:  # noqa: PLR2004 - half of what 95 % leaves
                low = middle
            else:
                high = middle
        return (low + high) / 2

    lowest = 0.0 if count == 0 else solve(range(count, of + 1), rising=True)
    highest = 1.0 if count == of else solve(range(count + 1), rising=False)
    return lowest, highest


def bootstrap(differences: Sequence[float], *, seed: int = 1) -> tuple[float, float] | None:
    """95 % interval of the mean of paired differences, by case: percentiles of resampled means (Efron 1979).

    For figures that are not yes or no, such as the share of repeats that pass. The same seed gives the same interval.
    """
    if not differences:
        return None
    drawn = random.Random(seed)
    n = len(differences)
    means = sorted(sum(drawn.choices(differences, k=n)) / n for _ in range(RESAMPLES))
    return means[round(0.025 * (RESAMPLES - 1))], means[round(0.975 * (RESAMPLES - 1))]


@dataclass(frozen=True)
class Bin:
    """Cases whose stated confidence lies between two edges: how sure it was on average, and how many were right."""

    low: float
    high: float
    stated: float
    right: Share


def calibration(told: Iterable[tuple[float, bool]], bins: int = 10) -> tuple[Bin, ...]:
    """A reliability diagram: pairs of confidence (0 to 1) and whether it was right, in bins of equal width; empty ones are left out."""
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in told:
        held[min(bins - 1, max(0, int(confidence * bins)))].append((confidence, right))
    return tuple(
        Bin(
            place / bins,
            (place + 1) / bins,
            sum(stated for stated, _ in one) / len(one),
            Share(sum(right for _, right in one), len(one)),
        )
        for place, one in enumerate(held)
        if one
    )


def calibration_error(found: Sequence[Bin]) -> float | None:
    """Expected calibration error (Naeini et al., AAAI 2015): the mean distance of stated from found, by cases. None of nothing."""
    of = sum(one.right.of for one in found)
    return (
        sum(one.right.of * abs(one.stated - one.right.count / one.right.of) for one in found) / of
        if of
        else None
    )


@dataclass(frozen=True)
class Confusion:
    """Handoffs: what the case wanted against what happened."""

    handed_rightly: int = 0
    missed: int = 0  # a person was needed and none came
    needless: int = 0  # nobody was needed and one came
    kept_rightly: int = 0

    @property
    def missed_share(self) -> Share:
        """Of those that needed a person."""
        return Share(self.missed, self.missed + self.handed_rightly)

    @property
    def needless_share(self) -> Share:
        """Of those that needed none."""
        return Share(self.needless, self.needless + self.kept_rightly)


def confusion(decisions: Iterable[tuple[bool, bool]]) -> Confusion:
    """Pairs of whether a person was needed, and whether one came."""
    counted = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for pair in decisions:
        counted[pair] += 1
    return Confusion(
        handed_rightly=counted[True, True],
        missed=counted[True, False],
        needless=counted[False, True],
        kept_rightly=counted[False, False],
    )
