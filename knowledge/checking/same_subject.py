"""Whether two claims, or a yes and a no, speak of the same subject under the same conditions.

Each is a logistic regression over named evidence. The weights (`same_subject.json`) come from
`knowledge/train/fit_same_subject.py`, which learned them from the pairs of `knowledge/train/examples`.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.checking.claims import Claim, masked
from knowledge.checking.neighbours import Pair, S
from knowledge.checking.polarity import Clause, apart
from knowledge.checking.statements import Statement
from knowledge.checking.subjects import Corpus, marks
from knowledge.embedding import Embedder
from knowledge.transformer import Array

FILE = Path(__file__).with_name("same_subject.json")
_NEAR = 0.45  # cosine from which one word counts as another way to say a second one

Floats = NDArray[np.float64]
Evidence = Mapping[str, float]  # by name, what speaks for or against one subject


@dataclass(frozen=True)
class Weights:
    """What each kind of evidence weighs. Two that `score` at least `threshold` speak of the same."""

    names: tuple[str, ...]
    weights: Floats
    bias: float
    threshold: float

    def score(self, evidence: Sequence[Evidence]) -> Floats:
        """Log-odds [n]."""
        return np.asarray(matrix(evidence, self.names) @ self.weights + self.bias)


@lru_cache(maxsize=1)
def trained() -> Mapping[str, Weights]:
    """The weights that are shipped, for `figures` and for `denials`."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: Weights(
            tuple(one["weights"]), np.array(list(one["weights"].values())), one["bias"], one["threshold"]
        )
        for name, one in data.items()
    }


def matrix(evidence: Sequence[Evidence], names: Sequence[str]) -> Floats:
    """Evidence as numbers, [pairs, names]. Raises `KeyError` for a name that was not gathered."""
    return np.array([[float(each[name]) for name in names] for each in evidence]).reshape(-1, len(names))


async def evidence_on_figures(
    found: Sequence[Pair[Claim]], corpus: Corpus, embedder: Embedder
) -> list[Evidence]:
    """For each pair of claims. Raises `ModelMissingError`."""
    spoken = await _spoken(found, corpus, embedder, lambda claim: claim.clause.replace("#", "some") or "some")
    return [{**said, **marks(p.one, p.other, corpus)} for p, said in zip(found, spoken, strict=True)]


async def evidence_on_denials(
    found: Sequence[Pair[Clause]], corpus: Corpus, embedder: Embedder
) -> list[Evidence]:
    """For each pair of clauses. Raises `ModelMissingError`."""
    spoken = await _spoken(found, corpus, embedder, lambda clause: clause.text)
    return [{**said, **apart(p.one, p.other)} for p, said in zip(found, spoken, strict=True)]


async def _spoken(
    found: Sequence[Pair[S]], corpus: Corpus, embedder: Embedder, clause: Callable[[S], str]
) -> list[dict[str, float]]:
    """How alike the two sides of each pair are worded."""
    texts: dict[str, Callable[[S], str]] = {
        "clauses are near": clause,
        "sentences are near": lambda part: masked(part.statement),
        "clauses in context are near": lambda part: ". ".join(
            filter(None, (*_above(part.statement), part.statement.lead, part.statement.label, clause(part)))
        ),
        "titles are near": lambda part: ". ".join(_above(part.statement)),
    }
    cosines = {
        name: await _cosines([(text(pair.one), text(pair.other)) for pair in found], embedder)
        for name, text in texts.items()
    }
    known = {word for pair in found for part in (pair.one, pair.other) for word in part.words | part.scope}
    words = await _WordVectors.of(known, corpus, embedder)
    return [
        {
            **{name: float(values[place]) for name, values in cosines.items()},
            **_said(pair, words),
            **_ordered("rank", [float(np.log1p(rank)) for rank in pair.ranks]),
            **_ordered("lead", pair.leads),
            "alike": pair.alike,
        }
        for place, pair in enumerate(found)
    ]


def _above(statement: Statement) -> tuple[str, ...]:
    return (statement.article.title, *statement.headings)


def _said(pair: Pair[S], words: "_WordVectors") -> dict[str, float]:
    """How much of one the other says too, in whatever words."""
    both = ((pair.one, pair.other), (pair.other, pair.one))
    return {
        **_ordered("said by the clause", [words.covered(x.words, y.words) for x, y in both]),
        **_ordered("said around it too", [words.covered(x.words, y.scope) for x, y in both]),
        **_ordered("titles said", [words.covered(x.statement.context, y.scope) for x, y in both]),
    }


def _ordered(name: str, values: Sequence[float]) -> dict[str, float]:
    """A pair has no first side."""
    return {f"{name}, least": min(values), f"{name}, most": max(values)}


async def _cosines(pairs: Sequence[tuple[str, str]], embedder: Embedder) -> Floats:
    texts = sorted({text for pair in pairs for text in pair})
    rows = {text: row for row, text in enumerate(texts)}
    vectors = await embedder.embed(texts)
    return np.array([float(vectors[rows[one]] @ vectors[rows[other]]) for one, other in pairs])


@dataclass(frozen=True)
class _WordVectors:
    """The vectors of single words and how much each says."""

    rows: dict[str, int]
    vectors: Array
    weights: Floats

    @classmethod
    async def of(cls, words: Iterable[str], corpus: Corpus, embedder: Embedder) -> "_WordVectors":
        known = sorted(words)
        return cls(
            {word: row for row, word in enumerate(known)},
            await embedder.embed(known),
            np.array([corpus.weight(word) for word in known]),
        )

    def covered(self, words: frozenset[str], among: frozenset[str]) -> float:
        """How much of some words others say too, 0 to 1: for each the cosine of the nearest, weighed by rarity."""
        rows = [row for word in sorted(words) if self.weights[row := self.rows[word]] > 0]
        if not rows or not among:
            return 0.0
        near = self.vectors[rows] @ self.vectors[[self.rows[word] for word in sorted(among)]].T
        best = near.max(axis=1)
        weights = self.weights[rows]
        return float((np.where(best < _NEAR, 0.0, np.minimum(best, 1.0)) * weights).sum() / weights.sum())
