"""Which part of a sentence a figure belongs to, and a text without its figures."""

import re
from itertools import pairwise

from knowledge.checking.measures import Quantity

# Where a sentence with two figures of one measure is cut between them, the strongest mark first.
_CUTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r";\s",
        r",?\s+(?:but|while|whereas)\s",
        r",\s+(?:and|or)\s",
        r",\s",
        r"\s(?:and|or)\s",
        r"[:(/]\s*",
    )
)
# Where a clause ends whatever is measured: someone else does something else.
_TURN = re.compile(
    r";\s|,\s+(?:but|while|whereas)\s|,?\s+(?:and|so|because)\s(?=(?:we|you|it|they|there|I|the|(?:is|are) closed)\b)|,\s+(?:so|because|which)\s",
    re.IGNORECASE,
)


def clause_of(text: str, quantity: Quantity, alike: list[Quantity]) -> tuple[int, int]:
    """The part of a sentence that belongs to a figure, where there are several alike."""
    place = alike.index(quantity)
    start, end = 0, len(text)
    for before, after in pairwise(alike[: place + 1]):
        cut = _cut(text, before.end, after.start)
        start = cut[1] if cut else start
    for before, after in pairwise(alike[place:]):
        cut = _cut(text, before.end, after.start)
        if cut:
            end = cut[0]
            break
    return start, end


def turned(text: str, quantity: Quantity, start: int, end: int) -> tuple[int, int]:
    """The clause cut off where the sentence turns to something else before or after the figure."""
    before = [match.end() for match in _TURN.finditer(text, start, quantity.start)]
    after = _TURN.search(text, quantity.end, end)
    return (before[-1] if before else start), (after.start() if after else end)


def _cut(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where the text between two figures is best divided: the end of the one part and the start of the next."""
    for cut in _CUTS:
        found = cut.search(text, start, end)
        if found:
            return found.start(), found.end()
    return None


def without(text: str, start: int, end: int, left_out: list[Quantity]) -> str:
    """A part of a text, "#" instead of some of its figures."""
    for quantity in sorted(left_out, key=lambda q: q.start, reverse=True):
        text = text[: quantity.start] + " # " + text[quantity.end :]
        end -= quantity.end - quantity.start - 3
    return " ".join(text[start:end].split())
