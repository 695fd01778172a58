"""Drafts and the history of an article: what people write before it is published, and what was published before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Article
from knowledge.database import Database, utc_now
from knowledge.records import ArticleSource, ArticleState, ArticleVersion


class EditConflictError(RuntimeError):
    """The article has been changed since the editor opened it. `now` is what it says now, None if it is gone."""

    def __init__(self, slug: str, now: ArticleVersion | None) -> None:
        what = f"by {now.author}" if now is not None and now.author else "by somebody else"
        super().__init__(
            f"The article {slug!r} has been changed {what} since you opened it. Nothing was saved; "
            "look at what it says now and save again."
        )
        self.now = now


@dataclass(frozen=True)
class Overview:
    """One article in one language: its published version, its draft and its source, each None if there is none."""

    published: ArticleVersion | None
    draft: ArticleVersion | None
    newest: ArticleVersion
    source: ArticleSource | None

    @property
    def shown(self) -> ArticleVersion:
        """The version that stands for the article in a list."""
        return self.published or self.draft or self.newest


class Drafts:
    """The drafts and the history of every article."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, article: Article, *, by: str | None, base: str | None) -> ArticleVersion:
        """Keep what somebody wrote as the article's draft; there is one for each article and language.

        `base` is the fingerprint of the version that the editor began from, None for a new article. Raises
        `EditConflictError` if it is not the newest any more.
        """
        try:
            async with self._database.transaction() as session:
                return await keep_draft(session, article, by=by, base=base)
        except IntegrityError as error:  # two began a draft at the same moment
            now = await self.newest(article.slug, article.locale)
            raise EditConflictError(article.slug, now) from error

    async def discard(self, slug: str, locale: str, *, base: str) -> None:
        """Throw a draft away. Raises `EditConflictError` if it says something else by now, or there is none."""
        async with self._database.transaction() as session:
            draft = await _newest(session, slug, locale)
            if draft is None or draft.state != ArticleState.DRAFT or draft.fingerprint != base:
                raise _conflict(session, slug, draft)
            await session.exec(delete(ArticleVersion).where(col(ArticleVersion.id) == draft.id))

    async def draft(self, slug: str, locale: str) -> ArticleVersion | None:
        """The draft, None if there is none."""
        newest = await self.newest(slug, locale)
        return newest if newest is not None and newest.state == ArticleState.DRAFT else None

    async def newest(self, slug: str, locale: str) -> ArticleVersion | None:
        """The draft, else the version with the highest number."""
        async with self._database.reading() as session:
            return await _newest(session, slug, locale)

    async def history(self, slug: str, locale: str | None = None) -> list[ArticleVersion]:
        """Every version, the newest first; without a locale those of every language."""
        wanted = select(ArticleVersion).where(ArticleVersion.slug == slug)
        if locale is not None:
            wanted = wanted.where(ArticleVersion.locale == locale)
        async with self._database.reading() as session:
            return list((await session.exec(wanted.order_by(col(ArticleVersion.version).desc()))).all())

    async def version(self, slug: str, number: int) -> ArticleVersion | None:
        """One version, whatever its state; None if there is none."""
        wanted = select(ArticleVersion).where(ArticleVersion.slug == slug, ArticleVersion.version == number)
        async with self._database.reading() as session:
            return (await session.exec(wanted)).one_or_none()

    async def source(self, slug: str, locale: str) -> ArticleSource | None:
        """Where an article was imported from, None if it was written here."""
        wanted = select(ArticleSource).where(ArticleSource.slug == slug, ArticleSource.locale == locale)
        async with self._database.reading() as session:
            return (await session.exec(wanted)).one_or_none()

    async def waiting(self) -> list[ArticleVersion]:
        """Every draft, by article."""
        wanted = select(ArticleVersion).where(ArticleVersion.state == ArticleState.DRAFT)
        async with self._database.reading() as session:
            return list((await session.exec(wanted.order_by(col(ArticleVersion.slug)))).all())

    async def overview(self) -> list[Overview]:
        """Every article in every language, by title; withdrawn ones too."""
        async with self._database.reading() as session:
            rows = (await session.exec(select(ArticleVersion).order_by(col(ArticleVersion.version)))).all()
            sources = {(s.slug, s.locale): s for s in (await session.exec(select(ArticleSource))).all()}
        versions: dict[tuple[str, str], list[ArticleVersion]] = {}
        for row in rows:
            versions.setdefault((row.slug, row.locale), []).append(row)
        found = [_overview(of_one, sources.get(name)) for name, of_one in versions.items()]
        return sorted(found, key=lambda one: (one.shown.title.casefold(), one.shown.slug, one.shown.locale))


