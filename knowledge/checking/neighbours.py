"""Which claims or clauses are worth comparing: for each one those of other articles that speak most alike.

Speaking alike is the cosine of two bags of concepts, each weighing its rarity; what stands only around a clause counts
less. Nearly every contradiction is among the first, so the pairs grow with the claims and not with their square.
"""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.checking.claims import Claim
from knowledge.checking.statements import Statement
from knowledge.checking.subjects import Corpus
from knowledge.transformer import Array

NEAREST = 15  # for each; of 150 planted pairs that are read as figures 4 are not among them
_AROUND = 0.6  # what a concept counts that stands only around the clause


class Spoken(Protocol):
    """A part of a statement: the concepts of its own words, and all those around it too."""

    @property
    def statement(self) -> Statement: ...
    @property
    def words(self) -> frozenset[str]: ...
    @property
    def scope(self) -> frozenset[str]: ...


S = TypeVar("S", bound=Spoken)


@dataclass(frozen=True)
class Pair(Generic[S]):
    """Two parts of two articles. `ranks` and `leads` as each sees the other: how many are more alike to it, and by how
    much (cosine) this one is ahead of the best of the rest.
    """

    one: S
    other: S
    alike: float
    ranks: tuple[int, int]
    leads: tuple[float, float]


def pairs_of_claims(claims: Sequence[Claim], corpus: Corpus, asked: Sequence[bool]) -> Iterator[Pair[Claim]]:
    """Each pair in one measure, of which at least one claim is asked about, whether their figures agree or not."""
    for measure in sorted({claim.quantity.measure for claim in claims}):
        places = [place for place, claim in enumerate(claims) if claim.quantity.measure == measure]
        group = [claims[place] for place in places]
        yield from pairs(
            group,
            corpus,
            [asked[place] for place in places],
            same=[[claim.threshold for claim in group]],
            same_if_said=[[claim.quantity.unit for claim in group], [claim.quantity.per for claim in group]],
        )


def pairs(
    parts: Sequence[S],
    corpus: Corpus,
    asked: Sequence[bool],
    *,
    same: Collection[Sequence[Hashable]] = (),
    same_if_said: Collection[Sequence[str]] = (),
) -> Iterator[Pair[S]]:
    """Each pair once, of which at least one part is asked about.

    `same`: what both must have in common, for each part; `same_if_said`: where neither may be "".
    """
    rows = _Rows(parts, corpus, same, same_if_said)
    found: dict[tuple[int, int], _Seen] = {}
    for place in (place for place, wanted in enumerate(asked) if wanted):
        found |= {(place, other): seen for other, seen in rows.first(place)}
    back: dict[int, list[int]] = {}  # how it looks from the other side, where that has not been asked
    for place, other in found:
        if (other, place) not in found:
            back.setdefault(other, []).append(place)
    for place, others in back.items():
        found |= {(place, other): seen for other, seen in rows.seen(place, others)}
    for (place, other), there in sorted(found.items()):
        if place < other:
            here = found[other, place]
            yield Pair(
                parts[place], parts[other], there.alike, (there.rank, here.rank), (there.lead, here.lead)
            )


class _Seen(NamedTuple):
    """How one part looks from another."""

    alike: float
    rank: int
    lead: float


class _Rows:
    """How alike each of some parts is to all that it can be compared with."""

    def __init__(
        self,
        parts: Sequence[Spoken],
        corpus: Corpus,
        same: Collection[Sequence[Hashable]],
        same_if_said: Collection[Sequence[str]],
    ) -> None:
        self._bags = [_bag(part, corpus) for part in parts]
        self._postings = _postings(self._bags)
        self._articles = _coded([part.statement.article.slug for part in parts])
        self._same = [_coded(values) for values in same]
        self._same_if_said = [_coded(values) for values in same_if_said]

    def first(self, place: int) -> list[tuple[int, _Seen]]:
        """The nearest of a part."""
        row = self._row(place)
        return self._told(row, [other for other in _nearest(row) if row[other] > 0])

    def seen(self, place: int, others: Sequence[int]) -> list[tuple[int, _Seen]]:
        """These others, wherever they stand."""
        return self._told(self._row(place), others)

    def _told(self, row: Array, others: Sequence[int]) -> list[tuple[int, _Seen]]:
        best, second = [*np.sort(row)[::-1][:2].tolist(), 0.0, 0.0][:2]
        told = []
        for other in others:
            value = float(row[other])
            rest = second if value == best else best
            told.append((other, _Seen(value, int((row > value).sum()), value - max(rest, 0.0))))
        return told

    def _row(self, place: int) -> Array:
        """How alike each part is; -1 for one that this cannot be compared with."""
        row = np.zeros(len(self._bags), dtype=np.float32)
        for concept, weight in self._bags[place].items():
            places, weights = self._postings[concept]
            row[places] += weight * weights
        comparable = self._articles != self._articles[place]
        for codes in self._same:
            comparable &= codes == codes[place]
        for codes in self._same_if_said:
            if codes[place] != _NOT_SAID:
                comparable &= (codes == codes[place]) | (codes == _NOT_SAID)
        return np.where(comparable, row, np.float32(-1))


_NOT_SAID = 0


def _coded(values: Sequence[Hashable]) -> NDArray[np.int64]:
    codes: dict[Hashable, int] = {"": _NOT_SAID}
    return np.array([codes.setdefault(value, len(codes)) for value in values], dtype=np.int64)


def _nearest(row: Array) -> list[int]:
    count = min(NEAREST, len(row))
    nearest: list[int] = np.argpartition(-row, count - 1)[:count].tolist() if count else []
    return nearest


def _bag(part: Spoken, corpus: Corpus) -> dict[str, float]:
    bag = {
        concept: corpus.weight(concept) * (1.0 if concept in part.words else _AROUND)
        for concept in part.scope
    }
    length = float(np.sqrt(sum(weight * weight for weight in bag.values())))
    return {concept: weight / length for concept, weight in bag.items() if weight}


def _postings(bags: Sequence[dict[str, float]]) -> dict[str, tuple[NDArray[np.int64], Array]]:
    """By concept, which parts have it and how much it counts there."""
    lists: dict[str, list[tuple[int, float]]] = {}
    for place, bag in enumerate(bags):
        for concept, weight in bag.items():
            lists.setdefault(concept, []).append((place, weight))
    return {
        concept: (
            np.array([place for place, _ in found], dtype=np.int64),
            np.array([weight for _, weight in found], dtype=np.float32),
        )
        for concept, found in lists.items()
    }
