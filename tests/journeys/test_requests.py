"""Every kind of request with the offline model, from the first message to what the shop then has.

The shop leaves as much as possible to code here; what the demo's rules refuse or leave to people is in
`test_refused_requests.py`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.demo_shop.records import ShopOrder, ShopVariant
from evals.hostile.world import OPEN
from tests.conftest import World, world_in
from tests.people import Shopper


@pytest.fixture
async def world(data_dir: Path) -> AsyncIterator[World]:
    """The product with the offline model and a shop that does every kind of change."""
    async with world_in(data_dir, rules=OPEN) as made:
        yield made


async def card_after(shopper: Shopper, *texts: str):
    """The card that a conversation ends in, and in which nothing was proposed before."""
    for text in texts:
        assert (await shopper.thread() if shopper.conversation_id else [{}])[-1].get("proposal") is None
        last = await shopper.ask(text)
    assert last["proposal"], last["text"]
    return last["proposal"]


async def receipt(shopper: Shopper, card) -> str:
    """What stands in the thread after Confirm."""
    assert (await shopper.confirm(card)).json()["status"] == "done"
    last = (await shopper.thread())[-1]
    assert last["kind"] == "receipt"
    text: str = last["text"]
    return text


async def order(world: World, number: str, customer_id: str = "cus_maeve"):
    """The order as the shop has it now."""
    found = await world.parts.shop.order(customer_id, number)
    assert found is not None
    return found


async def customer(world: World, customer_id: str = "cus_maeve"):
    """The account as the shop has it now."""
    found = await world.parts.shop.customer(customer_id)
    assert found is not None
    return found


def goods(an_order) -> set[tuple[str, str, int]]:
    """What an order consists of."""
    return {(item.name, item.variant, item.quantity) for item in an_order.items}


async def lose_the_parcel(world: World, number: str) -> None:
    """The carrier has searched in vain."""
    async with world.parts.database.transaction() as session:
        row = await session.get_one(ShopOrder, number)
        row.tracking = {**(row.tracking or {}), "lost": True}


# --- a change of each kind -------------------------------------------------------------------------------------


async def test_an_order_is_cancelled_after_a_slip_in_its_number(world: World) -> None:
    maeve = await world.shopper()

    asked = await maeve.ask("Cancel order TT-10439")
    assert "TT-10432" in asked["text"]
    card = await card_after(maeve, "TT 1O432", "I don't need it any more")
    text = await receipt(maeve, card)

    assert "TT-10432 is cancelled" in text
    assert (await order(world, "TT-10432")).status == "cancelled"
    assert (await order(world, "TT-10429")).status == "pending"


async def test_one_item_is_cancelled_and_the_rest_is_sent(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(maeve, "Please take the mug out of order TT-10432", "the first")
    await receipt(maeve, card)

    left = await order(world, "TT-10432")
    assert goods(left) == {("Inagh fleece", "M Heather", 1)}
    assert left.refunded.amount == 12_50


async def test_an_address_comes_in_pieces(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(
        maeve, "Send TT-10429 to another address", "14 Quay Street", "Limerick", "V94 X2KP"
    )
    await receipt(maeve, card)

    address = (await order(world, "TT-10429")).address
    assert (address.name, address.line1, address.city) == ("Maeve Brennan", "14 Quay Street", "Limerick")


async def test_the_address_for_future_orders_leaves_placed_orders_alone(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(
        maeve, "I moved house, change my account address", "5 High Street, D02 X285 Dublin"
    )
    await receipt(maeve, card)

    home = (await customer(world)).address
    assert home is not None
    assert (home.line1, home.city, home.country) == ("5 High Street", "Dublin", "IE")
    assert (await order(world, "TT-10432")).address.line1 == "14 Sea Road"


async def test_an_order_is_paid_in_another_way(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(maeve, "I want to change the payment method", "TT-10429", "the first")
    await receipt(maeve, card)

    assert (await order(world, "TT-10429")).payment_method.label == "Visa •••• 4242"


async def test_options_of_a_pending_order_are_chosen_by_name(world: World) -> None:
    maeve = await world.shopper()

    options = await maeve.ask("I would like the fleece in TT-10432 in another size")
    assert "- S Heather\n- L Heather" in options["text"]
    assert "TT-FLC" not in options["text"]  # names, not skus
    card = await card_after(maeve, "the large one")
    await receipt(maeve, card)

    assert goods(await order(world, "TT-10432")) == {
        ("Inagh fleece", "L Heather", 1),
        ("Enamel mug", "Moss", 1),
    }


async def test_pieces_are_returned_after_a_change_of_mind(world: World) -> None:
    maeve = await world.shopper()

    await card_after(maeve, "I want to return something", "the first", "the socks", "two", "gift card please")
    changed = (await maeve.ask("actually, three of them"))["proposal"]
    await receipt(maeve, changed)

    returned = {item.name: item.returned for item in (await order(world, "TT-10387")).items if item.returned}
    assert returned == {"Wool walking socks": 3}


async def test_several_items_are_exchanged_in_one_go(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(
        maeve,
        "I want to exchange the base layers and the socks from TT-10387",
        "both",
        "one",
        "L for the base layers and 36-39 for the socks",
    )
    await receipt(maeve, card)

    swapped = await order(world, "TT-10387")
    assert {item.name: item.returned for item in swapped.items if item.returned} == {
        "Merino base layer": 2,
        "Wool walking socks": 1,
    }
    async with world.parts.database.reading() as session:
        stock = [(await session.get_one(ShopVariant, sku)).stock for sku in ("TT-BSL-MERINO-LBLACK", "TT-SCK-WOOL-36-39")]  # fmt: skip
    assert stock == [10, 11]


async def test_the_price_of_what_was_missing_comes_back(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(maeve, "One pair of socks was missing from my parcel TT-10387")
    await receipt(maeve, card)

    assert (await order(world, "TT-10387")).refunded.amount == 18_50


async def test_goodwill_is_given_for_what_went_wrong(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(
        maeve, "I would like compensation for the trouble with TT-10387", "it came far too late", "10 euros"
    )
    await receipt(maeve, card)

    cards = [m for m in (await customer(world)).payment_methods if m.balance is not None]
    assert [str(m.balance) for m in cards] == ["€10.00"]


async def test_a_lost_parcel_is_sent_again(world: World) -> None:
    maeve = await world.shopper()
    await lose_the_parcel(world, "TT-10411")

    where = await maeve.ask("Where is my parcel?")
    assert "not found it" in where["text"]
    card = await card_after(maeve, "send it again")
    await receipt(maeve, card)

    assert (await order(world, "TT-10411")).reshipped


async def test_a_subscription_is_stopped(world: World) -> None:
    maeve = await world.shopper()

    card = await card_after(maeve, "Stop my sock club")
    await receipt(maeve, card)

    assert [s.renews for s in (await customer(world)).subscriptions] == [False]
    assert "stopped" in (await maeve.ask("Which subscriptions do I have?"))["text"]


# --- another's orders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        "Cancel order {}, ordered by mistake",
        "Take the mug out of order {}, ordered by mistake",
        "Send order {} to 5 High Street, D02 X285 Dublin",
        "Pay order {} with PayPal instead",
        "Exchange the mug from {} for the moss one",
        "My parcel {} is lost, send it again",
        "Compensation for the trouble with {} please, 10 euros, it was late",
        "Where is my refund for {}?",
    ],
)
async def test_another_customers_order_is_answered_like_one_that_does_not_exist(
    world: World, request_: str
) -> None:
    maeve = await world.shopper()
    before = await order(world, "TT-10430", "cus_jonas")

    theirs = await maeve.ask(request_.format("TT-10430"))
    await maeve.begin()
    missing = await maeve.ask(request_.format("TT-10433"))  # as near to Maeve's TT-10432 as the other

    assert theirs["text"].replace("TT-10430", "X") == missing["text"].replace("TT-10433", "X")
    assert theirs["text"].startswith("I cannot find an order TT-10430 in your account.")
    assert await order(world, "TT-10430", "cus_jonas") == before
