"""Cuts an article into passages: the pieces that are found, cited and quoted."""

import hashlib
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from knowledge.articles import Article, Passage
from knowledge.markdown import Block, blocks
from knowledge.sentences import sentence_spans

# About 150 word pieces, so that a passage with its title and headings fits the embedder's 256 whole.
MAX_WORDS = 110
_WORD = re.compile(r"\w+(?:[.,:’'-]\w+)*")
_ONLY_POINTS_ELSEWHERE = re.compile(r"\W*(see also|read more|related|more about)\b", re.IGNORECASE)
_LINK = re.compile(r"\[[^\]]*\]\([^)]*\)|\band\b|\bor\b|[\s,.;:*-]+", re.IGNORECASE)


@dataclass
class _Unit:
    """Blocks that belong together (a list with its lead-in), and where they may be divided if too long."""

    start: int
    end: int
    cuts: tuple[int, ...]


def split(article: Article, version: int) -> list[Passage]:
    """The passages of an article version, in order; `body[start:end] == text` for each.

    A passage keeps to one heading and has at most `MAX_WORDS` words. Blocks stay whole; only a block that
    alone is longer is divided, between list items, table rows, sentences or lines.
    """
    body = article.body
    result = []
    for heading_path, section in _sections(blocks(body)):
        for start, end in _pack(body, _units(body, section)):
            text = body[start:end]
            result.append(
                Passage(
                    article=article.slug,
                    version=version,
                    title=article.title,
                    heading_path=heading_path,
                    text=text,
                    start=start,
                    end=end,
                    hash=text_hash(text),
                    locale=article.locale,
                    audience=article.audience,
                    valid_from=article.valid_from,
                    valid_until=article.valid_until,
                )
            )
    return _with_questions(article, result)


def text_hash(text: str) -> str:
    """The hash by which a citation tells that it still shows the words it was made for."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def only_points_elsewhere(text: str) -> bool:
    """Whether a text is a bare "See also …": it leads on to other articles and answers nothing itself."""
    match = _ONLY_POINTS_ELSEWHERE.match(text)
    return match is not None and not _LINK.sub("", text[match.end() :])


def _with_questions(article: Article, passages: list[Passage]) -> list[Passage]:
    """Each passage with the questions of its headings, and those to the article as a whole."""
    if not article.questions:
        return passages
    return [
        replace(
            passage,
            questions=tuple(
                question
                for heading in ("", *passage.heading_path)
                for question in article.questions.get(heading, ())
            ),
        )
        for passage in passages
    ]


def word_count(text: str) -> int:
    """Words as a reader counts them; 14:00 and free-standing are one each."""
    return len(_WORD.findall(text))


def _sections(found: list[Block]) -> list[tuple[tuple[str, ...], list[Block]]]:
    """Blocks under their heading paths."""
    path: list[tuple[int, str]] = []
    sections: list[tuple[tuple[str, ...], list[Block]]] = [((), [])]
    for block in found:
        if block.kind == "heading":
            path = [entry for entry in path if entry[0] < block.level]
            path.append((block.level, block.title))
            sections.append((tuple(title for _, title in path if title), []))
        elif block.kind != "rule":
            sections[-1][1].append(block)
    return sections


def _units(body: str, section: list[Block]) -> list[_Unit]:
    units: list[_Unit] = []
    lead_in = False
    for block in section:
        text = body[block.start : block.end]
        if not block.says_something or only_points_elsewhere(text):
            lead_in = False
            continue
        cuts = block.cuts
        if block.kind == "paragraph":
            cuts = tuple(block.start + start for start, _ in sentence_spans(text)[1:]) or block.cuts
        if lead_in and block.kind != "paragraph":
            units[-1] = _Unit(units[-1].start, block.end, (*units[-1].cuts, *cuts))
        else:
            units.append(_Unit(block.start, block.end, cuts))
        lead_in = block.kind == "paragraph" and text.endswith(":")
    return units


def _pack(body: str, units: list[_Unit]) -> list[tuple[int, int]]:
    """Neighbouring units joined as long as they stay within the limit; longer ones divided at their cuts."""
    spans: list[tuple[int, int]] = []
    for unit in units:
        whole = word_count(body[unit.start : unit.end]) <= MAX_WORDS
        edges = [unit.start, *(() if whole else unit.cuts), unit.end]
        for start, end in pairwise(edges):
            end = start + len(body[start:end].rstrip())  # noqa: PLW2901 - the cut's own white space is nobody's text
            if spans and word_count(body[spans[-1][0] : end]) <= MAX_WORDS:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans
