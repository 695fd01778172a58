"""Counts, intervals, periods and bands: tables."""

from datetime import UTC, datetime

import pytest

from escalation.centre.bands import BANDS_FILE, Band, Bands, Edge
from escalation.centre.measures import BEFORE, Counted, Course, Kind, course_of, measured, wilson
from escalation.centre.periods import Period, window_of
from escalation.policy_files import PolicyError


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_that_of_the_paper(count: int, of: int, low: float, high: float) -> None:
    assert wilson(Counted(count, of)) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_course_is_added_up_and_the_period_before_stands_apart() -> None:
    course = course_of([(0, 1, 2), (0, 1, 2), (2, 3, 4), (BEFORE, 1, 10)])
    share = measured(Kind.SHARE, course, 3)

    assert (share.count, share.of, share.value, share.before) == (5, 8, 0.625, 0.1)
    assert share.series == (0.5, None, 0.75)
    assert measured(Kind.SHARE, Course(), 1).value is None
    assert measured(Kind.COUNT, Course(), 1).value == 0


def test_today_begins_at_midnight_where_the_desk_is_and_is_compared_with_yesterday_until_now() -> None:
    now = datetime(2026, 7, 10, 9, 30, tzinfo=UTC)  # 10:30 in Dublin
    today = window_of(Period.TODAY, now, "Europe/Dublin")

    assert today.start == datetime(2026, 7, 9, 23, tzinfo=UTC)
    assert (len(today.steps), today.steps[-1]) == (11, datetime(2026, 7, 10, 9, tzinfo=UTC))
    assert (today.before_start, today.before_end) == (
        datetime(2026, 7, 8, 23, tzinfo=UTC),
        datetime(2026, 7, 9, 9, 30, tzinfo=UTC),
    )


def test_seven_days_hold_today_and_a_change_of_the_clocks_makes_none_of_them_two() -> None:
    now = datetime(2026, 10, 27, 12, tzinfo=UTC)  # the clocks went back on the 25th
    week = window_of(Period.WEEK, now, "Europe/Dublin")

    assert len(week.steps) == 7
    assert week.steps[0] == datetime(2026, 10, 20, 23, tzinfo=UTC)
    assert week.steps[-1] == datetime(2026, 10, 27, 0, tzinfo=UTC)
    assert week.before_end == datetime(2026, 10, 20, 11, tzinfo=UTC)  # noon by the wall


def share(count: int, of: int):
    return measured(Kind.SHARE, Course(Counted(count, of)), 0)


HIGH = Band(alert="a", figure="upset", period=Period.TODAY, playbook="p", above=Edge(ring=0.15, rest=0.10))
LOW = Band(alert="a", figure="contained", period=Period.TODAY, playbook="p", below=Edge(ring=0.5, rest=0.6))


@pytest.mark.parametrize(
    ("band", "count", "of", "rang", "rings"),
    [
        (HIGH, 3, 10, False, False),  # a third, but of ten
        (HIGH, 30, 100, False, True),
        (HIGH, 12, 100, False, False),
        (HIGH, 12, 100, True, True),  # it has not come to rest yet
        (HIGH, 10, 100, True, False),
        (HIGH, 0, 0, True, True),  # nothing to measure: as it was
        (HIGH, 0, 0, False, False),
        (LOW, 30, 100, False, True),
        (LOW, 2, 5, False, False),
        (LOW, 55, 100, True, True),
        (LOW, 60, 100, True, False),
    ],
)
def test_an_alert_rings_beyond_doubt_and_rests_only_within_its_band(band, count, of, rang, rings) -> None:
    assert band.rings(share(count, of), rang=rang) is rings


def test_a_count_rings_at_once_and_money_is_given_in_whole_units() -> None:
    waits = Band(
        alert="a", figure="at_risk_now", period=Period.TODAY, playbook="p", above=Edge(ring=4, rest=1)
    )
    dear = Band(
        alert="a", figure="per_resolved", period=Period.WEEK, playbook="p", above=Edge(ring=0.5, rest=0.4)
    )

    assert waits.rings(measured(Kind.COUNT, Course(Counted(5)), 0), rang=False)
    assert not waits.rings(measured(Kind.COUNT, Course(Counted(1)), 0), rang=True)
    assert dear.rings(measured(Kind.MONEY, Course(Counted(6_000_000, 10)), 0), rang=False)
    assert not dear.rings(measured(Kind.MONEY, Course(Counted(4_500_000, 10)), 0), rang=False)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("figure: repeats", "figure: repetition", "alert 'many-come-back': figure: there is no figure"),
        ("{ring: 0.50, rest: 0.60}", "{ring: 0.50, rest: 0.40}", "alert 'few-stay-with-the-ai': below: rest"),
        ("alert: many-come-back", "alert: many-are-upset", "'many-are-upset' is there twice"),
        ("period: 7d", "period: 30d", "of 30 days nobody can act on"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path, old: str, new: str, message: str) -> None:
    file = tmp_path / "bands.yaml"
    file.write_text(BANDS_FILE.read_text("utf-8").replace(old, new, 1))

    with pytest.raises(PolicyError) as caught:
        Bands.load(file)
    assert message in str(caught.value)
