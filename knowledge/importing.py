"""Importing: articles from outside become drafts, each only if its source has changed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, or_
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Article, Name
from knowledge.database import Database, is_overtaken, utc_now
from knowledge.drafts import EditConflictError, draft_of, highest_numbers, newest_versions
from knowledge.records import ArticleSource, ArticleState, ArticleVersion

TRIES = 3
AT_ONCE = 100  # sources in one transaction: a customer's message waits for the write lock of one, some 50 ms
# Seconds between two transactions. SQLite keeps no queue: who waits for its lock looks again every 25 ms, later less often.
TURN = 0.025


@dataclass(frozen=True)
class Sourced:
    """An article as a source has it. `fingerprint` is of the source itself: it changes when the source does."""

    path: str
    fingerprint: str
    article: Article


@dataclass(frozen=True)
class NotTaken:
    """A source that did not become a draft, and why, with the mend."""

    path: str
    why: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did: articles as slug and locale, and paths where there is no article.

    `missing`: sources of earlier imports from this root that are not there any more; their articles stay as they are
    until a person withdraws them. `drafts`: the versions to publish if the import is accepted as it is.
    """

    new: tuple[Name, ...] = ()
    changed: tuple[Name, ...] = ()
    unchanged: tuple[Name, ...] = ()
    missing: tuple[Name, ...] = ()
    not_taken: tuple[NotTaken, ...] = ()
    drafts: tuple[ArticleVersion, ...] = ()


class Importer:
    """Turns sources into drafts, some at a time: whoever waits for the database gets a turn in between.

    If it breaks off, what was made until then stays as drafts, and the next import goes on from there.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self, root: str, sources: Sequence[Sourced], *, unread: Sequence[NotTaken] = (), complete: bool = True
    ) -> ImportReport:
        """Compare the sources of a root with those of its last import, and make drafts of what is new or changed.

        `unread` are sources that are there but could not be read: they are no missing ones. Unless these are all sources
        of the root (`complete`), none is missing. What a person has edited here since is never overwritten, but reported.
        """
        there = _There(root, sources, unread, complete=complete)
        taken: list[ImportReport] = []
        for i in range(0, len(sources), AT_ONCE):
            if taken:
                await asyncio.sleep(TURN)
            taken.append(await self._take(there, sources[i : i + AT_ONCE]))
        return _together([ImportReport(not_taken=tuple(unread)), *taken, await self._mark_missing(there)])

    async def _take(self, there: "_There", some: Sequence[Sourced]) -> ImportReport:
        for _ in range(TRIES - 1):
            # Another import or an editor took the same article between our look and our writing: look again.
            with suppress(EditConflictError):
                try:
                    return await self._take_once(there, some)
                except DBAPIError as error:
                    if not is_overtaken(error):
                        raise
        return await self._take_once(there, some)

    async def _mark_missing(self, there: "_There") -> ImportReport:
        """Marks the sources that are gone. Those that were renamed have their new path by now."""
        wanted = select(ArticleSource.path, ArticleSource.slug, ArticleSource.locale)
        async with self._database.reading() as session:
            rows = await session.exec(wanted.where(ArticleSource.root == there.root))
            gone = {path: (slug, locale) for path, slug, locale in rows if there.lacks(path)}
        paths = list(gone)
        now = utc_now()
        for i in range(0, len(paths), AT_ONCE):
            new = update(ArticleSource).where(
                col(ArticleSource.root) == there.root,
                col(ArticleSource.path).in_(paths[i : i + AT_ONCE]),
                col(ArticleSource.missing_since).is_(None),
            )
            async with self._database.transaction() as session:
                await session.exec(new.values(missing_since=now))
        return ImportReport(missing=tuple(gone.values()))

    async def _take_once(self, there: "_There", some: Sequence[Sourced]) -> ImportReport:
        async with self._database.transaction() as session:
            return await _Batch(session, there).run(some)


class Verdict(StrEnum):
    """What becomes of one source."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EDITED_HERE = "edited here"
    DRAFT_HERE = "draft here"


def judge(source: Sourced, last: ArticleSource | None, current: ArticleVersion | None) -> Verdict:
    """What to do with a source, by its last import and the newest version of its article, each None if there is none."""
    if current is not None and current.fingerprint == source.article.fingerprint:
        return Verdict.UNCHANGED
    if last is not None and last.fingerprint == source.fingerprint:
        return Verdict.UNCHANGED  # what has been edited here stays as it is
    if current is None:
        return Verdict.NEW
    if last is None:
        return Verdict.DRAFT_HERE if current.state == ArticleState.DRAFT else Verdict.CHANGED
    return Verdict.CHANGED if current.fingerprint == last.article_fingerprint else Verdict.EDITED_HERE


_REFUSALS = {
    Verdict.EDITED_HERE: (
        "source and article have both been changed since the last import; carry the change over in the console, "
        "then import again"
    ),
    Verdict.DRAFT_HERE: "the article has a draft that somebody began here; publish or discard it, then import again",
}


class _There:
    """What is in a root now, and so what of its last import is gone."""

    def __init__(
        self, root: str, sources: Sequence[Sourced], unread: Sequence[NotTaken], *, complete: bool
    ) -> None:
        self.root = root
        self._complete = complete
        self._present = {source.path for source in sources} | {problem.path for problem in unread}
        # A file of rows of which some could not be read does not tell which rows are gone.
        self._doubtful = {problem.path.partition("#")[0] for problem in unread}

    def lacks(self, path: str) -> bool:
        """Whether a source of an earlier import of this root is gone."""
        return self._complete and path not in self._present and path.partition("#")[0] not in self._doubtful


