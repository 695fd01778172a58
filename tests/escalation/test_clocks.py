"""Clocks of promises: how they stand, and whether they were kept."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from escalation import clocks
from escalation.clocks import ClockState
from escalation.records import Handoff, Urgency
from escalation.relief import Relief, relief
from escalation.routing import Crew, Routing

ROUTING = Routing.load()
SHOP = ROUTING.hours["shop"]
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
MINUTE = timedelta(minutes=1)


def handoff(**changes: Any) -> Handoff:
    """A normal case that came at noon and is promised a word within the hour."""
    bare: dict[str, Any] = {
        "conversation_id": uuid4(),
        "reason": "asked_for_person",
        "why": "w",
        "urgency": "normal",
        "queue": "general",
        "decision": {},
        "opened_at": NOON,
        "clock_from": NOON,
        "clock_due": NOON + 60 * MINUTE,
        "first_response_due": NOON + 60 * MINUTE,
    }
    return Handoff(**(bare | changes))


@pytest.mark.parametrize(
    ("minutes", "state", "left"),
    [
        (-3, ClockState.RUNNING, 60),  # another machine's clock is behind
        (0, ClockState.RUNNING, 60),
        (44, ClockState.RUNNING, 16),
        (45, ClockState.AT_RISK, 15),
        (59, ClockState.AT_RISK, 1),
        (60, ClockState.BROKEN, 0),
        (600, ClockState.BROKEN, 0),
    ],
)
def test_a_clock_runs_is_at_risk_and_breaks(minutes: int, state: ClockState, left: int) -> None:
    reading = clocks.reading_of(handoff(), ROUTING, NOON + minutes * MINUTE)
    assert reading.state is state
    assert reading.left is not None
    if minutes >= 0:
        assert reading.left == left * MINUTE
        assert reading.waited == minutes * MINUTE if minutes < 480 else reading.waited == 480 * MINUTE


def test_the_moment_from_which_a_clock_is_at_risk_is_the_one_at_which_it_is() -> None:
    case = handoff(clock_from=NOON + 470 * MINUTE, clock_due=datetime(2026, 11, 28, 9, 50, tzinfo=UTC))
    at = clocks.at_risk_from(case.clock_from, case.clock_due, SHOP, ROUTING.at_risk)
    assert at == datetime(2026, 11, 28, 9, 35, tzinfo=UTC)  # 45 open minutes later, over the night
    assert clocks.reading_of(case, ROUTING, at).state is ClockState.AT_RISK
    assert clocks.reading_of(case, ROUTING, at - MINUTE).state is ClockState.RUNNING


def test_where_nothing_is_owed_or_promised_no_clock_breaks() -> None:
    late = NOON + timedelta(days=30)
    assert clocks.reading_of(handoff(clock_from=None, clock_due=None), ROUTING, late) == clocks.NOTHING_OWED
    unpromised = clocks.reading_of(handoff(clock_due=None), ROUTING, late)
    assert (unpromised.state, unpromised.left) == (ClockState.NONE, None)
    assert unpromised.waited > timedelta()


@pytest.mark.parametrize(("minutes", "kept"), [(59, True), (60, True), (61, False)])
def test_the_first_words_of_a_person_keep_the_promise_or_break_it(minutes: int, *, kept: bool) -> None:
    case = handoff()
    clocks.person_answered(case, NOON + minutes * MINUTE)
    assert (case.kept, case.broken) == ((1, 0) if kept else (0, 1))
    assert case.answered_at == NOON + minutes * MINUTE
    assert (case.clock_from, case.clock_due) == (None, None)


def test_the_next_clock_starts_with_the_customers_message_and_runs_from_the_first_unanswered_one() -> None:
    case = handoff()
    clocks.person_answered(case, NOON + 5 * MINUTE)
    clocks.customer_wrote(case, ROUTING, NOON + 10 * MINUTE)
    clocks.customer_wrote(case, ROUTING, NOON + 30 * MINUTE)
    assert (case.clock_from, case.clock_due) == (NOON + 10 * MINUTE, NOON + 55 * MINUTE)

    clocks.person_answered(case, NOON + 56 * MINUTE)
    clocks.person_answered(case, NOON + 57 * MINUTE)  # a second message of the person owes nothing
    assert (case.kept, case.broken) == (1, 1)
    assert case.answered_at == NOON + 5 * MINUTE  # the first one counts


def test_what_the_customer_writes_while_waiting_moves_no_promise() -> None:
    case = handoff()
    clocks.customer_wrote(case, ROUTING, NOON + 30 * MINUTE)
    assert (case.clock_from, case.clock_due) == (NOON, NOON + 60 * MINUTE)


def test_a_message_wakes_what_was_put_aside() -> None:
    case = handoff(clock_from=None, clock_due=None, answered_at=NOON, snoozed_until=NOON + timedelta(days=2))
    clocks.customer_wrote(case, ROUTING, NOON + 5 * MINUTE)
    assert (case.snoozed_until, case.woken_at) == (None, NOON + 5 * MINUTE)
    assert case.clock_due == NOON + 50 * MINUTE


@pytest.mark.parametrize(
    ("after", "due"),
    [(1, 6), (40, 45), (58, 60)],  # five minutes from now, but never later than what was promised
)
def test_a_case_that_becomes_more_urgent_is_due_sooner_and_never_later(after: int, due: int) -> None:
    case = handoff(urgency="urgent")
    clocks.promise_sooner(case, ROUTING, NOON + after * MINUTE)
    assert case.clock_due == case.first_response_due == NOON + due * MINUTE


def test_a_handoff_that_ends_owes_nothing_and_what_had_become_late_stays_broken() -> None:
    in_time, late = handoff(), handoff()
    clocks.stop(in_time, NOON + 30 * MINUTE)
    clocks.stop(late, NOON + 90 * MINUTE)
    assert ((in_time.kept, in_time.broken), (late.kept, late.broken)) == ((0, 0), (0, 1))
    assert late.clock_from is None


# --- relief

CREWS = {name: Crew(2, 1) for name in ROUTING.queues}


@pytest.mark.parametrize(
    ("urgency", "queue", "state", "done"),
    [
        ("normal", "payments", ClockState.RUNNING, None),
        ("normal", "payments", ClockState.NONE, None),
        ("normal", "payments", ClockState.AT_RISK, Relief(Urgency.HIGH, "general")),
        ("high", "care", ClockState.AT_RISK, Relief(Urgency.URGENT, "complaints")),
        ("urgent", "care", ClockState.BROKEN, Relief(Urgency.URGENT, "complaints")),
        (
            "low",
            "general",
            ClockState.AT_RISK,
            Relief(Urgency.NORMAL, "general"),
        ),  # nobody helps out: it stays
    ],
)
def test_what_is_at_risk_is_raised_and_goes_where_somebody_can_help(
    urgency: str, queue: str, state: ClockState, done: Relief | None
) -> None:
    assert relief(urgency, queue, state, NOON, routing=ROUTING, crews=CREWS) == done


def test_nothing_overflows_into_a_queue_where_nobody_is() -> None:
    crews = CREWS | {"general": Crew(2, 0)}
    done = relief("normal", "payments", ClockState.AT_RISK, NOON, routing=ROUTING, crews=crews)
    assert done == Relief(Urgency.HIGH, "payments")
