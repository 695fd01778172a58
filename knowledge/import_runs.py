"""Imports that were started at the console: they run on their own, and anybody can see how far they are."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select, update

from knowledge.articles import Name
from knowledge.database import Database, utc_now
from knowledge.importing import Importer, ImportReport
from knowledge.ingestion import Progress
from knowledge.records import ImportRun
from knowledge.sources import Read

log = structlog.get_logger()

TOLD_EVERY = 0.5  # seconds between two notes of progress
LISTED = 20
LONGEST = timedelta(hours=1)
TRIED_AGAIN = 5.0  # seconds until an end that could not be written down is written again
_AGAIN = "Import again; what was already taken stays as drafts."
_STOPPED = f"Candor was stopped in the middle. {_AGAIN}"

Reader = Callable[[Progress], Awaitable[Read]]


class ImportRuns:
    """Starts imports and remembers them. Each is read by a child process and then taken, some sources at a time."""

    def __init__(self, database: Database, importer: Importer) -> None:
        self._database = database
        self._importer = importer
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    async def recover(self, *, alone: bool = False) -> None:
        """Say of imports that a dead process left unfinished that they have ended.

        These are all of them if no other process serves (`alone`), else those older than `LONGEST`: none lasts so.
        """
        left = update(ImportRun).where(col(ImportRun.finished_at).is_(None))
        if not alone:
            left = left.where(col(ImportRun.started_at) < utc_now() - LONGEST)
        async with self._database.transaction() as session:
            await session.exec(left.values(finished_at=utc_now(), failure=_STOPPED))

    async def start(self, root: str, read: Reader, *, by: str | None) -> ImportRun:
        """Begin an import and return at once; `read` does the reading."""
        await self.recover()
        run = ImportRun(root=root, by=by)
        async with self._database.transaction() as session:
            session.add(run)
        task = asyncio.create_task(self._work(run.id, root, read))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    async def run(self, run_id: UUID) -> ImportRun | None:
        """One import, None if there is none with that id."""
        async with self._database.reading() as session:
            return await session.get(ImportRun, run_id)

    async def newest(self) -> list[ImportRun]:
        """The newest imports, newest first."""
        wanted = select(ImportRun).order_by(col(ImportRun.started_at).desc()).limit(LISTED)
        async with self._database.reading() as session:
            return list((await session.exec(wanted)).all())

    async def close(self) -> None:
        """Stop what is running; what was imported until then stays."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, run_id: UUID, root: str, read: Reader) -> None:
        came: dict[str, object]
        try:
            async with self._one_at_a_time, asyncio.timeout(LONGEST.total_seconds()):
                found = await read(self._tell(run_id))
                report = await self._importer.take(
                    root, found.sources, unread=found.unread, complete=found.complete
                )
            came = {"report": report_view(report)}
        except asyncio.CancelledError:
            with suppress(DBAPIError):  # then the next start tells it
                await self._note(run_id, finished_at=utc_now(), failure=_STOPPED)
            raise
        # Whatever broke, the person who waits for the import must see that it has ended.
        except Exception as error:  # noqa: BLE001 - see above
            log.error("import_failed", error=type(error).__name__)
            came = {"failure": f"The import broke off ({type(error).__name__}). {_AGAIN}"}
        await self._end(run_id, came)

    async def _end(self, run_id: UUID, came: dict[str, object]) -> None:
        """Write down what came of an import, as soon as the records take it: their disk may be full."""
        while True:
            with suppress(DBAPIError):
                await self._note(run_id, finished_at=utc_now(), **came)
                return
            await asyncio.sleep(TRIED_AGAIN)

    def _tell(self, run_id: UUID) -> Progress:
        told = 0.0
        noting: set[asyncio.Task[None]] = set()

        async def note(done: int, total: int) -> None:
            with suppress(DBAPIError):  # the next note tells more
                await self._note(run_id, done=done, total=total)

        def progress(done: int, total: int, _: str) -> None:
            nonlocal told
            if time.monotonic() - told < TOLD_EVERY and done < total:
                return
            told = time.monotonic()
            task = asyncio.create_task(note(done, total))
            noting.add(task)
            task.add_done_callback(noting.discard)

        return progress

    async def _note(self, run_id: UUID, **values: object) -> None:
        async with self._database.transaction() as session:
            await session.exec(update(ImportRun).where(col(ImportRun.id) == run_id).values(**values))


def report_view(report: ImportReport) -> dict[str, object]:
    """A report as it is stored and shown."""
    return {
        "new": _named(report.new),
        "changed": _named(report.changed),
        "unchanged": len(report.unchanged),
        "missing": _named(report.missing),
        "not_taken": [{"path": problem.path, "why": problem.why} for problem in report.not_taken],
        "drafts": [str(draft.id) for draft in report.drafts],
    }


def _named(names: Iterable[Name]) -> list[dict[str, str]]:
    return [{"slug": slug, "locale": locale} for slug, locale in names]
