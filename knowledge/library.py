"""The one authoritative knowledge base: publishing, reading and searching articles."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import numpy as np
from sqlmodel import col, select

from knowledge.articles import DEFAULT_LOCALE, Article, Audience, Name, locale_preference, within
from knowledge.checking.check import check, check_changed
from knowledge.checking.findings import Finding
from knowledge.confidence import Confidence, fitted
from knowledge.corpus import Corpus, Nearest, Readable
from knowledge.database import Database, utc_now
from knowledge.drafts import Drafts, EditConflictError
from knowledge.editions import Edition, versions_at
from knowledge.embedding import Embedder
from knowledge.importing import Importer, ImportReport
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.live import Live, live_pointer, load_live, part_of, published
from knowledge.places import by_country
from knowledge.publishing import (
    Change,
    Progress,
    Publisher,
    VersionMissingError,
)
from knowledge.records import ArticleState, ArticleVersion, Publication
from knowledge.search import FEWEST, NEAREST, Query, SearchResult, best_of, rank, understand
from knowledge.sources import SourceError, read_source
from knowledge.transformer import Array

PUBLIC = frozenset({str(Audience.PUBLIC)})
SIGNED_IN = PUBLIC | {str(Audience.SIGNED_IN)}
STAFF = frozenset(str(audience) for audience in Audience)
_NOTHING_SEEN: Mapping[UUID, str] = {}
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
        self._looked: tuple[Live, int | None] | None = None  # what was live at that count of publications
        self._edition: tuple[int, Live] | None = None  # the earlier publication that was searched last
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
        seen: Mapping[UUID, str] = _NOTHING_SEEN,
        progress: Progress | None = None,
    ) -> tuple[Change, ...]:
        """Make drafts (by id) the published versions, and withdraw articles (by slug and locale), all in one moment.

        `seen` are fingerprints by id: a draft that says something else by now was edited after somebody looked at it.

        Raises `PublishConflictError`, and what `open` raises; then nothing has changed.
        """
        async with self._changing:
            live = await self._publisher.repair(await self._loaded(), progress)
            self._live, changes = await self._publisher.publish(
                live, drafts=drafts, withdrawn=withdrawn, by=by, note=note, seen=seen, progress=progress
            )
        return changes

    async def roll_back(self, slug: str, number: int, *, by: str | None = None) -> tuple[Change, ...]:
        """Publish what an earlier version said, as a new version. If that fails, nothing has changed.

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
        try:
            return await self.publish([draft.id], by=by, note=f"Back to version {number}")
        except BaseException:  # cancelled or failed: either way the draft must go
            # Nobody wrote this draft: left behind, it would forbid the next try. Not there any more if it was published.
            with suppress(EditConflictError):
                await self.drafts.discard(slug, old.locale, base=draft.fingerprint)
            raise

    async def publish_folder(self, folder: Path) -> ImportReport:
        """Publish the files of a folder and its subfolders. Only a changed article becomes a new version.

        Articles that are published but not in the folder stay published. Raises `SourceError` for a file that
        cannot be published (then nothing is), `PublishConflictError`, and what `open` raises.
        """
        read = await read_source(str(folder), web=False)
        report = ImportReport() if read.unread else await self.importer.take(folder.name, read.sources)
        if read.unread or report.not_taken:
            problem, *_ = read.unread or report.not_taken
            raise SourceError(f"{problem.path}: {problem.why}")
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
        publication: int | None = None,
        confidence: Confidence | None = None,
    ) -> SearchResult:
        """The best passages that this audience may see today, best first; each article in the best language for it.

        `context` are the customer's earlier turns, oldest first, and `answer` what the agent said last. An empty
        knowledge base or question finds nothing. `publication` is an earlier one to search in place of what is live
        (raises `EditionMissingError`), `confidence` says when what is found is enough; see `edition`.
        """
        if not question.strip():
            return SearchResult()
        real = await self._embedder.known_words()
        # Old words do for spelling; what is live is looked up while the question is embedded.
        spelling = (self._live or await self._current()).corpus.spelling
        views = understand(
            question, context, answer, lambda text: spelling.mend(by_country(text, spelling.holds), real)
        )
        live, embedded = await asyncio.gather(
            self._searched(publication), self._embedder.embed(views[-1].texts)
        )
        vectors = np.stack([view.vector(embedded[: len(view.texts)]) for view in views])
        sure = confidence or fitted()
        try:
            return await self._rank(live, views, vectors, audience, locale, limit, sure)
        except CollectionMissingError:
            # A newer generation went live, and this one was dropped, between the two lines above.
            self._live = None
            live = await self._searched(publication)
            return await self._rank(live, views, vectors, audience, locale, limit, sure)

    async def edition(self, publication: int | None = None, confidence: Confidence | None = None) -> Edition:
        """The knowledge base as an earlier publication left it, or sure from other thresholds; ready to be searched.

        Takes what publishing so many articles takes if their vectors are gone. Raises `EditionMissingError`.
        """
        await self._searched(publication)
        return Edition(self, publication, confidence)

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

    async def check(self, changed: Sequence[Article] | None = None) -> list[Finding]:
        """What contradicts itself or rots in what is published; or what changed articles would add to that."""
        articles, today = await self.all_published(), utc_now().date()
        if changed is None:
            return await check(articles, self._embedder, today=today)
        return await check_changed(changed, articles, self._embedder, today=today)

    async def _rank(
        self,
        live: Live,
        views: Sequence[Query],
        vectors: Array,
        audience: frozenset[str],
        locale: str,
        limit: int,
        sure: Confidence,
    ) -> SearchResult:
        corpus = live.corpus
        if live.generation is None or not corpus.passages:
            return SearchResult()
        readable = corpus.readable(audience, locale, utc_now().date())
        parts = [part_of(live.generation.collection, one) for one in sorted(audience)]
        nearest = await asyncio.gather(*(self._nearest(corpus, part, vectors, readable) for part in parts))
        # Of each part a list for each view; now for each view one of all parts.
        seen = [(view, best_of(lists)) for view, *lists in zip(views, *nearest, strict=True)]
        found, evidence = rank(corpus, seen, readable)
        if not found:
            return SearchResult()
        confidence, good_enough = sure.of(evidence)
        return SearchResult(tuple(found[:limit]), confidence, good_enough, evidence)

    async def _nearest(self, corpus: Corpus, part: str, vectors: Array, readable: Readable) -> list[Nearest]:
        """For each vector [n, d] the nearest entries in one part that may be read, best first.

        The index also knows spare vectors, and passages out of their time or in another language. What is near but may
        not be read must not take the place of what may: as long as too few are left, more are asked for.
        """
        count = NEAREST
        while True:
            found = await self._index.nearest(part, vectors, count=count)
            allowed = [corpus.allowed(near, readable) for near in found]
            if len(found[0]) < count or min(map(len, allowed)) >= FEWEST:
                return allowed
            count *= 4

    async def _searched(self, publication: int | None) -> Live:
        """What is live, or what an earlier publication left, over the vectors of the generation that is live."""
        live = await self._current()
        if publication is None or publication == live.number:
            return live
        kept = self._edition
        if kept is None or kept[0] != publication or kept[1].pointer[0] != live.pointer[0]:
            async with self._changing:
                async with self._database.reading() as session:
                    rows = await versions_at(session, publication)
                kept = self._edition = (publication, await self._publisher.beside(live, publication, rows))
        return kept[1]

    async def _current(self) -> Live:
        """The live publication, loaded again if another process published."""
        live = await self._at_hand()
        if live is None:
            async with self._changing:  # of many searches that wait here only the first loads
                live = self._live = await self._loaded()
        return live

    async def _loaded(self) -> Live:
        """As `_current`, for whoever holds `_changing`."""
        return await self._at_hand() or await load_live(self._database)

    async def _at_hand(self) -> Live | None:
        """What this process has loaded, if it is still live.

        The database is asked only if somebody may have published since it was last asked: it takes 1 ms.
        """
        # The count is read before the database is, lest a publication in between be missed.
        live, count = self._live, self._index.publications
        if live is None or (count is not None and self._looked == (live, count)):
            return live
        if live.pointer != await live_pointer(self._database):
            return None
        self._looked = (live, count)
        return live


def _holds(row: ArticleVersion) -> bool:
    return within(utc_now().date(), row.valid_from, row.valid_until)
