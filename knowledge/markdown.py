"""Markdown: its blocks, and safe HTML of it. The only door to markdown_it and nh3.

Two fences, each enough by itself: raw HTML is off in the parser, and what it renders is cleaned against a
short list of elements and attributes. Nobody's text can bring an image, a script, a style, an id or a class.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_CITATION = re.compile(r"\[([0-9]{1,3})\]")
_LINE_END = re.compile(r"\r\n|\r|\n")


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
    tokens = _parser().parse(text)
    lines = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
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
    inlines = [token.children or [] for token in _parser().parse(text) if token.type == "inline"]
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
        self._tokens = _parser().parse(text)
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
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
    tokens = _parser().parse(text)
    lines = [0, *(match.end() for match in _LINE_END.finditer(text)), len(text)]
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
    tokens = _parser().parse(text)
    for index, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(tokens[index + 1].content)
    return rows


def render(text: str) -> str:
    """An article's Markdown as safe HTML."""
    return _clean(_parser().render(text))


def render_cited(body: str, start: int, end: int, anchor: str) -> str:
    """An article as safe HTML with the blocks of `body[start:end]` in one marked section with that id."""
    parser = _parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(body, environment)
    lines = [0, *(match.end() for match in _LINE_END.finditer(body)), len(body)]
    before, cited, after = [], [], []
    for block in _top_level(tokens):
        opening = block[0].map or [0, 0]
        block_start, block_end = lines[opening[0]], lines[min(opening[1], len(lines) - 1)]
        if block_end <= start:
            before += block
        elif block_start >= end:
            after += block
        else:
            cited += block
    parts = [
        _clean(parser.renderer.render(part, parser.options, environment)) for part in (before, cited, after)
    ]
    opening_tag = f'<section class="cited" id="{html.escape(anchor)}" aria-label="Cited passage">'
    return f"{parts[0]}{opening_tag}\n{parts[1]}</section>\n{parts[2]}"


def render_message(text: str, citation_urls: Mapping[int, str]) -> str:
    """A chat message as safe HTML; `[1]` becomes a link where the citation 1 is known, and stays text elsewhere.

    Headings are off: a customer who writes "# 4711" means a number.
    """
    parser = _message_parser()
    environment: dict[str, object] = {}
    tokens = parser.parse(text, environment)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = _with_citations(token.children, citation_urls)
    rendered = parser.renderer.render(tokens, parser.options, environment)
    return _clean(rendered, classes={"a": {"cite"}})


def _with_citations(children: Sequence[Token], urls: Mapping[int, str]) -> list[Token]:
    """Inline tokens with the known `[n]` of plain text, outside links and code, made into links."""
    result: list[Token] = []
    in_link = 0
    for token in children:
        in_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text_special":  # an escape
            token = _text(token.content)  # noqa: PLW2901 - the renderer knows no other text
            result.append(token)
            continue
        if token.type != "text" or in_link:
            result.append(token)
            continue
        position = 0
        for match in _CITATION.finditer(token.content):
            url = urls.get(int(match[1]))
            if url is None:
                continue
            result.append(_text(token.content[position : match.start()]))
            attributes: dict[str, str | int | float] = {
                "class": "cite", "href": url, "title": f"Source {int(match[1])}",
            }  # fmt: skip
            result += [
                Token("link_open", "a", 1, attrs=attributes),
                _text(match[1]),
                Token("link_close", "a", -1),
            ]
            position = match.end()
        result.append(_text(token.content[position:]))
    return result


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _clean(rendered: str, *, classes: dict[str, set[str]] | None = None) -> str:
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=classes or {},
        url_schemes=_SCHEMES,
        link_rel="noopener",
        strip_comments=True,
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.at("image", _image_as_text)
    return parser


@lru_cache(maxsize=1)
def _message_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    # A definition "[1]: address" in a text would turn citation 1 into a link of the writer's choice.
    parser.disable(["image", "reference", "heading", "lheading", "code"])
    # What is written as an escape (`\[1]`, `&#91;1]`) stays a token of its own, so that it is never a citation.
    parser.disable(["text_join"])
    return parser


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


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each top-level block."""
    result: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            result.append([])
        result[-1].append(token)
    return result


def _inside(tokens: Sequence[Token], index: int) -> list[Token]:
    """The tokens between an opening token and its close."""
    inside = []
    for place in range(index + 1, len(tokens)):
        if tokens[place].level == tokens[index].level:
            break
        inside.append(tokens[place])
    return inside
