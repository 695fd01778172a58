"""Journeys of a customer who wants something done with an order."""

import pytest

from tests.conftest import World
from tests.people import Shopper


async def order(world: World, customer_id: str, number: str):
    """The order as the shop has it now."""
    found = await world.parts.shop.order(customer_id, number)
    assert found is not None
    return found


async def proposed(shopper: Shopper, *texts: str):
    """The card that a conversation leads to."""
    for text in texts:
        last = await shopper.ask(text)
    assert last["proposal"], last["text"]
    return last["proposal"]


async def test_an_order_is_cancelled_only_after_the_customer_confirms(world: World) -> None:
    maeve = await world.shopper()
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"
    assert card["status"] == "open"
    done = await maeve.confirm(card)

    assert done.json()["status"] == "done"
    cancelled = await order(world, "cus_maeve", "TT-10432")
    assert cancelled.status == "cancelled"
    assert sum(r.amount.amount for r in cancelled.refunds) == cancelled.total.amount
    receipt = (await maeve.thread())[-1]
    assert (receipt["author"]["kind"], receipt["kind"]) == ("system", "receipt")
    assert "TT-10432" in receipt["text"]


async def test_a_typed_yes_right_after_the_proposal_confirms_it(world: World) -> None:
    maeve = await world.shopper()
    await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    last = await maeve.ask("yes please")

    assert last["kind"] == "receipt"
    assert (await order(world, "cus_maeve", "TT-10432")).status == "cancelled"


async def test_a_typed_yes_with_a_condition_confirms_nothing(world: World) -> None:
    maeve = await world.shopper()
    await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    await maeve.ask("yes but only if the refund is today")

    assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"


async def test_a_no_leaves_the_order_alone(world: World) -> None:
    maeve = await world.shopper()
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    await maeve.ask("no, leave it")

    assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"
    assert (await maeve.confirm(card)).status_code == 409


async def test_what_is_missing_is_asked_for_until_the_proposal_is_complete(world: World) -> None:
    maeve = await world.shopper()

    which = await maeve.ask("I want to cancel my order")
    assert which["proposal"] is None
    assert "TT-10432" in which["text"]
    why = await maeve.ask("TT-10432")
    assert why["proposal"] is None
    card = await proposed(maeve, "I don't need it any more")

    assert "TT-10432" in card["title"]


async def test_items_are_returned_after_confirming(world: World) -> None:
    maeve = await world.shopper()
    delivered = next(o for o in await world.parts.shop.orders("cus_maeve") if o.status == "delivered")
    item = delivered.items[0]

    card = await proposed(
        maeve,
        f"I would like to return two {item.name} from order {delivered.number}",
        "to a gift card please",
    )
    done = await maeve.confirm(card)

    assert done.json()["status"] == "done"
    now = await order(world, "cus_maeve", delivered.number)
    assert next(i for i in now.items if i.id == item.id).returned == item.quantity


async def test_a_return_outside_the_window_is_refused_with_the_rule(world: World) -> None:
    maeve = await world.shopper()
    old = [o for o in await world.parts.shop.orders("cus_maeve") if o.status == "delivered"][-1]

    answer = await maeve.ask(f"I want to return everything from order {old.number}")

    assert answer["proposal"] is None
    assert "30 days" in answer["text"]
    assert "/help/returns" in answer["html"]


async def test_an_address_is_changed_after_confirming(world: World) -> None:
    maeve = await world.shopper()

    card = await proposed(
        maeve,
        "I need to change the delivery address of order TT-10429",
        "Maeve Brennan, 14 Quay Street, H91 X2KP Galway, Ireland",
    )
    await maeve.confirm(card)

    address = (await order(world, "cus_maeve", "TT-10429")).address
    assert (address.line1, address.city, address.postcode) == ("14 Quay Street", "Galway", "H91 X2KP")


async def test_someone_elses_order_looks_like_one_that_does_not_exist(world: World) -> None:
    maeve, other = await world.shopper("cus_maeve"), await world.parts.shop.orders("cus_jonas")
    theirs = other[0].number

    # Both are one digit away from Maeve's TT-10432.
    assert theirs == "TT-10430"
    foreign = await maeve.ask(f"Where is my order {theirs}?")
    await maeve.begin()
    missing = await maeve.ask("Where is my order TT-10433?")

    assert foreign["text"].replace(theirs, "X") == missing["text"].replace("TT-10433", "X")


async def test_nobody_else_can_confirm_or_even_see_the_proposal(world: World) -> None:
    maeve, jonas = await world.shopper("cus_maeve"), await world.shopper("cus_jonas")
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    assert (await jonas.confirm(card)).status_code == 404
    assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"


async def test_a_card_whose_arguments_were_changed_confirms_nothing(world: World) -> None:
    maeve = await world.shopper()
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    forged = await maeve.confirm({**card, "digest": "0" * 64})

    assert forged.status_code == 409
    assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"


async def test_pressing_confirm_twice_is_one_refund(world: World) -> None:
    maeve = await world.shopper()
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    first, second = await maeve.confirm(card), await maeve.confirm(card)

    assert (first.json()["status"], second.json()["status"]) == ("done", "done")
    assert len((await order(world, "cus_maeve", "TT-10432")).refunds) == 1
    assert [m["kind"] for m in await maeve.thread()].count("receipt") == 1


@pytest.mark.parametrize("claim", ["I have cancelled your order TT-10432.", "Your refund has been issued."])
async def test_a_model_that_claims_a_deed_without_a_receipt_is_not_heard(scripted, claim: str) -> None:
    async with scripted(claim) as world:
        maeve = await world.shopper()

        answer = await maeve.ask("Please cancel order TT-10432")

        assert claim not in answer["text"]
        assert (await order(world, "cus_maeve", "TT-10432")).status == "pending"


async def test_how_many_is_asked_and_never_guessed(world: World) -> None:
    maeve = await world.shopper()

    asked = await maeve.ask("I would like to return the socks from order TT-10387")
    assert asked["proposal"] is None
    assert "How many" in asked["text"]
    await maeve.ask("two")
    card = await proposed(maeve, "to a gift card please")

    assert {"label": "Items", "value": "2 × Wool walking socks (40-43)"} in card["lines"]


async def test_a_request_that_is_taken_back_is_dropped(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("I want to cancel order TT-10432")

    answer = await maeve.ask("hmm no wait, don't")

    assert "changed nothing" in answer["text"]
    assert (await maeve.ask("How much is express delivery?"))["citations"]


async def test_after_a_wrong_number_the_own_orders_are_listed(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("I want to cancel order TT-99999")

    answer = await maeve.ask("ok then cancel my order")

    assert "TT-10432" in answer["text"]


async def test_who_writes_german_reads_the_card_and_the_receipt_in_german_and_the_record_stays_english(
    world: World,
) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("Wie lange dauert die Lieferung nach Deutschland?")
    await maeve.ask("Wie lange kann ich etwas zurückgeben?")
    card = await proposed(maeve, "Please cancel order TT-10432, I ordered it by mistake")

    async with maeve.listening() as stream:
        done = await maeve.confirm(card)
        told = await stream.until("proposal", status="done")

    assert card["title"] == done.json()["title"] == told.data["title"] == "Bestellung TT-10432 stornieren"
    assert {"label": "Grund", "value": "aus Versehen bestellt"} in card["lines"]
    receipt = (await maeve.thread())[-1]
    assert receipt["text"].startswith("Bestellung TT-10432 ist storniert.")
    at_the_desk = (await aoife.case(maeve.conversation_id))["messages"][-1]
    assert at_the_desk["text"].startswith("Order TT-10432 is cancelled.")
    refund = next(line["value"] for line in card["lines"] if line["label"] == "Erstattung")
    assert refund.split()[0] in receipt["text"]
    assert refund.split()[0] in at_the_desk["text"]
