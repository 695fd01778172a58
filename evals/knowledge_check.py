"""How well contradictions are found: `python -m evals.knowledge_check [--set FILE ...] [--together] [--show]`.

A set is a JSONL file of articles, some of which contradict each other as planted (the format is described in
`knowledge/train/examples/README.md`). Each business of a set is one knowledge base. `--articles FOLDER` checks a folder
of Markdown articles instead; every finding there is printed, since nothing is planted.

Prints the share of the planted pairs that is found; false alarms, which are findings that touch no planted quote; and
echoes, which are findings between one side of a planted pair and a third place that says the same as the other side.
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from knowledge.checking.contradictions import contradictions
from knowledge.checking.findings import Finding
from knowledge.embedding import Embedder
from knowledge.front_matter import parse_article
from knowledge.train.facts import Business, Labelled, read_businesses

HERE = Path(__file__).parent


def report(name: str, business: Business, found: Sequence[Finding], seconds: float) -> str:
    """The figures of one knowledge base, in a line."""
    hit = [pair for pair in business.planted if any(_found(pair, finding) for finding in found)]
    alarms, echoes = sort_out(business, found)
    articles = len(business.articles)
    recall = f"{len(hit)} of {len(business.planted)} planted found" if business.planted else "nothing planted"
    return (
        f"{name}: {articles} articles, {recall}, {len(alarms)} false alarms"
        f" ({100 * len(alarms) / articles:.1f} per 100 articles), {len(echoes)} echoes, {seconds:.1f} s"
    )


def by_type(business: Business, found: Sequence[Finding]) -> str:
    """How many of each type are found."""
    types = Counter(pair.type for pair in business.planted)
    hits = Counter(pair.type for pair in business.planted if any(_found(pair, finding) for finding in found))
    return ", ".join(f"{name} {hits[name]}/{types[name]}" for name in sorted(types))


def sort_out(business: Business, found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings that are no planted pair: false alarms, and echoes of a planted side."""
    rest = [finding for finding in found if not any(_found(pair, finding) for pair in business.planted)]
    sides = [side for pair in business.planted for side in pair.sides]
    echoes = [
        finding for finding in rest if any(side.holds(place) for side in sides for place in finding.places)
    ]
    return [finding for finding in rest if finding not in echoes], echoes


def _found(pair: Labelled, finding: Finding) -> bool:
    one, other = finding.places
    return pair.joins(one, other)


def together(businesses: Sequence[Business]) -> Business:
    """Several businesses as one knowledge base."""
    return Business(
        "together",
        tuple(article for one in businesses for article in one.articles),
        tuple(pair for one in businesses for pair in one.labelled),
    )


def shown(finding: Finding) -> str:
    """A finding for the eye."""
    places = "\n".join(f"    {place.article}: {' '.join(place.text.split())}" for place in finding.places)
    return f"  {finding.why}\n{places}"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", type=Path, nargs="+", default=[HERE / "data" / "contradictions_dev.jsonl"])
    parser.add_argument("--together", action="store_true", help="read a set as one knowledge base")
    parser.add_argument("--articles", type=Path, help="a folder of Markdown articles, instead of a set")
    parser.add_argument(
        "--show", action="store_true", help="show what was missed and what is wrong (not for test!)"
    )
    arguments = parser.parse_args()
    if arguments.articles:
        articles = [
            parse_article(file.read_text(encoding="utf-8"), source=file.name, slug=file.stem)
            for file in sorted(arguments.articles.glob("*.md"))
        ]
        businesses = [Business(arguments.articles.name, tuple(articles), ())]
    else:
        sets = [read_businesses(file) for file in arguments.set]
        businesses = [one for some in sets for one in ([together(some)] if arguments.together else some)]
    embedder = Embedder()
    everything: list[Finding] = []
    seconds = 0.0
    for business in businesses:
        began = time.perf_counter()
        found = asyncio.run(contradictions(business.articles, embedder))
        took = time.perf_counter() - began
        print(report(business.name, business, found, took))
        if arguments.show or arguments.articles:
            _show(business, found)
        everything += found
        seconds += took
    if len(businesses) > 1:
        whole = together(businesses)
        print(report("all", whole, everything, seconds))
        print(f"     {by_type(whole, everything)}")


def _show(business: Business, found: Sequence[Finding]) -> None:
    for pair in business.planted:
        if not any(_found(pair, finding) for finding in found):
            print(f"\nmissed {pair.id} ({pair.type}): {pair.what}")
    for name, group in zip(("false alarms", "echoes"), sort_out(business, found), strict=True):
        print(f"\n{name}:" if group else "", *map(shown, group), sep="\n")


if __name__ == "__main__":
    main()
