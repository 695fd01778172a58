"""Opening hours: holidays, days on which the clock changes, and time counted while the desk is open."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from escalation.opening_hours import DAYS, Hours

DUBLIN = ZoneInfo("Europe/Dublin")


HOLIDAYS = {"2026-12-25": "closed", "12-26": "closed", "2026-12-24": ["08:00-13:00"]}


def hours(zone: str = "Europe/Dublin", holidays: Any = HOLIDAYS, **week: Any) -> Hours:
    return Hours.model_validate({"zone": zone, "week": week, "holidays": holidays})


SHOP = hours(**{key: ["08:00-20:00"] for key in ("mon", "tue", "wed", "thu", "fri")}, sat=["09:00-17:00"])
LUNCH = hours(**{key: ["08:00-12:00", "13:00-17:00"] for key in DAYS})
ROUND_THE_CLOCK = {key: ["00:00-24:00"] for key in DAYS}
ALWAYS = hours(holidays={}, **ROUND_THE_CLOCK)
NEVER = hours(holidays={})


def at(text: str, zone: Any = DUBLIN) -> datetime:
    """A time by the clock on the wall in Dublin, such as "2026-11-28 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-11-27 07:59", False),  # a Friday
        ("2026-11-27 08:00", True),
        ("2026-11-27 19:59", True),
        ("2026-11-27 20:00", False),  # the minute of closing is closed
        ("2026-11-28 08:30", False),  # a Saturday
        ("2026-11-28 16:59", True),
        ("2026-11-29 12:00", False),  # a Sunday
        ("2026-12-24 12:59", True),  # a half day
        ("2026-12-24 13:00", False),
        ("2026-12-25 12:00", False),  # a holiday of one year, a Friday
        ("2026-12-26 12:00", False),  # a holiday of every year, a Saturday
        ("2025-12-26 12:00", False),
        ("2025-12-25 12:00", True),  # only 2026's is a holiday
        ("2026-07-06 08:00", True),  # summer: an hour earlier in UTC
    ],
)
def test_the_desk_is_open_in_its_hours_and_not_on_holidays(when: str, *, is_open: bool) -> None:
    assert SHOP.is_open(at(when)) is is_open
    assert SHOP.is_open(at(when).astimezone(UTC)) is is_open
    assert SHOP.is_open(at(when).astimezone(ZoneInfo("Asia/Tokyo"))) is is_open


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-27 12:00", "2026-11-27 12:00"),  # now
        ("2026-11-27 21:00", "2026-11-28 09:00"),
        ("2026-11-28 17:00", "2026-11-30 08:00"),
        ("2026-12-24 14:00", "2026-12-28 08:00"),  # over the holidays and a Sunday
        ("2026-03-28 18:00", "2026-03-30 08:00"),  # over the change to summer time
        ("2026-10-24 18:00", "2026-10-26 08:00"),  # and back
    ],
)
def test_the_next_opening_is_told(when: str, opens: str) -> None:
    assert SHOP.next_open(at(when)) == at(opens)


def test_a_desk_that_never_opens_promises_nothing() -> None:
    now = at("2026-11-27 12:00")
    assert (NEVER.is_open(now), NEVER.next_open(now), NEVER.closes(now)) == (False, None, None)
    assert NEVER.after(now, minutes(1)) is None
    assert NEVER.between(now, now + timedelta(days=30)) == timedelta()


@pytest.mark.parametrize(
    ("start", "open_minutes", "due"),
    [
        ("2026-11-27 12:00", 60, "2026-11-27 13:00"),
        ("2026-11-27 19:30", 30, "2026-11-27 20:00"),  # ends with the minute of closing
        ("2026-11-27 19:30", 31, "2026-11-28 09:01"),
        ("2026-11-28 16:50", 20, "2026-11-30 08:10"),  # over a Sunday
        ("2026-11-29 03:00", 0, "2026-11-30 08:00"),  # nothing is due while closed
        ("2026-12-24 12:30", 60, "2026-12-28 08:30"),  # over a half day, two holidays and a Sunday
    ],
)
def test_time_is_counted_while_the_desk_is_open(start: str, open_minutes: int, due: str) -> None:
    assert SHOP.after(at(start), minutes(open_minutes)) == at(due)
    assert SHOP.between(at(start), at(due)) == minutes(open_minutes)


