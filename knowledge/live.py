"""What is live: the newest publication, its passages in memory, and how the database names it."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Name, Passage
from knowledge.corpus import Chapter, Corpus, chapter
from knowledge.database import Database
from knowledge.lexical import Vocabulary
from knowledge.passages import split
from knowledge.records import ArticleState, ArticleVersion, Generation, Publication


@dataclass(frozen=True, eq=False)
class Live:
    """What is searched now: publication `number` over the vectors of `generation` (None: nothing ever was).

    `chapters` are those of each version by its id, so that the next publication need not cut it up again.
    """

    generation: Generation | None
    number: int
    corpus: Corpus
    chapters: Mapping[UUID, Chapter] = field(default_factory=dict)

    @property
    def pointer(self) -> tuple[str | None, int]:
        """Names what is live; two equal pointers are the same publication over the same vectors."""
        return (self.generation.collection if self.generation else None, self.number)


class Version(NamedTuple):
    """A version of an article whose name is known."""

    id: UUID
    number: int


async def live_pointer(database: Database) -> tuple[str | None, int]:
    """`Live.pointer` as the database has it now."""
    async with database.reading() as session:
        return await pointer(session)


async def load_live(database: Database) -> Live:
    """The newest publication with its passages, split again from the published articles."""
    async with database.reading() as session:
        generation = await _live_generation(session)
        number = await _newest(session)
        rows = await published(session) if generation else []
    chapters = await asyncio.to_thread(chapters_of, rows, vocabulary := Vocabulary())
    return Live(generation, number, await asyncio.to_thread(Corpus, chapters.values(), vocabulary), chapters)


async def published(session: AsyncSession) -> list[ArticleVersion]:
    """Every published version, in a fixed order."""
    wanted = select(ArticleVersion).where(ArticleVersion.state == ArticleState.PUBLISHED)
    return list(
        (await session.exec(wanted.order_by(col(ArticleVersion.slug), col(ArticleVersion.locale)))).all()
    )


def passages_of(row: ArticleVersion) -> list[Passage]:
    """The passages of a version. Splitting is a pure function, so they need not be stored."""
    return split(row.article, row.version)


def part_of(collection: str, audience: str) -> str:
    """The collection with what was written for one audience: what others may not read is never even looked at."""
    return f"{collection}-{audience}"


def chapters_of(rows: Iterable[ArticleVersion], vocabulary: Vocabulary) -> dict[UUID, Chapter]:
    """Versions cut up, by their ids."""
    return {row.id: chapter(passages_of(row), vocabulary) for row in rows}


async def published_versions(session: AsyncSession) -> dict[Name, Version]:
    """What is published, without what it says: of 20,000 articles that is most of what publishing one would read."""
    wanted = select(ArticleVersion.slug, ArticleVersion.locale, ArticleVersion.id, ArticleVersion.version)
    rows = await session.exec(wanted.where(ArticleVersion.state == ArticleState.PUBLISHED))
    return {(slug, locale): Version(one, number) for slug, locale, one, number in rows}


async def pointer(session: AsyncSession) -> tuple[str | None, int]:
    """`Live.pointer` as this transaction sees it."""
    # One statement: where several processes may publish, every search asks this.
    live = select(Generation.collection).where(col(Generation.live)).scalar_subquery()
    collection, number = (await session.exec(select(live, func.max(Publication.number)))).one()
    return collection, number or 0


async def _live_generation(session: AsyncSession) -> Generation | None:
    return (await session.exec(select(Generation).where(col(Generation.live)))).one_or_none()


async def _newest(session: AsyncSession) -> int:
    return (await session.exec(select(func.max(Publication.number)))).one() or 0
