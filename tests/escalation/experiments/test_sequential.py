"""The sequential test: its formulas as tables, and by simulation that looking all the time does no harm."""

import math

import numpy as np
import pytest

from escalation.experiments.sequential import (
    ALPHA,
    FEWEST,
    Arm,
    arm_of,
    at_least_worse,
    compared,
    interval,
    rho_squared,
)
from evals.sequential_looks import Trial, alarms, looked


def share(count: int, of: int) -> Arm:
    return Arm(of, count, count)


# n_A, successes, n_B, successes: difference and interval, worked out with a pocket calculator. For 1,000 customers ρ² is .0087818
# and the interval ± 3.03545 standard errors wide, for 100 customers ± 3.76326.
BY_HAND = [
    (500, 250, 500, 300, 0.1, 0.0050, 0.1950),
    (500, 250, 500, 325, 0.15, 0.0562, 0.2438),
    (50, 5, 50, 40, 0.7, 0.4240, 0.9760),
]


@pytest.mark.parametrize(("n_a", "a", "n_b", "b", "difference", "low", "high"), BY_HAND)
def test_the_interval_is_the_formulas(
    n_a: int, a: int, n_b: int, b: int, difference: float, low: float, high: float
) -> None:
    found = compared(share(a, n_a), share(b, n_b), share=True)
    assert found is not None
    assert found.difference == pytest.approx(difference)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize("count", [120, 150, 180, 240])
def test_the_p_value_is_the_level_at_which_the_interval_just_leaves_out_nothing(count: int) -> None:
    found = compared(share(120, 400), share(count, 400), share=True)
    assert found is not None
    assert (found.p < ALPHA) == (found.low > 0)
    assert 0 <= found.p <= 1


def test_one_sided_says_more_than_two_sided_and_less_with_a_smaller_alpha() -> None:
    a, b = share(100, 1000), share(160, 1000)
    two = compared(a, b, share=True)
    one, strict = (at_least_worse(a, b, share=True, alpha=alpha) for alpha in (0.05, 0.01))
    assert two is not None
    assert one is not None
    assert strict is not None
    assert two.low < one < b.total / b.n - a.total / a.n
    assert strict < one


@pytest.mark.parametrize(("a", "b"), [(0, 0), (FEWEST - 1, 500), (500, FEWEST - 1)])
def test_of_too_few_customers_nothing_is_said(a: int, b: int) -> None:
    assert compared(share(0, a), share(0, b), share=True) is None
    assert at_least_worse(share(0, a), share(0, b), share=True, alpha=ALPHA) is None
    assert interval(share(0, min(a, b)), share=True) is None


def test_a_share_without_an_event_is_not_certain_to_be_nothing() -> None:
    found = interval(share(0, 100), share=True)
    assert found is not None
    assert found[0] == 0
    assert found[1] > 0.01


def test_values_without_any_spread_differ_surely_or_not_at_all() -> None:
    same, other = arm_of([2.0] * 50), arm_of([3.0] * 50)
    assert compared(same, same, share=False).p == 1.0  # type: ignore[union-attr]
    assert compared(same, other, share=False).p == 0.0  # type: ignore[union-attr]


def test_arms_add_up_and_their_spread_is_numpys() -> None:
    first, second = [1.0, 4.0, 2.5], [7.0, 0.5]
    arm = arm_of(first) + arm_of(second)
    assert arm.n == 5
    assert arm.variance(share=False) == pytest.approx(float(np.var(first + second, ddof=1)))


def test_the_width_is_least_about_where_it_was_asked_to_be() -> None:
    """Beside what the law of large numbers alone would give, √n."""

    def stretched(n: int, tightest_at: int) -> float:
        found = compared(share(n // 4, n // 2), share(n // 4, n // 2), share=True, tightest_at=tightest_at)
        assert found is not None
        return (found.high - found.low) * math.sqrt(n)

    numbers = [250, 500, 1000, 2000, 4000, 8000, 16000]
    for place in (1000, 4000):
        assert min(numbers, key=lambda n: stretched(n, place)) in (place // 2, place, 2 * place)
    assert rho_squared(2000, ALPHA) == pytest.approx(rho_squared(1000, ALPHA) / 2)


# Short versions of `python -m evals.sequential_looks`, which docs/measurements.md quotes. 1,000 experiments a row, so .05 is told
# from .073 (two standard errors).
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.3])
def test_looking_after_every_customer_finds_a_difference_where_there_is_none_no_more_often_than_promised(
    rate: float,
) -> None:
    trial = Trial(a=rate, b=rate, customers=2000, runs=1000)
    assert looked(trial).found <= ALPHA
    assert alarms(trial, bound=0.0) <= ALPHA


def test_an_ordinary_interval_that_is_looked_at_all_the_time_would_be_wrong_far_more_often() -> None:
    assert looked(Trial(a=0.3, b=0.3, customers=2000, runs=500), ordinary=True).found > 4 * ALPHA


def test_a_plausible_effect_is_found_by_most_experiments_and_a_great_harm_soon() -> None:
    assert looked(Trial(a=0.6, b=0.7, customers=2000, runs=500)).found > 0.8
    harm = looked(Trial(a=0.05, b=0.3, customers=1000, runs=500))
    assert harm.found == 1.0
    assert harm.after is not None
    assert harm.after < 200


def test_a_harm_within_the_bound_raises_no_alarm() -> None:
    assert alarms(Trial(a=0.1, b=0.14, customers=2000, runs=500), bound=0.05) <= ALPHA
    assert alarms(Trial(a=0.1, b=0.3, customers=2000, runs=500), bound=0.05) > 0.95
