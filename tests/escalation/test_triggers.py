"""When a person must take over before any model speaks."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.money import Money
from agent.signals import Emotion, Signals, Stake
from escalation.handoffs import LABELS
from escalation.inputs import INPUTS, Kind, Moment
from escalation.triggers import POLICY_FILE, PolicyError, Triggers
from tests.escalation.makers import felt, moment, signals, stake

TRIGGERS = Triggers.load()

CALM, FURIOUS = felt(0.0), felt(1.0)
DISPLEASED = felt(0.51)
ANNOYED = felt(0.89)  # alone it lifts the level to about .31


def decided(*readings: Signals, **more: Any) -> str | None:
    return TRIGGERS.decide(moment(*readings, **more)).name


def rage(anger: float, intensity: float) -> Signals:
    return signals(valence=-1.0, emotions={Emotion.anger: anger}, intensity=intensity)


def euros(amount: int, currency: str = "EUR") -> Money:
    return Money(amount * 100, currency)


# rule: what makes it hold, and what just does not. Thresholds stand here once more on purpose: whoever
# changes one in the YAML must look at it twice.
TABLE: dict[str, tuple[Moment, list[Moment]]] = {
    "self-harm": (moment(stake(Stake.self_harm, 0.2)), [moment(stake(Stake.self_harm, 0.19))]),
    "threat": (moment(stake(Stake.threat, 0.3)), [moment(stake(Stake.threat, 0.29))]),
    "asked": (moment(signals(wants_person=0.6)), [moment(signals(wants_person=0.59))]),
    "product-safety": (moment(stake(Stake.product_safety, 0.5)), [moment(stake(Stake.product_safety, 0.49))]),
    "fraud": (moment(stake(Stake.fraud, 0.5)), [moment(stake(Stake.fraud, 0.49))]),
    "bereavement": (moment(stake(Stake.bereavement, 0.5)), [moment(stake(Stake.bereavement, 0.49))]),
    "legal": (moment(stake(Stake.legal, 0.5)), [moment(stake(Stake.legal, 0.49))]),
    "regulator-or-press": (
        moment(stake(Stake.regulator_press, 0.5)),
        [moment(stake(Stake.regulator_press, 0.49))],
    ),
    "discrimination": (moment(stake(Stake.discrimination, 0.5)), [moment(stake(Stake.discrimination, 0.49))]),
    "chargeback": (moment(stake(Stake.chargeback, 0.5)), [moment(stake(Stake.chargeback, 0.49))]),
    "hardship": (moment(stake(Stake.hardship, 0.5)), [moment(stake(Stake.hardship, 0.49))]),
    "lasting-anger": (
        moment(FURIOUS, FURIOUS),
        [moment(FURIOUS), moment(CALM, CALM, FURIOUS, CALM), moment(*[felt(0.37)] * 20)],
    ),
    "rage": (
        moment(felt(0.37), rage(0.7, 0.75)),
        [moment(rage(1.0, 1.0)), moment(felt(0.37), rage(0.69, 1.0)), moment(felt(0.37), rage(1.0, 0.74))],
    ),
    "decline": (
        moment(felt(0.28), felt(0.46), felt(0.67)),
        [moment(felt(0.46), felt(0.67)), moment(felt(0.37), felt(0.37), felt(0.37), felt(0.37))],
    ),
    "upset-again": (
        moment(DISPLEASED, earlier=[FURIOUS, FURIOUS]),
        [moment(CALM, earlier=[FURIOUS, FURIOUS]), moment(DISPLEASED, earlier=[FURIOUS])],
    ),
    "valuable-order": (
        moment(ANNOYED, order_total=euros(500)),
        [
            moment(ANNOYED, order_total=euros(499)),
            moment(CALM, order_total=euros(500)),
            moment(ANNOYED, order_total=euros(5000, "USD")),
        ],
    ),
    "valued-customer": (
        moment(ANNOYED, tier="gold"),
        [moment(ANNOYED, tier="silver"), moment(CALM, tier="gold"), moment(ANNOYED, tier="platinum")],
    ),
    "unanswered": (moment(CALM, unanswered=3), [moment(CALM, unanswered=2)]),
    "asked-again": (
        moment(CALM, likeness=[0.7, 0.2, 0.7]),
        [moment(CALM, likeness=[0.7, 0.69]), moment(CALM, likeness=None)],
    ),
    "refused": (moment(CALM, refusals=2), [moment(CALM, refusals=1)]),
}


def test_the_table_of_this_test_names_every_rule() -> None:
    assert [rule.rule for rule in TRIGGERS.rules] == list(TABLE)


def test_every_reason_of_a_rule_can_be_named_by_the_desk() -> None:
    assert {rule.reason for rule in TRIGGERS.rules} <= set(LABELS)


@pytest.mark.parametrize("rule", TABLE)
def test_a_rule_holds_at_its_threshold(rule: str) -> None:
    assert TRIGGERS.decide(TABLE[rule][0]).name == rule


@pytest.mark.parametrize(
    ("rule", "below"), [(rule, below) for rule, (_, moments) in TABLE.items() for below in moments]
)
def test_a_rule_does_not_hold_just_below_its_threshold(rule: str, below: Moment) -> None:
    assert TRIGGERS.decide(below).name is None, rule


def test_of_several_rules_the_gravest_decides() -> None:
    grave = signals(wants_person=1.0, stakes={Stake.self_harm: 0.9, Stake.legal: 0.9})
    rule = TRIGGERS.decide(moment(grave, unanswered=5)).rule
    assert rule is not None
    assert (rule.rule, rule.urgency, rule.queue) == ("self-harm", "urgent", "care")


def test_what_was_at_stake_earlier_does_not_ring_again_with_the_next_message() -> None:
    assert decided(stake(Stake.legal, 0.9), CALM) is None


def test_a_message_that_could_not_be_judged_leaves_the_trajectory_as_it_is() -> None:
    unjudged = signals(abstained=True)
    assert decided(unjudged, ANNOYED, unjudged, unjudged) is None
    assert decided(unjudged, FURIOUS, unjudged, FURIOUS, unjudged) == "lasting-anger"


def test_the_emotion_of_a_message_that_could_not_be_judged_rings_nothing() -> None:
    unjudged = signals(abstained=True, valence=-1.0, emotions={Emotion.anger: 1.0}, intensity=1.0)
    assert decided(ANNOYED, unjudged, earlier=[FURIOUS, FURIOUS]) is None


def test_plain_words_ring_even_when_the_emotion_could_not_be_judged() -> None:
    assert decided(signals(abstained=True, wants_person=0.97)) == "asked"


def test_a_decision_tells_every_value_that_its_rule_looked_at_beside_its_threshold() -> None:
    decision = TRIGGERS.decide(moment(ANNOYED, tier="gold"))
    level = round(decision.inputs["conversation.level"], 4)
    record = decision.to_json()
    assert record.pop("inputs").items() >= {"conversation.level": level, "negative": 1.0}.items()
    assert record == {
        "rule": "valued-customer",
        "policy_version": hashlib.sha256(POLICY_FILE.read_bytes()).hexdigest()[:12],
        "conditions": [
            {"value": "customer.tier", "was": "gold", "at_least": "gold"},
            {"value": "conversation.level", "was": level, "at_least": 0.3},
        ],
    }


def test_a_decision_that_rings_nothing_tells_what_was_not_zero() -> None:
    assert TRIGGERS.decide(moment(signals(intensity=0.5), unanswered=1)).to_json() == {
        "rule": None,
        "policy_version": TRIGGERS.version,
        "conditions": [],
        "inputs": {"intensity": 0.5, "unanswered": 1.0},
    }


# --- the policy file

WHOLE: dict[str, Any] = yaml.safe_load(POLICY_FILE.read_text("utf-8"))
RULE = {
    "rule": "mine",
    "when": {"unanswered": 2},
    "reason": "legal",
    "why": "W",
    "urgency": "high",
    "queue": "q",
}


def policy_file(tmp_path: Path, **changes: Any) -> Path:
    file = tmp_path / "new.yaml"
    file.write_text(yaml.safe_dump(WHOLE | {"rules": [RULE]} | changes, sort_keys=False), encoding="utf-8")
    return file


def refusal(tmp_path: Path, **changes: Any) -> str:
    with pytest.raises(PolicyError) as refused:
        Triggers.load(policy_file(tmp_path, **changes))
    return str(refused.value)


def test_a_changed_policy_has_another_version(tmp_path: Path) -> None:
    first = Triggers.load(policy_file(tmp_path)).version
    assert Triggers.load(policy_file(tmp_path, currency="CHF")).version != first


@pytest.mark.parametrize("name", ["stakes.fire", "anger", "conversation", "emotions.boredom", "misses"])
def test_a_rule_about_something_that_is_not_measured_is_refused_by_name(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path, rules=[RULE | {"when": {name: 0.5}}])
    assert said.startswith(f"new.yaml: rule 'mine' asks for {name}, which is not measured. Measured: ")
    assert "conversation.level" in said  # what could have been meant


@pytest.mark.parametrize(
    ("name", "threshold", "right"),
    [
        ("stakes.legal", 1.5, "a number above 0, up to 1"),
        ("stakes.legal", 0, "a number above 0, up to 1"),
        ("stakes.legal", -0.1, "a number above 0, up to 1"),
        ("stakes.legal", float("nan"), "a number above 0, up to 1"),
        ("stakes.legal", "0.5", "a number above 0, up to 1"),
        ("unanswered", 2.5, "a whole number from 1"),
        ("unanswered", 0, "a whole number from 1"),
        ("unanswered", float("inf"), "a whole number from 1"),
        ("unanswered", "many", "a whole number from 1"),
        ("conversation.upset", 0.4, "true"),
        ("conversation.upset", False, "true"),
        ("order.value", 0, "a number above 0"),
        ("order.value", "€500", "a number above 0"),
        ("customer.tier", "platinum", "one of the tiers (standard, silver, gold)"),
        ("customer.tier", 2, "one of the tiers (standard, silver, gold)"),
    ],
)
def test_a_wrong_threshold_is_refused_with_the_rule_and_what_would_be_right(
    tmp_path: Path, name: str, threshold: Any, right: str
) -> None:
    said = refusal(tmp_path, rules=[RULE | {"when": {name: threshold}}])
    assert said.startswith(f"new.yaml: rule 'mine': {name} must be {right}, not ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rules": [RULE | {"colour": "red"}]}, "rule 'mine': colour: Extra inputs are not permitted"),
        ({"rules": [RULE | {"urgency": "at once"}]}, "rule 'mine': urgency: Input should be 'low'"),
        ({"rules": [RULE | {"when": {}}]}, "rule 'mine': when: "),
        ({"rules": [RULE | {"when": None}]}, "rule 'mine': when: "),
        ({"rules": [RULE | {"when": {"unanswered": [1]}}]}, "rule 'mine': when.unanswered: "),
        ({"rules": [{"when": {"unanswered": 1}}]}, "rule number 1: rule: Field required"),
        ({"rules": [RULE, RULE]}, "the rule 'mine' is there twice"),
        ({"rules": []}, "rules: "),
        ({"rules": ["mine"]}, "rule number 1: "),
        ({"tiers": "gold"}, "tiers: "),
        ({"currency": "euro"}, "currency: 'euro' is not known. Known: EUR, "),
        ({"trajectory": {}}, "trajectory: smoothing: Field required"),
        (
            {"trajectory": WHOLE["trajectory"] | {"ring_at": 0.3}},
            "trajectory: ring_at must be more than smoothing",
        ),
        ({"repetition": {"cosine": 7}}, "repetition: cosine: "),
        ({"rule": []}, "rule: Extra inputs are not permitted"),
    ],
)
def test_what_is_not_well_formed_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    lines = refusal(tmp_path, **changes).splitlines()
    assert all(line.startswith("new.yaml: ") for line in lines)
    assert f"new.yaml: {said}" in "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- rule: [", "new.yaml is no YAML: "),
        (b"", "new.yaml must be a mapping with the fields trajectory, "),
        (b"- rule: mine\n", "new.yaml must be a mapping with the fields trajectory, "),
        (b"\xff\xfe\x00", "new.yaml cannot be read: "),
        (b"a: !!python/object:os.system {}", "new.yaml is no YAML: "),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "new.yaml"
    file.write_bytes(content)
    with pytest.raises(PolicyError) as refused:
        Triggers.load(file)
    assert str(refused.value).startswith(said)


def test_a_policy_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"gone\.yaml cannot be read"):
        Triggers.load(tmp_path / "gone.yaml")


LEAST: dict[Kind, Any] = {
    Kind.SHARE: 1e-9,
    Kind.YES: True,
    Kind.COUNT: 1,
    Kind.AMOUNT: 1e-9,
    Kind.TIER: "standard",
}


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_can_make_a_rule_hold(tmp_path: Path, name: str) -> None:
    everything = signals(
        valence=-1.0,
        wants_person=1.0,
        intensity=1.0,
        stakes=dict.fromkeys(Stake, 1.0),
        emotions=dict.fromkeys(Emotion, 1.0),
    )
    full = moment(
        felt(0.46), FURIOUS, everything,
        unanswered=1, refusals=1, likeness=[], order_total=euros(1), tier="standard",
    )  # fmt: skip
    policy = Triggers.load(policy_file(tmp_path, rules=[RULE | {"when": {name: LEAST[INPUTS[name].kind]}}]))
    assert policy.decide(full).name == "mine"
