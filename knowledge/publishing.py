"""Publishing: which article versions are live, and the index over them, swapped in as one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Audience, Name
from knowledge.corpus import Corpus
from knowledge.database import Database, is_overtaken, utc_now
from knowledge.embedding import Embedder
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.lexical import Vocabulary
from knowledge.live import Live, Version, chapters_of, part_of, pointer, published, published_versions
from knowledge.records import ArticleState, ArticleVersion, Generation, Publication

log = structlog.get_logger()

Progress = Callable[[int, int], None]  # vectors made so far, and in all

EMBEDDED_AT_ONCE = 256  # texts; between two portions progress is told and a cancellation is noticed
# Vectors are only ever added. A generation that holds this many more than are needed is copied into a lean one.
MOST_SPARE = 1_000
_EDITED = "The draft of {slug!r} has been changed since. Nothing was published; look at it again."
_OVERTAKEN = "Somebody else has just published. Nothing was changed; publish again."


class PublishConflictError(RuntimeError):
    """Somebody else published or edited in the meantime. Nothing was changed; publishing again is safe."""


class VersionMissingError(LookupError):
    """There is no such version that was ever published."""


@dataclass(frozen=True)
class Change:
    """What a publication does to one article: version numbers before and after, None where there is none."""

    slug: str
    locale: str
    before: int | None
    after: int | None


class Publisher:
    """Adds the vectors that are missing, then makes versions and index live in one transaction.

    Until that transaction everybody searches the old publication, afterwards the new one. Vectors that a failure
    left behind are harmless: what no live passage stands for is never found.
    """

    def __init__(self, database: Database, index: VectorIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder

    async def repair(self, live: Live, progress: Progress | None = None) -> Live:
        """The same articles with a new generation, if vectors were lost, of another model, or too many are spare."""
        if live.generation is None or await self._is_sound(live):
            return live
        generation = await self._begin()
        try:
            await self._fill(generation, live.corpus, old=live.generation, there=None, progress=progress)
            async with self._going_live(live) as session:
                await _make_live(session, generation)
        except BaseException:  # cancelled or failed: either way nobody will use what was built so far
            with _tidying():
                await self._drop(generation)
            raise
        with _tidying():
            await self._drop_older(generation)
        return Live(generation, live.number, live.corpus, live.chapters)

    async def publish(
        self,
        live: Live,
        *,
        drafts: Collection[UUID] = (),
        withdrawn: Collection[Name] = (),
        by: str | None = None,
        note: str | None = None,
        seen: Mapping[UUID, str] | None = None,
        progress: Progress | None = None,
    ) -> tuple[Live, tuple[Change, ...]]:
        """Make drafts live in place of the versions before them, and withdraw articles. Nothing to do is no publication.

        Raises `PublishConflictError`.
        """
        kept, vocabulary = live.chapters, live.corpus.vocabulary
        if live.corpus.is_crowded:
            kept, vocabulary = {}, Vocabulary()
        async with self._database.reading() as session:
            before = await published_versions(session)
            new = await _drafts(session, set(drafts))
            # None, unless nothing was loaded for want of vectors, or somebody else has just published.
            unknown = {version.id for version in before.values()} - kept.keys()
            rows = [row for row in await published(session) if row.id in unknown] if unknown else []
        if len(new) < len(set(drafts)):
            raise PublishConflictError("A draft has just been published or discarded by somebody else.")
        for row in new:
            if row.fingerprint != (seen or {}).get(row.id, row.fingerprint):
                raise PublishConflictError(_EDITED.format(slug=row.slug))
        gone = set(withdrawn)
        after = {name: version for name, version in before.items() if name not in gone}
        after |= {(row.slug, row.locale): Version(row.id, row.version) for row in new}
        changes = tuple(_changes(before, after))
        if not changes:
            return live, ()
        known = {**kept, **await asyncio.to_thread(chapters_of, [*rows, *new], vocabulary)}
        chapters = {after[name].id: known[after[name].id] for name in sorted(after)}
        replaced = {version.id for version in before.values()} - chapters.keys()
        corpus = await asyncio.to_thread(Corpus, chapters.values(), vocabulary)
        first = live.generation is None
        generation = live.generation or await self._begin()
        try:
            await self._fill(generation, corpus, old=None, there=live.corpus, progress=progress)
            await self._swap(live, generation, new, replaced, changes, by=by, note=note)
        except BaseException:  # as above; a generation that others search is left as it is
            if first:
                with _tidying():
                    await self._drop(generation)
            raise
        with _tidying():
            await self._drop_older(generation)
        return Live(generation, live.number + 1, corpus, chapters), changes

    async def beside(self, live: Live, number: int, rows: Sequence[ArticleVersion]) -> Live:
        """Versions of an earlier publication as something to search, with their vectors among those of what is live.

        Nobody else finds them: what no live passage stands for is never found. Raises `PublishConflictError` if another
        generation went live meanwhile.
        """
        vocabulary = Vocabulary()
        chapters = await asyncio.to_thread(chapters_of, rows, vocabulary)
        corpus = await asyncio.to_thread(Corpus, chapters.values(), vocabulary)
        if live.generation is not None:
            await self._fill(live.generation, corpus, old=None, there=live.corpus, progress=None)
        return Live(live.generation, number, corpus, chapters)

    async def _is_sound(self, live: Live) -> bool:
        """Whether the vectors are there, of this embedder, and not too many of them spare."""
        assert live.generation is not None  # noqa: S101 - for the type checker; asked only then
        if live.generation.embedding_version != self._embedder.version:
            return False
        wanted = kept = 0
        for audience in Audience:
            try:
                there = await self._index.keys(part_of(live.generation.collection, audience))
            except CollectionMissingError:
                return False
            keys = live.corpus.keys_for(audience)
            if not keys <= there:
                return False
            wanted, kept = wanted + len(keys), kept + len(there)
        return kept <= 2 * wanted + MOST_SPARE

    async def _begin(self) -> Generation:
        """A new generation without vectors. Its row comes first, so that a crash leaves nothing unknown behind."""
        generation = Generation(
            collection=f"knowledge-{uuid4().hex}", embedding_version=self._embedder.version
        )
        async with self._database.transaction() as session:
            session.add(generation)
        for audience in Audience:
            await self._index.create(part_of(generation.collection, audience))
        return generation

    async def _fill(
        self,
        generation: Generation,
        corpus: Corpus,
        *,
        old: Generation | None,
        there: Corpus | None,
        progress: Progress | None,
    ) -> None:
        """Add the vectors that a corpus lacks there: taken over from an old generation, else made now.

        Those of the corpus `there` were looked for before (`repair`): of 100,000 that would take half a second.
        """
        try:
            for audience in Audience:
                part = part_of(generation.collection, audience)
                new = corpus.keys_for(audience) - (there.keys_for(audience) if there else set())
                missing = new - await self._index.held(part, sorted(new))
                if old is not None and old.embedding_version == generation.embedding_version:
                    missing -= await self._copy(part_of(old.collection, audience), part, sorted(missing))
                keys = sorted(missing)
                for i in range(0, len(keys), EMBEDDED_AT_ONCE):
                    some = keys[i : i + EMBEDDED_AT_ONCE]
                    vectors = await self._embedder.embed([corpus.entries[key].text for key in some])
                    await self._index.add(part, some, vectors)
                    if progress is not None:
                        progress(i + len(some), len(keys))
        except CollectionMissingError as error:
            # Only somebody else's newer generation removes the one that is being filled.
            raise PublishConflictError(_OVERTAKEN) from error

    async def _copy(self, source: str, target: str, keys: Sequence[str]) -> set[str]:
        """Copy the vectors that are there; the keys of those that were."""
        import numpy as np

        try:
            found = await self._index.vectors(source, keys)
        except CollectionMissingError:
            return set()
        if found:
            await self._index.add(target, list(found), np.stack(list(found.values())))
        return set(found)

    async def _swap(
        self,
        old: Live,
        generation: Generation,
        drafts: Sequence[ArticleVersion],
        replaced: Collection[UUID],
        changes: Sequence[Change],
        *,
        by: str | None,
        note: str | None,
    ) -> None:
        """The one transaction: new versions take the place of old ones, and the newest publication is this."""
        now = utc_now()
        try:
            async with self._going_live(old) as session:
                session.add(
                    Publication(
                        number=old.number + 1,
                        at=now,
                        by=by,
                        note=note,
                        changes=[_as_json(c) for c in changes],
                    )
                )
                await _unchanged(session, drafts)
                # Many at once: a statement for each version would hold the write lock for a minute at 20,000 articles.
                await _set(session, replaced, state=ArticleState.ARCHIVED)
                await _set(
                    session,
                    [draft.id for draft in drafts],
                    state=ArticleState.PUBLISHED,
                    published_at=now,
                )
                if old.generation is None:
                    await _make_live(session, generation)
        except DBAPIError as error:
            if is_overtaken(error):
                raise PublishConflictError(_OVERTAKEN) from error
            raise

    @asynccontextmanager
    async def _going_live(self, old: Live) -> AsyncIterator[AsyncSession]:
        """The only kind of transaction that changes what is live. Raises `PublishConflictError` if `old` no longer is."""
        try:
            async with self._database.transaction() as session:
                await _hold(session, old)
                yield session
        finally:  # cancelled in the commit, it may have happened: whoever searches should look
            self._index.count_publication()

    async def _drop_older(self, generation: Generation) -> None:
        """Remove what was live before, and what a crash left behind; never what somebody began after us."""
        older = select(Generation).where(
            ~col(Generation.live), col(Generation.created_at) < generation.created_at
        )
        async with self._database.reading() as session:
            rows = (await session.exec(older)).all()
        for row in rows:
            await self._drop(row)

    async def _drop(self, generation: Generation) -> None:
        # Whoever was cut off in the commit does not know whether it went live after all. The lock waits for the end of it.
        is_live = select(Generation.live).where(Generation.id == generation.id).with_for_update()
        async with self._database.transaction() as session:
            if (await session.exec(is_live)).first():
                return
        for audience in Audience:
            await self._index.drop(part_of(generation.collection, audience))
        await self._index.drop(generation.collection)  # as Candor 0.1 named its only part
        async with self._database.transaction() as session:
            await session.exec(
                delete(Generation).where(col(Generation.id) == generation.id, ~col(Generation.live))
            )


@contextmanager
def _tidying() -> Iterator[None]:
    """What cannot be removed now harms nobody and is removed later: it must not hide how a publication ended."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - see above
        log.warning("vectors_left_behind", error=type(error).__name__)


