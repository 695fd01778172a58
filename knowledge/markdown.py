"""Markdown read: its blocks, its runs of prose, its links and tables, with exact places. How it is shown is `rendering.py`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Block:
    """A top-level block of a Markdown text, `text[start:end]`, without the blank lines around it.

    `kind`: heading, paragraph, list, table, quote, code, rule. `level` and `title` are set for headings.
    `cuts` are offsets where the block may be divided if it must: its list items or table rows after the
    first; for others its lines. `says_something`: whether it holds more than marks; code never does.
    """

    kind: str
    start: int
    end: int
    level: int = 0
    title: str = ""
    cuts: tuple[int, ...] = ()
    says_something: bool = True


_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "blockquote_open": "quote",
    "fence": "code",
    "code_block": "code",
    "hr": "rule",
}
_PIECES = {"list": "list_item_open", "table": "tr_open"}


def blocks(text: str) -> list[Block]:
    """The top-level blocks of a Markdown text, in order. Offsets are exact for every text and line ending."""
    tokens = parser().parse(text)
    lines = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    found = []
    for index, token in enumerate(tokens):
        if token.level or token.map is None or token.type not in _KINDS:
            continue
        kind = _KINDS[token.type]
        start, end = lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)]
        end = start + len(text[start:end].rstrip())
        if kind == "heading":
            inline = tokens[index + 1]
            found.append(
                Block(kind, start, end, level=int(token.tag[1:]), title=_plain(inline.children or []))
            )
            continue
        # Only what the block itself holds is looked at: else the time would grow with the square of the blocks.
        wanted = _PIECES.get(kind)
        inside = _inside(tokens, index)
        says = any(_plain(piece.children or []).strip() for piece in inside if piece.type == "inline")
        cuts = {
            lines[piece.map[0]]
            for piece in inside
            if piece.map and piece.type == wanted and (kind != "list" or piece.level == 1)
        } or set(lines[token.map[0] : token.map[1]])
        within = tuple(sorted(cut for cut in cuts if start < cut < end))
        found.append(Block(kind, start, end, cuts=within, says_something=says))
    return found


def plain(text: str) -> str:
    """The words of a Markdown text without its marks, one line a block."""
    inlines = [token.children or [] for token in parser().parse(text) if token.type == "inline"]
    return "\n".join(_plain(children) for children in inlines)


@dataclass(frozen=True)
class Piece:
    """A run of prose that is read as one: a paragraph, a list item or a table row; `text[start:end]`.

    `headings` stand above it, `lead_in` is what introduces it (the line before a list, the item around a nested one),
    `header` and `cells` are set for a row of a table, plain.
    """

    kind: str
    start: int
    end: int
    headings: tuple[str, ...]
    lead_in: str = ""
    header: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def pieces(text: str) -> list[Piece]:
    """Paragraphs, list items, table rows and headings of a Markdown text, in order; code is left out."""
    return _PieceReader(text).read()


class _PieceReader:
    """Walks the tokens of a text once and keeps what stands around the one it is at."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = parser().parse(text)
        self._lines = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
        self._found: list[Piece] = []
        self._headings: list[tuple[int, str]] = []
        self._leads: list[str] = []  # what introduces each list that is open
        self._lead = ""  # what introduces the next list or table
        self._header: tuple[str, ...] = ()
        self._row: list[str] = []

    def read(self) -> list[Piece]:
        for index, token in enumerate(self._tokens):
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                self._leads.append(self._lead)
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                self._leads.pop()
                self._lead = ""
            elif token.type == "tr_open":
                self._row = []
            elif token.type == "tr_close":
                self._end_row(index)
            elif token.type == "table_close":
                self._header, self._lead = (), ""
            elif token.type == "inline":
                self._content(token, self._tokens[index - 1])
        return self._found

    @property
    def _path(self) -> tuple[str, ...]:
        return tuple(title for _, title in self._headings if title)

    def _end_row(self, index: int) -> None:
        if not self._header:
            self._header = tuple(self._row)
            return
        start, end = _lines_of(self._text, self._lines, _opening(self._tokens, index).map)
        self._found.append(Piece("row", start, end, self._path, self._lead, self._header, tuple(self._row)))

    def _content(self, token: Token, opening: Token) -> None:
        words = _plain(token.children or [])
        if opening.type in {"th_open", "td_open"}:
            self._row.append(words)
        elif opening.type == "heading_open":
            level = int(opening.tag[1:])
            start, end = _lines_of(self._text, self._lines, token.map)
            self._headings = [entry for entry in self._headings if entry[0] < level]
            self._found.append(Piece("heading", start, end, self._path))
            self._headings.append((level, words))
            self._lead = ""
        else:
            start, end = _content_span(self._text, self._lines, token)
            kind, lead = ("item", self._leads[-1]) if self._leads else ("paragraph", "")
            self._found.append(Piece(kind, start, end, self._path, lead))
            self._lead = words if self._leads or words.endswith(":") else ""


