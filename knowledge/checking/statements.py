"""What an article states: sentences, list items and table cells, each with what stands around it."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.articles import Article
from knowledge.checking.findings import Place
from knowledge.checking.measures import Quantity
from knowledge.checking.quantities import quantities
from knowledge.checking.wording import Token, tokens
from knowledge.markdown import Piece, pieces, plain
from knowledge.sentences import sentence_spans

REMEMBERED = 2_000  # articles, some 100 MB

_POINTS_BACK = re.compile(r"^(?:it|this|that|these|those|they|he|she|both|the same)\b", re.IGNORECASE)
_NUMBER_ONLY = re.compile(r"^\s*\d+(?:[.,]\d+)?(?:\s*(?:-|–|—|to)\s*\d+(?:[.,]\d+)?)?\s*$")
_UNIT_IN_HEADER = re.compile(
    r"(?P<sign>[€$£%])|\b(?P<word>(?:working |business )?(?:minutes|hours|days|nights|weeks|months|years)|euros?|percent"
    r"|EUR|USD|GBP|CHF|kg|km|cm|mm|GB|MB|Mbps|Mbit/s)\b"
)
_LABEL = re.compile(r"^(?P<label>[^:.?!]{2,50}):\s+\S")


@dataclass(frozen=True)
class Statement:
    """One sentence, item or cell, in plain words. `lead` is what it continues or answers, `label` what a row or item
    is about; `group` is the same for parallel statements: the rows of one table, the items of one list.
    """

    article: Article
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    lead: str = ""
    label: str = ""
    group: int = -1

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The figures in it, in order."""
        return tuple(quantities(self.text))

    @cached_property
    def place(self) -> Place:
        """Where it stands."""
        return Place.of(self.article, self.start, self.end, self.headings[-1] if self.headings else "")

    @cached_property
    def words(self) -> frozenset[str]:
        """The concepts of its own words."""
        return concepts(self.text)

    @cached_property
    def context(self) -> frozenset[str]:
        """The concepts of what stands around it: the title, the headings, the lead."""
        return concepts(" . ".join((self.article.title, *self.headings, self.lead)))

    @property
    def surroundings(self) -> tuple[str, ...]:
        """What says what it is about if its own words do not, the nearest first."""
        return (self.lead, *reversed(self.headings), self.article.title)


def concepts(text: str) -> frozenset[str]:
    """What the words of a text stand for, figures apart."""
    return frozenset(token.concept for token in tokens(text) if _says_something(token))


def _says_something(token: Token) -> bool:
    return not token.concept[0].isdigit()


_known: OrderedDict[str, tuple[Statement, ...]] = OrderedDict()


def statements(article: Article) -> tuple[Statement, ...]:
    """What an article states, in order. Those of the articles seen last are remembered by their fingerprint."""
    key = article.fingerprint
    found = _known.get(key)
    if found is None:
        found = _known[key] = tuple(_read(article))
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return found


def _read(article: Article) -> Iterator[Statement]:
    group = 0
    last: Piece | None = None
    for piece in pieces(article.body):
        parallel = last and piece.kind == last.kind and piece.kind in {"row", "item"}
        if not (parallel and last and (piece.lead_in, piece.headings) == (last.lead_in, last.headings)):
            group += 1
        last = piece
        if piece.kind == "row":
            yield from _cells(article, piece, group)
        elif piece.kind != "heading":
            yield from _sentences(article, piece, group if piece.kind == "item" else -1)


def _sentences(article: Article, piece: Piece, group: int) -> Iterator[Statement]:
    """The sentences of a paragraph or item. A question is no statement, but what answers it is about it."""
    before, asked = "", ""
    for start, end in sentence_spans(article.body[piece.start : piece.end]):
        start, end = piece.start + start, piece.start + end  # noqa: PLW2901 - from the piece's offsets to the body's
        text = " ".join(plain(article.body[start:end]).split())
        if text.endswith("?"):
            asked = text
        elif text:
            back = before if _POINTS_BACK.match(text) else ""
            label = _LABEL.match(text)
            lead = " ".join(filter(None, (piece.lead_in, asked, back)))
            yield Statement(
                article, start, end, text, piece.headings, lead, label["label"] if label else "", group
            )
        before = text


def _cells(article: Article, piece: Piece, group: int) -> Iterator[Statement]:
    """A row of a table as one statement for each cell: what the row is about, the column, and what the cell says."""
    row = [(head.strip(), cell.strip()) for head, cell in zip(piece.header, piece.cells, strict=False)]
    named = [cell for place, (_, cell) in enumerate(row) if place == 0 or (cell and not quantities(cell))]
    for place, (head, cell) in enumerate(row):
        if place == 0 or not cell:
            continue
        labels = [name for name in named if name != cell]
        label = ", ".join(labels)
        value = _with_unit(cell, head)
        text = f"{label}: {head}: {value}" if head else f"{label}: {value}"
        yield Statement(article, piece.start, piece.end, text, piece.headings, piece.lead_in, label, group)


def _with_unit(cell: str, head: str) -> str:
    """A bare number takes its unit from the head of its column: "Price in €" over "4.95"."""
    unit = _UNIT_IN_HEADER.search(head) if _NUMBER_ONLY.match(cell) else None
    return f"{cell} {unit['sign'] or unit['word']}" if unit else cell


def rivals(found: Sequence[Statement]) -> set[frozenset[str]]:
    """Pairs of concepts that an author sets against each other: labels of rows of one table or items of one list.

    Where one text speaks of phones and the other of laptops, and a table has a row for each, they speak of two things.
    """
    groups: dict[int, list[frozenset[str]]] = {}
    for statement in found:
        if statement.label and statement.group >= 0:
            labels = groups.setdefault(statement.group, [])
            label = concepts(statement.label)
            if label not in labels:
                labels.append(label)
    return {
        frozenset((one, other))
        for labels in groups.values()
        for place, a in enumerate(labels)
        for b in labels[:place]
        for one in a - b
        for other in b - a
    }
