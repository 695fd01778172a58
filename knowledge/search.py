"""Ranks the passages of one generation for a question: vectors and words, fused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.articles import Passage
from knowledge.confidence import NOTHING, Evidence
from knowledge.corpus import Corpus, Readable
from knowledge.lexical import words
from knowledge.transformer import Array

CANDIDATES = 20  # passages that words alone may bring in
NEAREST = 60  # vectors looked at; a passage has one for its text and one for each question to it
# A passage is as near as its own text or a question to it, whichever is nearer; a question, being short and worded like
# the customer's, is near to much, so it counts a little less. Its own text decides between passages of one question.
# The best word match counts as much as WORDS_WEIGHT of cosine. Chosen on the 762 public questions of the articles, each
# fifth searched with the other four (right article first .74, .71 with a text weight of .2, .67 without words as well);
# on the dev split of the help questions .82 to .91 whatever the three, without questions .67.
QUESTION_WEIGHT = 0.9
TEXT_WEIGHT = 0.5
WORDS_WEIGHT = 0.15
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
    """A passage and its score, comparable within one search only."""

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


def rank(
    corpus: Corpus, query: Query, nearest: Sequence[tuple[str, float]], readable: Readable
) -> tuple[list[Found], Evidence]:
    """All candidates best first, and what speaks for them. `nearest` are entries and their cosines, best first.

    What is not among the nearest gets the lowest cosine of them: it cannot have a higher one.
    """
    own: dict[int, float] = {}
    alike: dict[int, float] = {}
    for key, cosine in nearest:
        entry = corpus.entries[key]
        for place in entry.places:
            if readable.mask[place]:
                (alike if entry.is_question else own).setdefault(place, cosine)
    floor = min((cosine for _, cosine in nearest), default=0.0)
    asked = query.words
    by_words = corpus.lexical.scores(asked) * readable.mask
    best_by_words = [int(i) for i in np.argsort(-by_words, kind="stable")[:CANDIDATES] if by_words[i] > 0]
    highest = max((float(by_words[i]) for i in best_by_words), default=1.0)

    def score(place: int) -> float:
        text = own.get(place, floor)
        return (
            max(text, QUESTION_WEIGHT * alike.get(place, floor))
            + TEXT_WEIGHT * text
            + WORDS_WEIGHT * float(by_words[place]) / highest
        )

    scores = {place: score(place) for place in {*own, *alike, *best_by_words}}
    # Equal scores keep the order of the articles, so that a search always answers the same.
    order = sorted(scores, key=lambda place: (-scores[place], place))
    evidence = Evidence(max(scores.values(), default=0.0), corpus.lexical.known(asked, readable.words))
    found = [Found(corpus.passages[place], scores[place]) for place in order]
    return found, evidence
