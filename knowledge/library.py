"""The one authoritative knowledge base: publishing, reading and searching articles."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from knowledge.articles import Audience, within
from knowledge.confidence import fitted
from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.publishing import (
    Live,
    Publisher,
    PublishReport,
    live_collection,
    load_live,
    published,
    read_folder,
)
from knowledge.records import ArticleState, ArticleVersion
from knowledge.search import NEAREST, Query, SearchResult, rank, understand
from knowledge.transformer import Array

PUBLIC = frozenset({str(Audience.PUBLIC)})


class KnowledgeBase:
    """Articles in the database, and an index over what is published of them.

    A search sees all of one publication or all of the next, never a mixture, whichever process published.
    """

    def __init__(self, database: Database, index: VectorIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder
        self._publisher = Publisher(database, index, embedder)
        self._changing = asyncio.Lock()
        self._live: Live | None = None

    async def open(self) -> None:
        """Load the live generation; build it again if its vectors were lost or made by another embedder.

        Raises `IndexInUseError` if another process holds the vectors, `ModelMissingError` without the model.
        """
        async with self._changing:
            self._live = await self._publisher.repair(await load_live(self._database))

    async def publish_folder(self, folder: Path) -> PublishReport:
        """Publish the Markdown files of a folder and its subfolders. Only a changed article becomes a new version.

        Articles that are published but not in the folder stay published. Raises `ArticleError` for a file that
        cannot be published (then nothing is), `PublishConflictError`, and what `open` raises.
        """
        articles = await asyncio.to_thread(read_folder, folder)
        async with self._changing:
            self._live, report = await self._publisher.publish(articles, await load_live(self._database))
        return report

    async def search(
        self,
        question: str,
        *,
        audience: frozenset[str] = PUBLIC,
        context: Sequence[str] = (),
        answer: str = "",
        limit: int = 5,
    ) -> SearchResult:
        """The best passages that this audience may see today, best first.

        `context` are the customer's earlier turns, oldest first, and `answer` what the agent said last. An empty knowledge base or question finds nothing.
        """
        if not question.strip():
            return SearchResult()
        query = understand(question, context, answer)
        vector = query.vector(await self._embedder.embed(query.texts))
        live = await self._current()
        try:
            return await self._rank(live, query, vector, audience, limit)
        except CollectionMissingError:
            # A newer generation went live, and this one was dropped, between the two lines above.
            self._live = None
            return await self._rank(await self._current(), query, vector, audience, limit)

    async def article(
        self, slug: str, version: int | None = None, *, audience: frozenset[str] = PUBLIC
    ) -> ArticleVersion | None:
        """A version of an article that is or was published, by default the one that is; None if there is none.

        Of several languages, English comes first.
        """
        wanted = select(ArticleVersion).where(
            ArticleVersion.slug == slug,
            ArticleVersion.state != ArticleState.DRAFT,
            col(ArticleVersion.audience).in_(audience),
        )
        if version is None:
            wanted = wanted.where(ArticleVersion.state == ArticleState.PUBLISHED)
        else:
            wanted = wanted.where(ArticleVersion.version == version)
        async with self._database.reading() as session:
            rows = (await session.exec(wanted.order_by(col(ArticleVersion.locale)))).all()
        rows = [row for row in rows if version is not None or _valid(row, utc_now().date())]
        return min(rows, key=lambda row: row.locale != "en", default=None)

    async def articles(self, *, audience: frozenset[str] = PUBLIC) -> list[ArticleVersion]:
        """The published articles that this audience may read today, by title."""
        async with self._database.reading() as session:
            rows = await published(session)
        today = utc_now().date()
        readable = [row for row in rows if row.audience in audience and _valid(row, today)]
        return sorted(readable, key=lambda row: (row.title.casefold(), row.locale))

    async def _rank(
        self, live: Live, query: Query, vector: Array, audience: frozenset[str], limit: int
    ) -> SearchResult:
        corpus = live.corpus
        if live.collection is None or not corpus.passages:
            return SearchResult()
        readable = corpus.readable(audience, utc_now().date())
        # Audience is filtered by the index itself; what is out of its time is little, so as much more is asked.
        nearest = await self._index.nearest(
            live.collection, vector, count=NEAREST + readable.outdated, where={"audience": audience}
        )
        found, evidence = rank(corpus, query, nearest, readable)
        if not found:
            return SearchResult()
        confidence = fitted().of(evidence)
        return SearchResult(tuple(found[:limit]), confidence, fitted().enough(confidence), evidence)

    async def _current(self) -> Live:
        """The live generation, loaded again if another process published."""
        live = self._live
        if live is not None and live.collection == await live_collection(self._database):
            return live
        async with self._changing:
            self._live = await load_live(self._database)
            return self._live


def _valid(row: ArticleVersion, day: date) -> bool:
    return within(day, row.valid_from, row.valid_until)
