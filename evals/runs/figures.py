"""Figures of a run: how many pass, how surely, and how steadily."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.runs.result import CaseResult

Z = 1.959964  # of 95 %


@dataclass(frozen=True)
class Share:
    """So many of so many, with its 95 % interval."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's score interval (JASA 22, 1927): right also near 0 and 1 and for few cases."""
        if not self.of:
            return None
        share, n = self.count / self.of, self.of
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of or self.interval is None:
            return "0 of 0"
        low, high = self.interval
        return f"{self.count} of {self.of} ({100 * self.count / self.of:.1f} %, {100 * low:.1f}–{100 * high:.1f})"


def by_case(results: Iterable[CaseResult]) -> Mapping[tuple[str, str], Sequence[CaseResult]]:
    """The repeats of each case, by suite and id."""
    found: dict[tuple[str, str], list[CaseResult]] = defaultdict(list)
    for result in results:
        found[result.suite, result.case].append(result)
    return found


def passed(results: Iterable[CaseResult]) -> Share:
    """Cases of which every repeat passed, of those that could be told. Repeats of one case are not independent of each other."""
    told = [one for one in (whole(repeats) for repeats in by_case(results).values()) if one is not None]
    return Share(sum(told), len(told))


def whole(repeats: Sequence[CaseResult]) -> bool | None:
    """True if all passed, False if one failed, else None."""
    found = [result.passed for result in repeats]
    return False if False in found else None if None in found else True


def pass_hat(results: Iterable[CaseResult], k: int) -> float | None:
    """pass^k: the chance that k tries of a case, drawn from its repeats, all pass; the mean over cases (tau-bench,
    arXiv:2406.12045). None if no case was told k times.
    """
    chances = []
    for repeats in by_case(results).values():
        told = [result.passed for result in repeats if result.passed is not None]
        if len(told) >= k:
            chances.append(math.comb(sum(told), k) / math.comb(len(told), k))
    return sum(chances) / len(chances) if chances else None
