"""How well contradictions are found: `python -m evals.knowledge_check [--set FILE] [--show]`.

A set is a JSONL file of articles, some of which contradict each other as planted:
`{"kind": "article", "slug", "title", "body", "locale", "audience", "tags"[, "valid_from", "valid_until"]}` and
`{"kind": "planted", "id", "articles": [a, b], "what", "type", "quotes": [in a, in b]}`. `--articles FOLDER` checks a
folder of Markdown articles instead; every finding there is printed, since nothing is planted.

Prints the share of the planted pairs that is found; false alarms, which are findings that touch no planted quote; and
echoes, which are findings between one side of a planted pair and a third place that says the same as the other side.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.articles import Article
from knowledge.checking.contradictions import contradictions
from knowledge.checking.findings import Finding, Place
from knowledge.embedding import Embedder
from knowledge.front_matter import parse_article
from knowledge.markdown import pieces

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Span:
    """Where a planted quote stands, widened to the paragraph, item or row that holds it."""

    article: str
    start: int
    end: int

    def holds(self, place: Place) -> bool:
        """Whether a place touches it."""
        return self.article == place.article and self.start < place.end and place.start < self.end


@dataclass(frozen=True)
class Planted:
    """A contradiction that the author of the set put there."""

    id: str
    type: str
    what: str
    sides: tuple[Span, Span]

    def found_by(self, finding: Finding) -> bool:
        """Whether the two places of a finding are the two sides."""
        one, other = finding.places
        a, b = self.sides
        return (a.holds(one) and b.holds(other)) or (a.holds(other) and b.holds(one))


def read_set(file: Path) -> tuple[list[Article], list[Planted]]:
    """The articles and planted pairs of a set. Raises `ValueError` for a quote that its article does not hold."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    articles = {row["slug"]: _article(row) for row in rows if row.get("kind") == "article"}
    planted = []
    for row in (row for row in rows if row.get("kind") == "planted"):
        one, other = (
            _span(articles[slug], quote) for slug, quote in zip(row["articles"], row["quotes"], strict=True)
        )
        planted.append(Planted(row["id"], row["type"], row["what"], (one, other)))
    return list(articles.values()), planted


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
        raise ValueError(f"planted: quotes: {quote!r} does not stand in the article {article.slug!r}")
    end = start + len(quote)
    around = [piece for piece in pieces(article.body) if piece.start < end and start < piece.end]
    return Span(
        article.slug,
        min([start, *(piece.start for piece in around)]),
        max([end, *(piece.end for piece in around)]),
    )


def report(
    articles: Sequence[Article], planted: Sequence[Planted], found: Sequence[Finding], seconds: float
) -> str:
    """The figures, one a line."""
    hit = {pair.id for pair in planted if any(pair.found_by(finding) for finding in found)}
    alarms, echoes = sort_out(planted, found)
    types = Counter(pair.type for pair in planted)
    hits = Counter(pair.type for pair in planted if pair.id in hit)
    lines = [f"articles      {len(articles)}"]
    if planted:
        lines.append(f"recall        {len(hit)}/{len(planted)} = {len(hit) / len(planted):.3f}")
        lines.append(
            "  by type     " + ", ".join(f"{name} {hits[name]}/{types[name]}" for name in sorted(types))
        )
    lines += [
        f"false alarms  {len(alarms)} = {100 * len(alarms) / len(articles):.2f} per 100 articles",
        f"echoes        {len(echoes)}",
        f"time          {seconds:.1f} s",
    ]
    return "\n".join(lines)


def sort_out(planted: Sequence[Planted], found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings that are no planted pair: false alarms, and echoes of a planted side."""
    rest = [finding for finding in found if not any(pair.found_by(finding) for pair in planted)]
    sides = [side for pair in planted for side in pair.sides]
    echoes = [
        finding for finding in rest if any(side.holds(place) for side in sides for place in finding.places)
    ]
    return [finding for finding in rest if finding not in echoes], echoes


def shown(finding: Finding) -> str:
    """A finding for the eye."""
    places = "\n".join(f"    {place.article}: {' '.join(place.text.split())}" for place in finding.places)
    return f"  {finding.why}\n{places}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", type=Path, default=HERE / "data" / "contradictions_dev.jsonl")
    parser.add_argument("--articles", type=Path, help="a folder of Markdown articles, instead of a set")
    parser.add_argument(
        "--show", action="store_true", help="show what was missed and what is wrong (not for test!)"
    )
    arguments = parser.parse_args()
    planted: list[Planted] = []
    if arguments.articles:
        articles = [
            parse_article(file.read_text(encoding="utf-8"), source=file.name, slug=file.stem)
            for file in sorted(arguments.articles.glob("*.md"))
        ]
    else:
        articles, planted = read_set(arguments.set)
    embedder = Embedder()
    began = time.perf_counter()
    found = asyncio.run(contradictions(articles, embedder))
    print(report(articles, planted, found, time.perf_counter() - began))
    if arguments.show or arguments.articles:
        for pair in planted:
            if not any(pair.found_by(finding) for finding in found):
                print(f"\nmissed {pair.id} ({pair.type}): {pair.what}")
        for name, group in zip(("false alarms", "echoes"), sort_out(planted, found), strict=True):
            print(f"\n{name}:" if group else "", *map(shown, group), sep="\n")


if __name__ == "__main__":
    main()
