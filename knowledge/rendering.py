"""Markdown shown: articles and chat messages as safe HTML. The only door to nh3.

Two fences, each enough by itself: raw HTML is off in the parser, and what it renders is cleaned against a
short list of elements and attributes. Nobody's text can bring an image, a script, a style, an id or a class.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.markdown import LINE_END, parser

_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_CITATION = re.compile(r"\[([0-9]{1,3})\]")


def render(text: str) -> str:
    """An article's Markdown as safe HTML."""
    return _clean(parser().render(text))


def render_cited(body: str, start: int, end: int, anchor: str) -> str:
    """An article as safe HTML with the blocks of `body[start:end]` in one marked section with that id."""
    made = parser()
    environment: dict[str, object] = {}
    tokens = made.parse(body, environment)
    lines = [0, *(match.end() for match in LINE_END.finditer(body)), len(body)]
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
    parts = [_clean(made.renderer.render(part, made.options, environment)) for part in (before, cited, after)]
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
def _message_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    # A definition "[1]: address" in a text would turn citation 1 into a link of the writer's choice.
    parser.disable(["image", "reference", "heading", "lheading", "code"])
    # What is written as an escape (`\[1]`, `&#91;1]`) stays a token of its own, so that it is never a citation.
    parser.disable(["text_join"])
    return parser


def _top_level(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each top-level block."""
    result: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            result.append([])
        result[-1].append(token)
    return result
