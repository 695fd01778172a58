"""Ranks the passages of one generation for a question: vectors and words, fused."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Passage
from knowledge.confidence import NOTHING, Evidence
from knowledge.corpus import Corpus, Nearest, Readable
from knowledge.lexical import words
from knowledge.transformer import Array

CANDIDATES = 20  # passages that words alone may bring in
NEAREST = 60  # vectors looked at; a passage has one for its text and one for each question to it
FEWEST = NEAREST // 2  # of these that the reader may read; if fewer are left, more are asked for
# A passage is as near as its own text or a question to it, whichever is nearer; a question, being short and worded like
# the customer's, is near to much, so it counts a little less. Its own text decides between passages of one question.
# The best word match counts as much as WORDS_WEIGHT of cosine.
# Tried one at a time with a words weight of 0.3; figures are "right article first" and "in the first three" of
# `evals.help_search --split dev`, and recall@5 of `evals.conversation_search`, .855, .964 and .922 there:
# question 0.8 and 1: .836, .964, .922 both; text 0: .836, .927, .928 and 1: .836, .964, .920;
# words 0: .855, .927, .889; 0.15: .836, .945, .920; 0.5: .818, .927, .930.
# With 55 questions and 149 tasks a difference below .03 says nothing: only that words are needed is certain.
QUESTION_WEIGHT = 0.9
TEXT_WEIGHT = 0.5
WORDS_WEIGHT = 0.15
WORDS_WEIGHT_FOLLOWING = 0.3  # a mixture of turns is a blunter vector
# In a conversation, each earlier question of the customer counts half as much as the one after it, and the last answer
# a little. Recall@5 of `evals.conversation_search` by the mixture alone: .922; with decay 0.3 .931, 0.7 .917; answer 0
# .909, 0.15 .931, 0.5 .911; without earlier questions .921; the last turn alone .816. So either helps, and how much each
# counts matters little.
DECAY = 0.5
ANSWER_WEIGHT = 0.3
EARLIER_QUESTIONS = 3
# But people change the subject. So passages are scored twice, for the question alone and for the mixture, and this is
# the weight of the second. Where an unrelated question was answered before (`evals.help_search --after-another`), the
# mixture alone finds the right article first for .18 of the questions, at 0.6 .58, 0.5 .75, 0.4 .78, the question alone .84.
HISTORY_WEIGHT = 0.45


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
    """One way to see a question: its text first, and what was said before it if that counts.

    `texts` are what is embedded, weighing `weights`; their words weigh the same. `share` is how much this way counts.
    """

    texts: tuple[str, ...]
    weights: tuple[float, ...]
    share: float = 1.0

    @property
    def words(self) -> dict[str, float]:
        """Content words of all its texts and their weights, which add up over repetitions."""
        weighed: defaultdict[str, float] = defaultdict(float)
        for text, weight in zip(self.texts, self.weights, strict=True):
            for word in words(text):
                weighed[word] += weight
        return dict(weighed)

    def vector(self, embedded: Array) -> Array:
        """One unit vector [d] of the texts' vectors [n, d]."""
        mixed = np.asarray(self.weights, dtype=np.float32) @ embedded
        unit: Array = mixed / max(float(np.linalg.norm(mixed)), 1e-9)
        return unit


def understand(
    question: str, context: Sequence[str] = (), answer: str = "", mend: Callable[[str], str] = str
) -> tuple[Query, ...]:
    """The question alone; and, if something was said before, mixed with that: "And to Norway?" needs it.

    `context` are the customer's earlier turns, oldest first; `answer` is what the agent said last.
    `mend` puts right what the customer misspelt.
    """
    # A greeting tells nothing about what follows.
    earlier = [text for text in context if words(text)][-EARLIER_QUESTIONS:][::-1]
    texts = [mend(text) for text in (question, *earlier)]
    weights = [DECAY**age for age in range(len(texts))]
    if words(answer):
        texts.append(answer)
        weights.append(ANSWER_WEIGHT)
    if len(texts) == 1:
        return (Query((texts[0],), (1.0,)),)
    return (
        Query((texts[0],), (1.0,), 1 - HISTORY_WEIGHT),
        Query(tuple(texts), tuple(weights), HISTORY_WEIGHT),
    )


def best_of(parts: Iterable[Nearest]) -> Nearest:
    """The nearest entries of several parts of the index, best first."""
    return sorted(chain(*parts), key=lambda found: -found[1])[:NEAREST]


def rank(
    corpus: Corpus, seen: Sequence[tuple[Query, Nearest]], readable: Readable
) -> tuple[list[Found], Evidence]:
    """All candidates best first, and what speaks for them. `seen`: each way to see the question, with its nearest."""
    views = [_View(corpus, query, nearest, readable) for query, nearest in seen]
    places = sorted(set().union(*(view.candidates for view in views)))
    if not places:
        return [], NOTHING
    scores = [view.scores(places) for view in views]
    fused = np.array([view.query.share for view in views]) @ np.stack(scores)
    # Equal scores keep the order of the articles, so that a search always answers the same.
    order = np.argsort(-fused, kind="stable")
    known = corpus.lexical.known(words(views[0].query.texts[0]), readable.mask)
    alone, *mixed = (float(of_view.max()) for of_view in scores)
    evidence = Evidence(alone, known, *mixed)
    return [Found(corpus.passages[places[i]], float(fused[i])) for i in order], evidence


class _View:
    """The passages as one way to see the question has them."""

    def __init__(self, corpus: Corpus, query: Query, nearest: Nearest, readable: Readable) -> None:
        self.query = query
        self._own: dict[int, float] = {}
        self._alike: dict[int, float] = {}
        for entry, cosine in nearest:
            for place in corpus.places[entry.key]:
                if readable.mask[place]:
                    (self._alike if entry.is_question else self._own).setdefault(place, cosine)
        # What is not among the nearest hardly has a higher cosine than the last of them.
        self._floor = min((cosine for _, cosine in nearest), default=0.0)
        self._by_words = corpus.lexical.scores(query.words) * readable.mask
        best_by_words = _highest(self._by_words, CANDIDATES)
        self._highest = max((float(self._by_words[place]) for place in best_by_words), default=1.0)
        self._words_weight = WORDS_WEIGHT if len(query.texts) == 1 else WORDS_WEIGHT_FOLLOWING
        self.candidates = {*self._own, *self._alike, *best_by_words}

    def scores(self, places: Sequence[int]) -> NDArray[np.float64]:
        """What this way gives to each of the places, [n]."""
        text = np.array([self._own.get(place, self._floor) for place in places])
        alike = np.array([self._alike.get(place, self._floor) for place in places])
        by_words = self._by_words[places].astype(np.float64) / self._highest
        total: NDArray[np.float64] = np.maximum(text, QUESTION_WEIGHT * alike) + TEXT_WEIGHT * text
        return total + self._words_weight * by_words


def _highest(scores: Array, count: int) -> list[int]:
    """The places of the highest scores above 0, `count` of them, the earlier of equal ones first."""
    places = np.flatnonzero(scores)
    found = scores[places]
    if len(found) > count:
        least = np.partition(found, -count)[-count]
        places, found = places[found >= least], found[found >= least]
    return [int(place) for place in places[np.argsort(-found, kind="stable")[:count]]]
