import pytest

from agent.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Can I return a tent?", "en"),
        ("where is my parcel", "en"),
        ("I AM FURIOUS", "en"),
        ("ok thanks", "en"),
        ("refund", "en"),
        ("Wo ist mein Paket?", "de"),
        ("Je voudrais annuler ma commande", "fr"),
        ("¿Dónde está mi pedido?", "es"),
        ("Vorrei parlare con un operatore", "it"),
        ("Quero cancelar a minha encomenda", "pt"),
        ("Waar blijft mijn bestelling?", "nl"),
        ("Gdzie jest moja paczka?", "pl"),
        ("أين طلبي؟", "ar"),
    ],
)
def test_the_language_of_a_plain_message_is_known(text, code):
    assert detect(text)[0] == code


@pytest.mark.parametrize(
    "text", ["", " ", "?", "😀😀", "10234", "TT-10234", "https://shop.example/x", "\x00\u200b", "\ud800"]
)
def test_nothing_to_read_has_no_language(text):
    assert detect(text) == ("und", 0.0)


@pytest.mark.parametrize("text", ["nein", "oui", "ja bitte", "ciao"])
def test_a_short_word_of_another_language_is_not_taken_for_english(text):
    assert detect(text)[0] != "en"


def test_order_numbers_and_addresses_do_not_decide():
    assert detect("Please send it to anna.kowalska@poczta.example, order TT-10234")[0] == "en"


def test_a_very_long_text_is_detected():
    assert detect("the parcel has not arrived yet " * 5000)[0] == "en"
