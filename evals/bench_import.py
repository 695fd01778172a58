"""What importing costs: `python -m evals.bench_import`.

Writes synthetic articles (three headings, about 150 words each) as Markdown files, imports and publishes them, then
again with nothing changed, and again with ten changed; prints articles per second and where the time goes.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evals.corpora import PAGE, Writer
from evals.stopwatch import shares, stopwatch
from knowledge import library, live, publishing
from knowledge.articles import Article
from knowledge.corpus import Corpus
from knowledge.embedding import Embedder
from knowledge.front_matter import write_article
from knowledge.importing import Importer
from knowledge.index import VectorIndex
from knowledge.lexical import LexicalIndex
from knowledge.library import KnowledgeBase
from knowledge.publishing import Publisher
from knowledge.scratch import scratch_library

CHANGED = 10  # articles
PARTS = {
    "reading and parsing": ((library, "read_source"),),
    "drafts in the database": ((Importer, "take"),),
    "reading published articles": ((publishing, "published_versions"), (publishing, "_drafts")),
    "splitting": ((live, "passages_of"),),
    "words": ((live, "chapter"), (LexicalIndex, "__init__")),
    "rest of the corpus": ((Corpus, "__init__"),),
    "embedding": ((Embedder, "embed"),),
    "Chroma": ((VectorIndex, "create"), (VectorIndex, "keys"), (VectorIndex, "held"), (VectorIndex, "add")),
    "swap": ((Publisher, "_swap"),),
}


async def measure(count: int) -> None:
    """Print one line for each import."""
    articles = Writer().articles(count, PAGE)
    embedder = Embedder()
    await embedder.embed(["loads the model"])
    with tempfile.TemporaryDirectory() as temporary:
        empty, folder = Path(temporary) / "empty", Path(temporary) / "articles"
        for made in (empty, folder):
            made.mkdir()
        async with scratch_library(empty, embedder) as kb:
            _write(folder, articles)
            await _import(kb, folder, f"{count:,} new articles")
            await _import(kb, folder, "nothing changed")
            _write(folder, [replace(one, body=f"{one.body} Changed.") for one in articles[:CHANGED]])
            await _import(kb, folder, f"{CHANGED} changed")


async def _import(kb: KnowledgeBase, folder: Path, what: str) -> None:
    with stopwatch(PARTS) as seconds:
        started = time.perf_counter()
        report = await kb.publish_folder(folder)
        total = time.perf_counter() - started
    every = len(report.new) + len(report.changed) + len(report.unchanged)
    print(
        f"{what}: {every / total:.0f} articles a second, {shares(seconds, total, unit='s', each=1)}",
        flush=True,
    )


def _write(folder: Path, articles: Sequence[Article]) -> None:
    for article in articles:
        (folder / f"{article.slug}.{article.locale}.md").write_text(write_article(article), encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    asyncio.run(measure(parser.parse_args().articles))


if __name__ == "__main__":
    main()
