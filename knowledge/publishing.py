"""Publishing: article versions and the index over them, swapped in as one."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Article, ArticleError, Passage, read_article
from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.passages import split
from knowledge.records import ArticleState, ArticleVersion, Generation
from knowledge.search import Corpus

_CONFLICT = "Somebody else has just published. Nothing was changed; publish again."


class PublishConflictError(RuntimeError):
    """Somebody else published in the meantime. Nothing was changed; publishing again is safe."""


@dataclass(frozen=True)
class PublishReport:
    """What a publication did, as slugs. `not_in_folder` are published articles that the folder lacks."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    not_in_folder: tuple[str, ...]
    passages: int


@dataclass(frozen=True)
class Live:
    """What is searched now. `generation` is None before the first publication."""

    generation: Generation | None
    corpus: Corpus

    @property
    def collection(self) -> str | None:
        """The name of its vectors; names it among all generations."""
        return self.generation.collection if self.generation else None


async def live_collection(database: Database) -> str | None:
    """The name of the vectors that are live, None before the first publication."""
    async with database.reading() as session:
        return _name(await _live_generation(session))


async def load_live(database: Database) -> Live:
    """The live generation with its passages, split again from the published articles."""
    async with database.reading() as session:
        generation = await _live_generation(session)
        rows = await published(session) if generation else []
    return Live(generation, await asyncio.to_thread(_corpus, rows))


async def published(session: AsyncSession) -> list[ArticleVersion]:
    """Every published version, in a fixed order."""
    wanted = select(ArticleVersion).where(ArticleVersion.state == ArticleState.PUBLISHED)
    return list(
        (await session.exec(wanted.order_by(col(ArticleVersion.slug), col(ArticleVersion.locale)))).all()
    )


