"""Words: BM25 over passages, and how many of a question's words they know. The only door to bm25s."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from knowledge.transformer import Array

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


_PLURALS = (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"))
_VOWEL = re.compile(r"[aeiouy]")


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


class LexicalIndex:
    """BM25 (Robertson; the Lucene form, k1 1.5, b 0.75) over texts held in memory."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = [words(text) for text in texts]
        self._found_in = Counter(word for row in self._words for word in set(row))
        self._bm25: Any = None
        if self._found_in:
            import bm25s

            self._bm25 = bm25s.BM25(k1=1.5, b=0.75)
            self._bm25.index(self._words, show_progress=False)

    def scores(self, question: Iterable[str]) -> Array:
        """BM25 of every text for the words of a question, [n], 0 where no word is shared."""
        known = [word for word in question if word in self._found_in]
        if not known:
            return np.zeros(len(self._words), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def vocabulary(self, positions: Iterable[int]) -> frozenset[str]:
        """Every word of these texts."""
        return frozenset(word for position in positions for word in self._words[position])

    def known(self, question: Iterable[str], vocabulary: frozenset[str]) -> float:
        """The share of the question's words that are in a vocabulary, 0 to 1, each weighing its rarity (IDF).

        A word in none of the texts weighs most: "kayak" decides in "do you sell kayaks?".
        """
        asked = set(question)
        if not asked:
            return 0.0
        weights = {word: math.log(1 + len(self._words) / (1 + self._found_in[word])) for word in asked}
        return sum(weights[word] for word in asked & vocabulary) / sum(weights.values())
