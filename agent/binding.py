"""Whether a figure is told of what its source tells it of: "Norway takes 3 days" where that is Ireland's row.

A source is divided into statements: cells of a table with their row and column heads, list items, sentences, and within
a sentence the parts that have a figure each. Of two statements, the words and figures that only one of them has tell
which of the two a sentence speaks of. Careful on purpose: it objects only where another statement fits better.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from agent.figures import figures
from agent.wording import capitalised, content_words
from knowledge.sentences import sentence_spans

_CONJUNCTION = r"(?:and|but|or|while|whereas)\b"
# Where a new statement may begin inside a sentence; it does only if both sides have a figure.
_JOINT = re.compile(rf"[,;:](?=\s)(?:\s+{_CONJUNCTION})?|\s{_CONJUNCTION}|[()]", re.IGNORECASE)
_LEADS_ON = re.compile(rf";|[,:]\s+{_CONJUNCTION}", re.IGNORECASE)
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*")
_HALF = 0.5  # of the words that tell a statement from another; from there on a sentence speaks of it
_SUBJECT = 3  # words in which it is looked for
_SIZE = re.compile(r"\b(?:XXL|XL|XS|[SML])\b")  # of clothes
# In "3 days" the days are the figure's, whatever it is told of.
_UNITS = content_words(
    "days weeks months years hours minutes euros pounds dollars percent working business calendar"
)


@dataclass(frozen=True)
class _Statement:
    sentence: int  # which of the text's sentences, cells or list items it is in
    leads: bool  # the first of several in its sentence: how it begins may hold for those that follow, too
    words: frozenset[str]
    frame: frozenset[str]  # words with which its sentence begins, for all its parts
    names: frozenset[
        str
    ]  # those of its words that are names, sizes, or figures in a row's head: each tells by itself
    subject: str  # the first of its words that has a meaning, if its sentence begins with it
    figures: frozenset[str]


def misplaced(sentence: str, source: str) -> set[str]:
    """The exact figures of the sentence that the source has only for something else.

    Figures that it does not have at all are not looked at. `source` is Markdown, its lines as they were.
    """
    known = [statement for statement in _statements(source) if statement.figures]
    wrong: set[str] = set()
    for part in _statements(sentence, exact=True):
        for figure in part.figures:
            said = (part.words | part.figures) - {figure}
            homes = [statement for statement in known if figure in statement.figures]
            others = [statement for statement in known if figure not in statement.figures]
            if homes and all(any(_fits_better(said, other, home) for other in others) for home in homes):
                wrong.add(figure)
    return wrong


def _fits_better(said: frozenset[str], other: _Statement, home: _Statement) -> bool:
    together = other.sentence == home.sentence
    in_other, at_home = (
        (other.words, home.words) if together else (other.words | other.frame, home.words | home.frame)
    )
    of_other, of_home = in_other - at_home, at_home - in_other
    # "Jackets can be returned within 30 days, shoes within 14 days" does not say that shoes can within 30 days.
    if together and of_other and of_other <= said and of_home - said:
        return True
    if of_home & said:
        return False
    # "Our 3-layer jackets have 20,000 mm and our 2.5-layer jackets 10,000 mm": another figure tells which is meant.
    if together and (other.figures - home.figures) & said and not (home.figures - other.figures) & said:
        return True
    if (other.names - at_home) & said or (not together and other.subject in of_other & said):
        return True
    # "Standard delivery takes 2 days in Ireland, 3 days in Malta": "standard delivery" tells neither from the other.
    if together and other.leads:
        return False
    hits = of_other & said
    return bool(hits) and len(hits) >= _HALF * len(of_other)


@lru_cache(maxsize=512)  # each sentence of an answer is laid beside the same passages
def _statements(text: str, *, exact: bool = False) -> tuple[_Statement, ...]:
    result = []
    for number, (sentence, row) in enumerate(_sentences(text)):
        parts = _parts(sentence)
        frame: frozenset[str] = frozenset()
        for place, part in enumerate(parts):
            head = figures(row)
            sizes = frozenset(size.lower() for size in _SIZE.findall(part))
            words = frozenset(content_words(part) - _UNITS | head | sizes)
            names = words & (content_words(" ".join(capitalised(part))) | head | sizes)
            first = next(
                (stem for stem in map(content_words, part.split()[:_SUBJECT]) if stem), frozenset[str]()
            )
            subject = next(iter(first - _UNITS), "")
            if place == 0:
                frame = words - names
            leads = place == 0 and len(parts) > 1
            told = frozenset(
                figure for figure in figures(part, exact=exact) if not figure.startswith("weekday")
            )
            result.append(_Statement(number, leads, words, frame, names, subject, told))
    return tuple(result)


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """Sentences, list items, and the cells of tables with the heads of row and column; and the head of the row apart."""
    heads: list[str] = []
    for line, following in pairwise([*text.split("\n"), ""]):
        if not line.lstrip().startswith("|"):
            heads = []
            yield from ((line[start:end], "") for start, end in sentence_spans(line))
        elif _RULE.fullmatch(following):
            heads = _cells(line)
        elif not _RULE.fullmatch(line):
            row, *cells = _cells(line)
            for place, cell in enumerate(cells or [""], start=1):
                column = heads[place] if place < len(heads) else ""
                yield f"{column} | {row} | {cell}", row


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _parts(sentence: str) -> list[str]:
    """The sentence divided so that each part has a figure, if one has."""
    if "|" in sentence:
        return [sentence]
    edges = [0, *(match.start() for match in _JOINT.finditer(sentence)), len(sentence)]
    parts, ahead = [""], ""
    for start, end in pairwise(edges):
        piece = ahead + sentence[start:end]
        ahead = ""
        if not figures(parts[-1]):
            parts[-1] += piece
        elif figures(piece):
            parts.append(piece)
        elif _LEADS_ON.match(piece):
            ahead = piece  # "…, and in Norway, 9 days"
        else:
            parts[-1] += piece  # "3 days to Ireland and Malta, …"
    parts[-1] += ahead
    return parts
