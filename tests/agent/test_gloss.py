"""Sentences of other languages, word by word in English."""

import pytest

from agent.gloss import in_english, language_of

GLOSSED = [
    ("Eine Bestellung kann storniert werden.", "a order can cancel be."),
    ("Das Rücksendeetikett kostet 3,95 €.", "the return label cost 3,95 €."),
    ("L'échange est gratuit.", "the'exchange is free."),
    ("Una tarjeta regalo no se puede cambiar.", "a card gift card not can can exchange."),
    ("Standard delivery is free.", "Standard delivery is free."),
]


@pytest.mark.parametrize(("sentence", "english"), GLOSSED)
def test_each_known_word_has_an_english_one(sentence: str, english: str) -> None:
    assert in_english(sentence) == english


def test_an_unknown_word_stays_as_it_is() -> None:
    assert "Hagelschaden" in in_english("Die Garantie enthält auch einen Hagelschaden.")


def test_a_compound_is_taken_apart_only_if_most_of_it_is_known() -> None:
    assert in_english("Der Paketpreis ist nicht im Preis der Bestellung enthalten.").startswith(
        "the parcel cost"
    )
    assert "Paketzauber" in in_english("Der Paketzauber ist nicht im Preis der Bestellung enthalten.")


def test_a_language_without_words_here_passes_for_english_and_stays_as_it_is() -> None:
    swedish = "Du kan returnera de flesta varor inom trettio dagar efter leveransen."
    assert language_of(swedish) == "en"
    assert in_english(swedish) == swedish
