"""Editions: the knowledge base as an earlier publication left it, or with other thresholds, searched beside what is live.

Every version in an edition was published once, so what it says can be cited and opened (law 8). Drafts are in none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Name
from knowledge.confidence import Confidence
from knowledge.live import published_versions
from knowledge.records import ArticleVersion, Publication
from knowledge.search import SearchResult

if TYPE_CHECKING:  # the library makes editions
    from knowledge.library import KnowledgeBase


class EditionMissingError(LookupError):
    """There is no such publication. The message says which there are."""


class Searches(Protocol):
    """What a turn asks of a knowledge base."""

    async def search(
        self,
        question: str,
        *,
        audience: frozenset[str],
        locale: str,
        context: Sequence[str] = (),
        answer: str = "",
    ) -> SearchResult:
        """The best passages that this audience may see today, best first."""
        ...


@dataclass(frozen=True)
class Edition:
    """A knowledge base read another way: as `publication` left it, sure from the thresholds of `confidence`; None is as it is."""

    library: "KnowledgeBase"
    publication: int | None = None
    confidence: Confidence | None = None

    async def search(
        self,
        question: str,
        *,
        audience: frozenset[str],
        locale: str,
        context: Sequence[str] = (),
        answer: str = "",
    ) -> SearchResult:
        """As the knowledge base. Raises `EditionMissingError`."""
        return await self.library.search(
            question,
            audience=audience,
            locale=locale,
            context=context,
            answer=answer,
            publication=self.publication,
            confidence=self.confidence,
        )


async def versions_at(session: AsyncSession, number: int) -> list[ArticleVersion]:
    """The versions that publication `number` left published, in the order of `live.published`. Raises `EditionMissingError`.

    Worked out backwards from what is published now, by what each later publication changed.
    """
    later = (
        select(Publication).where(col(Publication.number) > number).order_by(col(Publication.number).desc())
    )
    if await session.get(Publication, number) is None:
        newest = (await session.exec(select(func.max(Publication.number)))).one() or 0
        raise EditionMissingError(f"there is no publication {number}; the newest is {newest}")
    versions: dict[Name, int] = {
        name: version.number for name, version in (await published_versions(session)).items()
    }
    for publication in (await session.exec(later)).all():
        for change in publication.changes:
            name = (change["slug"], change["locale"])
            versions.pop(name, None)
            if change["from"] is not None:
                versions[name] = change["from"]
    wanted = {(slug, version) for (slug, _), version in versions.items()}
    # Databases limit the parameters of a statement, so all that were ever published are read.
    rows = await session.exec(
        select(ArticleVersion)
        .where(col(ArticleVersion.published_at).is_not(None))
        .order_by(col(ArticleVersion.slug), col(ArticleVersion.locale))
    )
    return [row for row in rows if (row.slug, row.version) in wanted]