@dataclass(frozen=True)
class Link:
    """A link of a Markdown text: where it leads, and the span of the block that holds it."""

    address: str
    start: int
    end: int


def links(text: str) -> list[Link]:
    """The links of a Markdown text, in order, as their author wrote the addresses (percent-encoding apart)."""
    tokens = parser().parse(text)
    lines = [0, *(match.end() for match in LINE_END.finditer(text)), len(text)]
    found = []
    block = (0, len(text))
    for token in tokens:
        if token.map and token.type != "inline":
            block = _lines_of(text, lines, token.map)
        found += [
            Link(str(child.attrs.get("href", "")), *block)
            for child in token.children or []
            if child.type == "link_open"
        ]
    return found


def _opening(tokens: Sequence[Token], closing: int) -> Token:
    level = tokens[closing].level
    return next(token for token in reversed(tokens[:closing]) if token.level == level and token.nesting == 1)


def _lines_of(text: str, lines: Sequence[int], span: Sequence[int] | None) -> tuple[int, int]:
    """The characters of whole lines, without the white space around them."""
    first, last = span or (0, len(lines) - 1)
    start, end = lines[first], lines[min(last, len(lines) - 1)]
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _content_span(text: str, lines: Sequence[int], token: Token) -> tuple[int, int]:
    """Where the content of an inline token stands, without the marks of its list or quote."""
    start, end = _lines_of(text, lines, token.map)
    written = [line.strip() for line in token.content.splitlines() if line.strip()]
    if not written:
        return start, end
    at = text.find(written[0], start, end)
    until = text.rfind(written[-1], start, end)
    return (at if at >= 0 else start), (until + len(written[-1]) if until >= 0 else end)


def table_rows(text: str) -> list[list[str]]:
    """The cells of a Markdown table as its author wrote them, header first; empty for a text that is none."""
    rows: list[list[str]] = []
    tokens = parser().parse(text)
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(tokens[index + 1].content)
    return rows


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser of articles: CommonMark with tables and strikethrough, without raw HTML and images."""
    made = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])
    made.inline.ruler.at("image", _image_as_text)
    return made


def _image_as_text(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001 - the vendor's signature
    """`![words](address)` is skipped as an image: the `!` is dropped and the rest read as a link."""
    if not state.src.startswith("![", state.pos):
        return False
    state.pos += 1
    return True


def _plain(children: Sequence[Token]) -> str:
    words = [
        " " if child.type in {"softbreak", "hardbreak"} else child.content
        for child in children
        if child.type in {"text", "code_inline", "softbreak", "hardbreak"}
    ]
    return "".join(words).strip()


def _inside(tokens: Sequence[Token], index: int) -> list[Token]:
    """The tokens between an opening token and its close."""
    inside = []
    for place in range(index + 1, len(tokens)):
        if tokens[place].level == tokens[index].level:
            break
        inside.append(tokens[place])
    return inside
