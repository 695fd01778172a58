"""Labelled facts: articles of which some places agree, and some contradict each other, as their authors say.

The format is described in `knowledge/train/examples/README.md`; `evals/data` has sets in the same one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.checking.findings import Place
from knowledge.markdown import pieces

EXAMPLES = Path(__file__).parent / "examples"


@dataclass(frozen=True)
class Span:
    """Where a quote stands, widened to the paragraph, item or row that holds it."""

    article: str
    start: int
    end: int

    def holds(self, place: Place) -> bool:
        """Whether a place touches it."""
        return self.article == place.article and self.start < place.end and place.start < self.end


@dataclass(frozen=True)
class Labelled:
    """Two places that speak of one fact, and contradict each other if `planted`."""

    id: str
    planted: bool
    type: str
    what: str
    sides: tuple[Span, Span]

    def joins(self, one: Place, other: Place) -> bool:
        """Whether two places are its two sides."""
        a, b = self.sides
        return (a.holds(one) and b.holds(other)) or (a.holds(other) and b.holds(one))


@dataclass(frozen=True)
class Business:
    """The articles of one business, which make one knowledge base, and what is known of them."""

    name: str
    articles: tuple[Article, ...]
    labelled: tuple[Labelled, ...]

    @property
    def planted(self) -> tuple[Labelled, ...]:
        """The contradictions."""
        return tuple(pair for pair in self.labelled if pair.planted)


def read_businesses(file: Path) -> list[Business]:
    """The businesses of a set, by name. Raises `ValueError` for a quote that its article does not hold.

    An article without `business` belongs to the one that its slug begins with.
    """
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    owner = {
        row["slug"]: row.get("business") or row["slug"].partition("-")[0] for row in _of_kind(rows, "article")
    }
    articles = {row["slug"]: _article(row) for row in _of_kind(rows, "article")}
    labelled = [(owner[row["articles"][0]], _labelled(row, articles)) for row in _of_kind(rows, *_LABELS)]
    return [
        Business(
            name,
            tuple(article for slug, article in articles.items() if owner[slug] == name),
            tuple(pair for business, pair in labelled if business == name),
        )
        for name in sorted(set(owner.values()))
    ]


_LABELS = ("planted", "restated")


def _of_kind(rows: Sequence[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("kind") in kinds]


def _labelled(row: dict[str, Any], articles: dict[str, Article]) -> Labelled:
    one, other = (
        _span(articles[slug], quote) for slug, quote in zip(row["articles"], row["quotes"], strict=True)
    )
    return Labelled(row["id"], row["kind"] == "planted", row["type"], row.get("what", ""), (one, other))


def _article(row: dict[str, Any]) -> Article:
    return Article(
        slug=row["slug"],
        title=row["title"],
        body=row["body"],
        locale=row["locale"],
        audience=row["audience"],
        tags=tuple(row["tags"]),
        valid_from=date.fromisoformat(row["valid_from"]) if row.get("valid_from") else None,
        valid_until=date.fromisoformat(row["valid_until"]) if row.get("valid_until") else None,
    )


def _span(article: Article, quote: str) -> Span:
    start = article.body.find(quote)
    if start < 0:
        raise ValueError(f"quotes: {quote!r} does not stand in the article {article.slug!r}")
    end = start + len(quote)
    around = [piece for piece in pieces(article.body) if piece.start < end and start < piece.end]
    return Span(
        article.slug,
        min([start, *(piece.start for piece in around)]),
        max([end, *(piece.end for piece in around)]),
    )
