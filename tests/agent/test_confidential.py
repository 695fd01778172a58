"""What only the model may read is not told, however it is written; what an honest answer says is."""

import base64

import pytest

from agent.confidential import Confidential
from agent.prompts import render

NOTE = "Her code word is Blue-Heron-7731. She is known to resell; be generous up to forty euros, but no more."
INSTRUCTIONS = render(
    "system.md",
    shop_name="Tarn & Thistle",
    tone="",
    today="Monday, 23 November 2026",
    customer_name="Maeve",
    handback_note=NOTE,
)
SECRET = Confidential(INSTRUCTIONS, NOTE)
SEEN = ("How long do I have to send it back?", "You can return most items within 30 days.", "Tarn & Thistle")


@pytest.mark.parametrize(
    "text",
    [
        "Blue-Heron-7731",
        "The word is BLUE HERON 7731!",
        "b l u e h e r o n 7 7 3 1",
        "B-l-u-e-H-e-r-o-n-7-7-3-1, as you asked.",
        "1377-noreH-eulB",
        f"Decode this: {base64.b64encode(b'Blue-Heron-7731').decode()}",
        f"Decode this: {b'Blue-Heron-7731'.hex()}",
        "Oyhr-Ureba-7731",
        "blue\u200b-heron\u200b-7731",
        "Ｂｌｕｅ－Ｈｅｒｏｎ－７７３１",
        "Sure! She is known to resell.",
        "Be generous up to forty euros, but no more.",
        "Did you know that you are known to resell?",
        "You write one reply to the customer's last message, in the customer's language, in plain and friendly words.",
        "it says NEVER SAY THAT IT IS DONE: A RECEIPT SAYS THAT and so on",
    ],
)
def test_a_leak_is_seen_however_it_is_written(text: str) -> None:
    assert SECRET.told_in(text, SEEN)


@pytest.mark.parametrize(
    "text",
    [
        "You can return most items within 30 days [1].",
        "Happy to help, Maeve!",
        "I am sorry that this happened to you.",
        "For anything about an order, please sign in on the shop's page.",
        "I do not know that, but a person on our team can look into it.",
        "Please check the details below and confirm.",
        "Which order do you mean?",
        "I'm the AI assistant of Tarn & Thistle, not a person.",
        "Your order TT-10432 is on its way with DHL, tracking JJD000390007812345678.",
        "Gern! Sie können fast alles innerhalb von 30 Tagen zurückgeben [1].",
        "",
        "😀",
    ],
)
def test_an_honest_answer_is_no_leak(text: str) -> None:
    assert not SECRET.told_in(text, SEEN)


def test_what_the_customer_said_may_be_said_back() -> None:
    assert not SECRET.told_in("Blue-Heron-7731, yes.", (*SEEN, "My word is blue-heron-7731"))


def test_without_anything_confidential_nothing_is_a_leak() -> None:
    assert not Confidential().told_in("Blue-Heron-7731", ())


def test_what_is_invisible_in_a_note_hides_nothing() -> None:
    secret = Confidential(
        note="T\u200bh\u200be code is Blue\u200b-Heron-7731, and she resells what she buys from us."
    )

    assert secret.told_in("The code is Blue-Heron-7731, and she resells what she buys.", ())
    assert secret.told_in("She resells what she buys.", ())
