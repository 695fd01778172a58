"""Contradictions: two places that give different figures, or yes and no, for the same subject."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from knowledge.articles import Article
from knowledge.checking.claims import Claim, claims, masked
from knowledge.checking.findings import Finding, Kind
from knowledge.checking.measures import agree
from knowledge.checking.polarity import Clause, clauses, opposed, pairs
from knowledge.checking.statements import Statement, rivals, statements
from knowledge.checking.subjects import THRESHOLD, Corpus, apart, comparable, covered, overlap, score
from knowledge.embedding import Embedder
from knowledge.transformer import Array

_HALF_COVERED = 0.5  # of what one of two claims is about, before they are looked at closely
_COVERED = 0.2  # of the other
_AS_NEAR = 0.02
_NEAR = 0.55  # cosine of a statement and of one that denies it


async def contradictions(
    articles: Sequence[Article], embedder: Embedder, *, among: Collection[str] | None = None
) -> list[Finding]:
    """The contradictions of some articles, the surest first: one for two articles and what is measured.

    `among`: slugs; only what touches one of these articles. Articles of two locales, or never valid on the same day,
    do not contradict each other. Raises `ModelMissingError`.
    """
    found: list[tuple[float, Finding]] = []
    for locale in sorted({article.locale for article in articles}):
        group = [article for article in articles if article.locale == locale]
        corpus = _corpus(group)
        found += await _figures(group, corpus, embedder, among)
        found += await _denials(group, corpus, embedder, among)
    return [finding for _, finding in sorted(found, key=lambda entry: -entry[0])]


async def _figures(
    articles: Sequence[Article], corpus: Corpus, embedder: Embedder, among: Collection[str] | None
) -> list[tuple[float, Finding]]:
    """Different figures for the same subject."""
    everything = [claim for article in articles for claim in claims(article)]
    found = [
        (one, other, shared)
        for one, other in _candidates(everything, corpus, among)
        if comparable(one, other)
        and _valid_together(one.statement.article, other.statement.article)
        and not apart(one, other, corpus)
        and score(one, other, 1.0, shared := overlap(one, other, corpus)) >= THRESHOLD
    ]
    near = await _nearness(embedder, [(one.statement, other.statement) for one, other, _ in found])
    best: dict[tuple[str, str, str], tuple[float, Claim, Claim]] = {}
    for (one, other, shared), cosine in zip(found, near, strict=True):
        value = score(one, other, cosine, shared)
        if value >= THRESHOLD and not _better_met(one, other, corpus):
            key = (one.statement.article.slug, other.statement.article.slug, one.quantity.measure)
            if key not in best or best[key][0] < value:
                best[key] = (value, one, other)
    return [(value, _finding(one, other)) for value, one, other in best.values()]


async def _denials(
    articles: Sequence[Article], corpus: Corpus, embedder: Embedder, among: Collection[str] | None
) -> list[tuple[float, Finding]]:
    """Yes and no to the same."""
    everything = [clause for article in articles for clause in clauses(article)]
    asked = [among is None or clause.statement.article.slug in among for clause in everything]
    found = [
        (no, yes)
        for no, yes in pairs(everything, asked)
        if _valid_together(no.statement.article, yes.statement.article) and opposed(no, yes, corpus.weight)
    ]
    near = await _nearness(embedder, [(no.statement, yes.statement) for no, yes in found])
    best: dict[frozenset[str], tuple[float, Clause, Clause]] = {}
    for (no, yes), cosine in zip(found, near, strict=True):
        value = opposed(no, yes, corpus.weight, cosine) * cosine
        key = frozenset({no.statement.article.slug, yes.statement.article.slug})
        if value and cosine >= _NEAR and (key not in best or best[key][0] < value):
            best[key] = (value, no, yes)
    return [(value, _denial(no, yes)) for value, no, yes in best.values()]


def _denial(no: Clause, yes: Clause) -> Finding:
    said, denied = (" ".join(clause.text.split()).rstrip(" .:") for clause in (yes, no))
    return Finding(
        Kind.CONTRADICTION,
        f'{_subject(no.statement)}: "{denied}" here, "{said}" there.',
        (no.statement.place, yes.statement.place),
    )


def _better_met(one: Claim, other: Claim, corpus: Corpus) -> bool:
    """Whether the article of one of two claims says the same as the other claim, at least as near to it."""
    return any(
        agree(claim.quantity, rest.quantity)
        and not apart(claim, rest, corpus)
        and covered(claim, rest, corpus) >= covered(claim, opposite, corpus) - _AS_NEAR
        for claim, opposite in ((one, other), (other, one))
        for rest in claims(opposite.statement.article)
        if rest is not claim
        and rest.quantity.measure == claim.quantity.measure
        and rest.quantity.unit == claim.quantity.unit
    )


async def _nearness(embedder: Embedder, both: Sequence[tuple[Statement, Statement]]) -> list[float]:
    """The cosine of two sentences, their figures left out: alone or under title and heading, whichever is nearer."""
    best = np.zeros(len(both), dtype=np.float32)
    for in_context in (False, True):
        written = [[masked(statement, in_context=in_context) for statement in pair] for pair in both]
        texts = sorted({text for pair in written for text in pair})
        rows = {text: row for row, text in enumerate(texts)}
        vectors = await embedder.embed(texts)
        cosines = [float(vectors[rows[one]] @ vectors[rows[other]]) for one, other in written]
        best = np.maximum(best, np.array(cosines, dtype=np.float32))
    return best.tolist()


def _corpus(articles: Sequence[Article]) -> Corpus:
    frequency: Counter[str] = Counter()
    contrasts: set[frozenset[str]] = set()
    count = 0
    for article in articles:
        found = statements(article)
        count += len(found)
        contrasts |= rivals(found)
        for statement in found:
            frequency.update(statement.words)
    return Corpus(frequency, count, contrasts)


def _candidates(
    everything: Sequence[Claim], corpus: Corpus, among: Collection[str] | None
) -> Iterator[tuple[Claim, Claim]]:
    """Pairs of claims of one measure that share enough words, each pair once, in the order of the articles."""
    for measure in sorted({claim.quantity.measure for claim in everything}):
        group = [claim for claim in everything if claim.quantity.measure == measure]
        asked = [among is None or claim.statement.article.slug in among for claim in group]
        totals = np.array([corpus.total(claim.subject) or 1.0 for claim in group], dtype=np.float32)
        in_subject = _postings([claim.subject for claim in group])
        in_scope = _postings([dict.fromkeys(claim.scope, 1.0) for claim in group])
        for place, claim in enumerate(group):
            if not asked[place]:
                continue
            mine = _sums(claim.subject, in_scope, corpus, len(group)) / totals[place]
            theirs = _sums(dict.fromkeys(claim.scope, 1.0), in_subject, corpus, len(group)) / totals
            near = (np.maximum(mine, theirs) >= _HALF_COVERED) & (np.minimum(mine, theirs) >= _COVERED)
            for number in np.flatnonzero(near).tolist():
                if number > place:
                    yield claim, group[number]
                elif number < place and not asked[number]:
                    yield group[number], claim


_Postings = dict[str, tuple[Any, Any]]


def _postings(claims_: Sequence[Mapping[str, float]]) -> _Postings:
    """By concept, which claims have it and how much it counts there."""
    lists: dict[str, list[tuple[int, float]]] = {}
    for place, weighed in enumerate(claims_):
        for concept, share in weighed.items():
            lists.setdefault(concept, []).append((place, share))
    return {
        concept: (
            np.array([place for place, _ in found]),
            np.array([share for _, share in found], dtype=np.float32),
        )
        for concept, found in lists.items()
    }


def _sums(concepts: Mapping[str, float], postings: _Postings, corpus: Corpus, size: int) -> Array:
    """For each claim the weight of the concepts that it has."""
    total = np.zeros(size, dtype=np.float32)
    for concept, share in concepts.items():
        weight = corpus.weight(concept)
        if weight and concept in postings:
            places, shares = postings[concept]
            total[places] += weight * share * shares
    return total


def _valid_together(one: Article, other: Article) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_until or date.max, other.valid_until or date.max)


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
