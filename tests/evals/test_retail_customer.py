"""The customer of a retail task: what they say, confirm and can know."""

import random
from dataclasses import replace

import pytest

from evals.retail.customer import Errand, Shopper, Thing
from evals.simulating import Heard

LAMP = Thing("Desk Lamp", ("white", "low"), ("black", "high"))
ERRAND = Errand(
    opening="I want to exchange my desk lamp.",
    instruction="You want to exchange your desk lamp.",
    kind="exchange_items",
    order="W1234567",
    in_order=("Desk Lamp", "Kettle"),
    things=(LAMP,),
    knows={"method": "paypal", "quantity": "1"},
    method="paypal",
)
WHICH_ORDER = Heard(("Which order is it?",))
CARD = "Exchange items of order W1234567\n1 × Desk Lamp: color: white, brightness: low → color: black, brightness: high"


async def after(errand: Errand, *heard: Heard) -> str:
    """What the customer does at last."""
    customer = Shopper(errand, random.Random(1))
    line = None
    for one in (Heard(), *heard):
        line = await customer.next(one)
    if line is None:
        return "leaves"
    return line.say or ("confirms" if line.confirm else "cancels")


async def test_an_order_is_told_apart_by_what_is_in_it_until_its_number_was_read() -> None:
    assert "the one with the Desk Lamp and the Kettle" in await after(ERRAND, WHICH_ORDER)
    assert "W1234567" in await after(ERRAND, Heard(("Which order is it?\n- W1234567: 1 × Desk Lamp",)))


async def test_an_option_is_known_once_it_stood_in_one_line() -> None:
    question = "Which option would you like instead of Desk Lamp (white, low)?"
    apart, together = "\n- black, low\n- white, high", "\n- color: black, brightness: high"

    assert "black" not in await after(ERRAND, Heard((question + apart,)))
    assert "black, high" in await after(ERRAND, Heard((question + together,)))


async def test_asked_for_an_option_of_something_else_they_say_what_alone_they_mean() -> None:
    assert "only the Desk Lamp (white, low)" in await after(
        ERRAND, Heard(("Which option instead of Kettle?",))
    )


@pytest.mark.parametrize(
    ("card", "does"),
    [
        (CARD, "confirms"),
        (CARD.replace("black", "red"), "cancels"),
        (CARD.replace("W1234567", "W7654321"), "cancels"),
        (CARD + "\n1 × Kettle: color: red → color: white", "cancels"),
        (CARD + "\nTo pay: $5.00 with PayPal", "confirms"),
        (CARD + "\nTo pay: $5.00 with your visa •••• 4242", "cancels"),
    ],
)
async def test_a_card_is_confirmed_if_it_shows_what_they_want_and_nothing_else(card: str, does: str) -> None:
    assert await after(ERRAND, Heard((card,), proposal="exchange_items")) == does


async def test_where_questions_lead_nowhere_they_say_what_else_the_instruction_wants_and_then_all_of_it() -> (
    None
):
    errand = replace(ERRAND, otherwise=("I want to cancel.",))
    lost = Heard(("I could not find that.",))

    assert await after(errand, lost) == "I want to cancel."
    assert "exchange the Desk Lamp (white, low) to another option" in await after(errand, lost, lost)


async def test_what_hangs_on_a_price_is_not_decided_before_one_was_read() -> None:
    errand = replace(ERRAND, instruction="If it costs less than $20 you exchange it.")

    assert await after(errand, Heard(("I could not find that.",))) == "leaves"
    assert (await after(errand, Heard(("It costs $19.00.",)))).startswith("I want to exchange")
