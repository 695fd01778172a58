"""Citations in a person's reply: the same footnotes as under an answer of the AI, checked the same way.

A reply names passages of published versions; `[1]` in it is the first of those named. What no passage says, a person may
still write: they answer for it with their name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers import as_citations
from knowledge.articles import Passage
from knowledge.database import utc_now
from knowledge.library import PUBLIC, SIGNED_IN, STAFF, KnowledgeBase
from knowledge.live import passages_of
from knowledge.records import ArticleState

MOST = 20  # passages that one reply may cite
_MARK = re.compile(r"\[(\d{1,2})\](?!\()")  # a number that is not the words of a link


class CitationRefusedError(ValueError):
    """A reply cites what its customer cannot read; says which passage and what to do."""


@dataclass(frozen=True)
class Cited:
    """A passage as a reply names it."""

    article: str
    version: int
    hash: str


def readers(*, verified: bool) -> frozenset[str]:
    """What the customer of a conversation may read: a visitor reads public articles, a verified customer also the others'."""
    return SIGNED_IN if verified else PUBLIC


async def passages_named(
    knowledge: KnowledgeBase, named: Sequence[Cited], *, verified: bool
) -> list[Passage]:
    """The passages themselves. Raises `CitationRefusedError` for one that the customer cannot read as published now."""
    return [await _passage(knowledge, one, readers(verified=verified)) for one in named]


async def _passage(knowledge: KnowledgeBase, named: Cited, audience: frozenset[str]) -> Passage:
    row = await knowledge.article(named.article, named.version, audience=STAFF)
    what = f"version {named.version} of the article {named.article!r}"
    if row is None:
        raise CitationRefusedError(f"citations: there is no {what}. Search again.")
    if row.audience not in audience:
        raise CitationRefusedError(f"citations: this customer cannot read the article {named.article!r}.")
    if row.state != ArticleState.PUBLISHED:
        raise CitationRefusedError(
            f"citations: {what} is not the published one any more. Search again and cite what it says now."
        )
    passage = next((p for p in passages_of(row) if p.hash == named.hash), None)
    if passage is None or not passage.valid_on(utc_now().date()):
        raise CitationRefusedError(f"citations: {what} has no such passage today. Search again.")
    return passage


def numbered(text: str, passages: Sequence[Passage]) -> tuple[str, list[dict[str, Any]]]:
    """The text with its marks numbered by first appearance, and the citations that they mean.

    `[n]` means the n-th of the passages. A mark that means none stays as it is; a passage without a mark is left out.
    """
    order = list(dict.fromkeys(n for m in _MARK.finditer(text) if 1 <= (n := int(m[1])) <= len(passages)))
    new: Mapping[int, int] = {old: place for place, old in enumerate(order, start=1)}
    renumbered = _MARK.sub(lambda m: f"[{new.get(int(m[1]), int(m[1]))}]", text)
    return renumbered, as_citations([passages[n - 1] for n in order])
