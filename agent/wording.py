"""Compares the wording of a sentence with that of its source: content words, figures, names, links, negation.

Plain rules for English, where the articles are; nothing here understands. In another language the words do not meet,
so a claim in it does not pass.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from agent.addresses import normalised, unusable_fields
from agent.orders import Address

_STOPWORDS = frozenset(
    "the and for you your yours our ours with that this these those are was were will can may not have has had from "  # noqa: SIM905 - readable as prose
    "but all any its they them their what when where why which who how than then there here also only been being into about "
    "please would could should does did just more most such cannot yes however after within back still other another any let per usually".split()
)
# Words of courtesy: a sentence with no others claims nothing.
_COURTESY = frozenset(
    "thank thanks welcome hello sorry hear help happy glad pleased nice good great day morning afternoon evening "  # noqa: SIM905 - readable as prose
    "course problem worries anything else something let know sure certainly understand frustrating hope wish best "
    "moment question questions ask feel free out reach further assist assistance assistant today look looking".split()
)
# Sentences in which the AI speaks of itself and asserts nothing about shop or order.
_ASIDE = re.compile(
    r"(?:hi|hello|dear|thanks|thank you)\b,? *\w*\W*$"
    r"|a (?:person|colleague)(?: on our team)? can\b|"
    r"(?:(?:sorry|unfortunately|hello|hi|thanks?)\W+(?:but )?)?I(?:"
    r" (?:cannot|can['’]t|could(?: not|n['’]t)|do(?: not|n['’]t)|did(?: not|n['’]t)|am not|am unable|have nothing)"
    r"|['’]m (?:not|unable)"
    r"|(?:['’]m| am) (?:here|the AI|an AI|(?:happy|glad) to (?:help|assist))"
    r"| can (?:help|look|do|check|only|show|tell you more)| would )\b(?!.*\b(?:but(?! I\b)|because|since|however)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_CONTRACTED = re.compile(r"(?:\bn|n?['’](?:t|s|re|ve|ll|d|m))\b")
# How an answer may begin without asserting more than what follows.
_OPENER = re.compile(
    r"^\s*(?:unfortunately|I(?:['’]m| am) afraid|please note)\b[\s,:]*(?:that )?", re.IGNORECASE
)
_SPEAKER = frozenset({"i", "me", "my", "mine"})
_SMALL = 2  # letters that a small word may have; the longer ones are the stopwords
_LINK = re.compile(r"(?<=\]\()[^)\s]+|\b(?:https?://|www\.)[^\s)\]>\"]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TARGET = re.compile(r"\]\([^)]*\)|https?://[^\s\"]+")
_NOT = re.compile(r"\b(?:not|no|never|cannot|none|neither|nor|unable|impossible)\b|n['’]t\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?;:,\n|]+(?=\s)|\n|\s(?:but|and|so|while|although)\s|[()]")
_SAME_WORDS = 0.75  # share from which a clause speaks of the same thing, so that its negation counts

_ENDINGS = ("ation", "able", "ies", "ing", "ed", "es", "er", "ly", "al", "s", "y")
_STEM = 3  # letters; a shorter stem says nothing
# What is found in a text is remembered: each sentence of an answer is compared with the same passages again, and the next
# customer's answer with them, too. Without it, half of what a turn computes was this.
_TEXTS = 1_000  # some 5 kB each
_WORDS = 20_000
_NUMBERS = dict(zip(
    "two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty thirty forty sixty ninety".split(),  # noqa: SIM905
    (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 20, 30, 40, 60, 90), strict=True,
))  # fmt: skip
_UNITS = {
    "day": "day", "week": "week", "month": "month", "year": "year", "hour": "hour", "minute": "minute",
    "euro": "€", "eur": "€", "€": "€", "%": "%", "percent": "%", "pound": "£", "£": "£", "dollar": "$", "$": "$",
}  # fmt: skip
_UNIT = r"(?P<unit>days?|weeks?|months?|years?|hours?|minutes?|euros?|eur|€|%|percent|pounds?|dollars?)"
_NUMBER_WORD = re.compile(
    rf"\b(?P<word>{'|'.join(_NUMBERS)})(?=(?: (?:to|or|and) (?:\w+))?[\s-]+(?:(?:working|business|calendar|full) )?{_UNIT}\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?P<sign>[€$£]|\bEUR )?\s?(?P<figure>\d+(?:[.,:]\d+)*)"
    r"(?:\s?(?:–|to|-(?!\d+-))\s?(?P<to>\d+(?:[.,]\d+)*)(?![\d-]))?"
    rf"(?:[\s-]*(?:(?:working|business|calendar|full)[\s-])?(?:{_UNIT})(?![a-z]))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;–-] )[A-ZÀ-Þ][\w-]*\w\b")
# Written with a capital though no names of anybody: months stand in tools' results as figures.
_NO_NAMES = frozenset(
    "ai tt eu eur january february march april may june july august september october november december".split()  # noqa: SIM905 - readable as prose
)


def has_claim(sentence: str) -> bool:
    """Whether the sentence asserts something that needs a source: it is no question, courtesy or word about the AI."""
    return (
        not sentence.rstrip().endswith("?")
        and not _ASIDE.match(sentence.strip())
        and bool(set(_WORD.findall(_without_targets(sentence).lower())) - _STOPWORDS - _COURTESY)
    )


def overlap(sentence: str, source: str) -> float:
    """Share (0..1) of the sentence's content words that the source contains; 1 for a sentence without any."""
    return _share(content_words(sentence), content_words(source))


@dataclass(frozen=True)
class Unsaid:
    """What a sentence says that its source does not, counted."""

    words: int  # of the sentence, all of them
    content: int = 0  # new words that carry meaning, figures among them
    small: int = 0  # new small words: they, before, unless
    speaker: int = 0  # new I, me, my: a view, which no source bears out
    questions: int = 0  # question marks: what is asked is not said


