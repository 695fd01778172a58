"""Compares the wording of a sentence with that of its source: content words, names, links.

Plain rules; nothing here understands. Words of the same meaning and the small words of other languages stand in `wording.yaml`. In
another language than the source's the words do not meet, so a claim in it does not pass.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from agent.addresses import normalised, unusable_fields
from agent.explicit.text import plain_letters
from agent.figures import UNIT_WORDS, in_digits, same
from agent.orders import Address
from knowledge import yaml_files

_DATA: dict[str, Any] = yaml_files.load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
_STOPWORDS = frozenset(
    "the and for you your yours our ours with that this these those are was were will can may not have has had from "  # noqa: SIM905 - readable as prose
    "but all any its they them their what when where why which who how than then there here also only been being into about "
    "please would could should does did just more most such cannot yes however after within back still other another any let per usually".split()
) | frozenset(_DATA["small"].split())
_WORD = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_CONTRACTED = re.compile(r"(?:\bn|n?['’](?:t|s|re|ve|ll|d|m))\b")
# How an answer may begin without asserting more than what follows.
_OPENER = re.compile(
    r"^\s*(?:yes|no|sure|good news|of course|unfortunately|sadly|luckily|so|well|great|sorry|I(?:['’]m| am) (?:afraid|sorry)|please note|please)\b[\s,:!]*(?:but )?(?:that )?",
    re.IGNORECASE,
)
_JOINING = frozenset(_DATA["joining"].split())
_DENIES_WHAT_FOLLOWS = frozenset(
    {
        "never",
        "not",
        "no",
        "cannot",
        "t",
        "nicht",
        "kein",
        "keine",
        "ne",
        "nunca",
        "mai",
        "nie",
        "niet",
        "geen",
    }
)
_SPEAKER = frozenset({"i", "me", "my", "mine"})
_SMALL = 2  # letters that a small word may have; the longer ones are the stopwords
_LINK = re.compile(r"(?<=\]\()[^)\s]+|\b(?:https?://|www\.)[^\s)\]>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TARGET = re.compile(r"\]\([^)]*\)|https?://[^\s\"]+")
_NOT = re.compile(r"\b(?:not|no|never|cannot|none|neither|nor|unable|impossible)\b|n['’]t\b", re.IGNORECASE)
# What was found in a text is remembered: every sentence of an answer is compared with the same passages, and the next
# customer's answer with many of them again.
_TEXTS = 512  # some 5 kB each for a passage, less for a sentence
_FORMS = 20_000  # words
_ENDINGS = ("ation", "able", "ies", "ing", "ed", "es", "er", "ly", "al", "s", "y")
_SAME: dict[str, str] = {phrase: line[0] for line in _DATA["same"] for phrase in line}
_PHRASE = re.compile(
    rf"\b(?:{'|'.join(sorted((p for p in _SAME if ' ' in p or '-' in p), key=len, reverse=True))})\b"
)
_STEM = 3  # letters; a shorter stem says nothing
_NAME = re.compile(r"(?<=[\w,;–-] )[A-ZÀ-Þ][\w-]*\w\b")
_MANY_COUNTRIES = re.compile(r"\b(?:European|Europe|EU|every country|all countries)\b")
# Written with a capital though no names of anybody: months stand in tools' results as figures.
_NO_NAMES = frozenset(
    """ai tt eu eur id pin faq pdf sms qr url vat january february march april may june july august september october november december
    monday mondays tuesday tuesdays wednesday wednesdays thursday thursdays friday fridays saturday saturdays
    sunday sundays""".split()  # noqa: SIM905 - readable as prose
)


def wording_data() -> dict[str, Any]:
    """The lists of `wording.yaml`."""
    return _DATA


def overlap(sentence: str, source: str) -> float:
    """Share (0..1) of the sentence's content words that the source contains; 1 for a sentence without any."""
    words = content_words(sentence)
    return len(words & content_words(source)) / len(words) if words else 1.0


@dataclass(frozen=True)
class Unsaid:
    """What a sentence says that its source does not, counted."""

    words: int  # of the sentence, all of them
    content: int = 0  # new words that carry meaning, figures among them
    small: int = 0  # new small words that say something: before, unless; and figures with their units
    joining: int = 0  # new auxiliaries, articles, pronouns
    speaker: int = 0  # new I, me, my: a view, which no source bears out
    questions: int = 0  # question marks: what is asked is not said


# What a sentence needs of its source: this much `support`, and this share of its content words (`overlap`). Chosen on the dev half of
# `python -m evals.checks`; on BEGIN (`python -m evals.citation_support`) 98 % of the attributable answers have this support and 18 % of
# the others, which figures, names and denials are still compared for.
SUPPORT = 0.45
SHARE = 0.6
# Share of its content words that tools' results or a receipt must contain. Results are JSON and have no small words,
# so `support` would count those of every sentence as new.
OVERLAP_WITH_TOOLS = 0.5

# Round numbers on purpose: any near them do as well on BEGIN (`python -m evals.citation_support`), and so does a
# logistic regression that may choose them.
WEIGHTS = {"content": 1.0, "small": 0.5, "joining": 0.25, "speaker": 1.0, "questions": 2.0}


def support(sentence: str, source: str) -> float:
    """How far the source bears the sentence out, 0 to 1: 1 if it has every word of it.

    exp(-unsaid / √words). What is new counts, not the share of it: one false word makes a long sentence false. The
    root forgives a long one the small words of a paraphrase. No proof: figures, names and negation are compared apart.
    """
    return likeness(unsaid(sentence, source), WEIGHTS)


