"""Words: BM25 over passages, and how much of a question one of them covers."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.transformer import Array

Numbers = NDArray[np.int32]

# How soon a word that occurs again in a text stops adding, and how much long texts are held back: the usual values.
K1 = 1.5
B = 0.75
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
# Words that say nothing about the subject of a question to a shop. "not", "no", "before", "after" are kept.
_STOP_WORDS = frozenset(
    """a about am an and any are as at be been being but by can could did do does doing else for from get gets getting
    got had has have having he hello her here hers hey hi him his how i i'd i'll i'm i've if im in into is it it's its
    just let like long many may me might mine much must my need of on one or our ours please she should so some tell
    than thank thanks that that's the their them then there these they this those to too us very want was we were what
    what's when where which who whom whose why will with would you your yours""".split()  # noqa: SIM905 - one readable block
)


def words(text: str) -> list[str]:
    """Content words, lower-case, reduced to a common form (returns, returned, returning → return)."""
    found = (match.group().lower().replace("’", "'") for match in _WORD.finditer(text))
    return [_stem(word.removesuffix("'s")) for word in found if word not in _STOP_WORDS]


def forms(of: Iterable[str]) -> frozenset[str]:
    """The common forms of some words."""
    return frozenset(form for word in of for form in words(word))


_PLURALS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"))
_VOWEL = re.compile(r"[aeiouy]")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """A light stemmer: plural s (Harman, How effective is suffixing?, 1991), then -ing and -ed as in Porter 1980.

    It only has to map the forms of one word to one form, not to the right one.
    """
    if len(word) <= 3 or not word.isalpha():  # noqa: PLR2004 - shorter words have no ending to lose
        return word
    for ending, instead in _PLURALS:
        if word.endswith(ending):
            word = word.removesuffix(ending) + instead
            break
    else:
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    for ending in ("ing", "ed", "y", "e"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and _VOWEL.search(root):  # noqa: PLR2004 - "ring", "need" keep theirs
            word = root
            break
    return word[:-1] if word[-1] == word[-2] else word  # cancelled and cancel, shipping and ship


class Vocabulary:
    """Words by number, in the order in which they were met. It only grows: a number once given keeps its word."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._growing = Lock()  # a publication that was cancelled may still be reading on its thread

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._numbers))

    def number(self, word: str) -> int | None:
        """The number of a word; None for one that was never met."""
        return self._numbers.get(word)

    def numbered(self, some: Iterable[str]) -> Numbers:
        """The numbers of some words, [n], new ones taken up."""
        numbers = self._numbers
        with self._growing:
            return np.array([numbers.setdefault(word, len(numbers)) for word in some], dtype=np.int32)


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009; with Lucene's IDF, k1 1.5, b 0.75) over texts held in memory.

    For each word it keeps the texts that hold it and what it adds to their scores. A search touches only these postings
    of the words asked for, so its cost does not grow with the vocabulary.
    """

    def __init__(self, texts: Sequence[Numbers], vocabulary: Vocabulary) -> None:
        """Takes the words of each text by their numbers, so that texts need not be read again."""
        self._vocabulary = vocabulary
        self._count = count = len(texts)
        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        held = np.repeat(np.arange(count), lengths)
        found = np.concatenate([np.zeros(0, dtype=np.int32), *texts])
        # One number for each pair of a word and a text, so that equal pairs are counted by one sort.
        pairs, times = np.unique(found * np.int64(count) + held, return_counts=True)
        word, self._places = np.divmod(pairs, max(count, 1))
        holders = np.bincount(word, minlength=len(vocabulary))
        self.words_held = int(np.count_nonzero(holders))
        self._starts = np.concatenate([[0], np.cumsum(holders)])
        rarity = np.log(1 + (count - holders + 0.5) / (holders + 0.5))
        damping = K1 * (1 - B + B * lengths * count / max(len(found), 1))
        self._scores = (rarity[word] * times / (times + damping[self._places])).astype(np.float32)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Of texts that were not read before."""
        vocabulary = Vocabulary()
        return cls([vocabulary.numbered(words(text)) for text in texts], vocabulary)

    def scores(self, question: Mapping[str, float]) -> Array:
        """BM25 of every text for words and their weights, [n], 0 where no word is shared."""
        total = np.zeros(self._count, dtype=np.float32)
        for word, weight in question.items():
            span = self._span(word)
            total[self._places[span]] += weight * self._scores[span]
        return total

    def known(self, question: Iterable[str], mask: NDArray[np.bool_]) -> float:
        """The share of the question's words that the texts of a mask [n] hold, 0 to 1, each weighing its rarity (IDF).

        A word in none of the texts weighs most: "kayak" decides in "do you sell kayaks?".
        """
        weight = held = 0.0
        for word in dict.fromkeys(question):
            span = self._span(word)
            rarity = math.log(1 + self._count / (1 + span.stop - span.start))
            weight += rarity
            held += rarity * bool(mask[self._places[span]].any())
        return held / weight if weight else 0.0

    def _span(self, word: str) -> slice:
        """Where the postings of a word are; empty for a word of no text."""
        number = self._vocabulary.number(word)
        if number is None or number + 1 >= len(self._starts):  # met later, in a newer index
            return slice(0, 0)
        return slice(int(self._starts[number]), int(self._starts[number + 1]))
