"""Ranks the passages of one generation for a question: vectors and words, fused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Passage
from knowledge.confidence import NOTHING, Evidence
from knowledge.lexical import LexicalIndex, words
from knowledge.transformer import Array

CANDIDATES = 20  # from vectors and from words each
# The best word match counts as much as this much cosine. On the dev split of the help questions .05 to .15 are equally
# good (right article first for .64 to .66 of them, .60 without words); on IBM's mtrag_un .1 to .5 (.81 to .84; .76).
WORDS_WEIGHT = 0.1
CONTEXT_WEIGHT = 0.5  # of the earlier turn, where a question leans on it
_FEW_WORDS = 2
_SOME_WORDS = 5
_LEANS = re.compile(
    r"^\W*(and|but|or|also|then|so|what about|how about|what if|same|why)\b"
    r"|\b(it|its|that|this|they|them|those|these|there|one|ones|same|instead|else)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """A passage and its score: cosine plus weighted words; comparable within one search only."""

    passage: Passage
    score: float


@dataclass(frozen=True)
class SearchResult:
    """Passages, best first; the probability that they answer; whether that is enough to answer; and why."""

    found: tuple[Found, ...] = ()
    confidence: float = 0.0
    good_enough: bool = False
    evidence: Evidence = NOTHING


@dataclass(frozen=True)
class Query:
    """A question ready to be searched. `texts` are what is embedded, weighing `weights`."""

    texts: tuple[str, ...]
    weights: tuple[float, ...]

    @property
    def words(self) -> list[str]:
        """Content words of all its texts."""
        return [word for text in self.texts for word in words(text)]

    def vector(self, embedded: Array) -> Array:
        """One unit vector [d] of the texts' vectors [n, d]."""
        mixed = np.asarray(self.weights, dtype=np.float32) @ embedded
        unit: Array = mixed / max(float(np.linalg.norm(mixed)), 1e-9)
        return unit


def understand(question: str, context: Sequence[str] = ()) -> Query:
    """The question, with the customer's last turn beside it if it cannot stand alone ("And to Norway?")."""
    count = len(words(question))
    leans = count <= _FEW_WORDS or (count <= _SOME_WORDS and _LEANS.search(question) is not None)
    if leans and context and context[-1].strip():
        return Query((question, context[-1]), (1.0, CONTEXT_WEIGHT))
    return Query((question,), (1.0,))


class Corpus:
    """The passages of one generation in memory, with their words."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self.position = {passage.key: index for index, passage in enumerate(self.passages)}
        self.lexical = LexicalIndex([passage.in_context for passage in self.passages])

        self._readable: dict[tuple[frozenset[str], date], Readable] = {}

    def readable(self, audience: frozenset[str], day: date) -> "Readable":
        """What this audience may read on this day."""
        if (audience, day) not in self._readable:
            if any(known != day for _, known in self._readable):
                self._readable.clear()
            mask = np.array(
                [p.audience in audience and p.valid_on(day) for p in self.passages], dtype=np.bool_
            )
            outdated = sum(not passage.valid_on(day) for passage in self.passages)
            vocabulary = self.lexical.vocabulary(np.flatnonzero(mask).tolist())
            self._readable[audience, day] = Readable(mask, outdated, vocabulary)
        return self._readable[audience, day]


@dataclass(frozen=True)
class Readable:
    """What an audience may read on a day: a mask over the passages [n], how many are out of their time, the words."""

    mask: NDArray[np.bool_]
    outdated: int
    words: frozenset[str]


def rank(
    corpus: Corpus,
    query: Query,
    cosines: Mapping[int, float],
    readable: Readable,
    *,
    weight: float = WORDS_WEIGHT,
) -> tuple[list[Found], Evidence]:
    """All candidates best first, and what speaks for them. `cosines` are of the nearest readable passages.

    A passage that only its words brought in gets the lowest cosine of the nearest: it cannot have a higher one.
    """
    asked = query.words
    by_words = corpus.lexical.scores(asked) * readable.mask
    best_by_words = [int(i) for i in np.argsort(-by_words, kind="stable")[:CANDIDATES] if by_words[i] > 0]
    highest = max((float(by_words[i]) for i in best_by_words), default=1.0)
    floor = min(cosines.values(), default=0.0)
    scores = {
        position: cosines.get(position, floor) + weight * float(by_words[position]) / highest
        for position in {*cosines, *best_by_words}
    }
    # Equal scores keep the order of the articles, so that a search always answers the same.
    order = sorted(scores, key=lambda position: (-scores[position], position))
    evidence = Evidence(max(cosines.values(), default=0.0), corpus.lexical.known(asked, readable.words))
    return [Found(corpus.passages[position], scores[position]) for position in order], evidence
