"""Simulated customers: a script with branches, and goals played by rules."""

import random

import pytest

from evals.simulating import Heard, LoopingCustomerError, PlayedByRules, Scripted
from evals.suites.case import Goal, Line


async def said(customer: PlayedByRules | Scripted, *heard: Heard) -> list[str]:
    """What a customer does, told one thing after the other."""
    done = []
    for one in heard:
        line = await customer.next(one)
        done.append("-" if line is None else line.say or ("confirm" if line.confirm else "cancel"))
    return done


def wanting(**goal: object) -> PlayedByRules:
    return PlayedByRules(Goal(wants="I want my money back.", **goal), random.Random(1))  # type: ignore[arg-type]


async def test_a_step_is_taken_only_if_what_was_told_matches() -> None:
    script = Scripted([Line(say="one"), Line(say="two", if_told="which order"), Line(say="three")])

    assert await said(script, Heard(), Heard(("Nothing.",)), Heard()) == ["one", "three", "-"]


async def test_after_a_step_with_goto_the_script_goes_on_at_the_named_step() -> None:
    script = Scripted([Line(say="a", goto="end"), Line(say="b"), Line(say="c", name="end")])

    assert await said(script, Heard(), Heard(), Heard()) == ["a", "c", "-"]


async def test_a_script_that_goes_round_in_circles_is_stopped() -> None:
    script = Scripted([Line(say="a", name="here-again", goto="here-again")])

    with pytest.raises(LoopingCustomerError, match="round in circles"):
        await said(script, *[Heard()] * 100)


async def test_a_goal_answers_what_is_asked_out_of_what_it_knows() -> None:
    customer = wanting(knows={"order": "TT-1", "reason": "too small"}, accepts=["return_items"])

    told = await said(customer, Heard(), Heard(("Which order is it?",)), Heard(("Why do you return it?",)))

    assert told[0] == "I want my money back."
    assert "TT-1" in told[1]
    assert "too small" in told[2]


async def test_a_goal_confirms_what_it_wants_and_cancels_anything_else() -> None:
    customer = wanting(accepts=["return_items"])

    told = await said(customer, Heard(), Heard(proposal="cancel_order"), Heard(proposal="return_items"))

    assert told[1:] == ["cancel", "confirm"]


@pytest.mark.parametrize("end", [Heard(done=("return_items",)), Heard(floor="queue")])
async def test_a_goal_leaves_when_it_is_done_or_a_person_has_it(end: Heard) -> None:
    assert (await said(wanting(accepts=["return_items"]), Heard(), end))[1] == "-"


async def test_the_patience_of_a_goal_ends() -> None:
    customer = wanting(knows={"order": "TT-1"}, accepts=["return_items"], patience=1)

    assert (await said(customer, Heard(), Heard(("Which order?",))))[1] == "-"


async def test_what_is_asked_and_not_known_is_said_once() -> None:
    customer = wanting(accepts=["return_items"])

    told = await said(customer, Heard(), *[Heard(("What is your e-mail address?",))] * 3)

    assert told[1] == "I do not know that."
    assert told[3] == "-"
