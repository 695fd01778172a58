"""A decision in words."""

from typing import Any

import pytest

from escalation.explanations import saw_in_words
from escalation.handoffs import ASKED_BY_BUTTON
from escalation.triggers import Triggers
from tests.escalation.makers import felt, moment


def condition(value: str, was: Any, at_least: Any) -> dict[str, Any]:
    return {"conditions": [{"value": value, "was": was, "at_least": at_least}]}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (condition("unanswered", 3.0, 3.0), "Questions in a row that the AI could not answer: 3 (from 3)"),
        (condition("stakes.legal", 0.8123, 0.6), "At stake: legal: 0.81 (from 0.6)"),
        (
            condition("customer.tier", "gold", "silver"),
            "The customer's tier at the shop, at least: gold (from silver)",
        ),
        (condition("negative", 1.0, 1.0), "The message is negative, by the reader's own cut"),
        (condition("course.level", 0.5, 0.45), "course.level: 0.5 (from 0.45)"),  # of version 0.1
    ],
)
def test_a_condition_says_what_was_measured_and_from_where_it_holds(
    record: dict[str, Any], words: str
) -> None:
    assert saw_in_words(record) == [words]


def test_of_an_upset_customer_the_level_is_told_too() -> None:
    [said] = saw_in_words(Triggers.load().decide(moment(felt(1.0), felt(1.0))).to_json())
    assert said == "The conversation is upset, and has not come to rest since (at 0.58)"


def test_a_button_saw_nothing() -> None:
    assert saw_in_words(ASKED_BY_BUTTON.decision) == []
