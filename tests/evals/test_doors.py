"""The mystery shopper over HTTP: what can be asked there, and what is another answer."""

from evals.doors import ask, can_be_asked
from evals.suites.case import Case
from evals.suites.files import find, read


def a_case(**parts: object) -> Case:
    rest = {"world": {}, "customer": {"lines": [{"say": "Hello"}]}, "doors": ["widget", "rest"], **parts}
    return Case.model_validate(
        {"id": "one-case", "why": "x", "harm": "unfair", "expect": {"handoff": False}, **rest}
    )


def test_a_question_in_the_demo_shop_is_asked_and_nothing_that_changes_or_needs_another_world() -> None:
    assert can_be_asked(a_case())
    assert not can_be_asked(a_case(doors=["widget"]))
    assert not can_be_asked(a_case(customer={"lines": [{"say": "Cancel it"}, {"confirm": True}]}))
    assert not can_be_asked(a_case(world={"stock": {"TT-MUG-ENAMEL-WHITE": 0}}))


async def test_widget_rest_and_copilot_of_a_real_server_answer_alike() -> None:
    wanted = {"my-express-price", "my-unknown-weight", "my-person-words", "my-own-order"}
    cases = [one for one in read(find(["mystery_shopper"])).cases if one.case.id in wanted]

    asked = {one.located.case.id: one for one in await ask(cases)}

    assert asked.keys() == wanted
    assert [one.wrong for one in asked.values()] == [[]] * len(wanted)
    assert [answer.door for answer in asked["my-express-price"].answers] == ["widget", "rest", "copilot"]
    assert all("€12.95" in answer.text for answer in asked["my-express-price"].answers)
    assert all("TT10411IE" in answer.text for answer in asked["my-own-order"].answers)