class _Batch:
    """Some sources of an import, inside one transaction."""

    def __init__(self, session: AsyncSession, there: _There) -> None:
        self.session = session
        self.there = there
        self.root = there.root
        self.names: dict[Verdict, list[Name]] = {verdict: [] for verdict in Verdict}
        self.not_taken: list[NotTaken] = []
        self.missing: list[Name] = []
        self.highest: dict[str, int] = {}
        self.drafts: list[ArticleVersion] = []

    async def run(self, sources: Sequence[Sourced]) -> ImportReport:
        slugs = {source.article.slug for source in sources}
        paths = [source.path for source in sources]
        of_root = and_(col(ArticleSource.root) == self.root, col(ArticleSource.path).in_(paths))
        known = select(ArticleSource).where(or_(of_root, col(ArticleSource.slug).in_(slugs)))
        # In one order, lest two imports wait for each other.
        known = known.order_by(col(ArticleSource.root), col(ArticleSource.path)).with_for_update()
        rows = (await self.session.exec(known)).all()
        newest = await newest_versions(self.session, slugs)
        self.highest = await highest_numbers(self.session, slugs)
        mine = {row.path: row for row in rows if row.root == self.root}
        holders = {(row.slug, row.locale): row for row in rows}
        for source in sources:
            name = (source.article.slug, source.article.locale)
            last, holder = mine.get(source.path), holders.get(name)
            if holder is not None and holder is not last:
                if holder.root != self.root or not self.there.lacks(holder.path):
                    self._refuse(
                        source,
                        f"{name[0]!r} ({name[1]}) comes from {holder.root}: {holder.path}; "
                        + ("" if holder.root == self.root else f"import it under the name {holder.root}, or ")
                        + "give this one another slug",
                    )
                    continue
                if last is not None:
                    await self._forget(last, holders)
                last = holder  # the file was renamed
            is_another = last is not None and (last.slug, last.locale) != name
            if last is not None and is_another:
                self.missing.append((last.slug, last.locale))  # the file is another article now
                holders.pop((last.slug, last.locale))
            holders[name] = self._take(source, last, newest.get(name))
            if is_another:
                await self.session.flush()  # before another file takes the name that it had
        return ImportReport(
            new=tuple(self.names[Verdict.NEW]),
            changed=tuple(self.names[Verdict.CHANGED]),
            unchanged=tuple(self.names[Verdict.UNCHANGED]),
            missing=tuple(self.missing),
            not_taken=tuple(self.not_taken),
            drafts=tuple(self.drafts),
        )

    async def _forget(self, last: ArticleSource, holders: dict[tuple[str, str], ArticleSource]) -> None:
        """Of a file over which another one was moved: its article has no source any more, its path is the other's."""
        self.missing.append((last.slug, last.locale))
        holders.pop((last.slug, last.locale))
        await self.session.delete(last)
        await self.session.flush()  # before the other row takes the path

    def _take(
        self, source: Sourced, last: ArticleSource | None, current: ArticleVersion | None
    ) -> ArticleSource:
        article = source.article
        same = (
            last if last is not None and (last.slug, last.locale) == (article.slug, article.locale) else None
        )
        verdict = judge(source, same, current)
        row = last or ArticleSource(
            root=self.root, path=source.path, slug="", locale="", fingerprint="", article_fingerprint=""
        )
        if verdict in _REFUSALS:
            self._refuse(source, _REFUSALS[verdict])
            if last is None:
                return row  # not ours: the next import asks again
        else:
            self.names[verdict].append((article.slug, article.locale))
            row.fingerprint, row.article_fingerprint = source.fingerprint, article.fingerprint
            row.imported_at = utc_now()
        row.path, row.slug, row.locale, row.missing_since = source.path, article.slug, article.locale, None
        self.session.add(row)
        if verdict in {Verdict.NEW, Verdict.CHANGED}:
            self.drafts.append(self._draft(article, current))
        elif (
            current is not None
            and current.state == ArticleState.DRAFT
            and current.fingerprint == article.fingerprint
        ):
            self.drafts.append(current)  # an earlier import made it, and nobody has published it yet
        return row

    def _draft(self, article: Article, current: ArticleVersion | None) -> ArticleVersion:
        """Not saved one by one, so that the write lock is held for a short time."""
        draft = draft_of(article, current, number=self.highest.get(article.slug, 0) + 1, by=self.root)
        self.highest[article.slug] = max(self.highest.get(article.slug, 0), draft.version)
        self.session.add(draft)
        return draft

    def _refuse(self, source: Sourced, why: str) -> None:
        self.not_taken.append(NotTaken(source.path, why))


def _together(reports: Sequence[ImportReport]) -> ImportReport:
    new = tuple(name for report in reports for name in report.new)
    changed = tuple(name for report in reports for name in report.changed)
    unchanged = tuple(name for report in reports for name in report.unchanged)
    # What lost its source and got another one in the same import is not missing.
    missing = {name for report in reports for name in report.missing} - {*new, *changed, *unchanged}
    not_taken = (problem for report in reports for problem in report.not_taken)
    return ImportReport(
        new=new,
        changed=changed,
        unchanged=unchanged,
        missing=tuple(sorted(missing)),
        not_taken=tuple(sorted(not_taken, key=lambda problem: problem.path)),
        drafts=tuple(draft for report in reports for draft in report.drafts),
    )
