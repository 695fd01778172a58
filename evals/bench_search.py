"""What a search costs at size, beside plain Chroma: `python -m evals.bench_search`.

Builds synthetic help centres of 10,000 and 100,000 passages through the real publishing path (the embedding of the
larger takes minutes; `--keep FOLDER` keeps them for the next run), then asks the same questions of Candor and of one
plain Chroma collection with the same vectors, in turns, the embedding of the question included in both. Candor's
search also filters by audience, day and language, matches words, ranks, and weighs an earlier turn.

Times vary between machines and runs; the ratio varies less.
"""

import argparse
import asyncio
import gc
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import SQLModel

from evals.corpora import EDITION, SHORT, Asked, Writer
from evals.serving import resident_mb
from evals.stopwatch import shares, stopwatch
from knowledge import library, live, publishing
from knowledge.articles import Article, Audience
from knowledge.corpus import Corpus
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.importing import Sourced
from knowledge.index import VectorIndex
from knowledge.lexical import LexicalIndex
from knowledge.library import PUBLIC, KnowledgeBase
from knowledge.live import live_pointer, part_of
from knowledge.publishing import Publisher
from knowledge.scratch import TABLES

DONE = "built.json"  # stands in a folder that was built to the end, and says from what
WARM_UP = 10  # questions that are asked before any is timed
SEARCH_PARTS = {
    "embedding": ((Embedder, "embed"),),
    "vectors": ((VectorIndex, "nearest"),),
    "words": ((LexicalIndex, "scores"), (LexicalIndex, "known")),
    "ranking": ((library, "rank"),),
}  # what is live is looked up while the question is embedded, and counts only for what it takes longer
PUBLISH_PARTS = {
    "reading articles": ((publishing, "published_versions"), (publishing, "_drafts")),
    "splitting": ((live, "passages_of"),),
    "words": ((live, "chapter"), (LexicalIndex, "__init__")),
    "rest of the corpus": ((Corpus, "__init__"),),
    "vectors there?": ((VectorIndex, "keys"), (VectorIndex, "held")),
    "adding vectors": ((VectorIndex, "add"),),
    "swap": ((Publisher, "_swap"),),
}


async def build(folder: Path, passages: int) -> None:
    """Publish a help centre into a folder, and the same vectors into a plain collection beside it."""
    embedder = Embedder()
    articles = Writer().articles(passages // SHORT.sections)
    marker = {"edition": EDITION, "embedding": embedder.version}
    if _is_built(folder, marker):
        return
    async with opened(folder, embedder) as (database, index, kb):
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda sync: SQLModel.metadata.create_all(sync, tables=TABLES))
        started = time.perf_counter()
        sources = [Sourced(f"{one.slug}.{one.locale}.md", one.fingerprint, one) for one in articles]
        drafts = [draft.id for draft in (await kb.importer.take("bench", sources)).drafts]
        saved = time.perf_counter()
        await kb.publish(drafts)
        print(
            f"built: {len(drafts):,} drafts saved in {saved - started:.0f} s, "
            f"published in {time.perf_counter() - saved:.0f} s",
            flush=True,
        )
        await _copy_into_plain(folder, database, index)
    (folder / DONE).write_text(json.dumps(marker), encoding="ascii")


def _is_built(folder: Path, marker: dict[str, object]) -> bool:
    """Whether it was built before; makes the folder otherwise. What is there is never removed."""
    done = folder / DONE
    if done.exists() and json.loads(done.read_text(encoding="ascii")) == marker:
        return True
    if folder.exists():
        raise SystemExit(
            f"{folder} was not built to the end, or from other texts, or by another model. Remove it, then run again."
        )
    folder.mkdir(parents=True)
    return False


@asynccontextmanager
async def opened(
    folder: Path, embedder: Embedder
) -> AsyncIterator[tuple[Database, VectorIndex, KnowledgeBase]]:
    """The knowledge base of a folder, not yet loaded."""
    database = Database(f"sqlite+aiosqlite:///{folder}/knowledge.db")
    index = VectorIndex.embedded(folder / "vectors")
    try:
        yield database, index, KnowledgeBase(database, index, embedder)
    finally:
        await index.close()
        await database.close()


async def _copy_into_plain(folder: Path, database: Database, index: VectorIndex) -> None:
    generation, _ = await live_pointer(database)
    assert generation is not None  # noqa: S101 - for the type checker
    plain = VectorIndex.embedded(folder / "plain")
    await plain.create("plain")
    for audience in Audience:
        part = part_of(generation, audience)
        found = await index.vectors(part, sorted(await index.keys(part)))
        # The same text may have been written for two audiences.
        await plain.add("plain", list(found), np.stack(list(found.values())))
    await plain.close()


@dataclass
class Times:
    """Milliseconds, one for each question."""

    ours: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)


