"""When a person must take over before any model speaks."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.signals import Emotion, Signals, Stake
from escalation.handoffs import LABELS
from escalation.triggers import RULES_FILE, Triggers, course_of, input_names
from tests.escalation.makers import felt, signals, stake

TRIGGERS = Triggers.load()


def rage(anger: float, intensity: float) -> Signals:
    return signals(emotions={Emotion.anger: anger}, intensity=intensity)


# rule: what makes it hold, and what just does not. Thresholds stand here once more on purpose: whoever
# changes one in the YAML must look at it twice.
TABLE: dict[str, tuple[list[Signals], list[list[Signals]]]] = {
    "self-harm": ([stake(Stake.self_harm, 0.5)], [[stake(Stake.self_harm, 0.49)]]),
    "threat": ([stake(Stake.threat, 0.6)], [[stake(Stake.threat, 0.59)]]),
    "asked": ([signals(wants_person=0.6)], [[signals(wants_person=0.59)]]),
    "product-safety": ([stake(Stake.product_safety, 0.6)], [[stake(Stake.product_safety, 0.59)]]),
    "fraud": ([stake(Stake.fraud, 0.6)], [[stake(Stake.fraud, 0.59)]]),
    "bereavement": ([stake(Stake.bereavement, 0.6)], [[stake(Stake.bereavement, 0.59)]]),
    "legal": ([stake(Stake.legal, 0.6)], [[stake(Stake.legal, 0.59)]]),
    "regulator-or-press": ([stake(Stake.regulator_press, 0.6)], [[stake(Stake.regulator_press, 0.59)]]),
    "discrimination": ([stake(Stake.discrimination, 0.6)], [[stake(Stake.discrimination, 0.59)]]),
    "chargeback": ([stake(Stake.chargeback, 0.6)], [[stake(Stake.chargeback, 0.59)]]),
    "hardship": ([stake(Stake.hardship, 0.6)], [[stake(Stake.hardship, 0.59)]]),
    "lasting-anger": (
        [felt(-0.61), felt(-0.61)],
        [[felt(-0.59), felt(-0.59)], [felt(-1.0)], [felt(-0.9), felt(0.0), felt(-0.9)]],
    ),
    "rage": ([rage(0.7, 0.75)], [[rage(0.69, 1.0)], [rage(1.0, 0.74)]]),
}


def test_the_table_of_this_test_names_every_rule() -> None:
    assert {rule.rule for rule in TRIGGERS.rules} == {*TABLE, "unanswered"}


def test_rules_have_different_names_and_reasons_that_the_desk_can_name() -> None:
    names = [rule.rule for rule in TRIGGERS.rules]
    assert len(set(names)) == len(names)
    assert {rule.reason for rule in TRIGGERS.rules} <= set(LABELS)


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_holds_at_its_threshold(rule: str) -> None:
    decision = TRIGGERS.decide(TABLE[rule][0])
    assert decision is not None
    assert decision.rule.rule == rule


@pytest.mark.parametrize(
    ("rule", "readings"), [(rule, readings) for rule, (_, below) in TABLE.items() for readings in below]
)
def test_a_rule_does_not_hold_just_below_its_threshold(rule: str, readings: list[Signals]) -> None:
    assert TRIGGERS.decide(readings) is None, rule


def test_three_unanswered_questions_in_a_row_call_a_person_and_two_do_not() -> None:
    decision = TRIGGERS.decide([signals()], misses=3)
    assert decision is not None
    assert decision.rule.rule == "unanswered"
    assert TRIGGERS.decide([signals()], misses=2) is None


def test_of_several_rules_the_gravest_decides() -> None:
    decision = TRIGGERS.decide(
        [signals(wants_person=1.0, stakes={Stake.self_harm: 0.9, Stake.legal: 0.9})], misses=5
    )
    assert decision is not None
    assert (decision.rule.rule, decision.rule.urgency, decision.rule.queue) == ("self-harm", "urgent", "care")


def test_what_was_at_stake_earlier_does_not_ring_again_with_the_next_message() -> None:
    assert TRIGGERS.decide([stake(Stake.legal, 0.9), signals()]) is None


def test_a_decision_tells_every_value_that_its_rule_looked_at_beside_its_threshold() -> None:
    decision = TRIGGERS.decide([rage(0.81234, 0.9)])
    assert decision is not None
    assert decision.to_json() == {
        "rule": "rage",
        "policy_version": hashlib.sha256(RULES_FILE.read_bytes()).hexdigest()[:12],
        "conditions": [
            {"value": "emotions.anger", "was": 0.8123, "at_least": 0.7},
            {"value": "intensity", "was": 0.9, "at_least": 0.75},
        ],
    }


ROW = "- {rule: mine, when: {%s}, reason: legal, why: W, urgency: high, queue: q%s}\n"


def rules_file(tmp_path: Path, when: str, more: str = "") -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(ROW % (when, more), encoding="utf-8")
    return file


def test_changed_rules_are_another_policy_version(tmp_path: Path) -> None:
    first = Triggers.load(rules_file(tmp_path, "misses: 2")).version
    assert Triggers.load(rules_file(tmp_path, "misses: 3")).version != first


@pytest.mark.parametrize("name", ["stakes.fire", "anger", "course", "emotions.boredom"])
def test_a_rule_about_something_that_is_not_measured_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=rf"rule 'mine' asks for {name}, which is not measured") as refusal:
        Triggers.load(rules_file(tmp_path, f"{name}: 0.5"))
    assert "course.level" in str(refusal.value)  # what could have been meant


@pytest.mark.parametrize(
    ("when", "more"),
    [("", ""), ("misses: many", ""), ("misses: 2", ", colour: red"), ("misses: 2", ", urgency: at once")],
)
def test_a_rule_that_is_not_well_formed_is_refused(tmp_path: Path, when: str, more: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        Triggers.load(rules_file(tmp_path, when, more))


def test_every_name_that_a_rule_may_use_has_a_value(tmp_path: Path) -> None:
    for name in input_names():
        decision = Triggers.load(rules_file(tmp_path, f"{name}: 0")).decide([signals()])
        assert decision is not None, name


# --- the course of a conversation


def test_one_sharp_message_is_not_lasting_anger() -> None:
    calm_then_sharp = [felt(0.1), felt(0.0), felt(-1.0)]
    assert course_of(calm_then_sharp).level == pytest.approx(0.5)
    assert TRIGGERS.decide(calm_then_sharp) is None


def test_a_calm_message_ends_a_run_of_negative_ones() -> None:
    assert course_of([felt(-0.9), felt(-0.9), felt(0.4)]).negative_messages == 0
    assert TRIGGERS.decide([felt(-0.9), felt(-0.9), felt(0.4)]) is None


def test_mild_grumbling_over_many_messages_is_not_lasting_anger() -> None:
    assert TRIGGERS.decide([felt(-0.4)] * 20) is None


def test_a_message_that_could_not_be_judged_leaves_the_course_as_it_is() -> None:
    unjudged = signals(abstained=True, valence=0.0)
    judged = [felt(-0.5), felt(-0.4)]
    between = [unjudged, judged[0], unjudged, unjudged, judged[1], unjudged]
    assert course_of(between) == course_of(judged)
    assert course_of([unjudged]) == course_of([])


def test_the_emotion_of_a_message_that_could_not_be_judged_rings_nothing() -> None:
    unjudged = signals(abstained=True, emotions={Emotion.anger: 1.0}, intensity=1.0)
    assert TRIGGERS.decide([unjudged]) is None


def test_plain_words_ring_even_when_the_emotion_could_not_be_judged() -> None:
    decision = TRIGGERS.decide([signals(abstained=True, wants_person=0.97)])
    assert decision is not None
    assert decision.rule.rule == "asked"


@given(st.lists(st.floats(-1, 1), max_size=30))
def test_the_level_stays_between_fine_and_very_upset(valences: list[float]) -> None:
    assert 0.0 <= course_of([felt(v) for v in valences]).level <= 1.0


@given(st.lists(st.floats(-1, 1), max_size=10))
def test_a_pleasant_message_never_raises_the_level(valences: list[float]) -> None:
    before = [felt(v) for v in valences]
    assert course_of([*before, felt(0.5)]).level <= course_of(before).level
