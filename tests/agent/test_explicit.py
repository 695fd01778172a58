import time

import pytest

from agent.explicit import LONGEST, Stake, asks_for_person, clean, explicit_stakes

ASKS = [
    "can I talk to a real person",
    "human",
    "HUMAN!!!",
    "humannnn please",
    "get me a manager",
    "agent please",
    "Let me talk to someone",
    "I don't want to talk to a bot, I want a human",
    "why can't I talk to a person",
    "not a bot please, a real human",
    "transfer me to customer service",
    "can someone call me",
    "I want to talk to a hu\u200bman",
    "ｉ ｗａｎｔ ａ ｈｕｍａｎ",
    "I'd like to speak with your supervisor",
    "ich möchte mit einem Menschen sprechen",
    "Kann ich mit einem Mitarbeiter reden?",
    "ich will einen echten Menschen",
    "Verbinden Sie mich mit einem Mitarbeiter",
    "je veux parler à un humain",
    "passez-moi un conseiller",
    "Je voudrais parler à quelqu'un",
    "quiero hablar con una persona",
    "necesito un agente",
    "voglio parlare con un operatore",
    "vorrei parlare con una persona",
    "quero falar com um atendente",
    "quero falar com uma pessoa real",
    "ik wil een mens spreken",
    "kan ik met een medewerker praten",
    "chcę rozmawiać z człowiekiem",
    "proszę o konsultanta",
    "Połączcie mnie z konsultantem",
]
DOES_NOT_ASK = [
    "no human error",
    "this is a human resources question",
    "I don't need a person",
    "I don't want to speak to a human",
    "no need to transfer me to anyone",
    "is this a person?",
    "Are you human?",
    "I am not a robot",
    "the person who delivered was rude",
    "my lawyer friend loves it",
    "a tent for one person",
    "I need a 3 person tent",
    "my travel agent booked",
    "I talked to my wife about it",
    "what are the customer service hours?",
    "human rights policy of your suppliers",
    "une personne m'a livré",
    "una persona firmó",
    "een tent voor één persoon",
    "namiot dla jednej osoby",
    "Ich habe es mit meiner Frau besprochen",
    "Ich habe mit einem Mitarbeiter gesprochen",
    "j'ai parlé à un conseiller hier",
    "He hablado con un agente y me dijo que sí",
    "Ho parlato con un operatore ieri",
    "Falei com um atendente ontem",
    "ik heb met een medewerker gesproken",
    "rozmawiałem z konsultantem wczoraj",
    "am I talking to a real person or a machine?",
    "who is the contact person on the invoice",
    "",
]
SAYS = [
    ("Ik ben in jullie winkel gediscrimineerd vanwege mijn huidskleur", "discrimination"),
    ("Ich wurde in Ihrem Laden diskriminiert", "discrimination"),
    ("Il personale è stato razzista con me", "discrimination"),
    ("J'ai été discriminée dans votre magasin", "discrimination"),
    ("Me discriminaron en su tienda", "discrimination"),
    ("Fui discriminada na vossa loja", "discrimination"),
    ("Zostałem potraktowany rasistowsko", "discrimination"),
    ("voy a matar al repartidor la próxima vez", "threat"),
    ("I will take you to court", "legal"),
    ("my solicitor will be in touch", "legal"),
    ("I don't want to take you to court, but I will", "legal"),
    ("Ich werde meinen Anwalt einschalten", "legal"),
    ("je vais porter plainte", "legal"),
    ("voy a llevarles a juicio", "legal"),
    ("ci vediamo in tribunale", "legal"),
    ("vou processar vocês", "legal"),
    ("ik neem een advocaat in de arm, mijn advocaat belt u", "legal"),
    ("pójdę do sądu", "legal"),
    ("I want to kill myself", "self_harm"),
    ("i don't want to live anymore", "self_harm"),
    ("I don't feel like living any more", "self_harm"),
    ("ich will mich umbringen", "self_harm"),
    ("je veux mourir", "self_harm"),
    ("me quiero morir", "self_harm"),
    ("voglio uccidermi", "self_harm"),
    ("quero morrer", "self_harm"),
    ("ik wil niet meer leven", "self_harm"),
    ("chcę się zabić", "self_harm"),
    ("I'll kill you", "threat"),
    ("I will burn down your shop", "threat"),
    ("ich bringe euch um", "threat"),
    ("je vais vous tuer", "threat"),
    ("os voy a matar", "threat"),
    ("vi ammazzo", "threat"),
    ("vou te matar", "threat"),
    ("ik ga jullie vermoorden", "threat"),
    ("zabiję cię", "threat"),
    ("my account was hacked", "fraud"),
    ("someone used my card", "fraud"),
    ("I didn't place this order", "fraud"),
    ("mein Konto wurde gehackt", "fraud"),
    ("mon compte a été piraté", "fraud"),
    ("me han robado la tarjeta, han hackeado mi cuenta", "fraud"),
    ("mijn account is gehackt", "fraud"),
    ("I'll do a chargeback", "chargeback"),
    ("I will contact the ombudsman", "regulator_press"),
    ("the stove exploded", "product_safety"),
    ("GDPR request: send me my data", "data_request"),
]
IS_HARMLESS = [
    "this bug is killing me",
    "kill the subscription",
    "my lawyer friend loves it",
    "my lawyer loves it",
    "dying to get my order",
    "I want to die of embarrassment",
    "I could kill for a coffee",
    "I will shoot you an email",
    "I'll beat the traffic",
    "do you have tennis court shoes",
    "how do I kill a Python process",
    "what does the legal warranty cover",
    "I didn't place the order yet",
    "I never received the order",
    "suicide squad t-shirt in stock?",
    "I can't live without this jacket",
    "press the button",
    "which gas regulator do I need",
    "the colour is fire",
    "can I charge my phone",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_wish_for_a_person_in_plain_words_is_heard(text):
    assert asks_for_person(text)


@pytest.mark.parametrize("text", DOES_NOT_ASK)
def test_words_about_people_are_no_wish_for_one(text):
    assert not asks_for_person(text)


@pytest.mark.parametrize(("text", "stake"), SAYS)
def test_a_grave_stake_in_plain_words_is_heard(text, stake):
    assert Stake(stake) in explicit_stakes(text)


@pytest.mark.parametrize("text", IS_HARMLESS)
def test_harmless_words_raise_no_stake(text):
    assert explicit_stakes(text) == set()


def test_a_wish_at_the_end_of_a_very_long_message_is_heard():
    assert asks_for_person("my parcel is late. " * 6000 + "I want to speak to a human")


def test_clean_keeps_what_a_reader_sees_and_drops_what_nobody_sees():
    assert clean("re\u200bfund\x00 \u202emy\u202c caf\u00e9\n") == "refund my café"


def test_clean_bounds_the_length():
    assert len(clean("x" * 100_000)) <= LONGEST


def test_hostile_repetition_does_not_blow_up():
    # A pattern that backtracks would need minutes; the bound only tells linear from exponential.
    began = time.process_time()
    for text in (
        "speak to " * 3000,
        "i want to " * 3000,
        "a" * 20_000,
        "i do not " * 3000,
        "\u0301" * 20_000,
    ):
        asks_for_person(text)
        explicit_stakes(text)
    assert time.process_time() - began < 30
