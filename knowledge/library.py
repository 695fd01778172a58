"""The one authoritative knowledge base: publishing, reading and searching articles."""

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from knowledge.articles import DEFAULT_LOCALE, Article, Audience, locale_preference, within
from knowledge.confidence import fitted
from knowledge.corpus import Readable
from knowledge.database import Database, utc_now
from knowledge.drafts import Drafts
from knowledge.embedding import Embedder
from knowledge.front_matter import ArticleError, parse_article
from knowledge.importing import Importer, ImportReport, Sourced
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.publishing import (
    Change,
    Live,
    Name,
    Progress,
    Publisher,
    VersionMissingError,
    live_pointer,
    load_live,
    part_of,
    published,
)
from knowledge.records import ArticleState, ArticleVersion, Publication
from knowledge.search import NEAREST, Query, SearchResult, rank, understand
from knowledge.transformer import Array

PUBLIC = frozenset({str(Audience.PUBLIC)})
SIGNED_IN = PUBLIC | {str(Audience.SIGNED_IN)}
STAFF = frozenset(str(audience) for audience in Audience)
READERS = {"public": PUBLIC, "signed_in": SIGNED_IN, "internal": STAFF}


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
        self.drafts = Drafts(database)
        self.importer = Importer(database)

    async def open(self, *, progress: Progress | None = None) -> None:
        """Load the live publication; build its index again if vectors were lost or made by another embedder.

        Raises `IndexInUseError` if another process holds the vectors, `ModelMissingError` without the model.
        """
        async with self._changing:
            self._live = await self._publisher.repair(await load_live(self._database), progress)

    async def publish(
        self,
        drafts: Collection[UUID],
        *,
        withdrawn: Collection[Name] = (),
        by: str | None = None,
        note: str | None = None,
        progress: Progress | None = None,
    ) -> tuple[Change, ...]:
        """Make drafts (by id) the published versions, and withdraw articles (by slug and locale), all in one moment.

        Raises `PublishConflictError`, and what `open` raises; then nothing has changed.
        """
        async with self._changing:
            live = await self._publisher.repair(await load_live(self._database), progress)
            self._live, changes = await self._publisher.publish(
                live, drafts=drafts, withdrawn=withdrawn, by=by, note=note, progress=progress
            )
        return changes

    async def roll_back(self, slug: str, number: int, *, by: str | None = None) -> tuple[Change, ...]:
        """Publish what an earlier version said, as a new version.

        Raises `VersionMissingError` if no such version was ever published, `EditConflictError` if the article has a
        draft (which would be lost), and what `publish` raises.
        """
        old = await self.article(slug, number, audience=STAFF)
        if old is None:
            raise VersionMissingError(
                f"The article {slug!r} has no version {number} that was ever published."
            )
        newest = await self.drafts.newest(slug, old.locale)
        # A draft is nobody's base here: saving over it is refused.
        base = newest.fingerprint if newest is not None and newest.state != ArticleState.DRAFT else None
        draft = await self.drafts.save(old.article, by=by, base=base)
        return await self.publish([draft.id], by=by, note=f"Back to version {number}")

    async def publish_folder(self, folder: Path) -> ImportReport:
        """Publish the Markdown files of a folder and its subfolders. Only a changed article becomes a new version.

        Articles that are published but not in the folder stay published. Raises `ArticleError` for a file that
        cannot be published (then nothing is), `PublishConflictError`, and what `open` raises.
        """
        sources = await asyncio.to_thread(_read_folder, folder)
        report = await self.importer.take(folder.name, sources)
        if report.not_taken:
            raise ArticleError(report.not_taken[0].path, "file", report.not_taken[0].why)
        await self.publish([draft.id for draft in report.drafts], by=folder.name)
        return report

    async def search(
        self,
        question: str,
        *,
        audience: frozenset[str] = PUBLIC,
        locale: str = DEFAULT_LOCALE,
        context: Sequence[str] = (),
        answer: str = "",
        limit: int = 5,
    ) -> SearchResult:
        """The best passages that this audience may see today, best first; each article in the best language for it.

        `context` are the customer's earlier turns, oldest first, and `answer` what the agent said last. An empty
        knowledge base or question finds nothing.
        """
        if not question.strip():
            return SearchResult()
        live = await self._current()
        # Old words do for spelling if a newer generation goes live meanwhile.
        real = await self._embedder.known_words()
        query = understand(question, context, answer, lambda text: live.corpus.spelling.mend(text, real))
        vector = query.vector(await self._embedder.embed(query.texts))
        try:
            return await self._rank(live, query, vector, audience, locale, limit)
        except CollectionMissingError:
            # A newer generation went live, and this one was dropped, between the two lines above.
            self._live = None
            return await self._rank(await self._current(), query, vector, audience, locale, limit)

    async def article(
        self,
        slug: str,
        version: int | None = None,
        *,
        audience: frozenset[str] = PUBLIC,
        locale: str = DEFAULT_LOCALE,
    ) -> ArticleVersion | None:
        """A version of an article that is or was published, by default the one that is; None if there is none.

        Of several languages, the best for that locale.
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
            rows: Iterable[ArticleVersion] = (await session.exec(wanted)).all()
        if version is None:
            rows = [row for row in rows if _holds(row)]
        return min(rows, key=lambda row: (locale_preference(row.locale, locale), row.locale), default=None)

    async def articles(
        self, *, audience: frozenset[str] = PUBLIC, locale: str | None = None
    ) -> list[ArticleVersion]:
        """The published articles that this audience may read today, by title; with a locale each in one language."""
        async with self._database.reading() as session:
            rows = [row for row in await published(session) if row.audience in audience and _holds(row)]
        if locale is not None:
            best: dict[str, ArticleVersion] = {}
            for row in sorted(rows, key=lambda row: (locale_preference(row.locale, locale), row.locale)):
                best.setdefault(row.slug, row)
            rows = list(best.values())
        return sorted(rows, key=lambda row: (row.title.casefold(), row.locale))

    async def publications(self, *, limit: int = 100) -> list[Publication]:
        """The newest publications, newest first."""
        wanted = select(Publication).order_by(col(Publication.number).desc()).limit(limit)
        async with self._database.reading() as session:
            return list((await session.exec(wanted)).all())

    async def all_published(self) -> list[Article]:
        """Every published article, in its time or not: what is checked and exported."""
        async with self._database.reading() as session:
            return [row.article for row in await published(session)]

    async def _rank(
        self, live: Live, query: Query, vector: Array, audience: frozenset[str], locale: str, limit: int
    ) -> SearchResult:
        corpus = live.corpus
        if live.generation is None or not corpus.passages:
            return SearchResult()
        readable = corpus.readable(audience, locale, utc_now().date())
        nearest = await self._nearest(live, vector, audience, readable)
        found, evidence = rank(corpus, query, nearest, readable)
        if not found:
            return SearchResult()
        confidence = fitted().of(evidence)
        return SearchResult(tuple(found[:limit]), confidence, fitted().enough(confidence), evidence)

    async def _nearest(
        self, live: Live, vector: Array, audience: frozenset[str], readable: Readable
    ) -> list[tuple[str, float]]:
        """The nearest entries that may be read, best first.

        The index also knows spare vectors, and passages out of their time or in another language. What is near but may
        not be read must not take the place of what may: as long as too few are left, more are asked for.
        """
        assert live.generation is not None  # noqa: S101 - for the type checker; the caller has looked
        entries = live.corpus.entries
        nearest: list[tuple[str, float]] = []
        for part in sorted(audience):
            name = part_of(live.generation.collection, part)
            count = NEAREST
            while True:
                found = await self._index.nearest(name, vector, count=count)
                allowed = [
                    (key, cosine)
                    for key, cosine in found
                    if key in entries and any(readable.mask[place] for place in entries[key].places)
                ]
                if len(allowed) >= NEAREST or len(found) < count:
                    break
                count *= 4
            nearest += allowed
        return sorted(nearest, key=lambda entry: (-entry[1], entry[0]))[:NEAREST]

    async def _current(self) -> Live:
        """The live publication, loaded again if another process published."""
        live = self._live
        if live is not None and live.pointer == await live_pointer(self._database):
            return live
        async with self._changing:
            self._live = await load_live(self._database)
            return self._live


def _holds(row: ArticleVersion) -> bool:
    return within(utc_now().date(), row.valid_from, row.valid_until)


def _read_folder(folder: Path) -> list[Sourced]:
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of articles.")
    sources = []
    for file in sorted(folder.rglob("*.md")):
        text = file.read_text(encoding="utf-8-sig")
        article = parse_article(text, source=file.name, slug=file.stem)
        sources.append(
            Sourced(file.relative_to(folder).as_posix(), hashlib.sha256(text.encode()).hexdigest(), article)
        )
    return sources
