"""The trajectory of feelings: what one sharp word does, what a slow decline does, and what time does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.signals import NEGATIVE_VALENCE
from escalation.trajectory import CALM, Feeling, Point, Shape, end_of, strength_of, walk
from escalation.triggers import Triggers

SHAPE = Triggers.load().trajectory
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
STRENGTHS = st.lists(st.floats(0, 1), max_size=30)


def feelings(strengths: list[float], *, days_apart: float = 0) -> list[Feeling]:
    return [Feeling(NOON + timedelta(days=days_apart) * n, s) for n, s in enumerate(strengths)]


def points(strengths: list[float], *, days_apart: float = 0, shape: Shape = SHAPE) -> list[Point]:
    return walk(feelings(strengths, days_apart=days_apart), shape)


@pytest.mark.parametrize(
    ("what", "strengths", "upset_after"),
    [
        ("nothing said", [], []),
        ("one furious message at the beginning", [1.0], []),
        ("one furious message among calm ones", [0.1, 0.0, 1.0, 0.1, 0.0], []),
        ("two furious messages far apart", [1.0, 0.0, 0.0, 1.0], []),
        ("two furious messages in a row", [1.0, 1.0], [2]),
        ("a slow decline over three messages", [0.4, 0.6, 0.8], [3]),
        ("mild grumbling for ever", [0.4] * 40, []),
        ("a calm message in the middle of anger", [0.9, 0.9, 0.0, 0.9], [2, 3, 4]),
        ("anger that is soothed", [1.0, 1.0, 0.0, 0.0, 0.0], [2, 3]),
    ],
)
def test_when_a_customer_counts_as_upset(what: str, strengths: list[float], upset_after: list[int]) -> None:
    assert [n for n, point in enumerate(points(strengths), 1) if point.upset] == upset_after, what


def test_a_level_that_wavers_around_a_threshold_does_not_switch_the_alarm_to_and_fro() -> None:
    wavering = points([1.0, 1.0, *[0.3, 0.6] * 10])
    assert min(p.level for p in wavering[1:]) < SHAPE.ring_at < max(p.level for p in wavering[1:])
    assert [p.upset for p in wavering] == [False] + [True] * 21


def test_the_level_moves_by_its_share_of_the_difference_and_says_by_how_much() -> None:
    shape = Shape(smoothing=0.5, ring_at=0.6, rest_below=0.3, half_life_days=7)
    first, second, third = points([0.8, 0.8, 0.0], shape=shape)
    assert (first.level, first.moved) == pytest.approx((0.4, 0.4))
    assert (second.level, second.moved) == pytest.approx((0.6, 0.2))
    assert (third.level, third.moved, third.peak) == pytest.approx((0.3, -0.3, 0.6))


def test_the_slope_is_the_least_squares_line_through_three_levels() -> None:
    levels = [0.0, *(p.level for p in points([0.2, 0.5, 0.9, 0.1]))]
    for place, point in enumerate(points([0.2, 0.5, 0.9, 0.1]), 1):
        x = [-1, 0, 1]
        y = [levels[max(place - 2, 0)], levels[place - 1], levels[place]]
        assert point.slope == pytest.approx(sum(a * b for a, b in zip(x, y, strict=True)) / 2)


@pytest.mark.parametrize(
    ("strengths", "rising"), [([0.2, 0.4, 0.6], 3), ([0.9, 0.0], 0), ([0.9, 0.0, 0.9], 1)]
)
def test_rising_counts_messages_in_a_row_that_made_it_worse(strengths: list[float], rising: int) -> None:
    assert points(strengths)[-1].rising == rising


def test_after_a_half_life_half_of_the_level_is_left() -> None:
    before, after = points([0.8, 0.0], days_apart=SHAPE.half_life_days)
    assert after.level - after.moved == pytest.approx(before.level / 2)


def test_an_upset_customer_is_still_upset_the_next_day_and_not_a_month_later() -> None:
    assert points([1.0, 1.0, 0.4], days_apart=1)[-1].upset
    assert not points([1.0, 1.0, 0.4], days_apart=30)[-1].upset


def test_a_clock_that_was_set_back_makes_nobody_angrier() -> None:
    assert points([0.8, 0.0], days_apart=-400)[-1].level == points([0.8, 0.0])[-1].level


def test_without_a_feeling_a_customer_is_calm() -> None:
    assert end_of([], SHAPE) == CALM


@pytest.mark.parametrize(
    ("valence", "strength"),
    [(1.0, 0.0), (0.0, 0.0), (NEGATIVE_VALENCE, 0.5), (NEGATIVE_VALENCE / 2, 0.25), (-1.0, 1.0)],
)
def test_the_readers_own_cut_is_half_way_to_very_upset(valence: float, strength: float) -> None:
    assert strength_of(valence) == pytest.approx(strength)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_a_worse_valence_is_never_a_weaker_feeling(one: float, other: float) -> None:
    assert strength_of(min(one, other)) >= strength_of(max(one, other))


@given(STRENGTHS)
def test_the_level_stays_between_fine_and_very_upset(strengths: list[float]) -> None:
    assert all(0 <= p.level <= p.peak <= 1 for p in points(strengths))


@given(STRENGTHS)
def test_a_pleasant_message_never_raises_the_level(strengths: list[float]) -> None:
    assert points([*strengths, 0.0])[-1].moved <= 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"rest_below": 0.45}, "rest_below must be less than ring_at"),
        ({"smoothing": 0.5}, "ring_at must be more than smoothing"),
        ({"half_life_days": 0}, "half_life_days"),
        ({"half_life_days": float("nan")}, "half_life_days"),
        ({"ring_at": 1.2}, "ring_at"),
        ({"peak": 1}, "peak"),
    ],
)
def test_a_shape_that_makes_no_sense_is_refused(changed: dict[str, float], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Shape.model_validate(SHAPE.model_dump() | changed)
