"""What is made safe at the door: control characters out, card numbers masked, the rest untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.incoming import MAX_CHARACTERS, MessageRefusedError, clean, mask_cards

# Test numbers that the card networks publish.
VISA, MASTERCARD, AMEX = "4242424242424242", "5555555555554444", "378282246310005"


@pytest.mark.parametrize(
    "written",
    [
        VISA,
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242.4242.4242.4242",
        "4242–4242–4242–4242",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "４２４２４２４２４２４２４２４２",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢",
        "4242\n4242\n4242\n4242",
        "4242\u200b4242\u200b4242\u200b4242",
        "4242\u00a04242\u00a04242\u00a04242",
    ],
)
def test_a_card_number_is_masked_but_for_its_last_four_digits(written: str) -> None:
    masked = clean(f"my card is {written}, thanks")
    assert masked == "my card is •••• 4242, thanks"


@pytest.mark.parametrize("number", [VISA, MASTERCARD, AMEX])
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "({})",
        "card:{}.",
        '"{}"',
        "#{}",
        "*{}*",
        "{}, exp 12/34 cvv 123",
        "card{}thanks",
    ],
)
def test_a_card_number_is_masked_whatever_stands_around_it(number: str, around: str) -> None:
    masked = mask_cards(around.format(number))
    assert number not in masked
    assert f"•••• {number[-4:]}" in masked


def test_every_card_number_in_a_text_is_masked() -> None:
    assert mask_cards(f"{VISA} and {MASTERCARD} or {AMEX}") == "•••• 4242 and •••• 4444 or •••• 0005"


def test_a_masked_text_stays_as_it_is() -> None:
    masked = mask_cards(f"my card is {VISA}")
    assert mask_cards(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Order TT-10432",
        "orders TT-10432, TT-10429 and TT-10411",
        "call me at +353 20 910 1001",
        "call me at +49 30 23125 001 or 0049 30 23125001",
        "My IBAN is IE29 AIBK 9311 5212 3456 78",
        "tracking number 1Z999AA10123456784",
        "4242 4242 4242 4243",
        "1234567890123456",
        "between 2026-11-22 and 2026-12-24, 10:00 to 17:00",
        "€1,234.56 and €88.50",
        "Visa •••• 4242",
        "3 × 250 g, 12 cm",
        "1.2.3.4.5",
    ],
)
def test_what_is_no_card_number_stays_as_it_was_written(text: str) -> None:
    assert clean(text) == text


def test_control_characters_are_dropped_and_line_breaks_and_tabs_stay() -> None:
    assert clean("a\0b\x1b[31mc\x7f\x85\nd\te") == "ab[31mc\nd\te"


def test_what_people_write_with_stays() -> None:
    family, flag, hebrew, hindi = "👩‍👩‍👧", "🇮🇪", "שלום", "नमस्ते"
    assert clean(f"{family} {flag} {hebrew} {hindi}") == f"{family} {flag} {hebrew} {hindi}"


@pytest.mark.parametrize("text", ["", " ", "\n\t\n", "\0\0", "\u2003", "\ud800"])
def test_nothing_is_refused_with_a_mend(text: str) -> None:
    with pytest.raises(MessageRefusedError, match="Write something first"):
        clean(text)


def test_too_much_is_refused_with_both_numbers() -> None:
    with pytest.raises(MessageRefusedError, match=rf"{MAX_CHARACTERS + 1} characters, {MAX_CHARACTERS}"):
        clean("x" * (MAX_CHARACTERS + 1))
    assert clean("x" * MAX_CHARACTERS + "  ") == "x" * MAX_CHARACTERS


@given(st.text(max_size=200))
def test_whatever_is_written_cleaning_ends_in_a_text_or_a_refusal_and_is_stable(text: str) -> None:
    try:
        cleaned = clean(text)
    except MessageRefusedError:
        return
    assert clean(cleaned) == cleaned
    cleaned.encode()
