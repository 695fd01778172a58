"""A sentence that says the opposite of its source is found, one that denies what the source denies is not."""

import pytest

from agent.denial import contradicts

SOURCE = """What cannot be returned
Final-sale items cannot be returned. Hygiene items cannot be returned unless they are faulty.
The Cork shop has an accessible changing room but no accessible toilet. The Cork shop is closed on Sundays.
An order can be cancelled only while the order is pending. Never cook inside a tent, because carbon monoxide kills.
Socks are not hygiene items and can be returned unworn. Gift cards, vouchers and personalised items cannot be exchanged.
What is not covered:

- normal wear, such as worn soles
- damage by accidents"""


@pytest.mark.parametrize(
    "sentence",
    [
        "Final-sale items can be returned.", "The Cork shop has an accessible toilet.", "The Cork shop is open on Sundays.", "Cook inside a tent.",
        "Socks are hygiene items and cannot be returned.", "Gift cards can be exchanged.", "Normal wear is covered.", "Hygiene items can be returned.",
    ],
)  # fmt: skip
def test_the_opposite_is_found(sentence: str) -> None:
    assert contradicts(sentence, SOURCE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Final-sale items can't be returned.", "The Cork shop has an accessible changing room.", "The Cork shop isn't open on Sundays.",
        "Don't cook inside a tent.", "Gift cards and personalised items can't be exchanged.", "Normal wear isn't covered.",
        "Hygiene items can only be returned if they are faulty.", "Once it is packed, an order cannot be cancelled.",
        "If you don't like the socks, they can be returned unworn.",
    ],
)  # fmt: skip
def test_the_same_in_other_words_is_not_the_opposite(sentence: str) -> None:
    assert not contradicts(sentence, SOURCE)


@pytest.mark.timeout(60)  # that of the square of the length: minutes
def test_long_texts_are_compared_in_time() -> None:
    contradicts("not and if a, " * 600, "is not, and " * 20_000)
