"""Who comes first among those who wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.priority import Weights, longest_overtaken, score
from escalation.records import Urgency
from escalation.routing import Routing

WEIGHTS = Routing.load().priority

times = st.integers(0, 60 * 24 * 14).map(lambda minutes: timedelta(minutes=minutes))
urgencies = st.sampled_from(list(Urgency))


def points(urgency: str, waited: float, due: float | None) -> float:
    """Times in minutes."""
    left = None if due is None else timedelta(minutes=due)
    return score(urgency, timedelta(minutes=waited), left, WEIGHTS)


# What comes before what: (urgency, minutes waited, minutes left until a word is due; None: nothing was promised).
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("urgent", 0, 5), ("high", 0, 20)),
        (("high", 0, 20), ("normal", 0, 60)),
        (("normal", 0, 60), ("low", 0, 240)),
        (("normal", 10, 50), ("normal", 5, 55)),  # of equals who has waited longer
        (("normal", 55, 5), ("high", 0, 20)),  # a clock about to run out before a fresh one
        (("normal", 60, 0), ("normal", 59, 1)),  # one that has run out before one that has not
        (("normal", 500, -440), ("normal", 60, 0)),  # and of those the oldest
        (("urgent", 1, 4), ("normal", 59, 1)),  # but no clock of a normal case holds up a danger
        (("normal", 30, 30), ("normal", 30, None)),  # what is promised before what is not
        (("low", 241, 0), ("normal", 1, 59)),
    ],
)
def test_what_comes_first(
    first: tuple[str, float, float | None], second: tuple[str, float, float | None]
) -> None:
    assert points(*first) > points(*second)


@given(urgencies, times, st.none() | times, urgencies, times, st.none() | times)
def test_nobody_starves_whoever_has_waited_long_enough_comes_before_anybody_else(
    mine: Urgency,
    waited: timedelta,
    left: timedelta | None,
    other: Urgency,
    other_waited: timedelta,
    other_left: timedelta | None,
) -> None:
    longer = other_waited + longest_overtaken(WEIGHTS) + waited + timedelta(seconds=1)
    assert score(mine, longer, left, WEIGHTS) > score(other, other_waited, other_left, WEIGHTS)


@given(urgencies, times, st.none() | times)
def test_waiting_never_makes_a_case_come_later(
    urgency: Urgency, waited: timedelta, left: timedelta | None
) -> None:
    minute = timedelta(minutes=1)
    later = None if left is None else left - minute
    assert score(urgency, waited + minute, later, WEIGHTS) > score(urgency, waited, left, WEIGHTS)


def test_a_wait_that_has_not_begun_by_this_machines_clock_counts_as_none() -> None:
    assert points("normal", -5, 65) == points("normal", 0, 60)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ageing": 0}, "greater than 0"),
        ({"ageing": float("nan")}, "finite"),
        ({"urgency": {"low": 0, "normal": 1, "high": 2}}, "give points for urgent"),
        ({"urgency": {"low": 3, "normal": 1, "high": 2, "urgent": 4}}, "must not have fewer points"),
        ({"due": -1}, "greater than or equal to 0"),
    ],
)
def test_weights_under_which_somebody_could_wait_for_ever_are_refused(change: dict, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Weights.model_validate(WEIGHTS.model_dump() | change)
