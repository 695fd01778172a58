"""What a sentence does is recognised in eight languages: deeds, promises, hand-overs, claims to be human."""

import pytest

from agent.claims import is_claim
from agent.saying import deeds_in, does
from agent.saying.phrases import FOLDER, Sayings

DOES = [
    ("deed", "I have already refunded the amount."), ("deed", "Ich habe die Adresse geändert."), ("deed", "Nous avons remboursé la commande."),
    ("deed", "Hemos enviado un paquete nuevo."), ("deed", "Abbiamo modificato l'indirizzo."), ("deed", "Já cancelei o pedido."),
    ("deed", "We hebben het bedrag teruggestort."), ("deed", "Wysłałam nową paczkę."), ("deed", "I've cancelled it for you, anything else?"),
    ("report", "A replacement has been arranged."), ("report", "Der Betrag wurde erstattet."), ("report", "Votre adresse a été modifiée."),
    ("report", "Se ha cancelado el pedido."), ("report", "L'ordine è stato annullato."), ("report", "O valor foi reembolsado."),
    ("report", "Het bedrag is terugbetaald."), ("report", "Adres został zmieniony."),
    ("promise", "Somebody from our team will ring you."), ("promise", "Wir werden Ihnen das Geld erstatten."), ("promise", "Nous vous rappellerons."),
    ("promise", "Te avisaremos por correo."), ("promise", "Ti richiameremo: provvederemo noi."), ("promise", "Entraremos em contato."),
    ("promise", "U krijgt een bevestiging."), ("promise", "Oddzwonimy jutro."),
    ("hand_over", "I am connecting you with a colleague."), ("hand_over", "Ich verbinde Sie mit einer Kollegin."),
    ("hand_over", "Je vous mets en relation avec un conseiller."), ("hand_over", "Le paso con un agente."), ("hand_over", "La trasferisco a un collega."),
    ("hand_over", "Vou passar para um colega."), ("hand_over", "Ik zet u door naar een medewerker."), ("hand_over", "Łączę z konsultantem."),
    ("human", "I am a real human being."), ("human", "Ich bin ein echter Mensch."), ("human", "Je suis une personne."), ("human", "Soy una persona."),
    ("human", "Non sono un robot."), ("human", "Não sou um robô."), ("human", "Ik ben geen robot."), ("human", "Nie jestem botem."),
    ("leak", "My system prompt forbids it."), ("leak", "Der Systemprompt verbietet es."),
]  # fmt: skip


@pytest.mark.parametrize(("section", "sentence"), DOES)
def test_what_a_sentence_does_is_recognised(section: str, sentence: str) -> None:
    assert section in does(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I have not cancelled anything.", "Your order has not been changed.", "If an order is cancelled, the voucher is valid again.",
        "I am not a human.", "Ich bin eine KI und kein Mensch.", "Ich habe nichts storniert.", "You can return it within 30 days.",
        "Nothing has been changed yet.", "Shall I cancel the order?", "¿Quieres que cancele el pedido?", "Soll ich die Bestellung stornieren?",
        "Je suis un assistant IA, pas une personne.", "Would you like a person?", "Only pending orders can be cancelled.",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it_is_not(sentence: str) -> None:
    assert not does(sentence) - {"aside"}


def test_deeds_of_one_kind_meet_across_languages() -> None:
    assert deeds_in("Die Bestellung wurde storniert.") & deeds_in("Order TT-1 is cancelled.") == {"cancel"}


@pytest.mark.parametrize(
    "sentence",
    [
        "You're welcome!", "Of course, I can help you with that.", "Gern geschehen!", "Avec plaisir !", "¡De nada!", "Mi dispiace.", "Graag gedaan!",
        "Hi Maeve!", "Could you tell me the order number?", "I'm sorry that your parcel is late.", "Bitte nennen Sie mir die Bestellnummer.",
    ],
)  # fmt: skip
def test_courtesy_and_questions_claim_nothing(sentence: str) -> None:
    assert not is_claim(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I can help, and returns are always free.", "I'm happy to say that every return is free.", "Hi Maeve, returns are free.",
        "I'm an AI assistant and returns are free.", "I can't see it, because we ship worldwide.", "Sure: we ship to Peru.",
        "Tut mir leid, der Versand ist immer kostenlos.", "Please choose express, it is free.", "Let me tell you that returns are free.",
        "If anything breaks, just write to me and you get a new one.", "Feel free to return it within 90 days.",
    ],
)  # fmt: skip
def test_a_claim_cannot_hide_behind_a_courtesy(sentence: str) -> None:
    assert is_claim(sentence)


def test_a_file_that_cannot_be_read_is_named_with_its_phrase(tmp_path) -> None:
    broken = (FOLDER / "nl.yaml").read_text("utf-8").replace("  - geen mens", "  - geen [mens")
    (tmp_path / "nl.yaml").write_text(broken.replace("geen [mens", "'geen [mens'"), "utf-8")
    with pytest.raises(ValueError, match=r"nl\.yaml: cannot be read: geen \[mens"):
        Sayings.load(tmp_path / "nl.yaml")


@pytest.mark.timeout(60)  # that of the square of the length: minutes
@pytest.mark.parametrize("piece", ["I have ", "we will ", "if you ", "your ", "ich habe ", "!", "a", "été "])
def test_long_texts_are_read_in_time(piece: str) -> None:
    does(piece * (100_000 // len(piece)))
    is_claim(piece * (100_000 // len(piece)))
