"""Every window of a change closes at midnight of the shop's own calendar, whatever its clocks do meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.actions import (
    ExchangeItems,
    Goodwill,
    GoodwillReason,
    PartialReason,
    PartialRefund,
    ReturnItems,
    ReturnReason,
    StopRenewal,
)
from agent.cases import Earlier, customer_facts, last_return_day
from agent.orders import Refund, ReturnLine, Swap
from agent.rules import Code
from agent.verdicts import Allowed, Effects
from tests.agent.changes_world import FRESH, GOODS, OPEN, SAME, euro, judged, told
from tests.agent.orders_world import item, order

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Clocks that move at 1, 2 and 24 o'clock and by half an hour, that never move, and offsets from -9:30 to +14.
ZONES = [
    "UTC", "Europe/Dublin", "Europe/Athens", "America/New_York", "America/Havana", "America/Santiago", "Africa/Cairo",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Marquesas",
]  # fmt: skip
LINES = (ReturnLine("i1", 1),)
CHEAPER = [v if v is not SAME else replace(SAME, price=euro(45_00)) for v in GOODS]
GENEROUS = replace(OPEN, partial_refund=euro(100_00), goodwill=euro(20_00))


def returning(reason=ReturnReason.NONE_GIVEN):
    return ReturnItems(order="TT-1", lines=LINES, reason=reason, refund_to="original")


def part(reason):
    return PartialRefund(order="TT-1", lines=LINES, reason=reason)


EXCHANGE = ExchangeItems(order="TT-1", swaps=(Swap("i1", "L"),), method="visa")
# Each window: the request, the category of the goods, its days, what it is counted from, what is said when it is over.
WINDOWS = {
    "return": (returning(), "clothing", GENEROUS.return_days, "delivered_at", Code.WINDOW_OVER),
    "return of electronics": (returning(), "electronics", 14, "delivered_at", Code.WINDOW_OVER),
    "return of what is faulty": (returning(ReturnReason.FAULTY), "electronics", GENEROUS.return_days, "delivered_at", Code.FAULT_NEEDS_PERSON),
    "exchange": (EXCHANGE, "clothing", GENEROUS.exchange_days, "delivered_at", Code.EXCHANGE_WINDOW_OVER),
    "price drop": (part(PartialReason.PRICE_DROPPED), "clothing", GENEROUS.price_drop_days, "placed_at", Code.PRICE_WINDOW_OVER),
    "missing": (part(PartialReason.MISSING), "clothing", GENEROUS.missing_days, "delivered_at", Code.CLAIM_WINDOW_OVER),
    "damage": (part(PartialReason.DAMAGED), "clothing", GENEROUS.damage_days, "delivered_at", Code.CLAIM_WINDOW_OVER),
}  # fmt: skip
moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone


def first_moment_after(begin, days, zone):
    """The first minute whose date in the zone is later than the last day: found on the calendar, without any arithmetic of hours."""
    last = begin.astimezone(zone).date() + timedelta(days=days)
    low = datetime.combine(last, time.min, UTC) - DAY
    before, after = 0, 4 * 24 * 60
    while after - before > 1:
        middle = (before + after) // 2
        if (low + middle * MINUTE).astimezone(zone).date() > last:
            after = middle
        else:
            before = middle
    return low + after * MINUTE


@pytest.mark.parametrize("window", WINDOWS)
@given(begin=moments, zone=st.sampled_from(ZONES))
# Windows of 7, 14 and 30 days over the changes of 29 March and 25 October 2026, and midnights that Cairo and Havana skip or repeat.
@example(begin=datetime(2026, 3, 25, 23, 30, tzinfo=UTC), zone="Europe/Dublin")
@example(begin=datetime(2026, 3, 29, 0, 59, tzinfo=UTC), zone="Europe/Dublin")
@example(begin=datetime(2026, 10, 20, 23, 30, tzinfo=UTC), zone="Europe/Dublin")
@example(begin=datetime(2026, 10, 25, 1, 30, tzinfo=UTC), zone="Europe/Dublin")
@example(begin=datetime(2026, 4, 16, 12, tzinfo=UTC), zone="Africa/Cairo")
@example(begin=datetime(2026, 10, 15, 12, tzinfo=UTC), zone="Africa/Cairo")
@example(begin=datetime(2026, 10, 25, 4, 30, tzinfo=UTC), zone="America/Havana")
def test_a_window_is_open_in_its_last_minute_and_closed_in_the_next(window, begin, zone):
    action, category, days, since, code = WINDOWS[window]
    limits = replace(GENEROUS, time_zone=zone)
    dates = {"placed_at": begin - 5 * DAY, "delivered_at": begin + 5 * DAY} | {since: begin}
    this = order(item(category=category), **dates)
    ends = first_moment_after(begin, days, ZoneInfo(zone))
    for moment in (ends - MINUTE, ends - timedelta.resolution):
        assert isinstance(judged(action, this, now=moment, limits=limits, goods=CHEAPER), Allowed)
    for moment in (ends, ends + MINUTE):
        verdict = judged(action, this, now=moment, limits=limits, goods=CHEAPER)
        assert told(verdict) is code
    day = begin.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    if code is not Code.FAULT_NEEDS_PERSON:
        assert f"{day.day} {day:%B %Y}" in verdict.explanation
    if window == "return":
        assert last_return_day(this, this.items[0], limits) == day


@given(begin=moments, more=st.integers(0, 400))
def test_a_country_that_gives_more_days_is_followed_and_one_that_gives_fewer_is_not(begin, more):
    limits = replace(GENEROUS, return_days_by_country={"IE": more})
    ends = first_moment_after(begin, max(more, GENEROUS.return_days), ZoneInfo(GENEROUS.time_zone))
    this = order(delivered_at=begin)
    assert isinstance(judged(returning(), this, now=ends - MINUTE, limits=limits), Allowed)
    assert told(judged(returning(), this, now=ends, limits=limits)) is Code.WINDOW_OVER


@pytest.mark.parametrize(
    "action", [returning(), EXCHANGE, part(PartialReason.MISSING), part(PartialReason.DAMAGED)]
)
def test_without_a_day_of_delivery_no_window_can_be_counted_so_a_person_looks(action):
    assert told(judged(action, order(delivered_at=None), limits=GENEROUS)) is Code.NOT_BY_CODE


# --- spans that are counted back from now


@given(now=moments, ago=st.integers(-2, 2))
def test_goodwill_is_given_again_once_half_a_year_is_over_to_the_minute(now, ago):
    action = Goodwill(order="TT-1", amount="5.00", reason=GoodwillReason.LATE_DELIVERY)
    given_at = now - timedelta(days=GENEROUS.goodwill_days) + ago * MINUTE
    facts = replace(FRESH, earlier=(Earlier("goodwill", "TT-0", given_at),))
    verdict = judged(action, order(), facts=facts, now=now, limits=GENEROUS)
    assert isinstance(verdict, Allowed) is (ago <= 0)


@given(now=moments, limit=st.integers(1, 20), made=st.integers(0, 22), older=st.integers(0, 5))
def test_so_many_changes_a_day_are_made_by_code_and_not_one_more(now, limit, made, older):
    limits = replace(OPEN, changes_of_a_customer_a_day=limit)
    of_today = [Earlier("change_address", "TT-9", now - DAY + MINUTE) for _ in range(made)]
    of_before = [Earlier("change_address", "TT-9", now - DAY) for _ in range(older)]
    facts = replace(FRESH, earlier=(*of_today, *of_before))
    verdict = judged(StopRenewal(), facts=facts, now=now, limits=limits)
    assert told(verdict) == (Effects() if made < limit else Code.TOO_MANY_CHANGES)


@given(now=moments, minutes=st.integers(-3, 3), cents=st.integers(1, 10**6))
def test_a_refund_counts_towards_the_customers_limit_for_30_days_to_the_minute(now, minutes, cents):
    at = now - timedelta(days=OPEN.refunds_of_a_customer_days) + minutes * MINUTE
    facts = customer_facts([order(refunds=(Refund(euro(cents), at, "card"),))], now)
    assert facts.refunded == euro(cents if minutes > 0 else 0)