def _changes(before: Mapping[Name, Version], after: Mapping[Name, Version]) -> Iterable[Change]:
    for slug, locale in sorted(before.keys() | after.keys()):
        old, new = before.get((slug, locale)), after.get((slug, locale))
        if old != new:
            yield Change(slug, locale, old.number if old else None, new.number if new else None)


def _as_json(change: Change) -> dict[str, str | int | None]:
    return {"slug": change.slug, "locale": change.locale, "from": change.before, "to": change.after}


async def _drafts(session: AsyncSession, wanted: Collection[UUID]) -> list[ArticleVersion]:
    """Those of the wanted versions that are drafts. Databases limit the parameters of a statement, so all are read."""
    rows = await session.exec(select(ArticleVersion).where(ArticleVersion.state == ArticleState.DRAFT))
    return [row for row in rows if row.id in wanted]


async def _unchanged(session: AsyncSession, drafts: Sequence[ArticleVersion]) -> None:
    """Nobody edits these drafts until this transaction ends. Raises `PublishConflictError` if somebody has."""
    wanted = select(ArticleVersion.id, ArticleVersion.fingerprint).where(
        ArticleVersion.state == ArticleState.DRAFT
    )
    # In the order in which imports change them, lest the two wait for each other.
    now = dict((await session.exec(wanted.order_by(col(ArticleVersion.id)).with_for_update())).all())
    for draft in drafts:
        if now.get(draft.id) != draft.fingerprint:
            raise PublishConflictError(_EDITED.format(slug=draft.slug))


async def _set(session: AsyncSession, versions: Collection[UUID], **values: object) -> None:
    """Give every one of these versions the same values."""
    if versions:
        await session.exec(update(ArticleVersion), params=[{"id": one, **values} for one in versions])


async def _hold(session: AsyncSession, old: Live) -> None:
    """Nobody else changes what is live until this transaction ends. Raises `PublishConflictError` if somebody has."""
    await session.exec(select(Generation).where(col(Generation.live)).with_for_update())
    if await pointer(session) != old.pointer:
        raise PublishConflictError(_OVERTAKEN)


async def _make_live(session: AsyncSession, generation: Generation) -> None:
    await session.exec(update(Generation).where(col(Generation.live)).values(live=False))
    await session.exec(update(Generation).where(col(Generation.id) == generation.id).values(live=True))
