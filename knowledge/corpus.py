"""The passages that one publication made searchable, in memory, and which of them a reader may see."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import Passage, locale_preference
from knowledge.lexical import LexicalIndex, Numbers, Vocabulary, words
from knowledge.spelling import Spelling, written

Mask = NDArray[np.bool_]
MOST_UNUSED = 100_000  # words that no passage says any more; they take some 10 MB
MASKS_KEPT = 64  # masks that are kept: one for each audience, language and day that was asked for


@dataclass(frozen=True)
class Entry:
    """One vector of the index: of a passage's own text, or of a question that its author says it answers.

    Its key is a function of these alone, so a text that occurs twice is embedded once.
    """

    key: str
    text: str
    is_question: bool


def entry(text: str, *, is_question: bool) -> Entry:
    """The entry of a text."""
    kind = "question" if is_question else "passage"
    return Entry(f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:40]}", text, is_question)


Nearest = Sequence[tuple[Entry, float]]  # entries and their cosines, best first


@dataclass(frozen=True)
class Readable:
    """What somebody may read on a day: a mask over the passages [n]."""

    mask: Mask


@dataclass(frozen=True)
class Chapter:
    """One article version, cut up. It depends on that alone, so it is kept from one publication to the next.

    For each of the `passages`, in their order, the `entries` that stand for it, and its `words` by number. `spelled` are
    all their words as they are written, by number.
    """

    passages: tuple[Passage, ...]
    entries: tuple[tuple[Entry, ...], ...]
    words: tuple[Numbers, ...]
    spelled: Numbers


def chapter(passages: Sequence[Passage], vocabulary: Vocabulary) -> Chapter:
    """A version's passages as a chapter; its words are taken up into the vocabulary."""
    texts = ["\n".join((p.in_context, *p.questions)) for p in passages]
    return Chapter(
        tuple(passages),
        tuple(
            (
                entry(p.in_context, is_question=False),
                *(entry(asked, is_question=True) for asked in dict.fromkeys(p.questions)),
            )
            for p in passages
        ),
        tuple(vocabulary.numbered(words(text)) for text in texts),
        vocabulary.numbered(word for text in texts for word in written(text)),
    )


class Corpus:
    """Passages with their words. `entries` are what is embedded, by key; `places` the passages that each stands for.

    `vocabulary` is the one that the chapters were made with.
    """

    def __init__(self, chapters: Iterable[Chapter], vocabulary: Vocabulary) -> None:
        filled = [one for one in chapters if one.passages]
        self.vocabulary = vocabulary
        self.passages = tuple(passage for one in filled for passage in one.passages)
        standing = [entries for one in filled for entries in one.entries]
        self.entries: Mapping[str, Entry] = {found.key: found for entries in standing for found in entries}
        places: dict[str, list[int]] = {}
        keys: dict[str, set[str]] = {}
        for place, (passage, entries) in enumerate(zip(self.passages, standing, strict=True)):
            for found in entries:
                places.setdefault(found.key, []).append(place)
                keys.setdefault(passage.audience, set()).add(found.key)
        self.places: Mapping[str, Sequence[int]] = places
        self._keys = keys
        self.lexical = LexicalIndex([numbers for one in filled for numbers in one.words], vocabulary)
        frequency = _frequency([one.spelled for one in filled], vocabulary)
        self.spelling = Spelling(frequency)
        self._in_use = self.lexical.words_held + len(frequency)  # at most: a word may be its own common form
        self._masks: dict[tuple[frozenset[str], str, date], Readable] = {}
        # All passages of a chapter have these in common: [n], from one for each chapter.
        each = [len(one.passages) for one in filled]
        heads = [one.passages[0] for one in filled]
        names = {slug: number for number, slug in enumerate(dict.fromkeys(p.article for p in heads))}
        self._article = np.repeat(np.array([names[p.article] for p in heads], dtype=np.int64), each)
        self._audience = np.repeat(np.array([p.audience for p in heads], dtype=np.str_), each)
        self._locale = np.repeat(np.array([p.locale for p in heads], dtype=np.str_), each)
        first = [(p.valid_from or date.min).toordinal() for p in heads]
        self._first = np.repeat(np.array(first, dtype=np.int64), each)
        last = [(p.valid_until or date.max).toordinal() for p in heads]
        self._last = np.repeat(np.array(last, dtype=np.int64), each)

    @property
    def is_crowded(self) -> bool:
        """Whether the vocabulary is mostly words of earlier publications, so that the next had better begin a new one."""
        return len(self.vocabulary) > 2 * self._in_use + MOST_UNUSED

    def keys_for(self, audience: str) -> AbstractSet[str]:
        """The keys of what was written for this audience: its part of the index."""
        return self._keys.get(audience, frozenset())

    def allowed(self, nearest: Iterable[tuple[str, float]], readable: Readable) -> Nearest:
        """Of keys and their cosines those that stand for something readable, as entries."""
        return [
            (self.entries[key], cosine)
            for key, cosine in nearest
            if any(readable.mask[place] for place in self.places.get(key, ()))
        ]

    def readable(self, audience: frozenset[str], locale: str, day: date) -> Readable:
        """What this audience may read on that day, each article in one language: the best one for this reader."""
        # Not an lru_cache of a bound method: it would hold us in a cycle, and a large corpus until that is collected.
        reader = (audience, locale, day)
        if reader not in self._masks:
            if len(self._masks) == MASKS_KEPT:
                self._masks.clear()
            self._masks[reader] = self._readable(*reader)
        return self._masks[reader]

    def _readable(self, audience: frozenset[str], locale: str, day: date) -> Readable:
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


def _frequency(spelled: Sequence[Numbers], vocabulary: Vocabulary) -> dict[str, int]:
    """How often each word is written."""
    known = list(vocabulary)
    counts = np.bincount(np.concatenate([np.zeros(0, dtype=np.int32), *spelled]), minlength=len(known))
    return {word: count for word, count in zip(known, counts.tolist(), strict=True) if count}