async def keep_draft(
    session: AsyncSession, article: Article, *, by: str | None, base: str | None
) -> ArticleVersion:
    """`Drafts.save` inside a transaction of the caller's."""
    newest = await _newest(session, article.slug, article.locale)
    if (newest.fingerprint if newest else None) != base:
        raise _conflict(session, article.slug, newest)
    draft = draft_of(article, newest, number=await _next_number(session, article.slug), by=by)
    session.add(draft)
    await session.flush()
    return draft


def draft_of(
    article: Article, newest: ArticleVersion | None, *, number: int, by: str | None
) -> ArticleVersion:
    """The draft that says what the article says: the newest version if that is a draft, else a new one."""
    draft = newest if newest is not None and newest.state == ArticleState.DRAFT else None
    if draft is None:
        draft = ArticleVersion(slug=article.slug, version=number, title="", body="", fingerprint="")
    draft.take(article)
    draft.author, draft.saved_at = by, utc_now()
    return draft


async def newest_versions(
    session: AsyncSession, slugs: Collection[str]
) -> dict[tuple[str, str], ArticleVersion]:
    """By slug and locale: the draft of each of these articles, else its version with the highest number."""
    highest = (
        select(ArticleVersion.slug, ArticleVersion.locale, func.max(ArticleVersion.version).label("version"))
        .where(col(ArticleVersion.slug).in_(slugs))
        .group_by(col(ArticleVersion.slug), col(ArticleVersion.locale))
        .subquery()
    )
    wanted = select(ArticleVersion).join(
        highest,
        and_(
            col(ArticleVersion.slug) == highest.c.slug,
            col(ArticleVersion.locale) == highest.c.locale,
            or_(
                col(ArticleVersion.version) == highest.c.version,
                col(ArticleVersion.state) == ArticleState.DRAFT,
            ),
        ),
    )
    rows = (await session.exec(wanted)).all()
    rows = sorted(rows, key=lambda row: row.state == ArticleState.DRAFT)  # stable: drafts come last
    return {(row.slug, row.locale): row for row in rows}


async def highest_numbers(session: AsyncSession, slugs: Collection[str]) -> dict[str, int]:
    """By slug: the highest number of a version of each of these articles, over all languages."""
    wanted = select(ArticleVersion.slug, func.max(ArticleVersion.version))
    of_these = wanted.where(col(ArticleVersion.slug).in_(slugs)).group_by(col(ArticleVersion.slug))
    return dict((await session.exec(of_these)).all())


def _conflict(session: AsyncSession, slug: str, now: ArticleVersion | None) -> EditConflictError:
    """The error to raise, with a row that can be read although the transaction is rolled back."""
    if now is not None:
        session.expunge(now)
    return EditConflictError(slug, now)


def _overview(versions: Sequence[ArticleVersion], source: ArticleSource | None) -> Overview:
    by_state = {row.state: row for row in versions}
    return Overview(
        by_state.get(ArticleState.PUBLISHED), by_state.get(ArticleState.DRAFT), versions[-1], source
    )


async def _newest(session: AsyncSession, slug: str, locale: str) -> ArticleVersion | None:
    wanted = (
        select(ArticleVersion)
        .where(ArticleVersion.slug == slug, ArticleVersion.locale == locale)
        .order_by(
            (col(ArticleVersion.state) == ArticleState.DRAFT).desc(), col(ArticleVersion.version).desc()
        )
        .limit(1)
    )
    return (await session.exec(wanted)).one_or_none()


async def _next_number(session: AsyncSession, slug: str) -> int:
    """Numbers count over all languages of an article. That of a discarded draft is given again."""
    highest = select(func.max(ArticleVersion.version)).where(ArticleVersion.slug == slug)
    return ((await session.exec(highest)).one() or 0) + 1
