"""An experiment's file: what can be written, and what is said of what cannot."""

from pathlib import Path
from typing import Any

import pytest

from escalation.experiments.fitting import Product, check_fits
from escalation.experiments.laws import LAWS
from escalation.experiments.plan import Change, Plan, together
from escalation.policy_files import PolicyError
from escalation.triggers import Triggers
from knowledge.confidence import fitted
from tests.escalation.experiments.plans import written

PRODUCT = Product(
    tone="Warm.", providers=("big", "small", "offline"), triggers=Triggers.load(), publication=7
)
OFFLINE = Product(tone="", providers=("offline",), triggers=Triggers.load(), publication=0)
GUARD = {"figure": "low_rating", "worse_by": 0.02}


def test_a_plan_is_read_with_everything_that_may_be_varied(tmp_path: Path) -> None:
    change = {
        "tone": "Brief.",
        "model": "small",
        "search": {"enough_alone": 0.6},
        "knowledge": {"publication": 6},
        "triggers": {"lasting-anger": {"conversation.upset": True}, "rage": {"conversation.level": 0.5}},
    }
    plan = Plan.load(written(tmp_path, variants={"A": {}, "B": change}, guardrails=[GUARD], share=0.2))
    assert plan.change.subjects == ["tone", "model", "search", "knowledge", "triggers"]
    assert len(plan.version) == 12
    check_fits("experiment.yaml", plan.change, PRODUCT)


# what is written, and what is said of it: the file, the field and the mend
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"experimnt": "x"}, "there is no field 'experimnt'. There is: experiment, question"),
    ({"experiment": "Two Words"}, "experiment: String should match pattern"),
    ({"question": "Why?"}, "question: String should have at least 10"),
    ({"share": 0}, "share: share must be above 0 and at most 1 (0.2 are a fifth of the customers), not 0"),
    ({"share": 1.5}, "not 1.5"),
    ({"share": "many"}, "share: Input should be a valid number"),
    ({"share": float("nan")}, "share: Input should be a finite number"),
    ({"primary": "happiness"}, "primary: there is no figure 'happiness'. There is: resolved_alone, handed_over"),
    ({"primary": "satisfaction"}, "primary: satisfaction counts only those who gave it"),
    ({"guardrails": []}, "guardrails: Tuple should have at least 1"),
    ({"guardrails": [GUARD | {"figure": "joy"}]}, "figure 'joy': figure: there is no figure 'joy'"),
    ({"guardrails": [GUARD | {"worse_by": -1}]}, "figure 'low_rating': worse_by: Input should be greater"),
    ({"guardrails": [GUARD | {"worse_by": 5}]}, "0.05 are five of a hundred customers, 5 is never reached"),
    ({"guardrails": [GUARD, GUARD]}, "the guardrail 'low_rating' is there twice. Keep one bound"),
    ({"variants": {}}, "variants: B: Field required"),
    ({"variants": {"B": {}}}, "variants: B changes nothing, so it is A. Name what is tried: tone, model, search"),
    ({"variants": {"B": {"search": {}}}}, "B changes nothing"),
    ({"variants": {"A": {"tone": "x"}, "B": {"tone": "y"}}}, "variants: A: A is the control, the product as it is"),
    ({"variants": {"B": {"tone": "y"}, "C": {"tone": "z"}}}, "variants: C: Extra inputs are not permitted"),
    ({"variants": {"B": {"temperature": 2}}}, "variants: B: temperature is nothing that can be varied. There is: tone, model"),
    ({"variants": {"B": {"search": {"enough": 0.5}}}}, "variants: B.search.enough: Extra inputs"),
    ({"variants": {"B": {"search": {"enough_alone": 1.2}}}}, "variants: B.search.enough_alone: Input should be less than 1"),
    ({"variants": {"B": {"knowledge": {"publication": 0}}}}, "variants: B.knowledge.publication: Input should be greater"),
    ({"variants": {"B": {"limits": {}}}}, "limits may not be varied: what may be paid back"),
    ({"variants": {"B": {"disclosure": "I am Anna"}}}, "disclosure may not be varied: that the AI is an AI"),
    ({"variants": {"B": {"floor": "ai"}}}, "floor may not be varied"),
    ({"variants": {"B": {"handoff": False}}}, "handoff may not be varied: the way to a person is the same for everybody"),
    ({"variants": {"B": {"check": False}}}, "check may not be varied: every sentence is held to its source"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), WRONG)
