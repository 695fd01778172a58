"""What is counted of a conversation, from when, and what an experiment has come to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.after.policy import After
from escalation.experiments.figures import BY_NAME, Asked, Facts, Marked, TurnSeen, first_of_each, value_of
from escalation.experiments.lots import Variant
from escalation.experiments.results import Results, results_of
from escalation.qa.records import Judgement
from tests.escalation.experiments.plans import plan

AFTER = After.load()
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def turn(at: timedelta = MINUTE, outcome: str = "answer", **more: Any) -> TurnSeen:
    seen: dict[str, Any] = {
        "known": outcome == "answer", "cut": False, "failed": False, "first_words_ms": 80.0, "tokens": 10, "micros": 5,
    }  # fmt: skip
    return TurnSeen(NOON + at, outcome, **(seen | more))


def facts(**more: Any) -> Facts:
    """A question that was answered, but for what is given."""
    plain: dict[str, Any] = {"turns": [turn()], "asked": [Asked(NOON, "answer")]}
    return Facts(Variant.A, "unit", NOON, **(plain | more))


def marked(*, solved: bool, mark: int | None = None, at: timedelta = HOUR) -> Marked:
    return Marked(NOON + at, solved, mark)


# figure, facts, value
COUNTED = [
    ("resolved_alone", facts(), 1),
    ("resolved_alone", facts(handed_over=NOON + MINUTE), 0),
    ("resolved_alone", facts(handed_over=NOON + 2 * DAY), 1),  # after the span
    ("resolved_alone", facts(asked=[Asked(NOON, "answer"), Asked(NOON + MINUTE, "unknown")]), 0),
    ("resolved_alone", facts(asked=[Asked(NOON, "unknown")], marked=marked(solved=True)), 1),
    ("resolved_alone", facts(marked=marked(solved=False)), 0),
    ("resolved_alone", facts(came_back=NOON + HOUR), 0),
    ("resolved_alone", facts(asked=[]), None),
    ("handed_over", facts(handed_over=NOON + MINUTE), 1),
    ("handed_over", facts(handed_over=NOON + 2 * HOUR), 0),
    ("upset", facts(upset=NOON + MINUTE), 1),
    ("upset_without_person", facts(upset=NOON + MINUTE), 1),
    ("upset_without_person", facts(upset=NOON + MINUTE, handed_over=NOON + MINUTE), 0),
    ("upset_without_person", facts(), 0),
    ("could_not_find", facts(turns=[turn(), turn(2 * MINUTE, "unknown")]), 1),
    ("could_not_find", facts(turns=[turn(2 * HOUR, "unknown")]), 0),
    ("cut", facts(turns=[turn(cut=True)]), 1),
    ("provider_failed", facts(turns=[turn(), turn(failed=True)]), 1),
    ("low_rating", facts(), 0),
    ("low_rating", facts(marked=marked(solved=True, mark=2)), 1),
    ("low_rating", facts(marked=marked(solved=True, mark=3)), 0),
    ("low_rating", facts(marked=marked(solved=False)), 1),
    ("low_rating", facts(marked=marked(solved=False, at=2 * DAY)), 0),
    ("came_back", facts(came_back=NOON + 6 * DAY), 1),
    ("came_back", facts(came_back=NOON + 8 * DAY), 0),
    ("satisfaction", facts(marked=marked(solved=True, mark=4)), 4),
    ("satisfaction", facts(), None),
    ("judged_wrong", facts(judged=(Judgement.RIGHT, Judgement.HARM)), 1),
    ("judged_wrong", facts(judged=(Judgement.RIGHT,)), 0),
    ("judged_wrong", facts(), None),
    ("first_words", facts(turns=[turn(first_words_ms=None), turn(first_words_ms=90.0)]), 90),
    ("first_words", facts(turns=[]), None),
    ("tokens", facts(turns=[turn(), turn()]), 20),
    ("cost", facts(turns=[turn(), turn(2 * HOUR)]), 5),
]


@pytest.mark.parametrize(("name", "seen", "value"), COUNTED)
def test_what_a_figure_counts_of_a_conversation(name: str, seen: Facts, value: float | None) -> None:
    figure = BY_NAME[name]
    assert value_of(figure, seen, figure.span.of(AFTER)) == value


def test_every_figure_has_a_row_above() -> None:
    assert {name for name, _, _ in COUNTED} == BY_NAME.keys()


def crowd(*, a: Sequence[Any], b: Sequence[Any], at: datetime = NOON) -> list[Facts]:
    """Customers one after the other; what is given are the facts of each."""
    made = []
    for variant, rows in ((Variant.A, a), (Variant.B, b)):
        for place, more in enumerate(rows):
            made.append(Facts(variant, f"{variant}{place}", at, **({"turns": [turn()], "asked": [Asked(at, "answer")]} | more)))  # fmt: skip
    return made


def counted(conversations: list[Facts], *, after: timedelta = 8 * DAY, **changes: Any) -> Results:
    return results_of(plan(**changes), conversations, NOON + after, AFTER)


GOOD: dict[str, Any] = {}
LOST = {"turns": [turn(outcome="unknown")], "asked": [Asked(NOON, "unknown")]}


def test_a_customer_counts_once_with_their_first_conversation() -> None:
    early = Facts(Variant.A, "same", NOON, turns=[turn()])
    late = Facts(Variant.A, "same", NOON + HOUR, handed_over=NOON + HOUR)
    other = Facts(Variant.B, "other", NOON - MINUTE)
    assert first_of_each([late, other, early]) == [other, early]


def test_a_conversation_counts_from_when_its_span_is_over_and_then_never_changes() -> None:
    conversations = crowd(a=[GOOD] * 30, b=[GOOD] * 30)
    for after, hour, day, week in (
        (MINUTE, 0, 0, 0),
        (HOUR, 30, 0, 0),
        (DAY, 30, 30, 0),
        (7 * DAY, 30, 30, 30),
    ):
        found = counted(conversations, after=after)
        numbers = [found.of(name).a.arm.n for name in ("handed_over", "resolved_alone", "came_back")]
        assert numbers == [hour, day, week]
        assert found.customers == {Variant.A: 30, Variant.B: 30}


def test_a_great_harm_breaks_its_guardrail_and_says_by_how_much() -> None:
    found = counted(crowd(a=[GOOD] * 60, b=[LOST] * 60))
    assert found.of("resolved_alone").verdict == "worse"
    assert found.why_stop is not None
    assert found.why_stop.startswith(
        "The guardrail “Was told that nothing was found” is broken: B is worse than A by at least 92.5 points; "
    )
    assert found.why_stop.endswith("10.0 points are allowed.")


def test_a_gain_breaks_nothing_in_whatever_direction_a_figure_is_good() -> None:
    guards = [{"figure": name, "worse_by": 0} for name in ("could_not_find", "resolved_alone")]
    found = counted(crowd(a=[LOST] * 60, b=[GOOD] * 60), guardrails=guards)
    assert found.of("resolved_alone").verdict == "better"
    assert found.why_stop is None


def test_a_guardrail_on_a_figure_that_is_good_when_it_rises_breaks_when_it_falls() -> None:
    found = counted(
        crowd(a=[GOOD] * 60, b=[LOST] * 60), guardrails=[{"figure": "resolved_alone", "worse_by": 0.1}]
    )
    assert found.why_stop is not None


def test_nothing_is_told_of_few_customers_however_bad_it_looks() -> None:
    found = counted(crowd(a=[GOOD] * 24, b=[LOST] * 24))
    assert found.of("resolved_alone").compared is None
    assert found.of("resolved_alone").verdict == ""
    assert found.why_stop is None


def test_many_guardrails_each_ring_later() -> None:
    conversations = crowd(a=[GOOD] * 40, b=[*[LOST] * 20, *[GOOD] * 20])
    one = counted(conversations)
    more = counted(
        conversations,
        guardrails=[
            {"figure": name, "worse_by": 0.1} for name in ("could_not_find", "low_rating", "upset", "cut")
        ],
    )
    assert one.guardrails[0].surely > more.guardrails[0].surely  # type: ignore[operator]


def test_without_anybody_there_is_nothing_and_nothing_breaks() -> None:
    found = counted([])
    assert found.why_stop is None
    assert {result.a.value for result in found.results} == {None}
