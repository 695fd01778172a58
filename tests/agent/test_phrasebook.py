"""Cards and receipts in the customer's language: every phrase that code writes, amounts and names as they are."""

import re
from string import Formatter

import pytest

from agent.changes.phrasebook import in_language, languages, phrases
from agent.changes.words import _REASONS
from agent.outcomes import Why, not_possible
from agent.verdicts import RefundTime
from tests.agent.test_changes import every_kind

OTHERS = sorted(languages() - {"en"})
# What is the customer's or the shop's own in a card: goods, addresses and labels of payments.
FACTS = re.compile(r"\d+ × .*|.* → .*|Maeve.*|Visa .*|PayPal|gift card .*|[−€\d.]+|Sock club")


def test_every_phrase_stands_in_every_language_with_the_same_blanks():
    def blanks(text):
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name)

    for phrase in phrases():
        assert phrase.keys() == languages(), phrase["en"]
        assert all(blanks(text) == blanks(phrase["en"]) for text in phrase.values()), phrase["en"]


def test_whatever_a_card_and_a_receipt_say_is_one_of_the_phrases():
    for entry, action, effects, case in every_kind():
        lines = entry.lines(case, effects)
        said = [entry.title(action), entry.receipt(action, effects)]
        said += [label for label, _ in lines if " × " not in label]
        said += [value for _, value in lines if not FACTS.fullmatch(value)]
        for text in said:
            assert in_language(text, "ar") != text  # no word of ours is the same in Arabic


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_time_and_failure_is_said_in_every_language(language):
    failed = [
        not_possible(why).explanation
        for why in (Why.NO_LONGER_ALLOWED, Why.NEEDS_PERSON, Why.SHOP_REFUSED, Why.FAILED)
    ]
    for text in [*_REASONS.values(), *RefundTime, *failed]:
        assert in_language(text, language) != text


@pytest.mark.parametrize("language", OTHERS)
def test_figures_and_names_stay_as_the_record_has_them(language):
    for entry, action, effects, _ in every_kind():
        text = entry.receipt(action, effects)
        facts = re.findall(r"€[\d.]+|TT-\d+|\d+–\d+|•••• \d+|PayPal|3 Quay Street.*IE", text)
        assert all(fact in in_language(text, language) for fact in facts), (text, in_language(text, language))


def test_a_receipt_is_said_sentence_by_sentence():
    receipt = "Order TT-1 is cancelled. €39.00 goes back to your Visa •••• 4242 within 5–7 working days."
    assert in_language(receipt, "de") == (
        "Bestellung TT-1 ist storniert. €39.00 gehen zurück auf: Ihre Zahlungsart Visa •••• 4242, innerhalb von 5–7 Werktagen."
    )
    assert in_language("1 piece of order TT-1 changed.", "nl") == "1 stuk van bestelling TT-1 gewijzigd."


def test_what_is_no_phrase_of_ours_and_what_is_no_language_of_ours_stays():
    address = "Order TT-1 now goes to Free St. Order, none. 1 piece."
    assert in_language(address, "de") == "Bestellung TT-1 geht jetzt an: Free St. Order, none. 1 piece."
    assert in_language("2 × free (none)", "de") == "2 × free (none)"
    assert in_language("Order TT-1 is cancelled.", None) == in_language("Order TT-1 is cancelled.", "ja")
