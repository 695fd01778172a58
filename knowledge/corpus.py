"""The passages that one publication made searchable, in memory, and which of them a reader may see."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Passage, locale_preference
from knowledge.lexical import LexicalIndex
from knowledge.spelling import Spelling

Mask = NDArray[np.bool_]
DAYS_KEPT = 64  # masks that are kept: one for each audience, language and day that was asked for


@dataclass(frozen=True)
class Entry:
    """One vector of the index: of a passage's own text, or of a question that its author says it answers.

    `places` are the passages that it stands for: a text that occurs twice is embedded once.
    """

    text: str
    places: tuple[int, ...]
    is_question: bool


Nearest = Sequence[tuple[Entry, float]]  # entries and their cosines, best first


@dataclass(frozen=True)
class Readable:
    """What somebody may read on a day: a mask over the passages [n]."""

    mask: Mask


class Corpus:
    """Passages with their words; `entries` are what is embedded, by key. A key is a function of the text alone."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self.entries: Mapping[str, Entry] = _entries(self.passages)
        texts = ["\n".join((p.in_context, *p.questions)) for p in self.passages]
        self.lexical = LexicalIndex(texts)
        self.spelling = Spelling(texts)
        self.readable = lru_cache(maxsize=DAYS_KEPT)(self._readable)
        names = {slug: number for number, slug in enumerate(dict.fromkeys(p.article for p in self.passages))}
        self._article = np.array([names[p.article] for p in self.passages], dtype=np.int64)
        self._audience = np.array([p.audience for p in self.passages], dtype=np.str_)
        self._locale = np.array([p.locale for p in self.passages], dtype=np.str_)
        self._first = np.array(
            [(p.valid_from or date.min).toordinal() for p in self.passages], dtype=np.int64
        )
        self._last = np.array(
            [(p.valid_until or date.max).toordinal() for p in self.passages], dtype=np.int64
        )

    def keys_for(self, audience: str) -> set[str]:
        """The keys of what was written for this audience: its part of the index."""
        return {
            key
            for key, entry in self.entries.items()
            if any(self.passages[place].audience == audience for place in entry.places)
        }

    def allowed(self, nearest: Iterable[tuple[str, float]], readable: Readable) -> Nearest:
        """Of keys and their cosines those that stand for something readable, as entries."""
        return [
            (entry, cosine)
            for key, cosine in nearest
            if (entry := self.entries.get(key)) and any(readable.mask[place] for place in entry.places)
        ]

    def _readable(self, audience: frozenset[str], locale: str, day: date) -> Readable:
        """What this audience may read on that day, each article in one language: the best one for this reader."""
        today = day.toordinal()
        mask = (
            np.isin(self._audience, sorted(audience)) & (self._first <= today) & (today <= self._last)
            if self.passages
            else np.zeros(0, dtype=np.bool_)
        )
        found, which = np.unique(self._locale[mask], return_inverse=True)
        order = sorted(range(len(found)), key=lambda i: (locale_preference(str(found[i]), locale), found[i]))
        own = np.argsort(np.array(order, dtype=np.int64))[which]  # the best language is 0
        best = np.full(int(self._article.max(initial=-1)) + 1, len(found))
        np.minimum.at(best, self._article[mask], own)
        mask[np.flatnonzero(mask)[own > best[self._article[mask]]]] = False
        return Readable(mask)


def _entries(passages: Sequence[Passage]) -> dict[str, Entry]:
    places: dict[tuple[bool, str], list[int]] = {}
    for place, passage in enumerate(passages):
        places.setdefault((False, passage.in_context), []).append(place)
        for question in dict.fromkeys(passage.questions):
            places.setdefault((True, question), []).append(place)
    return {
        _key(text, is_question): Entry(text, tuple(found), is_question)
        for (is_question, text), found in places.items()
    }


def _key(text: str, is_question: bool) -> str:  # noqa: FBT001 - private, called once
    kind = "question" if is_question else "passage"
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:40]}"
