"""A sentence of another language, word by word in English, so that it can be laid beside an English passage.

No translation: words that `gloss.yaml` does not know stay as they are, so they count as new, and what consists of them does not pass.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from agent.explicit.text import plain_letters
from agent.language import UNKNOWN, detect
from knowledge import yaml_files

ENGLISH = "en"
_WORD = re.compile(r"(?:[^\W\d_]|[\u064b-\u0652])+")  # with the vowel signs of Arabic
# "the" is written together with its noun in Arabic, and so are "and", "by", "as" and "for" before it.
_ARTICLE = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")
_COMPOUNDING = frozenset({"de", "nl"})
_FEWEST = 4  # letters of a part of a compound
_LONGEST_ENDING = 5  # letters, as in Bestell|ungen
_KNOWN = 0.6  # share of a short sentence's words that must be in a language's list for the sentence to be in that language
_COVERED = (
    0.7  # share of a compound's letters that its known parts must have; the rest are endings and joints
)


@lru_cache(maxsize=512)
def language_of(text: str) -> str:
    """The language of a text, if `gloss.yaml` has it or it is English; else English, whose rules then find it strange."""
    found, _ = detect(text)
    if found != UNKNOWN:
        return found if found in _glossary() else ENGLISH
    words = _WORD.findall(text)
    shares = {
        language: sum(_glossed(word, language) != word for word in words) / len(words)
        for language in (_glossary() if words else ())
    }
    best = max(shares, key=lambda language: shares[language], default=ENGLISH)
    return best if shares.get(best, 0.0) >= _KNOWN else ENGLISH


@lru_cache(maxsize=512)
def in_english(text: str) -> str:
    """The text with each word that is known in its language as an English one; an English text as it is."""
    language = language_of(text)
    return text if language == ENGLISH else _WORD.sub(lambda word: _glossed(word[0], language), text)


def _glossed(word: str, language: str) -> str:
    plain, known = _plain(word), _glossary()[language]
    parts = _parts(plain, known) if language in _COMPOUNDING and plain not in known else []
    if len(parts) > 1:
        return " ".join(parts)
    return known.get(plain) or _by_stem(plain, known) or " ".join(parts) or word


def _plain(word: str) -> str:
    return _ARTICLE.sub("", plain_letters(word)).replace("ة", "ه")


def _by_stem(plain: str, known: dict[str, str]) -> str | None:
    shortest = max(len(plain) - _LONGEST_ENDING, _FEWEST - 1)
    stems = (f"{plain[:length]}*" for length in range(len(plain), shortest - 1, -1))
    return next((known[stem] for stem in stems if stem in known), None)


def _parts(plain: str, known: dict[str, str]) -> list[str]:
    """The English words of a compound's parts, if they make up most of it: `rucksendeetikett` is `return label`."""
    parts, covered, at = [], 0, 0
    while at < len(plain):
        lengths = range(len(plain) - at, _FEWEST - 1, -1)
        match = next(
            (n for n in lengths if plain[at : at + n] in known or f"{plain[at : at + n]}*" in known), 0
        )
        if match:
            part = plain[at : at + match]
            parts.append(known.get(part) or known[f"{part}*"])
            covered += match
        at += match or 1
    return parts if covered >= _COVERED * len(plain) else []


@cache
def _glossary() -> dict[str, dict[str, str]]:
    data: dict[str, dict[str, object]] = yaml_files.load_texts(
        Path(__file__).with_suffix(".yaml").read_text("utf-8")
    )
    return {
        language: {form: english for english, forms in words.items() for form in str(forms).split()}
        for language, words in data.items()
    }