def likeness(new: Unsaid, weights: dict[str, float]) -> float:
    """The formula of `support`, for weights by the names of the counts in `Unsaid`."""
    weight = sum(each * getattr(new, name) for name, each in weights.items())
    return math.exp(-weight / math.sqrt(new.words + 1))


def without_opening(sentence: str) -> str:
    """The sentence without "Yes," or "Please note that", which assert nothing more than what follows."""
    return _OPENER.sub("", sentence, count=1)


def unsaid(sentence: str, source: str) -> Unsaid:
    """Count what is new in a sentence."""
    words, known = _tokens(without_opening(sentence)), _forms(source)
    new = [word for word in words if _form(word) not in known]
    speaker = sum(word in _SPEAKER for word in new)
    joining = sum(word in _JOINING and word not in _SPEAKER for word in new)
    # Figures and their units are compared exactly, apart from this.
    small = sum(
        word not in _JOINING and (_is_small(word) or word[0].isdigit() or word in UNIT_WORDS) for word in new
    )
    return Unsaid(
        words=len(words),
        content=len(new) - speaker - joining - small,
        small=small,
        joining=joining,
        speaker=speaker,
        questions=sentence.count("?"),
    )


def says(source: str, sentence: str) -> bool:
    """Whether the source contains the sentence word for word, whatever the marks between the words; not behind a "never"."""
    before, found, _ = f" {_bare(source)} ".partition(f" {_bare(sentence)} ")
    return bool(found) and before.rsplit(" ", 1)[-1] not in _DENIES_WHAT_FOLLOWS


def names(sentence: str, echo: str = "", *, anywhere: bool = False, source: str = "") -> set[str]:
    """Words that only a capital letter inside a sentence marks as names, in small letters; `anywhere`: all words.

    What denies something may name what the customer named (`echo`): "We do not ship to Canada."
    """
    if anywhere:
        return set(_words(sentence))
    found = set(capitalised(sentence) - _NO_NAMES)
    # "The rest of the European Union" means Germany too.
    if not source or _MANY_COUNTRIES.search(source):
        found = {name for name in found if not _is_served(name)}
    return found - _words(echo) if _NOT.search(sentence) else found


@lru_cache(_TEXTS)
def capitalised(text: str) -> frozenset[str]:
    """The words that begin with a capital letter though no sentence begins there, in small letters."""
    found = _NAME.findall(without_targets(text))
    return frozenset(part for name in found for part in _words(name))


def links(text: str) -> set[str]:
    """Addresses of pages and e-mail addresses in a text."""
    return {link.rstrip(".,;:!?") for link in _LINK.findall(text)}


@lru_cache(_TEXTS)
def content_words(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning, words of the same meaning as one; no figures and units."""
    return frozenset(
        _form(word)
        for word in _tokens(text)
        if _WORD.fullmatch(word) and not _is_small(word) and word not in UNIT_WORDS
    )


def new_wide_words(sentence: str, source: str) -> set[str]:
    """Words such as "always" and "every" of which the source has none of the same sort."""
    # What the AI itself always does is no rule of the shop; "all" and "any" by themselves say little.
    words = set(re.findall(r"\w+", re.sub(r"\bi (?:always|never)\b", "", plain_letters(sentence)))) - {
        "all",
        "any",
        "whole",
        "each",
    }
    if _NOT.search(sentence):
        words -= {"anything", "anybody", "anyone"}  # "it doesn't cost you anything" widens nothing
    told = set(_plain_words(source))
    if "per" in told:
        told |= {"every", "each"}
    return {word for group in _DATA["wide"] if not told & set(group) for word in words & set(group)}


@lru_cache(_TEXTS)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


@lru_cache(_TEXTS)
def _plain_words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", plain_letters(text)))


@lru_cache(_FORMS)
def _is_served(country: str) -> bool:
    return "country" not in unusable_fields(normalised(Address("", "", "", "", "", country)))


@lru_cache(_TEXTS)
def _tokens(text: str) -> tuple[str, ...]:
    """All words, small ones too, and figures, in one spelling; "don't" is "do", for negation is compared apart."""
    plain = _CONTRACTED.sub(" ", _in_one_word(in_digits(without_targets(text))))
    return tuple(same(token) if token[0].isdigit() else token for token in _TOKEN.findall(plain))


@lru_cache(_TEXTS)
def _forms(text: str) -> frozenset[str]:
    return frozenset(_form(token) for token in _tokens(text))


def _in_one_word(plain: str) -> str:
    return _PHRASE.sub(lambda match: str(_SAME[match[0]]), plain)


def _is_small(word: str) -> bool:
    return word in _STOPWORDS or word in _JOINING or (len(word) <= _SMALL and word.isalpha())


@lru_cache(_FORMS)
def _form(token: str) -> str:
    """The stem of a word, or of the word that stands for it."""
    if not _WORD.fullmatch(token):
        return _SAME.get(token, token)
    stem = _stem(token)
    return _SAME_STEMS.get(stem, stem)


def _stem(word: str) -> str:
    """Cut plain English endings, so that 'returned' meets 'return'. Wrong stems meet their like all the same."""
    while ending := next(
        (each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= _STEM), None
    ):
        word = word.removesuffix(ending)
    return re.sub(r"(.)\1$", r"\1", word).removesuffix("e")


def without_targets(text: str) -> str:
    """The text without the addresses that links lead to."""
    return _TARGET.sub("]", text)


@lru_cache(_TEXTS)
def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", without_targets(text).lower()))


_SAME_STEMS = {
    _stem(word): _stem(first) for word, first in _SAME.items() if " " not in word and "-" not in word
}
