"""The sequential test: two arms compared at any time, as often as one likes. Pure.

An ordinary 95 % interval is right if one looks once. Whoever looks every day and stops when it leaves out 0 is wrong far
more often than one time in twenty (docs/measurements.md). A *confidence sequence* holds at all times at once: the chance
that it ever leaves out the truth is at most α, so one may look whenever one wants and stop for whatever reason.

This is the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit
theory and asymptotic confidence sequences", Annals of Statistics 52(6), 2024 (arXiv 2103.06476), Theorem 2.2, for the
difference of two means in a randomised experiment, whose normal mixture goes back to Robbins 1970. With t customers in
all, SE² = s²_A / n_A + s²_B / n_B, and ρ a number that is chosen before the start:

    difference ± SE · √( 2 · (1 + 1/(tρ²)) · log( √(tρ² + 1) / α ) )

One-sided (is B worse by more than a bound?), with the half-normal mixture of Howard, Ramdas, McAuliffe and Sekhon,
"Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021, equation (3.7):

    difference − SE · √( 2 · (1 + 1/(tρ²)) · log( 1 + √(tρ² + 1) / (2α) ) )

The always-valid p-value (Johari, Koomen, Pekelis and Walsh, "Always Valid Inference", Operations Research 70(3), 2022) is
the smallest α at which the two-sided one leaves out 0. ρ² = (−2 log α + log(−2 log α) + 1) / t* makes it tightest at t*
customers (the first paper, section 2.3); it holds at any other number too.

The theory is one of large numbers, so nothing is said below `FEWEST` customers an arm, and the variance of a share counts
one more success and one more failure (Agresti and Caffo 2000): seven customers without a bad mark do not prove that there are
none. What this does at few customers and rare events is simulated, not believed: `evals/sequential_looks.py`.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Self

FEWEST = 25  # customers of an arm
ALPHA = 0.05
TIGHTEST_AT = 1000  # customers, where the plan names no number


@dataclass(frozen=True)
class Arm:
    """What was seen of one variant: how many customers, the sum of their values, and of their squares."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Self) -> "Arm":
        return Arm(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float | None:
        """None of nobody."""
        return self.total / self.n if self.n else None

    def variance(self, *, share: bool) -> float:
        """Of one value; of a share as if one more success and one more failure had been seen. Two values are needed."""
        if share:
            likely = (self.total + 1) / (self.n + 2)
            return likely * (1 - likely)
        return max(0.0, (self.squares - self.total**2 / self.n) / (self.n - 1))


def arm_of(values: list[float]) -> Arm:
    """The values of an arm's customers, summed up."""
    return Arm(len(values), sum(values), sum(value * value for value in values))


@dataclass(frozen=True)
class Compared:
    """B less A, with an interval that holds at all times; and the always-valid p-value of there being no difference."""

    difference: float
    low: float
    high: float
    p: float


def compared(a: Arm, b: Arm, *, share: bool, tightest_at: int = TIGHTEST_AT) -> Compared | None:
    """Two-sided, at `ALPHA`. None where there are too few to say anything."""
    if min(a.n, b.n) < FEWEST:
        return None
    difference, error, t = b.total / b.n - a.total / a.n, _standard_error(a, b, share=share), a.n + b.n
    width = error * errors_two_sided(t, tightest_at, ALPHA)
    return Compared(
        difference, difference - width, difference + width, _p_value(difference, error, t, tightest_at)
    )


def at_least_worse(
    a: Arm, b: Arm, *, share: bool, alpha: float, tightest_at: int = TIGHTEST_AT
) -> float | None:
    """By how much B's mean lies above A's at the least, at all times with confidence 1 − α. None where there are too few."""
    if min(a.n, b.n) < FEWEST:
        return None
    width = _standard_error(a, b, share=share) * errors_one_sided(a.n + b.n, tightest_at, alpha)
    return b.total / b.n - a.total / a.n - width


def interval(arm: Arm, *, share: bool, tightest_at: int = TIGHTEST_AT) -> tuple[float, float] | None:
    """The mean of one arm, at all times with confidence 1 − `ALPHA`; a share within 0 and 1. None where there are too few."""
    if arm.n < FEWEST:
        return None
    width = sqrt(arm.variance(share=share) / arm.n) * errors_two_sided(arm.n, tightest_at, ALPHA)
    low, high = arm.total / arm.n - width, arm.total / arm.n + width
    return (max(0.0, low), min(1.0, high)) if share else (low, high)


def errors_two_sided(t: int, tightest_at: int, alpha: float) -> float:
    """How many standard errors wide to each side, after t customers."""
    spread = t * rho_squared(tightest_at, alpha)
    return sqrt(2 * (1 + 1 / spread) * log(sqrt(spread + 1) / alpha))


def errors_one_sided(t: int, tightest_at: int, alpha: float) -> float:
    """The same to one side."""
    spread = t * rho_squared(tightest_at, alpha)
    return sqrt(2 * (1 + 1 / spread) * log(1 + sqrt(spread + 1) / (2 * alpha)))


def rho_squared(tightest_at: int, alpha: float) -> float:
    """ρ² that makes the sequence tightest at so many customers."""
    return (-2 * log(alpha) + log(-2 * log(alpha)) + 1) / tightest_at


def _standard_error(a: Arm, b: Arm, *, share: bool) -> float:
    return sqrt(a.variance(share=share) / a.n + b.variance(share=share) / b.n)


def _p_value(difference: float, error: float, t: int, tightest_at: int) -> float:
    """The α of the two-sided formula at which its width is the difference itself."""
    if error == 0:
        return 1.0 if difference == 0 else 0.0
    spread = t * rho_squared(tightest_at, ALPHA)
    return min(1.0, sqrt(spread + 1) * exp(-((difference / error) ** 2) / (2 * (1 + 1 / spread))))
