"""Mends misspelt words of a question by the words of the articles. The only door to rapidfuzz."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Self

from knowledge.lexical import forms, words

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SHORTEST, LONGEST = 4, 30  # letters; a shorter word is one slip away from too many others
LONG = 8  # letters from which two slips may be mended
REMEMBERED = 10_000  # words that were looked up


def written(text: str) -> list[str]:
    """Its words as they are written, lower-case."""
    return _LETTERS.findall(text.lower())


class Spelling:
    """The words of some texts, and which of them a misspelt word means.

    That is the one the fewest slips away, of equal ones the most frequent. A slip is a letter left out, put in or taken
    for another, or two neighbours swapped (the optimal string alignment distance, Damerau 1964): one slip in a word of 4
    to 7 letters, two from 8. The first letter must be right, or swapped with the second.
    """

    def __init__(self, frequency: Mapping[str, int]) -> None:
        """Takes the words, as `written` gives them, and how often each occurs."""
        self._frequency = frequency
        self._forms = forms(self._frequency)
        # By first letter and length: of 100,000 words, only some thousands are compared.
        self._shelves: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._frequency:
            if word.isalpha():
                self._shelves[word[0], len(word)].append(word)
        self._meant: dict[str, str | None] = {}

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Of texts that were not read before."""
        return cls(Counter(word for text in texts for word in written(text)))

    def holds(self, word: str) -> bool:
        """Whether the texts have this word, in any form."""
        return self._knows(word.lower(), frozenset())

    def mend(self, text: str, real: frozenset[str]) -> str:
        """The text with what can only be slips replaced; `real` are the common forms of words that are none.

        Without these, "boats" would become "boots" where no article speaks of boats. A capital inside a sentence marks
        a name, which is left alone.
        """
        shouted = text.isupper()

        def instead(match: re.Match[str]) -> str:
            written = match.group()
            word = written.lower()
            if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or self._knows(word, real):
                return written
            if written[0].isupper() and not shouted and _inside_sentence(text[: match.start()]):
                return written
            if word not in self._meant:
                if len(self._meant) == REMEMBERED:
                    self._meant.clear()
                self._meant[word] = self._nearest(word)
            return self._meant[word] or written

        return _LETTERS.sub(instead, text)

    def _knows(self, word: str, real: frozenset[str]) -> bool:
        """Whether it is a word, in any form; one that says nothing (a stop word) always is."""
        return all(form in self._forms or form in real for form in words(word))

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        slips = 2 if len(word) >= LONG else 1
        swapped = word[1] + word[0]
        found: list[tuple[float, int, str]] = []
        for first in {word[0], word[1]}:
            for length in range(len(word) - slips, len(word) + slips + 1):
                shelf = self._shelves.get((first, length), ())
                for other, distance, _ in extract(
                    word, shelf, scorer=OSA.distance, score_cutoff=slips, limit=None
                ):
                    if other[0] == word[0] or other.startswith(swapped):
                        found.append((distance, -self._frequency[other], other))
        return min(found)[2] if found else None


def _inside_sentence(before: str) -> bool:
    """Whether what comes after this text goes on with a sentence."""
    before = before.rstrip(" \t\"'“‘(*-")
    return before != "" and before[-1] not in ".!?:…\n"