def test_a_break_at_noon_is_not_counted() -> None:
    assert LUNCH.after(at("2026-11-27 11:30"), minutes(60)) == at("2026-11-27 13:30")
    assert LUNCH.closes(at("2026-11-27 11:30")) == at("2026-11-27 12:00")


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Dublin", "2026-03-29", 23),
        ("Europe/Dublin", "2026-10-25", 25),
        ("Europe/Dublin", "2026-11-28", 24),
        ("America/Santiago", "2026-09-06", 23),  # the clock jumps at midnight itself
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),  # by half an hour
        ("Pacific/Kiritimati", "2026-03-29", 24),  # 14 hours ahead of UTC
        ("Pacific/Pago_Pago", "2026-03-29", 24),  # 11 hours behind
    ],
)
def test_a_day_is_as_long_as_the_zones_clock_makes_it(zone: str, day: str, length: float) -> None:
    there = ZoneInfo(zone)
    always = hours(zone, holidays={}, **ROUND_THE_CLOCK)
    begin = at(f"{day} 00:00", there)
    end = (begin + timedelta(days=1)).astimezone(UTC)

    assert always.between(begin.astimezone(UTC), end) == timedelta(hours=length)
    assert always.after(begin, timedelta(hours=length)) == end


@pytest.mark.parametrize(("day", "open_hours"), [("2026-03-29", 2), ("2026-10-25", 4), ("2026-11-29", 3)])
def test_a_night_shift_loses_an_hour_in_spring_and_gains_one_in_autumn(day: str, open_hours: int) -> None:
    night = hours(sun=["00:00-03:00"])
    begin = at(f"{day} 00:00").astimezone(UTC)
    assert night.between(begin, begin + timedelta(hours=12)) == timedelta(hours=open_hours)


def test_opening_times_do_not_move_when_the_clock_changes() -> None:
    for day in ("2026-03-27", "2026-03-30", "2026-10-23", "2026-10-26"):  # Fridays before and Mondays after
        assert SHOP.next_open(at(f"{day} 05:00")) == at(f"{day} 08:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
    st.integers(0, 3000),
)
def test_what_is_due_after_some_open_time_lies_after_just_so_much(start: datetime, number: int) -> None:
    for kept in (SHOP, LUNCH, ALWAYS):
        due = kept.after(start, minutes(number))
        assert due is not None
        assert due >= start
        assert kept.between(start, due) == minutes(number)


def test_time_that_runs_backwards_is_no_time() -> None:
    now = at("2026-11-27 12:00")
    assert SHOP.between(now, now - minutes(5)) == timedelta()
    assert SHOP.between(now, now) == timedelta()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"zone": "Europe/Dubln"}, "no time zone; write one like Europe/Dublin"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"week": {"mon": ["8-20"]}}, 'write it like "08:00-20:00"'),
        ({"week": {"mon": ["20:00-08:00"]}}, "hours over midnight are two spans"),
        ({"week": {"mon": ["08:00-08:00"]}}, "ends before it begins"),
        ({"week": {"mon": ["08:00-24:30"]}}, "ends after 24:00"),
        ({"week": {"mon": ["08:00-12:00", "11:00-13:00"]}}, "08:00-12:00 and 11:00-13:00 overlap"),
        ({"week": {"mon": 8}}, 'write "closed" or a list'),
        ({"week": {"monday": ["08:00-20:00"]}}, "'mon'"),
        ({"holidays": {"2026-13-01": "closed"}}, "is no day"),
        ({"holidays": {"02-30": "closed"}}, "is no day"),
        ({"holidays": {"Christmas": "closed"}}, "is no day"),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_with_the_mend(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Hours.model_validate({"zone": "Europe/Dublin", "week": {"mon": ["08:00-20:00"]}} | change)
    assert told in str(refused.value)
