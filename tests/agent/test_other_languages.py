"""Requests and questions in the widget's languages, to the offline model."""

import json
from pathlib import Path

import pytest

from agent.gloss import in_english
from agent.models.address_words import address_fields
from agent.models.other_languages import asks_about_rule_in_other_words, wish_in_other_words
from agent.models.wishes import plain_wish
from knowledge.embedding import Embedder
from knowledge.scratch import scratch_library

ROOT = Path(__file__).parents[2]
WORDS = {
    file.stem: json.loads(file.read_text("utf-8")) for file in (ROOT / "api/widget/words").glob("*.json")
}
OTHERS = sorted(WORDS.keys() - {"en"})


@pytest.mark.parametrize("language", OTHERS)
def test_the_widgets_topic_about_an_order_is_understood(language: str) -> None:
    assert plain_wish(WORDS[language]["topicOrder"]) == "order_status"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("topic", ["topicReturn", "topicDelivery", "topicPay"])
def test_a_topic_about_a_rule_begins_no_request(language: str, topic: str) -> None:
    assert plain_wish(WORDS[language][topic]) is None
    assert asks_about_rule_in_other_words(WORDS[language][topic])


async def test_every_topic_in_every_language_finds_its_article() -> None:
    article = {"topicReturn": "returns", "topicDelivery": "delivery", "topicPay": "payment-methods"}
    async with scratch_library(ROOT / "knowledge/help_centre", Embedder()) as library:
        for language in OTHERS:
            for topic, slug in article.items():
                result = await library.search(in_english(WORDS[language][topic]), locale=language)

                assert result.good_enough, (language, topic)
                assert result.found[0].passage.article == slug, (language, topic)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("Bitte stornieren Sie TT-10432", "cancel_order"),
        ("Je voudrais annuler ma commande", "cancel_order"),
        ("¿Puedo cancelar mi pedido TT-10432?", "cancel_order"),
        ("Proszę anulować zamówienie TT-10432", "cancel_order"),
        ("أريد إلغاء طلبي", "cancel_order"),
        ("Ich möchte die Mütze zurückgeben", "return_items"),
        ("Quiero devolver los calcetines del pedido TT-10387", "return_items"),
        ("Ik wil mijn geld terug", "return_items"),
        ("Dove è il mio rimborso?", "refund_status"),
        ("Kiedy dotrze moje zamówienie?", "order_status"),
        ("Onde está a minha encomenda?", "order_status"),
        ("Wilt u mijn bezorgadres wijzigen?", "change_address"),
        ("Ich möchte mein Abo kündigen", "stop_renewal"),
    ],
)
def test_a_wish_is_recognised(said: str, wish: str) -> None:
    assert wish_in_other_words(said) == wish


@pytest.mark.parametrize(
    "said",
    [
        "Kann ich einen Artikel zurückgeben?",
        "Comment annuler une commande ?",
        "¿Cuántos días tengo para devolver un artículo?",
        "Meine Bestellung wurde storniert, danke.",
        "When will the refund for my return reach my card?",
        "I will pack my bags, danke!",
        "",
    ],
)
def test_a_question_about_a_rule_a_report_or_english_is_no_wish(said: str) -> None:
    assert wish_in_other_words(said) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (
            "TT-10430 bitte an Jonas Weber, Hauptstraße 5, 10827 Berlin schicken statt an die alte Adresse",
            {"name": "Jonas Weber", "line1": "Hauptstraße 5", "postcode": "10827", "city": "Berlin"},
        ),
        ("La nouvelle adresse est 8 rue Neuve, 69001 Lyon", {"line1": "8 rue Neuve", "postcode": "69001", "city": "Lyon"}),
        ("Nieuw adres: Dorpsstraat 5, 1234 AB Utrecht", {"line1": "Dorpsstraat 5", "postcode": "1234 AB", "city": "Utrecht"}),
        ("Rua do Carmo 5, 28013 Madrid por favor", {"line1": "Rua do Carmo 5", "postcode": "28013", "city": "Madrid"}),
    ],
)  # fmt: skip
def test_an_address_is_read_without_what_leads_to_it(said: str, found: dict[str, str]) -> None:
    assert address_fields(said) == found


def test_a_long_line_that_is_no_address_keeps_nobody_waiting() -> None:
    assert "line1" in address_fields("bitte an " * 2_000 + "5, 10827 Berlin")
