"""What a citation's link points at: the cited words, and what the article says in their place today."""

import re
from dataclasses import dataclass

from knowledge.live import passages_of
from knowledge.passages import text_hash
from knowledge.records import ArticleVersion
from knowledge.rendering import render

_SPAN = re.compile(r"(\d{1,7})-(\d{1,7})")


@dataclass(frozen=True)
class Cited:
    """`body[start:end]` of a version, under the headings that lead to it."""

    start: int
    end: int
    heading_path: tuple[str, ...]
    text: str


def cited_in(row: ArticleVersion, digest: str | None, span: str | None) -> Cited | None:
    """The passage with that hash, at `start-end` or, in links that name no place, found among its passages.

    None if the version has no such words: a link may be mistyped, and then nothing is marked.
    """
    passages = passages_of(row)
    if span is not None and (match := _SPAN.fullmatch(span)):
        start, end = int(match[1]), int(match[2])
        if text_hash(row.body[start:end]) == digest:
            path = next((p.heading_path for p in passages if p.start < end and p.end > start), ())
            return Cited(start, end, path, row.body[start:end])
    found = next((p for p in passages if p.hash == digest), None)
    return Cited(found.start, found.end, found.heading_path, found.text) if found else None


def says_now(cited: Cited, current: ArticleVersion) -> str | None:
    """What an article says today under the heading of the cited words, as safe HTML; None if it has no such part."""
    there = [p for p in passages_of(current) if p.heading_path == cited.heading_path]
    return render(current.body[there[0].start : there[-1].end]) if there else None
