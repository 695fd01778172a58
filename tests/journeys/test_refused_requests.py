"""Requests that end otherwise than in a receipt: by the demo shop's rules, by misunderstanding, or because the customer turns."""

import pytest

from tests.conftest import World
from tests.people import Shopper


async def said(shopper: Shopper, *texts: str):
    """The last thing that is said in a conversation in which nothing is proposed."""
    for text in texts:
        last = await shopper.ask(text)
        assert last["proposal"] is None
    return last


@pytest.mark.parametrize(
    ("text", "why", "article"),
    [
        ("Please take the mug out of order TT-10432", "Only the whole order can be cancelled", "cancel-order"),
        ("cancel the mug", "Only the whole order can be cancelled", "cancel-order"),
        ("Change the fleece in TT-10432 to L", "items of a placed order cannot be changed", "cancel-order"),
        ("Pay order TT-10432 with PayPal instead", "cannot be changed afterwards", "payment-methods"),
        ("Change the address of TT-10411 to 5 High Street, D02 X285 Dublin", "this one is shipped", "change-delivery-address"),
        ("I want to return the trail shoes from TT-10254", "within 30 days of delivery", "returns"),
    ],
)  # fmt: skip
async def test_a_rule_that_refuses_is_told_with_its_article(
    world: World, text: str, why: str, article: str
) -> None:
    maeve = await world.shopper()

    answer = await said(maeve, text)

    assert answer["author"]["kind"] == "ai"
    assert why in answer["text"]
    assert f"/help/{article}" in answer["html"]
    assert answer["offer_person"] is True


@pytest.mark.parametrize(
    ("texts", "passed_on"),
    [
        (
            ["I want to exchange the socks from TT-10387 for 44-47", "just one pair"],
            "Exchange items of order TT-10387; 1 × Wool walking socks: 40-43 → 44-47",
        ),
        (
            ["I would like compensation for the trouble with TT-10387", "late delivery", "10 euros"],
            "Goodwill for order TT-10387; Reason: late delivery; Refund: €10.00 to a gift card",
        ),
        (["My parcel TT-10411 is lost"], "Send order TT-10411 again; Items: 1 × Gorse camping stove"),
    ],
)
async def test_what_a_person_must_decide_is_asked_for_in_full_and_goes_to_a_person(
    world: World, texts: list[str], passed_on: str
) -> None:
    maeve = await world.shopper()

    last = await said(maeve, *texts)

    assert last["kind"] == "handoff"
    assert f"Your request was passed on as: {passed_on}" in last["text"]
    assert (await maeve.conversation())["floor"] == "queue"


async def test_a_person_is_not_asked_for_what_a_rule_refuses_anyway(world: World) -> None:
    maeve = await world.shopper()

    last = await maeve.ask("The fleece in TT-10432 is cheaper now, I want the difference back")

    assert "Inagh fleece costs no less today than was paid." in last["text"]
    assert (await maeve.conversation())["floor"] == "ai"


async def test_after_a_refusal_the_whole_order_can_still_be_meant(world: World) -> None:
    maeve = await world.shopper()
    await said(maeve, "cancel the mug", "ok then cancel the whole order")

    last = await maeve.ask("not needed any more")

    assert last["proposal"]["title"] == "Cancel order TT-10432"


async def test_a_question_in_the_middle_is_answered_and_the_step_goes_on(world: World) -> None:
    maeve = await world.shopper()
    await said(maeve, "I would like to return the socks from TT-10387", "two")

    aside = await said(maeve, "how much does express delivery cost?")
    assert "€12.95" in aside["text"]
    assert aside["text"].endswith("Back to the return: Would you like the refund to your original payment (Visa •••• 4242), or to a gift card?")  # fmt: skip
    look_up = await said(maeve, "and where is my order?")
    assert "TT-10411 is on its way" in look_up["text"]
    assert "Back to the return" in look_up["text"]
    last = await maeve.ask("to my card")

    assert {"label": "Items", "value": "2 × Wool walking socks (40-43)"} in last["proposal"]["lines"]


async def test_another_wish_in_the_middle_takes_its_place(world: World) -> None:
    maeve = await world.shopper()

    first = await said(maeve, "Cancel my order", "actually, I want to return something")

    assert "return something from" in first["text"]
    assert "TT-10387" in first["text"]


async def test_a_request_that_is_dropped_is_not_taken_up_by_what_follows(world: World) -> None:
    maeve = await world.shopper()

    dropped = await said(maeve, "Cancel order TT-10432", "never mind")
    assert "changed nothing" in dropped["text"]

    await said(maeve, "by mistake")


async def test_what_is_not_understood_twice_leads_to_the_offer_of_a_person_and_a_late_answer_still_counts(
    world: World,
) -> None:
    maeve = await world.shopper()

    asked = await said(maeve, "I would like to return the socks from TT-10387")
    once = await said(maeve, "hmm")
    twice = await said(maeve, "blah blah")

    assert once["text"] == f"Sorry, I could not match that. {asked['text']}"
    assert (once["offer_person"], twice["offer_person"]) == (False, True)
    assert "A person on our team can help" in twice["text"]
    assert "gift card" in (await said(maeve, "two"))["text"]


