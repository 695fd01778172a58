"""The retail tasks' instructions as a customer: in the first person, without what is said to the player."""

from evals.retail.customer import Thing
from evals.retail.playing import asking, errand_of, first_person, held_out, otherwise, single_changes
from evals.retail.shop import RetailShop
from evals.suites.known import RETAIL

INSTRUCTION = (
    "You want to return your boots. If the agent refuses to return them, say nothing. You also want a hug."
)


def test_the_customer_opens_with_the_sentences_that_ask_for_the_change() -> None:
    assert asking(INSTRUCTION, "return_items") == "You want to return your boots."
    assert asking(INSTRUCTION, "cancel_order") == "You want to return your boots. You also want a hug."


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


def test_what_is_wanted_where_the_first_cannot_be_had_is_said_later() -> None:
    text = "You want to change the bag. If that is not possible, return it. If not, you want a hug. If there is no way, say nothing."

    assert asking(text, "cancel_order") == "You want to change the bag."
    assert otherwise(text) == ["Please return it.", "you want a hug."]


def test_half_of_the_tasks_is_held_out_and_always_the_same() -> None:
    ids = [str(number) for number in range(20)]

    assert len(held_out(ids)) == 10
    assert held_out(ids) == held_out(ids[::-1])


def test_the_customer_knows_what_a_person_with_their_account_knows() -> None:
    world = RetailShop.load(RETAIL)
    number, order = next(iter(world.state["orders"].items()))
    item, user = order["items"][0], world.state["users"][order["user_id"]]
    method = next(iter(user["payment_methods"].values()))
    change = {
        "name": "return_delivered_order_items",
        "arguments": {"order_id": number, "item_ids": [item["item_id"]], "payment_method_id": method["id"]},
    }

    errand = errand_of({"reason_for_call": "You return it."}, change, world, order["user_id"])

    assert errand.order == number.lstrip("#")
    assert errand.things == (Thing(item["name"], tuple(item["options"].values())),)
    assert errand.opening == "I return it."
    assert errand.knows["quantity"] == "1"
    assert errand.knows["method"].startswith(method["source"].replace("_", " "))
