"""The phrase files: each can be read, finds what it should and stays silent on what merely sounds like it."""

import time
from pathlib import Path

import pytest
import yaml

from agent.explicit import Stake, asks_for_person, asks_whether_ai, explicit_stakes
from agent.explicit.phrases import FOLDER, Phrases

FILES = sorted(FOLDER.glob("*.yaml"))
TABLE = Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8").splitlines()[1:]
ENGLISH = [
    "suicide squad t-shirt in stock?",
    "your sale is suicide for my wallet",
    "phishing rod, sorry, fishing rod",
    "class act, that driver",
    "toddler ordered 12 mops",
    "what would a normal person pay for this",
    "these jeans are cutting me in half",
    "the power bank won't charge back to full",
    "can we split the price of a tv",
]
WHETHER_AI = [
    "Bist du ein Mensch?",
    "vous êtes un robot ?",
    "¿eres un robot?",
    "sei un robot?",
    "você é um robô?",
    "ben je een robot?",
    "czy jesteś robotem?",
]
FILE = """
words:
  staff: [mensch*, mitarbeiter*]
innocent:
  - kein* <staff>
person:
  - (ich|wir) will ... (echten)? <staff>
  - ^<staff>$
"""


def _said(text: str) -> set[str]:
    return {*explicit_stakes(text), *(["person"] if asks_for_person(text) else [])}


def _phrases(folder: Path, content: str) -> Phrases:
    file = folder / "de.yaml"
    file.write_text(content, encoding="utf-8")
    return Phrases.load(file)


@pytest.mark.parametrize("line", TABLE)
def test_a_message_says_this_and_no_more(line):
    _, section, text = line.split(" | ", 2)
    assert _said(text) == {section} - {"-"}


@pytest.mark.parametrize("text", ENGLISH)
def test_no_phrase_of_another_language_is_an_innocent_english_one(text):
    assert _said(text) == set()


@pytest.mark.parametrize("text", WHETHER_AI)
def test_the_question_whether_it_is_a_machine_is_heard_in_every_language(text):
    assert asks_whether_ai(text)


def test_there_is_a_file_for_each_language_of_the_widget_but_english():
    assert [file.stem for file in FILES] == ["ar", "de", "es", "fr", "it", "nl", "pl", "pt"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_phrase_file_can_be_read_and_covers_the_gravest(file):
    found = Phrases.load(file).sections
    assert {"person", "whether_ai", Stake.self_harm, Stake.threat, Stake.legal, Stake.fraud} <= found.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_phrase_stands_twice_and_every_list_of_words_is_used(file):
    content = file.read_text(encoding="utf-8")
    data = yaml.safe_load(content)
    words = data.pop("words")
    for section, phrases in data.items():
        assert len(phrases) == len(set(phrases)), section
    assert [name for name in words if f"<{name}>" not in content] == []


@pytest.mark.parametrize(
    "text",
    [
        "ich will einen menschen",
        "WIR WILL jetzt bitte sofort Mitarbeiterin",
        "ich will, also echten Mensch",
        "Mensch!!",
    ],
)
def test_a_phrase_reads_as_the_page_on_phrases_tells(tmp_path, text):
    assert _phrases(tmp_path, FILE).found_in(text.casefold()) == {"person"}


@pytest.mark.parametrize(
    "text",
    [
        "ich will. ein mensch",
        "mensch ärgere dich nicht",
        "ich will keinen menschen",
        "ich brauche einen menschen",
    ],
)
def test_a_phrase_ends_with_the_sentence_and_an_innocent_one_is_taken_out(tmp_path, text):
    assert _phrases(tmp_path, FILE).found_in(text) == set()


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("ich [a-z]+ mensch", "de.yaml: cannot be read: ich .a-z.+ mensch"),
        ("(ich|wir will", "de.yaml: cannot be read: .ich.wir will"),
        ("ich will <leute>", "de.yaml: no words are listed as 'leute'"),
        ("'ich: [will'", "de.yaml: cannot be read"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_named(tmp_path, phrase, complaint):
    with pytest.raises(ValueError, match=complaint):
        _phrases(tmp_path, f"{FILE}  - {phrase}\n")


def test_a_misspelt_section_is_refused(tmp_path):
    with pytest.raises(ValueError, match="unknown sections: selfharm"):
        _phrases(tmp_path, f"{FILE}selfharm:\n  - nicht mehr leben\n")


def test_hostile_repetition_costs_little():
    # All seven languages read each; a pattern that backtracks would need minutes.
    began = time.process_time()
    for word in (
        "ich will ",
        "mit ",
        "je vais ",
        "quiero ",
        "la ",
        "non ",
        "que me ",
        "ik wil ",
        "nie ",
        '"a ',
    ):
        _said(word * 5000)
    assert time.process_time() - began < 30
