"""The first line of a briefing: which sentence is the matter, how it is retold, what the company's side did."""

import pytest

from escalation.briefing import summary_of
from escalation.briefing.acts import acts_of
from escalation.briefing.matter import told_of_customer
from escalation.briefing.retelling import cut, of_agent, of_customer
from escalation.briefing.speech import sentences_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("@Shop Hi there! My order is late 😡 https://t.co/x ^JB", ["My order is late"]),
        ("Hello Maeve, the parcel is lost. Sorry!", ["the parcel is lost"]),
        ("Worst shop ever. You charged me twice?!", ["You charged me twice?"]),
        ("Thanks a lot!", []),
        ("No refund came. No, that is not it.", ["No refund came", "that is not it"]),
        ("is it possible to add a bag?", ["is it possible to add a bag?"]),
        ("See [Delivery](/help/delivery), it takes 3–6 days [1].", ["See Delivery, it takes 3–6 days"]),
        ("Which one do you mean?\n- TT-1, sent\n- TT-2, pending", ["Which one do you mean?"]),
        ("my &amp; your order", ["my & your order"]),
    ],
)
def test_a_sentence_is_left_without_handles_links_greetings_and_thanks(
    text: str, sentences: list[str]
) -> None:
    assert sentences_of(text) == sentences


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I can't open my tent", "they can't open their tent"),
        ("we've sent you our form", "they have sent the company their form"),
        ("you charged me twice", "the company charged them twice"),
        ("I'm waiting for your driver", "they are waiting for the driver"),
        ("bought a stove in May", "they bought a stove in May"),
        ("give it to me or to us", "give it to them or to them"),
    ],
)
def test_the_customers_words_are_told_in_the_third_person(said: str, told: str) -> None:
    assert of_customer(said) == told


def test_the_companys_words_are_told_in_the_third_person() -> None:
    assert of_agent("you'll get your refund from our bank") == "they will get the refund from the bank"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Air for losing my bag", "is complaining about the company losing their bag"),
        ("My tent leaks", "is complaining that their tent leaks"),
        ("I bought it in May", "says that they bought it in May"),
        ("I want to cancel my order", "wants to cancel their order"),
        ("I'd like a refund please", "wants a refund"),
        ("Can you send me the form?", "wants the company to send them the form"),
        ("please cancel my order", "wants the company to cancel their order"),
        ("How do I export my notes?", "is asking how to export their notes"),
        ("Can I change the date?", "wants to change the date"),
        ("Will it fit my tent?", "is asking if it will fit their tent"),
        ("Is there an outage?", "is asking if there is an outage"),
        ("When will it be fixed?", "is asking when it will be fixed"),
    ],
)
def test_a_sentence_is_told_by_what_it_does(sentence: str, told: str) -> None:
    assert told_of_customer(sentence) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Please DM us your order number and we'll look into it.", ["asks to DM the order number"]),
        ("May I have the order number, please?", ["asks for the order number"]),
        ("Have you tried turning it off?", ["asks if they have tried turning it off"]),
        ("Please restart the device.", ["suggests to restart the device"]),
        ("Please fill in our lost property form here.", ["asks to fill in the lost property form here"]),
        ("I've refunded your order.", ["has refunded the order"]),
        ("We're sorry about this! We'll send a new one.", ["apologizes", "will send a new one"]),
        ("I cannot do that.", ["cannot do that"]),
        ("You can return it within 30 days.", ["says that they can return it within 30 days"]),
        ("Your parcel is with a neighbour.", ["says that the parcel is with a neighbour"]),
        ("You're welcome, glad it worked!", []),
    ],
)
def test_what_the_companys_side_did_is_told_with_its_verb(said: str, told: list[str]) -> None:
    assert [act.told for act in acts_of([("agent", said)])] == told


def test_a_clause_that_is_too_long_ends_where_a_part_of_it_ends() -> None:
    assert cut("the parcel was left in the rain, and the tent in it is wet through", 10) == (
        "the parcel was left in the rain"
    )
    assert cut("the parcel was left with the neighbours of the house at", 10) == (
        "the parcel was left with the neighbours of the house"
    )


def test_a_summary_tells_both_sides_in_their_order() -> None:
    thread = [
        ("customer", "Hi! I returned my boots three weeks ago and there is still no refund."),
        ("agent", "Sorry about the wait. Could you send us the order number?"),
        ("customer", "WS-55120"),
        ("agent", "Thank you. I have issued the refund now."),
    ]
    assert summary_of(thread) == (
        "Customer is complaining that they returned their boots three weeks ago and there is still no refund. "
        "Agent apologizes, asks for the order number and has issued the refund now."
    )


def test_an_ai_is_never_called_an_agent_nor_the_reverse() -> None:
    said = [
        ("customer", "My tent leaks."),
        ("ai", "Which tent is it?"),
        ("agent", "We will replace the tent."),
    ]
    assert summary_of(said).endswith("AI asks which tent is it. Agent will replace the tent.")


@pytest.mark.parametrize("thread", [[], [("customer", "")], [("customer", "😡")], [("customer", "Hello")]])
def test_where_nothing_was_said_there_is_no_summary(thread: list[tuple[str, str]]) -> None:
    assert summary_of(thread) == ""
