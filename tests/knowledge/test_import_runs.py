"""Imports that run on their own: whoever waits for one learns how it ended, whatever happens to process or disk."""

import asyncio

import pytest
from sqlalchemy import text

from knowledge import import_runs
from knowledge.articles import Article
from knowledge.database import Database
from knowledge.import_runs import ImportRuns
from knowledge.importing import Importer, Sourced
from knowledge.ingestion import Progress
from knowledge.records import ImportRun
from knowledge.sources import Read

RETURNS = Article("returns", "Returns", "You can return most items within 30 days.")


async def read_one(progress: Progress) -> Read:
    progress(1, 1, "returns.md")
    return Read([Sourced("returns.md", "1", RETURNS)], [], complete=True)


async def read_for_ever(_: Progress) -> Read:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def runs(database: Database) -> ImportRuns:
    return ImportRuns(database, Importer(database))


async def ended(runs: ImportRuns, run: ImportRun) -> ImportRun:
    async with asyncio.timeout(10):
        while True:
            now = await runs.run(run.id)
            assert now is not None
            if now.finished_at:
                return now
            await asyncio.sleep(0.02)


async def test_an_import_that_a_killed_process_left_is_told_as_ended_at_the_next_start(
    database: Database, runs: ImportRuns
) -> None:
    left = ImportRun(root="shop")  # all that kill -9 leaves
    async with database.transaction() as session:
        session.add(left)
    await runs.recover(alone=True)
    now = await runs.run(left.id)
    assert now is not None
    assert now.finished_at is not None
    assert "import again" in (now.failure or "").lower()


async def test_an_import_of_another_process_goes_on_when_this_one_starts(
    database: Database, runs: ImportRuns
) -> None:
    elsewhere = ImportRun(root="shop")
    async with database.transaction() as session:
        session.add(elsewhere)
    await runs.recover()
    now = await runs.run(elsewhere.id)
    assert now is not None
    assert now.finished_at is None


async def test_an_import_whose_end_finds_the_disk_full_is_told_as_ended_when_there_is_room_again(
    database: Database, runs: ImportRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_runs, "TRIED_AGAIN", 0.02)
    refuse = "BEFORE UPDATE ON knowledge_import BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    async with database.engine.begin() as connection:
        await connection.execute(text(f"CREATE TRIGGER full {refuse}"))
    run = await runs.start("shop", read_one, by="Ada")
    await asyncio.sleep(0.3)
    waiting = await runs.run(run.id)
    assert waiting is not None
    assert waiting.finished_at is None
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER full"))
    now = await ended(runs, run)
    assert now.failure is None
    assert now.report is not None
    assert now.report["new"] == [{"slug": "returns", "locale": "en"}]


async def test_an_import_that_is_stopped_says_so(runs: ImportRuns) -> None:
    run = await runs.start("shop", read_for_ever, by="Ada")
    await asyncio.sleep(0.05)
    await runs.close()
    assert "stopped in the middle" in ((await ended(runs, run)).failure or "")
