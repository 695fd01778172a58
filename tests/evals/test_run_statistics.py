"""Figures against values that books and other programs give."""

import pytest

from evals.runs.figures import Share, pass_hat
from evals.runs.statistics import (
    Confusion,
    bootstrap,
    calibration,
    calibration_error,
    confusion,
    exact_interval,
    paired,
)
from tests.evals.runs_made import result


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),  # R: binom::binom.wilson(8, 10)
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
    ],
)
def test_wilsons_interval_is_that_of_the_literature(count: int, of: int, low: float, high: float) -> None:
    assert Share(count, of).interval == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (8, 10, 0.4439, 0.9748),  # R: binom.test(8, 10)
        (0, 10, 0.0, 0.3085),
        (10, 10, 0.6915, 1.0),
        (1, 2, 0.0126, 0.9874),
    ],
)
def test_clopper_and_pearsons_interval_is_that_of_the_literature(
    count: int, of: int, low: float, high: float
) -> None:
    assert exact_interval(count, of) == pytest.approx((low, high), abs=5e-5)


def cases(worse: int, better: int, same: int) -> tuple[dict[str, bool | None], dict[str, bool | None]]:
    before: dict[str, bool | None] = {}
    after: dict[str, bool | None] = {}
    for kind, number, old, new in (
        ("w", worse, True, False),
        ("b", better, False, True),
        ("s", same, True, True),
    ):
        for place in range(number):
            before[f"{kind}{place}"], after[f"{kind}{place}"] = old, new
    return before, after


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (1, 9, 0.021484375), (5, 5, 1.0)],
)
def test_mcnemars_exact_test_is_the_sign_test_of_what_changed(worse: int, better: int, p: float) -> None:
    assert paired(*cases(worse, better, 20)).p == pytest.approx(p)


@pytest.mark.parametrize(("worse", "better"), [(6, 0), (0, 6), (5, 0), (1, 9), (3, 4), (12, 2)])
def test_the_interval_leaves_out_no_difference_just_where_the_test_does(worse: int, better: int) -> None:
    found = paired(*cases(worse, better, 30))
    assert found.interval is not None
    low, high = found.interval
    assert (low > 0 or high < 0) == (found.p < 0.05)
    assert low <= (found.difference or 0) <= high


def test_where_nothing_changed_the_interval_says_how_much_could_have_gone_unseen() -> None:
    found = paired(*cases(0, 0, 100))
    assert found.difference == 0
    assert found.interval == pytest.approx((-0.03, 0.03))


def test_cases_that_one_run_could_not_tell_or_does_not_have_are_not_compared() -> None:
    found = paired({"a": True, "b": None, "c": True}, {"a": False, "b": True, "d": True})
    assert (found.both, found.worse, found.better) == (1, 1, 0)
    assert paired({}, {}).difference is None


def test_a_bootstrap_of_the_same_seed_is_the_same_and_holds_the_mean() -> None:
    differences = [0.0, 1.0, 0.0, -1.0, 1.0, 1.0, 0.0, 0.0]
    low, high = bootstrap(differences) or (0, 0)
    assert (low, high) == bootstrap(differences)
    assert low < sum(differences) / len(differences) < high
    assert bootstrap([]) is None
    assert bootstrap([0.25] * 9) == (0.25, 0.25)


@pytest.mark.parametrize(
    ("passes", "k", "hat"),
    [((True, True, False, False), 1, 0.5), ((True, True, False, False), 2, 1 / 6), ((True,) * 4, 4, 1.0)],
)
def test_pass_hat_k_is_the_unbiased_estimate_of_tau_bench(
    passes: tuple[bool, ...], k: int, hat: float
) -> None:
    rows = [result("a", passed, repeat=repeat) for repeat, passed in enumerate(passes)]
    assert pass_hat(rows, k) == pytest.approx(hat)


def test_confidence_is_binned_and_its_error_is_the_mean_distance() -> None:
    told = [(0.95, True)] * 9 + [(0.95, False)] + [(0.55, True)] * 5 + [(0.55, False)] * 5 + [(1.0, True)]
    low, high = calibration(told)
    assert (low.low, low.high, low.right.count, low.right.of) == (0.5, 0.6, 5, 10)
    assert (high.right.count, high.right.of) == (10, 11)
    error = calibration_error((low, high))
    assert error == pytest.approx((10 * 0.05 + 11 * abs(10.5 / 11 - 10 / 11)) / 21)
    assert calibration_error(()) is None


def test_handoffs_are_counted_by_what_was_needed_and_what_came() -> None:
    found = confusion([(True, True)] * 3 + [(True, False)] + [(False, True)] * 2 + [(False, False)] * 8)
    assert found == Confusion(handed_rightly=3, missed=1, needless=2, kept_rightly=8)
    assert (found.missed_share, found.needless_share) == (Share(1, 4), Share(2, 10))
