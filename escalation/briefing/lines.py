"""The lines of a briefing: their parts in reading order, who may read them, and how many are read at a glance."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

QUOTE = 24  # words of a message that a line may quote

# What is read in 15 seconds: adults read 238 words a minute silently (Brysbaert, "How many words do we read per minute?",
# Journal of Memory and Language 109, 2019).
AT_A_GLANCE = 60  # words


class Part(StrEnum):
    """What a line tells, most important first."""

    CORRECTION = "correction"
    NOTE = "note"
    BRIEF = "brief"
    NEXT_STEP = "next_step"
    PROPOSED = "proposed"
    DONE = "done"
    PROMISED = "promised"
    FEELING = "feeling"
    STAKES = "stakes"
    FACTS = "facts"
    UNANSWERED = "unanswered"
    WANTS = "wants"
    CAME_WITH = "came_with"
    LAST_WORDS = "last_words"
    TRIED = "tried"


# A customer reads what was passed on of their matter: nobody's notes, no judgement of their feelings, no advice to staff.
# Their own words as such stand in the thread before them.
FOR_CUSTOMER = frozenset(
    {
        Part.CORRECTION,
        Part.BRIEF,
        Part.PROPOSED,
        Part.DONE,
        Part.PROMISED,
        Part.FACTS,
        Part.UNANSWERED,
        Part.WANTS,
        Part.TRIED,
    }
)


class Author(StrEnum):
    """Who wrote a line."""

    CODE = "code"
    MODEL = "model"


@dataclass(frozen=True)
class Line:
    """One line. `sources` are the ids of the messages that it rests on."""

    part: Part
    label: str
    text: str
    sources: tuple[str, ...]
    by: Author = Author.CODE

    @property
    def id(self) -> str:
        """Names the line as it was read: another text has another id."""
        return hashlib.sha256(f"{self.part}\n{self.text}".encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the inverse."""
        return {
            "part": self.part.value,
            "label": self.label,
            "text": self.text,
            "sources": list(self.sources),
            "by": self.by.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError for what `to_json` did not write."""
        return cls(
            Part(data["part"]), data["label"], data["text"], tuple(data["sources"]), Author(data["by"])
        )


def in_order(lines: Sequence[Line]) -> list[Line]:
    """The lines by their parts; those of one part stay as they come."""
    places = list(Part)
    return sorted(lines, key=lambda line: places.index(line.part))


def at_a_glance(lines: Sequence[Line]) -> int:
    """How many of the lines are read within `AT_A_GLANCE` words; the first one in any case."""
    words = 0
    for count, line in enumerate(lines):
        words += len(f"{line.label} {line.text}".split())
        if words > AT_A_GLANCE and count:
            return count
    return len(lines)


def quote(text: str, words: int = QUOTE) -> str:
    """The text in quotation marks, on one line, its beginning if it is long; a word without end is left out."""
    said = re.sub(r"\S{60,}", "…", text).split()
    return f"“{' '.join(said)}”" if len(said) <= words else f"“{' '.join(said[:words])} …”"