# Round numbers on purpose: any near them do as well on BEGIN (`python -m evals.citation_support`), and so does a
# logistic regression that may choose them.
WEIGHTS = {"content": 1.0, "small": 0.5, "speaker": 1.0, "questions": 2.0}


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


def unsaid(sentence: str, source: str) -> Unsaid:
    """Count what is new in a sentence."""
    words, known = _tokens(_OPENER.sub("", sentence, count=1)), _forms(source)
    new = [word for word in words if _form(word) not in known]
    speaker = sum(word in _SPEAKER for word in new)
    small = sum(word in _STOPWORDS or (len(word) <= _SMALL and word.isalpha()) for word in new)
    return Unsaid(
        words=len(words),
        content=len(new) - small,
        small=small - speaker,
        speaker=speaker,
        questions=sentence.count("?"),
    )


def says(source: str, sentence: str) -> bool:
    """Whether the source contains the sentence word for word, whatever the marks between the words."""
    return f" {_bare(sentence)} " in f" {_bare(source)} "


@lru_cache(_TEXTS)
def figures(text: str, *, exact: bool = False) -> frozenset[str]:
    """The figures of a text in one spelling: '4.95 €', '30 day', '3–6 day', '13:00', '1,000' as '1000'.

    What a source offers also without its unit, and the ends of a range alone; `exact` gives them as they stand.
    """
    known: set[str] = set()
    for match in _FIGURE.finditer(_in_digits(text)):
        ends = [_same(end) for end in (match["figure"], match["to"]) if end]
        mark = (match["unit"] or match["sign"] or "").strip().lower()
        unit = _UNITS.get(mark) or _UNITS.get(mark.rstrip("s"), "")
        whole = "–".join(ends)
        shapes = {whole} if exact else {whole, *ends}
        known |= {f"{shape} {unit}".strip() for shape in shapes}
        if not exact:
            known |= shapes
    return frozenset(known)


def names(sentence: str, echo: str = "", *, anywhere: bool = False) -> set[str]:
    """Words that only a capital letter inside a sentence marks as names, in small letters; `anywhere`: all words.

    What denies something may name what the customer named (`echo`): "We do not ship to Canada."
    """
    if anywhere:
        return set(re.findall(r"\w+", sentence.lower()))
    found = capitalised(sentence) - _NO_NAMES
    # "The rest of the European Union" means Germany too.
    found = {name for name in found if not _is_served(name)}
    return found - set(re.findall(r"\w+", echo.lower())) if _NOT.search(sentence) else found


def capitalised(text: str) -> set[str]:
    """The words that begin with a capital letter though no sentence begins there, in small letters."""
    found = _NAME.findall(_without_targets(text))
    return {part for name in found for part in re.findall(r"\w+", name.lower())}


def links(text: str) -> set[str]:
    """Addresses of pages and e-mail addresses in a text."""
    return {link.rstrip(".,;:!?") for link in _LINK.findall(text)}


def contradicts(sentence: str, source: str) -> bool:
    """Whether the source says the same words only with the opposite negation."""
    words, denies = content_words(sentence), _NOT.search(sentence) is not None
    same = [
        clause_denies
        for clause_words, clause_denies in _clauses(source)
        if min(_share(words, clause_words), _share(clause_words, words)) >= _SAME_WORDS
    ]
    return bool(same) and denies not in same


@lru_cache(_TEXTS)
def content_words(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    words = _WORD.findall(_without_targets(text).lower())
    return frozenset(_stem(word) for word in words if word not in _STOPWORDS)


def _share(words: frozenset[str], source: frozenset[str]) -> float:
    return len(words & source) / len(words) if words else 1.0


@lru_cache(_TEXTS)
def _clauses(source: str) -> tuple[tuple[frozenset[str], bool], ...]:
    """The content words of each clause and each sentence of a text, and whether it denies something."""
    clauses = [*_CLAUSE.split(source), *re.split(r"(?<=[.!?])\s|\n", source)]
    return tuple((content_words(clause), _NOT.search(clause) is not None) for clause in clauses if clause)


def _is_served(country: str) -> bool:
    return "country" not in unusable_fields(normalised(Address("", "", "", "", "", country)))


def _tokens(text: str) -> list[str]:
    """All words, small ones too, and figures, in one spelling; "don't" is "do", for negation is compared apart."""
    plain = _CONTRACTED.sub(" ", _without_targets(_in_digits(text)).lower())
    return [_same(token) if token[0].isdigit() else token for token in _TOKEN.findall(plain)]


@lru_cache(_TEXTS)
def _forms(text: str) -> frozenset[str]:
    return frozenset(_form(token) for token in _tokens(text))


def _form(token: str) -> str:
    return _stem(token) if _WORD.fullmatch(token) else token


@lru_cache(_WORDS)
def _stem(word: str) -> str:
    """Cut plain English endings, so that 'returned' meets 'return'. Wrong stems meet their like all the same."""
    while ending := next(
        (each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= _STEM), None
    ):
        word = word.removesuffix(ending)
    return re.sub(r"(.)\1$", r"\1", word).removesuffix("e")


def _in_digits(text: str) -> str:
    return _NUMBER_WORD.sub(lambda match: str(_NUMBERS[match["word"].lower()]), text)


def _same(figure: str) -> str:
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(\.\d+)?", figure)
    figure = figure.replace(",", "" if thousands else ".")
    return re.sub(r"\.00?$", "", figure)


def _without_targets(text: str) -> str:
    return _TARGET.sub("]", text)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", _without_targets(text).lower()))
