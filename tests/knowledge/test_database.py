"""The database under several at once: writers queue, statements give back what they found."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from knowledge.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'records.db'}")
    async with made.transaction() as session:
        await session.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, word TEXT UNIQUE)"))
    yield made
    await made.close()


async def write(database: Database, word: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO note (word) VALUES (:word)"), {"word": word})
        await asyncio.sleep(0.01)  # the loop is busy with others


async def words(database: Database) -> list[str]:
    async with database.reading() as session:
        return list((await session.execute(text("SELECT word FROM note ORDER BY id"))).scalars())


async def test_writers_are_served_in_the_order_in_which_they_came(database: Database) -> None:
    wanted = [f"word {one}" for one in range(20)]
    await asyncio.gather(*(write(database, word) for word in wanted))
    assert await words(database) == wanted


async def test_a_writer_that_fails_or_is_cancelled_lets_the_next_one_in(database: Database) -> None:
    await write(database, "once")
    with pytest.raises(IntegrityError):
        await write(database, "once")
    cancelled = asyncio.create_task(write(database, "never"))
    await asyncio.sleep(0.005)
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    await asyncio.wait_for(write(database, "after"), 5)
    assert await words(database) == ["once", "after"]


async def test_who_reads_does_not_wait_for_who_writes(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO note (word) VALUES ('unfinished')"))
        assert await asyncio.wait_for(words(database), 5) == []
    assert await words(database) == ["unfinished"]


async def test_a_statement_gives_back_its_rows_its_count_and_what_it_returns(database: Database) -> None:
    async with database.transaction() as session:
        insert = text("INSERT INTO note (word) VALUES ('a'), ('b') RETURNING id, word")
        assert [tuple(row) for row in await session.execute(insert)] == [(1, "a"), (2, "b")]
        changed = await session.execute(text("UPDATE note SET word = word || '!'"))
        assert changed.rowcount == 2  # type: ignore[attr-defined]
    assert await words(database) == ["a!", "b!"]
