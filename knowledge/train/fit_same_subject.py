"""Fit `knowledge/checking/same_subject.json`: when do two claims, or a yes and a no, speak of one subject?

    python -m knowledge.train.fit_same_subject [SET ...]

Learns from `knowledge/train/examples` and any further sets. Pairs that are planted or restated speak of one subject;
pairs that differ without being planted do not; pairs that agree without being labelled may, and are left out. The
figures that are printed, and the threshold, come from models that have not seen the file of the business that is judged.
"""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.checking.claims import claims
from knowledge.checking.measures import agree
from knowledge.checking.neighbours import Pair, pairs, pairs_of_claims
from knowledge.checking.polarity import clauses
from knowledge.checking.same_subject import (
    FILE,
    Evidence,
    Weights,
    evidence_on_denials,
    evidence_on_figures,
    matrix,
)
from knowledge.checking.subjects import Corpus
from knowledge.embedding import Embedder
from knowledge.train.facts import EXAMPLES, Business, Labelled, read_businesses
from knowledge.train.logistic import fit

Bools = NDArray[np.bool_]
Judge = Callable[[Business, Embedder], Awaitable["Judged"]]

# Strength of the ridge: 10 to 200 find the same number of contradictions within 3 of 50.
RIDGE = 50.0
RATES = (1, 2, 3, 10)  # false alarms per 100 articles
YES_NO = "yes_no"


@dataclass(frozen=True)
class Judged:
    """The pairs of one business with what speaks for and against one subject.

    `label`: the labelled pair that each is, if any. `differ`: whether its figures, or yes and no, do. `kind`: what two
    findings in the same two articles must differ in to be told apart.
    """

    business: Business
    pairs: Sequence[Pair[Any]]
    evidence: Sequence[Evidence]
    label: Sequence[Labelled | None]
    differ: Bools
    kind: Sequence[str]

    @property
    def same(self) -> Bools:
        """Which are labelled as one subject. A planted pair that agrees is something else in the same places."""
        return np.array(
            [
                known is not None and known.planted == bool(differs)
                for known, differs in zip(self.label, self.differ, strict=True)
            ]
        )


async def judge_figures(business: Business, embedder: Embedder) -> Judged:
    """Read the figures of a business as `kb check` does."""
    corpus = Corpus.of(business.articles)
    everything = [claim for article in business.articles for claim in claims(article)]
    found = list(pairs_of_claims(everything, corpus, [True] * len(everything)))
    return Judged(
        business,
        found,
        await evidence_on_figures(found, corpus, embedder),
        [_label(pair, business.labelled) for pair in found],
        np.array([not agree(pair.one.quantity, pair.other.quantity) for pair in found]),
        [str(pair.one.quantity.measure) for pair in found],
    )


async def judge_denials(business: Business, embedder: Embedder) -> Judged:
    """Read what a business affirms and denies as `kb check` does.

    A labelled place holds several clauses, of which the two that are most alike are taken to be meant.
    """
    corpus = Corpus.of(business.articles)
    everything = [clause for article in business.articles for clause in clauses(article)]
    found = list(pairs(everything, corpus, [True] * len(everything)))
    known = [pair for pair in business.labelled if pair.type == YES_NO or not pair.planted]
    label = [_label(pair, known) for pair in found]
    meant: dict[str, tuple[float, int]] = {}
    for place, (pair, one) in enumerate(zip(found, label, strict=True)):
        if one and one.planted == (pair.one.denies != pair.other.denies):
            meant[one.id] = max(meant.get(one.id, (0.0, place)), (pair.alike, place))
    kept = {place for _, place in meant.values()}
    return Judged(
        business,
        found,
        await evidence_on_denials(found, corpus, embedder),
        [one if place in kept else None for place, one in enumerate(label)],
        # Another pair in labelled places is neither for nor against.
        np.array(
            [
                pair.one.denies != pair.other.denies and (one is None or place in kept)
                for place, (pair, one) in enumerate(zip(found, label, strict=True))
            ]
        ),
        [YES_NO] * len(found),
    )


def _label(pair: Pair[Any], known: Sequence[Labelled]) -> Labelled | None:
    places = (pair.one.statement.place, pair.other.statement.place)
    return next((one for one in known if one.joins(*places)), None)