async def measure(folder: Path, passages: int, count: int, restarted: bool) -> None:  # noqa: FBT001 - crosses a process
    """Print the figures of one size. Unless `restarted`, the turns before a question were searched when they were asked.

    For memory and cold load the process must be a fresh one.
    """
    articles = Writer().articles(passages // SHORT.sections)
    asked = Writer().questions(articles, WARM_UP + count)
    # Each remembers what it has embedded lately, and neither shall profit from what the other was asked.
    embedder, others = Embedder(), Embedder()
    for one in (embedder, others):
        await one.embed(["loads the model"])
    import chromadb

    async with opened(folder, embedder) as (_, _, kb):
        before, started = resident_mb(os.getpid()), time.perf_counter()
        await kb.open()
        gc.collect()
        gc.freeze()  # as a server does
        loaded = time.perf_counter()
        await _ours(kb, asked[0])
        print(
            f"cold load: {loaded - started:.1f} s to open, then {time.perf_counter() - loaded:.1f} s for the first "
            f"search; {resident_mb(os.getpid()) - before:.0f} MB more resident"
        )
        before = resident_mb(os.getpid())
        client = chromadb.PersistentClient(str(folder / "plain"))
        plain = client.get_collection("plain", embedding_function=None)
        await _plain(others, plain, asked[0])
        print(f"plain Chroma loaded beside it: {resident_mb(os.getpid()) - before:.0f} MB more resident")
        for question in asked[:WARM_UP]:
            await _ours(kb, question)
            await _plain(others, plain, question)
        _print_comparison(
            asked[WARM_UP:], await _in_turns(kb, others, plain, asked[WARM_UP:], restarted=restarted)
        )
        await _print_parts(kb, asked[WARM_UP:])
        await _print_publishing(kb, asked, articles[2])


async def _in_turns(
    kb: KnowledgeBase, embedder: Embedder, plain: Any, asked: Sequence[Asked], *, restarted: bool
) -> Times:
    """Every question to both, one right after the other, so that noise hits both; each is first every other time."""
    times = Times()
    for number, question in enumerate(asked):
        if not restarted:
            for turn in question.context:
                await _ours(kb, Asked(turn))
        for ours in (True, False) if number % 2 else (False, True):
            started = time.perf_counter()
            if ours:
                await _ours(kb, question)
            else:
                await _plain(embedder, plain, question)
            (times.ours if ours else times.plain).append(1000 * (time.perf_counter() - started))
    return times


async def _ours(kb: KnowledgeBase, question: Asked) -> None:
    if not (await kb.search(question.text, audience=PUBLIC, context=question.context)).found:
        raise SystemExit(f"{question.text!r} found nothing; what is measured is broken")


async def _plain(embedder: Embedder, collection: Any, question: Asked) -> None:
    collection.query(query_embeddings=list(await embedder.embed([question.text])), n_results=10)


def _print_comparison(asked: Sequence[Asked], times: Times) -> None:
    ours, plain = percentiles(times.ours), percentiles(times.plain)
    for name, some in (("Candor", ours), ("plain Chroma", plain)):
        print(f"{name:13} p50 {some[50]:6.1f}   p95 {some[95]:6.1f}   p99 {some[99]:6.1f} ms")
    print(
        f"ratio of p50 {ours[50] / plain[50]:.2f} (aim: at most 1.5); Candor's p99 is {ours[99] / ours[50]:.1f} x "
        f"its p50 (aim: at most 5), plain Chroma's {plain[99] / plain[50]:.1f} x"
    )
    ratios = list(zip(asked, (a / b for a, b in zip(times.ours, times.plain, strict=True)), strict=True))
    alone = statistics.median(ratio for question, ratio in ratios if not question.context)
    after = statistics.median(ratio for question, ratio in ratios if question.context)
    print(
        f"median ratio of a question that stands alone {alone:.2f}, of a follow-up, for which Candor also looks at "
        f"the turn before, {after:.2f}"
    )


async def _print_parts(kb: KnowledgeBase, asked: Sequence[Asked]) -> None:
    with stopwatch(SEARCH_PARTS) as seconds:
        started = time.perf_counter()
        for question in asked:
            await _ours(kb, question)
        total = time.perf_counter() - started
    print("a search on average: " + shares(seconds, total, unit="ms", each=len(asked)))


async def _print_publishing(kb: KnowledgeBase, asked: Sequence[Asked], article: Article) -> None:
    """One changed article published while customers search, and taken back again: a kept folder stays as it was."""
    newest = await kb.drafts.newest(article.slug, article.locale)
    assert newest is not None  # noqa: S101 - for the type checker
    draft = await kb.drafts.save(
        replace(article, body=f"{article.body} Changed."), by=None, base=newest.fingerprint
    )
    waits: list[float] = []

    async def customers() -> None:
        for question in cycle(asked):
            started = time.perf_counter()
            await _ours(kb, question)
            waits.append(1000 * (time.perf_counter() - started))

    searching = asyncio.create_task(customers())
    with stopwatch(PUBLISH_PARTS) as seconds:
        started = time.perf_counter()
        await kb.publish([draft.id])
        total = time.perf_counter() - started
    searching.cancel()
    await asyncio.gather(searching, return_exceptions=True)
    print(f"one changed article published while searching: {shares(seconds, total, unit='s', each=1)}")
    print(
        f"searches meanwhile: {len(waits)}, p50 {statistics.median(waits):.0f} ms, slowest {max(waits):.0f} ms"
    )
    started = time.perf_counter()
    await kb.roll_back(article.slug, newest.version)
    print(f"rolled back, nobody searching: {time.perf_counter() - started:.1f} s")


def percentiles(values: Sequence[float]) -> dict[int, float]:
    """The 50th, 95th and 99th."""
    cuts = statistics.quantiles(values, n=100)
    return {50: cuts[49], 95: cuts[94], 99: cuts[98]}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what is built, or use it if it is there"
    )
    parser.add_argument(
        "--restarted", action="store_true", help="the turns before a follow-up must be embedded anew, too"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for passages in arguments.passages:
            folder = (arguments.keep or Path(temporary)) / str(passages)
            print(f"{passages:,} passages", flush=True)
            for step in (
                (build, folder, passages),
                (measure, folder, passages, arguments.queries, arguments.restarted),
            ):
                # A process for each step: memory and cold load are those of a fresh start.
                process = multiprocessing.get_context("spawn").Process(target=_run, args=step)
                process.start()
                process.join()
                if process.exitcode:
                    sys.exit(process.exitcode)


def _run(step: Callable[..., Coroutine[Any, Any, None]], *arguments: Any) -> None:
    asyncio.run(step(*arguments))


if __name__ == "__main__":
    main()
