"""The retail tasks' instructions as a customer: in the first person, without what is said to the player."""

from evals.retail.playing import asking, first_person, knows, single_changes
from evals.retail.shop import RetailShop
from evals.suites.known import RETAIL

INSTRUCTION = (
    "You want to return your boots. If the agent refuses to return them, say nothing. You also want a hug."
)


def test_the_customer_opens_with_the_sentences_that_ask_for_the_change() -> None:
    assert asking(INSTRUCTION, "return_items") == "You want to return your boots."
    assert asking(INSTRUCTION, "cancel_order") == INSTRUCTION


def test_the_instruction_is_said_in_the_first_person() -> None:
    assert (
        first_person("you're sure that you want your money, and are yourself")
        == "I'm sure that I want my money, and are myself"
    )


def test_only_tasks_with_one_change_that_tell_why_are_played() -> None:
    def task(*names: str) -> dict[str, object]:
        actions = [
            {"name": name, "arguments": {"order_id": "#W1", "reason": "no longer needed"}} for name in names
        ]
        return {"evaluation_criteria": {"actions": actions}, "user_scenario": {"instructions": {}}}

    looks, cancels = "get_order_details", "cancel_pending_order"
    tasks = [
        task(looks),
        task(looks, cancels),
        task(cancels, cancels),
        task(cancels) | {"user_scenario": None},
    ]

    assert [change["name"] for _, change in single_changes(tasks)] == [cancels]


def test_the_customer_knows_the_order_as_somebody_who_has_it_before_them() -> None:
    world = RetailShop.load(RETAIL)
    number, order = next(iter(world.state["orders"].items()))
    item = order["items"][0]
    given = {"order_id": number, "item_ids": [item["item_id"]], "payment_method_id": "credit_card_123"}

    known = dict(knows(given, world, order["user_id"]))

    assert known["order"] == number.lstrip("#")
    assert item["name"] in known["item"]
    assert known["method"] == "credit card"