def learn(sets: Sequence[Judged]) -> Weights:
    """The weights that some businesses teach."""
    names = tuple(sets[0].evidence[0])
    kept = [one.same | one.differ for one in sets]
    features = np.concatenate(
        [matrix(one.evidence, names)[keep] for one, keep in zip(sets, kept, strict=True)]
    )
    labels = np.concatenate([one.same[keep] for one, keep in zip(sets, kept, strict=True)]).astype(float)
    weights, bias = fit(features, labels, ridge=RIDGE, balanced=False)
    return Weights(names, weights, bias, 0.0)


@dataclass(frozen=True)
class Found:
    """What would be told of two articles and one measure: how surely, and the planted pair that it is."""

    score: float
    planted: str
    false: bool  # touches neither side of a planted pair


def findings(one: Judged, weights: Weights) -> list[Found]:
    """What would be told of a business, the surest first, at no threshold."""
    scores = weights.score(one.evidence)
    sides = [side for known in one.business.planted for side in known.sides]
    best: dict[tuple[frozenset[str], str], Found] = {}
    for place in np.flatnonzero(one.differ).tolist():
        pair, known = one.pairs[place], one.label[place]
        places = (pair.one.statement.place, pair.other.statement.place)
        key = (frozenset(each.article for each in places), one.kind[place])
        if key not in best or best[key].score < scores[place]:
            touched = any(side.holds(each) for side in sides for each in places)
            best[key] = Found(float(scores[place]), known.id if known else "", not touched)
    return sorted(best.values(), key=lambda found: -found.score)


def threshold(found: Sequence[Found], articles: int, per_hundred: float) -> float:
    """The lowest at which so many false alarms per 100 articles are told."""
    false = sorted((each.score for each in found if each.false), reverse=True)
    return false[int(per_hundred * articles / 100)] + 1e-6


def main() -> None:
    """Fit, say how good it is on businesses not seen, choose the thresholds, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path, nargs="*")
    files = [*sorted(EXAMPLES.glob("*.jsonl")), *parser.parse_args().sets]
    businesses = {file.stem: read_businesses(file) for file in files}
    content = {
        "figures": _fit("figures", asyncio.run(_read(businesses, judge_figures)), false_alarms=2.5),
        "denials": _fit("denials", asyncio.run(_read(businesses, judge_denials)), false_alarms=0.5),
    }
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}")


async def _read(businesses: Mapping[str, Sequence[Business]], judge: Judge) -> dict[str, list[Judged]]:
    embedder = Embedder()
    return {name: [await judge(business, embedder) for business in some] for name, some in businesses.items()}


def _fit(what: str, sets: Mapping[str, Sequence[Judged]], *, false_alarms: float) -> dict[str, Any]:
    """The weights over all sets, and the threshold at which so many false alarms per 100 articles are told."""
    everybody = [one for found in sets.values() for one in found]
    told: list[Found] = []
    for name, some in sets.items():
        rest = learn([one for other, found in sets.items() if other != name for one in found])
        mine = [found for one in some for found in findings(one, rest)]
        _tell(f"{what}, {name}", mine, some)
        told += mine
    _tell(f"{what}, all", told, everybody)
    weights = learn(everybody)
    articles = sum(len(one.business.articles) for one in everybody)
    return {
        "threshold": round(threshold(told, articles, false_alarms), 3),
        "bias": round(weights.bias, 4),
        "weights": {
            name: round(value, 4) for name, value in zip(weights.names, weights.weights.tolist(), strict=True)
        },
    }


def _tell(name: str, found: Sequence[Found], sets: Sequence[Judged]) -> None:
    """How many of the planted pairs are found at several rates of false alarms."""
    articles = sum(len(one.business.articles) for one in sets)
    denials = any(YES_NO in one.kind for one in sets)
    planted = sum((known.type == YES_NO) == denials for one in sets for known in one.business.planted)
    shares = []
    for rate in RATES:
        least = threshold(found, articles, rate)
        hits = {each.planted for each in found if each.planted and each.score >= least}
        shares.append(f"{len(hits)} at {rate:g}")
    print(
        f"{name}: {articles} articles, of {planted} planted found {', '.join(shares)} false alarms per 100",
        flush=True,
    )


if __name__ == "__main__":
    main()