async def test_an_unclear_answer_never_chooses_the_only_order_that_would_fit(world: World) -> None:
    amina = await world.shopper("cus_amina")  # with one pending order

    last = await said(amina, "cancel order TT-99999", "hmm hmm")

    assert "Which order" in last["text"]


async def test_another_method_than_it_was_paid_with_is_no_place_for_a_refund(world: World) -> None:
    maeve = await world.shopper()

    last = await said(maeve, "I want to return 1 pair of socks from TT-10387", "paypal")

    assert "original payment (Visa •••• 4242)" in last["text"]


async def test_a_size_is_no_number_of_pieces(world: World) -> None:
    maeve = await world.shopper()

    last = await said(maeve, "I want to return my 40-43 socks from TT-10387")

    assert "How many" in last["text"]


@pytest.mark.parametrize(
    ("customer_id", "text", "told"),
    [
        ("cus_maeve", "Where is my order?", "tracking code [TT10411IE]"),
        ("cus_maeve", "Where is my refund?", "I see no refund on any of your orders so far."),
        ("cus_jonas", "Where is my refund?", "€49.95 to PayPal"),
        ("cus_maeve", "What is my default address?", "14 Sea Road, H91 T2K8 Galway"),
        ("cus_maeve", "Which payment methods have you stored?", "- PayPal\n- Visa •••• 4242"),
        ("cus_amina", "What is the balance of my gift card?", "gift card •••• 7731, balance €40.00"),
        ("cus_maeve", "When does my sock club renew?", "Sock club, €24.00: next payment on 25 "),
        ("cus_amina", "Which subscriptions do I have?", "There is no subscription in your account."),
    ],
)
async def test_what_the_shop_keeps_is_told_as_the_shop_has_it(
    world: World, customer_id: str, text: str, told: str
) -> None:
    shopper = await world.shopper(customer_id)

    assert told in (await said(shopper, text))["text"]


@pytest.mark.parametrize(
    "text",
    [
        "How do I cancel the sock club?",
        "What happens if my parcel is lost?",
        "Which payment methods do you accept?",
        "Do you refund the difference if the price drops?",
        "How do I change my default address?",
    ],
)
async def test_a_question_about_a_rule_is_answered_from_the_help_centre(world: World, text: str) -> None:
    maeve = await world.shopper()

    assert (await said(maeve, text))["citations"]


async def test_a_visitor_is_asked_to_sign_in_whatever_is_wished_for(world: World) -> None:
    visitor = await world.shopper(None)

    for text in ("I want to exchange my boots", "Stop my sock club", "What is my default address?"):
        last = await said(visitor, text)
        assert "once I know who you are" in last["text"]
        assert last["offer_step_up"]


async def test_more_pieces_than_are_left_are_refused_and_never_made_fewer_in_silence(world: World) -> None:
    maeve = await world.shopper()

    last = await said(maeve, "I want to return 4 pairs of socks from TT-10387, to a gift card")

    assert "Only 3 of Wool walking socks can still be returned" in last["text"]


async def test_a_visitor_is_told_what_the_help_centre_says_about_their_wish_before_they_sign_in(
    world: World,
) -> None:
    visitor = await world.shopper(None)

    last = await said(visitor, "I ordered as a guest and lost the shipping email, how do I track it?")

    assert last["citations"]
    assert last["text"].endswith("I can also fetch a person for you.")


async def test_an_order_that_is_cancelled_by_its_number_is_meant_as_a_whole_whatever_is_said_of_its_items(
    world: World,
) -> None:
    jonas = await world.shopper("cus_jonas")

    last = await said(jonas, "cancel TT-10430, I don't need the tent any more")

    assert "passed on as: Cancel order TT-10430" in last["text"]


async def test_a_number_of_the_street_that_was_wrong_on_the_card_is_put_right_by_another_card(
    world: World,
) -> None:
    maeve = await world.shopper()
    await maeve.ask("send TT-10429 to 14 Quay Street, H91 X2KP Galway")

    last = await maeve.ask("no, 41 Quay Street, H91 X2KP Galway")

    assert "41 Quay Street" in str(last["proposal"]["lines"])


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("return one pair of socks from TT-10387 to a gift card", "Return items of order TT-10387"),
        ("TT-10411 needs to go somewhere else", None),
        ("one pair of socks was missing in TT-10387, I'd like that money back", None),
        ("TT-10432 is lost, send a new one", None),
    ],
)
async def test_a_wish_in_plain_words_with_a_number_is_no_question(
    world: World, text: str, title: str | None
) -> None:
    maeve = await world.shopper()

    last = await maeve.ask(text)

    assert (last["proposal"] or {}).get("title") == title
    assert not last["citations"] or last["text"].startswith("I cannot do that")
    assert "could not find" not in last["text"]