def read_folder(folder: Path) -> list[Article]:
    """The articles of a folder and its subfolders, by path.

    Raises `ArticleError` for the first file that cannot be published, and NotADirectoryError.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of articles.")
    articles: dict[tuple[str, str], Article] = {}
    for file in sorted(folder.rglob("*.md")):
        article = read_article(file)
        if (article.slug, article.locale) in articles:
            raise ArticleError(
                file.name, "slug", f"{article.slug!r} ({article.locale}) is taken by another file"
            )
        articles[article.slug, article.locale] = article
    return list(articles.values())


class Publisher:
    """Builds an index beside the old one and makes it live, with its article versions, in one transaction."""

    def __init__(self, database: Database, index: VectorIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder

    async def repair(self, live: Live) -> Live:
        """The same articles with a new index, if the vectors were lost or made by another embedder."""
        if live.generation is None or await self._is_sound(live):
            return live
        async with self._database.reading() as session:
            rows = await published(session)
        return await self._go_live(live, rows, new=())

    async def publish(self, articles: Sequence[Article], live: Live) -> tuple[Live, PublishReport]:
        """Make these articles live beside those that are; only a changed article becomes a new version.

        Raises `PublishConflictError`.
        """
        async with self._database.reading() as session:
            before = {(row.slug, row.locale): row for row in await published(session)}
            newest = await _newest_versions(session)
        new: list[ArticleVersion] = []
        added: list[str] = []
        changed: list[str] = []
        unchanged: list[str] = []
        for article in articles:
            old = before.get((article.slug, article.locale))
            if old is not None and old.fingerprint == article.fingerprint:
                unchanged.append(article.slug)
                continue
            (added if old is None else changed).append(article.slug)
            newest[article.slug] += 1
            new.append(_row(article, newest[article.slug]))
        if new or not await self._is_sound(live):
            after = before | {(row.slug, row.locale): row for row in new}
            live = await self._go_live(live, [after[name] for name in sorted(after)], new=new)
        here = {(article.slug, article.locale) for article in articles}
        report = PublishReport(
            added=tuple(added),
            changed=tuple(changed),
            unchanged=tuple(unchanged),
            not_in_folder=tuple(slug for slug, locale in sorted(before.keys() - here)),
            passages=len(live.corpus.passages),
        )
        return live, report

    async def _is_sound(self, live: Live) -> bool:
        """Whether the vectors are there, complete, and made by this embedder."""
        if live.generation is None or live.generation.embedding_version != self._embedder.version:
            return False
        try:
            return await self._index.keys(live.generation.collection) == set(live.corpus.entries)
        except CollectionMissingError:
            return False

    async def _go_live(
        self, old: Live, rows: Sequence[ArticleVersion], *, new: Sequence[ArticleVersion]
    ) -> Live:
        """Build an index over these versions and swap it in. Whatever fails, the old generation stays live."""
        generation = Generation(
            collection=f"knowledge-{uuid4().hex}", embedding_version=self._embedder.version
        )
        # Its row comes first, so that the next publication can clean up after a crash.
        async with self._database.transaction() as session:
            session.add(generation)
        try:
            corpus = await asyncio.to_thread(_corpus, rows)
            await self._index.create(generation.collection)
            entries = corpus.entries
            vectors = await self._embedder.embed([entry.text for entry in entries.values()])
            labels = [{"audience": corpus.passages[entry.places[0]].audience} for entry in entries.values()]
            await self._index.add(generation.collection, list(entries), vectors, labels)
            await self._swap(old, generation, new)
        except CollectionMissingError as error:
            # Only a publication that began later and went live earlier removes a collection under construction.
            await self._drop(generation)
            raise PublishConflictError(_CONFLICT) from error
        except BaseException:  # cancelled or failed: either way nobody will use what was built so far
            await self._drop(generation)
            raise
        await self._drop_older(generation)
        return Live(generation, corpus)

    async def _swap(self, old: Live, generation: Generation, new: Sequence[ArticleVersion]) -> None:
        """The one transaction: new versions replace old ones, and the new index goes live."""
        now = utc_now()
        async with self._database.transaction() as session:
            if _name(await _live_generation(session)) != old.collection:
                raise PublishConflictError(_CONFLICT)
            for row in new:
                await session.exec(
                    update(ArticleVersion)
                    .where(
                        col(ArticleVersion.slug) == row.slug,
                        col(ArticleVersion.locale) == row.locale,
                        col(ArticleVersion.state) == ArticleState.PUBLISHED,
                    )
                    .values(state=ArticleState.ARCHIVED)
                )
                row.state, row.published_at = ArticleState.PUBLISHED, now
                session.add(row)
            await session.exec(update(Generation).where(col(Generation.live)).values(live=False))
            await session.exec(
                update(Generation).where(col(Generation.id) == generation.id).values(live=True)
            )

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
        await self._index.drop(generation.collection)
        async with self._database.transaction() as session:
            await session.exec(
                delete(Generation).where(col(Generation.id) == generation.id, ~col(Generation.live))
            )


def _row(article: Article, version: int) -> ArticleVersion:
    return ArticleVersion(
        slug=article.slug,
        version=version,
        title=article.title,
        body=article.body,
        locale=article.locale,
        audience=article.audience,
        tags=list(article.tags),
        owner=article.owner,
        review_by=article.review_by,
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        questions={heading: list(asked) for heading, asked in article.questions.items()},
        fingerprint=article.fingerprint,
    )


def passages_of(row: ArticleVersion) -> list[Passage]:
    """The passages of a version. Splitting is a pure function, so they need not be stored."""
    return split(_article(row), row.version)


def _corpus(rows: Sequence[ArticleVersion]) -> Corpus:
    return Corpus([passage for row in rows for passage in passages_of(row)])


def _article(row: ArticleVersion) -> Article:
    return Article(
        slug=row.slug,
        title=row.title,
        body=row.body,
        locale=row.locale,
        audience=row.audience,
        tags=tuple(row.tags),
        owner=row.owner,
        review_by=row.review_by,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        questions={heading: tuple(asked) for heading, asked in row.questions.items()},
    )


async def _live_generation(session: AsyncSession) -> Generation | None:
    return (await session.exec(select(Generation).where(col(Generation.live)))).one_or_none()


def _name(generation: Generation | None) -> str | None:
    return generation.collection if generation else None


async def _newest_versions(session: AsyncSession) -> Counter[str]:
    """The highest version number of each article, drafts and archived ones included."""
    highest = select(ArticleVersion.slug, func.max(ArticleVersion.version)).group_by(ArticleVersion.slug)
    return Counter(dict((await session.exec(highest)).all()))
