"""What the words of a statement stand for: concepts, and qualifiers that set two subjects apart."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge import yaml_files
from knowledge.lexical import words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[A-Za-z]+\d+\w*|\d+\w*")
_SEND_BACK = re.compile(
    r"\b(?:send|sent|bring|brought|give|given|take|taken|hand|handed|post|posted)\b(?P<what>(?:\s+\w+){0,4}?)\s+back\b",
    re.IGNORECASE,
)
_TELL = re.compile(r"\b(?:tell us|let us know|write to us|get in touch with us|call us)\b", re.IGNORECASE)
_LONGEST_TERM = 5


@dataclass(frozen=True)
class Token:
    """A word or a known phrase: what it stands for, and how it is written."""

    concept: str
    surface: str


@dataclass(frozen=True)
class Vocabulary:
    """What `vocabulary.yaml` says, on stems."""

    phrases: dict[tuple[str, ...], str]
    qualifiers: dict[str, str]  # concept -> its class
    classes: tuple[str, ...]
    defaults: frozenset[str]
    topics: frozenset[str]
    generic: frozenset[str]
    opposites: dict[str, str]  # concept -> the one that it says "not" to


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    data = yaml_files.load(Path(__file__).with_name("vocabulary.yaml").read_text(encoding="utf-8"))
    phrases: dict[tuple[str, ...], str] = {}
    for concept, forms in data["synonyms"].items():
        for form in (concept, *forms):
            stems = _stems(form)
            if not stems:
                raise ValueError(
                    f"vocabulary.yaml: synonyms: {form!r} under {concept!r} is read as nothing; leave it out"
                )
            known = phrases.setdefault(stems, concept)
            if known != concept:
                raise ValueError(
                    f"vocabulary.yaml: synonyms: {form!r} stands under {known!r} and {concept!r}; keep one"
                )
    qualifiers, defaults = {}, set()
    for name, values in data["qualifiers"].items():
        for value in (*values["default"], *values["others"]):
            concept = phrases.setdefault(_stems(value), value)
            qualifiers[concept] = name
            if value in values["default"]:
                defaults.add(concept)
    for topic in data["topics"]:
        phrases.setdefault(_stems(topic), topic)
    opposites = {
        phrases.setdefault(_stems(form), form): phrases.get(_stems(concept), _stems(concept)[0])
        for concept, forms in data["opposites"].items()
        for form in forms
    }
    return Vocabulary(
        opposites=opposites,
        phrases=phrases,
        qualifiers=qualifiers,
        classes=tuple(data["qualifiers"]),
        defaults=frozenset(defaults),
        topics=frozenset(data["topics"]),
        generic=frozenset(phrases.get(_stems(word), word) for word in data["generic"])
        | frozenset(stem for word in data["generic"] for stem in _stems(word)),
    )


def tokens(text: str) -> tuple[Token, ...]:
    """The content words of a plain text, known phrases as one."""
    known = vocabulary().phrases
    text = _SEND_BACK.sub(r"return\g<what>", text) if " back" in text else text
    text = _TELL.sub("report", text)
    found = [(match[0], stem) for match in _WORD.finditer(text) if (stem := _stem(match[0]))]
    result = []
    at = 0
    while at < len(found):
        for length in range(min(_LONGEST_TERM, len(found) - at), 0, -1):
            concept = known.get(tuple(stem for _, stem in found[at : at + length]))
            if concept is not None or length == 1:
                surface = " ".join(written for written, _ in found[at : at + length])
                result.append(Token(concept or found[at][1], surface))
                at += length
                break
    return tuple(result)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem for match in _WORD.finditer(text) if (stem := _stem(match[0])))


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """One stem for a word, "" for one that says nothing."""
    if "-" in word:
        return "-".join(filter(None, (_stem(part) for part in word.split("-")))) or ""
    found = words(word)
    return found[0] if found else ""
