"""Contradictions: two articles that give different figures, or yes and no, for the same subject."""

import asyncio
from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import date

from knowledge.articles import Article
from knowledge.checking.claims import Claim, claims
from knowledge.checking.findings import Finding, Kind
from knowledge.checking.measures import agree
from knowledge.checking.neighbours import Pair, S, Spoken, pairs, pairs_of_claims
from knowledge.checking.polarity import Clause, clauses
from knowledge.checking.same_subject import (
    Evidence,
    Weights,
    evidence_on_denials,
    evidence_on_figures,
    trained,
)
from knowledge.checking.statements import Statement
from knowledge.checking.subjects import Corpus
from knowledge.embedding import Embedder


async def contradictions(
    articles: Sequence[Article], embedder: Embedder, *, among: Collection[str] | None = None
) -> list[Finding]:
    """The contradictions between two articles each, the surest first: one for two articles and what is measured.

    `among`: slugs; only what touches one of these articles. Articles of two locales, or never valid on the same day,
    do not contradict each other. Raises `ModelMissingError`.
    """
    found: list[tuple[float, Finding]] = []
    for locale in sorted({article.locale for article in articles}):
        group = [article for article in articles if article.locale == locale]
        corpus = await asyncio.to_thread(Corpus.of, group)
        found += await _figures(group, corpus, embedder, among)
        found += await _denials(group, corpus, embedder, among)
    return [finding for _, finding in sorted(found, key=lambda entry: -entry[0])]


async def _figures(
    articles: Sequence[Article], corpus: Corpus, embedder: Embedder, among: Collection[str] | None
) -> list[tuple[float, Finding]]:
    """Different figures for the same subject."""

    def differing() -> list[Pair[Claim]]:
        everything = [claim for article in articles for claim in claims(article)]
        found = pairs_of_claims(everything, corpus, _asked(everything, among))
        return [
            pair for pair in found if not agree(pair.one.quantity, pair.other.quantity) and _together(pair)
        ]

    found = await asyncio.to_thread(differing)
    evidence = await evidence_on_figures(found, corpus, embedder)
    best: dict[Hashable, tuple[float, Pair[Claim]]] = {}
    for pair, score in _of_one_subject(found, evidence, trained()["figures"]):
        key = (_articles(pair), pair.one.quantity.measure)
        best[key] = max(best.get(key, (score, pair)), (score, pair), key=lambda entry: entry[0])
    return [(score, _finding(pair.one, pair.other)) for score, pair in best.values()]


async def _denials(
    articles: Sequence[Article], corpus: Corpus, embedder: Embedder, among: Collection[str] | None
) -> list[tuple[float, Finding]]:
    """Yes and no to the same."""

    def opposed() -> list[Pair[Clause]]:
        everything = [clause for article in articles for clause in clauses(article)]
        found = pairs(everything, corpus, _asked(everything, among))
        return [pair for pair in found if pair.one.denies != pair.other.denies and _together(pair)]

    found = await asyncio.to_thread(opposed)
    evidence = await evidence_on_denials(found, corpus, embedder)
    best: dict[Hashable, tuple[float, Pair[Clause]]] = {}
    for pair, score in _of_one_subject(found, evidence, trained()["denials"]):
        key = _articles(pair)
        best[key] = max(best.get(key, (score, pair)), (score, pair), key=lambda entry: entry[0])
    return [(score, _denial(pair)) for score, pair in best.values()]


def _asked(parts: Sequence[Spoken], among: Collection[str] | None) -> list[bool]:
    return [among is None or part.statement.article.slug in among for part in parts]


def _together(pair: Pair[S]) -> bool:
    """Whether both articles hold on some day."""
    one, other = pair.one.statement.article, pair.other.statement.article
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_until or date.max, other.valid_until or date.max)


def _articles(pair: Pair[S]) -> frozenset[str]:
    return frozenset(part.statement.article.slug for part in (pair.one, pair.other))


def _of_one_subject(
    found: Sequence[Pair[S]], evidence: Sequence[Evidence], weights: Weights
) -> Iterator[tuple[Pair[S], float]]:
    """The pairs that speak of one subject, with how far they are above the threshold."""
    for pair, score in zip(found, weights.score(evidence).tolist(), strict=True):
        if score >= weights.threshold:
            yield pair, score - weights.threshold


def _denial(pair: Pair[Clause]) -> Finding:
    no, yes = (pair.one, pair.other) if pair.one.denies else (pair.other, pair.one)
    said, denied = (" ".join(clause.text.split()).rstrip(" .:") for clause in (yes, no))
    return Finding(
        Kind.CONTRADICTION,
        f'{_subject(no.statement)}: "{denied}" here, "{said}" there.',
        (no.statement.place, yes.statement.place),
    )


def _finding(one: Claim, other: Claim) -> Finding:
    return Finding(
        Kind.CONTRADICTION,
        f'{_subject(one.statement)}: "{one.written}" here, "{other.written}" there.',
        (one.statement.place, other.statement.place),
    )


def _subject(statement: Statement) -> str:
    """What a reader of the list of findings knows the place by."""
    heading = statement.headings[-1] if statement.headings else statement.article.title
    return heading.rstrip("?.: ")
