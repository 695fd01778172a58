"""The gate: every sentence is checked before the customer reads it (law 5 and law 8).

It takes the model's text as it arrives, holds it back until a sentence is whole (`cutting.py`), and lets the sentence
through or cuts it. What speaks against a sentence is in `objections.py`, a table of rules. What goes through as a claim rests
on one passage, which is cited, or on a tool's result or a receipt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.cutting import LONGEST_SENTENCE, first_end
from agent.evidence import CITATION, Evidence, Objection, cited_in
from agent.objections import objection, sources_of
from agent.wording import content_words
from knowledge.search import Found

__all__ = ["LONGEST_ANSWER", "Cut", "Evidence", "Gate", "objection"]

LONGEST_ANSWER = 6_000  # characters
_EXPLAINED = 300  # characters of a cut sentence that are kept
_TOO_LONG = Objection("length", "the answer is too long already")
_SAID_ALREADY = Objection("repetition", "said already")


@dataclass(frozen=True)
class Cut:
    """A sentence that did not pass: `rule` is the id of what speaks against it, `why` says it in a few words."""

    sentence: str
    why: str
    rule: str = ""


@dataclass
class _Passed:
    """A sentence that passed, with the passages it cites, or those that we could cite for it, best first."""

    text: str
    numbers: list[int]
    sources: list[int]


class Gate:
    """Lets checked sentences through. How the text is divided into pieces makes no difference to what passes.

    `judged` is False for words that code has written from typed results and verbatim quotes: they only get their
    citations renumbered.
    """

    def __init__(self, evidence: Evidence, *, judged: bool = True) -> None:
        self.evidence = evidence
        self.judged = judged
        self.cuts: list[Cut] = []
        self._passed: list[_Passed] = []
        self._length = 0
        self._held = ""
        self._finished = False

    @property
    def text(self) -> str:
        """What the customer may read so far, with citations renumbered by first appearance."""
        marks, order = self._marks(), self._order()
        parts = []
        for passed, mark in zip(self._passed, marks, strict=True):
            text = CITATION.sub(lambda match: _renumbered(match, order), passed.text)
            if mark is not None:
                end = len(text.rstrip())
                text = f"{text[:end]} [{order.index(mark) + 1}]{text[end:]}"
            parts.append(text)
        return "".join(parts).strip()

    @property
    def cited(self) -> list[Found]:
        """The passages that citations 1, 2, … in `text` mean."""
        return [self.evidence.passages[number - 1] for number in self._order()]

    @property
    def passed(self) -> int:
        """How many sentences the customer may read."""
        return len(self._passed)

    def feed(self, piece: str) -> bool:
        """Take a piece of the model's text; True if a sentence went through."""
        before = len(self._passed)
        for start in range(0, len(piece), LONGEST_SENTENCE):
            self._held += piece[start : start + LONGEST_SENTENCE]
            self._release(whole=False)
        return len(self._passed) > before

    def hears_an_end(self, piece: str) -> bool:
        """Whether this piece would end a sentence, so that there is something to judge."""
        return first_end(self._held + piece, whole=False) is not None

    def finish(self, *, broken_off: bool = False) -> None:
        """No more text comes: judge what is held, or drop it if the model was cut off in the middle."""
        if broken_off:
            self._held = ""
        self._release(whole=True)
        self._finished = True

    def go_on(self) -> None:
        """More text comes after all: another reply, which begins a paragraph of its own."""
        if self._passed and "\n\n" not in self._passed[-1].text:
            self._passed[-1].text = f"{self._passed[-1].text.rstrip()}\n\n"
        self._finished = False

    def _release(self, *, whole: bool) -> None:
        while self._held and (end := first_end(self._held, whole=whole)):
            sentence, self._held = self._held[:end], self._held[end:]
            self._judge(sentence)

    def _judge(self, sentence: str) -> None:
        against: Objection | None = None
        if not self.judged:
            pass
        elif self._length > LONGEST_ANSWER:
            against = _TOO_LONG
            if self.cuts and self.cuts[-1].rule == against.rule:
                return
        elif content_words(sentence) and any(p.text.strip() == sentence.strip() for p in self._passed):
            against = _SAID_ALREADY
        else:
            against = objection(sentence, self.evidence)
        if against is not None:
            self.cuts.append(Cut(sentence.strip()[:_EXPLAINED], against.why, against.rule))
            # What follows still begins where it began: the line's end outlives the sentence.
            if "\n" in sentence and self._passed and "\n" not in self._passed[-1].text:
                self._passed[-1].text = self._passed[-1].text.rstrip() + _line_end(sentence)
            return
        # A bracketed number in words of code that names no passage is part of a product's name, not a citation.
        numbers = [n for n in cited_in(sentence) if 1 <= n <= len(self.evidence.passages)]
        sources = [] if numbers or not self.judged else sources_of(sentence, self.evidence)
        self._length += len(sentence)
        self._passed.append(_Passed(sentence, numbers, sources))

    def _marks(self) -> list[int | None]:
        """The citation to add to each sentence; none where the next citation stands for it as well, or still may."""
        marks: list[int | None] = []
        following: int | None = None
        for passed in reversed(self._passed):
            undecided = following is None and not self._finished
            if passed.sources and following not in passed.sources and not undecided:
                following = passed.sources[0]
                marks.append(following)
            else:
                marks.append(None)
            following = next(iter(passed.numbers), following)
        return marks[::-1]

    def _order(self) -> list[int]:
        """Numbers of the passages, as the model knows them, in the order in which they are cited."""
        shown = zip(self._passed, self._marks(), strict=True)
        return list(
            dict.fromkeys(n for passed, mark in shown for n in (*passed.numbers, *([mark] if mark else [])))
        )


def _line_end(sentence: str) -> str:
    return re.search(r"\s*\Z", sentence)[0]  # type: ignore[index]  # it always matches


def _renumbered(citation: re.Match[str], order: Sequence[int]) -> str:
    number = int(citation[1])
    return f" [{order.index(number) + 1}]" if number in order else citation[0]