def test_what_is_wrong_is_told_with_the_file_the_field_and_the_mend(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(PolicyError) as error:
        Plan.load(written(tmp_path, **changes))
    assert told in str(error.value)
    assert str(error.value).startswith("experiment.yaml: ")


def test_no_word_of_a_law_is_something_that_may_be_varied() -> None:
    assert not LAWS.keys() & Change.model_fields.keys()


# what fits the form and not the product
UNFIT: list[tuple[dict[str, Any], Product, str]] = [
    ({"tone": "Warm."}, PRODUCT, "B.tone: it is what CANDOR_TONE says, so B is A"),
    ({"tone": "Brief."}, OFFLINE, "B.tone: the offline model quotes articles and reads no tone"),
    ({"tone": "Brief.", "model": "offline"}, PRODUCT, "B.tone: the offline model quotes"),
    ({"model": "huge"}, PRODUCT, "B.model: there is no provider 'huge'; there is: big, small, offline"),
    ({"model": "big"}, PRODUCT, "B.model: big answers already, so B is A"),
    ({"search": {"enough_alone": fitted().enough_alone}}, PRODUCT, "B.search: these thresholds are in use, so B is A"),
    ({"knowledge": {"publication": 8}}, PRODUCT, "B.knowledge.publication: there is no publication 8; the newest is 7"),
    ({"knowledge": {"publication": 7}}, PRODUCT, "7 is what is live, so B is A; name an earlier one"),
    ({"triggers": {"joy": {"x": 1}}}, PRODUCT, "B.triggers: there is no rule 'joy'. There is: self-harm, threat"),
    ({"triggers": {"rage": {"x": 1}}}, PRODUCT, "B.triggers: rule 'rage' does not look at x. It looks at: emotions.anger"),
    ({"triggers": {"rage": {"intensity": 7}}}, PRODUCT, "B.triggers: rule 'rage': intensity must be"),
    ({"triggers": {"unanswered": {"unanswered": 3}}}, PRODUCT, "B.triggers: these thresholds are in use, so B is A"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "product", "told"), UNFIT)
def test_what_this_product_cannot_do_is_told_before_it_begins(
    change: dict[str, Any], product: Product, told: str
) -> None:
    with pytest.raises(PolicyError) as error:
        check_fits("experiment.yaml", Change.model_validate(change), product)
    assert told in str(error.value)


@pytest.mark.parametrize(
    "rule",
    [
        rule.rule
        for rule in Triggers.load().rules
        if any(n.startswith(("stakes.", "wants_person")) for n in rule.when)
    ],
)
def test_nobodys_danger_and_nobodys_wish_for_a_person_is_put_to_the_lot(rule: str) -> None:
    change = Change.model_validate({"triggers": {rule: {"stakes.fraud": 0.9}}})
    with pytest.raises(
        PolicyError, match=f"the rule '{rule}' may not be varied: it is somebody's wish for a person"
    ):
        check_fits("experiment.yaml", change, PRODUCT)


def test_the_rules_that_no_experiment_may_move_are_many() -> None:
    fixed = [
        r.rule
        for r in Triggers.load().rules
        if any(n.startswith(("stakes.", "wants_person")) for n in r.when)
    ]
    assert {"self-harm", "threat", "asked", "fraud", "bereavement", "hardship"} <= set(fixed)


def test_changes_of_different_things_are_one_change() -> None:
    both = together([Change(tone="Brief."), Change.model_validate({"search": {"enough_alone": 0.7}})])
    assert both.subjects == ["tone", "search"]
