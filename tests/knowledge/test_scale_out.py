"""The knowledge base where several machines share it: a real PostgreSQL and a real Chroma server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from api.migrate import migrate
from knowledge.articles import Article
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.importing import Sourced
from knowledge.index import CollectionMissingError, VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.publishing import PublishConflictError
from tests.servers import chroma, postgres

RETURNS = Article("returns", "Returns", "You can return most items within 30 days.")
LONGER = replace(RETURNS, body="You can return most items within 45 days.")
QUESTION = "How many days do I have to return an item?"


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(scope="module")
def chroma_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with chroma(tmp_path_factory.mktemp("chroma")) as port:
        yield port


@pytest.fixture
async def machines(
    postgres_url: str, chroma_port: int, embedder: Embedder
) -> AsyncIterator[list[KnowledgeBase]]:
    """Two processes' worth of the knowledge base over the same servers."""
    databases = [Database(postgres_url) for _ in range(2)]
    async with databases[0].engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await migrate(databases[0])
    indexes = [VectorIndex.server("127.0.0.1", chroma_port) for _ in range(2)]
    yield [
        KnowledgeBase(database, index, embedder) for database, index in zip(databases, indexes, strict=True)
    ]
    for index in indexes:
        await index.close()
    for database in databases:
        await database.close()


async def answer(kb: KnowledgeBase) -> str:
    return (await kb.search(QUESTION)).found[0].passage.text


async def publish(kb: KnowledgeBase, article: Article, base: Article | None = None) -> None:
    draft = await kb.drafts.save(article, by="Ada", base=base.fingerprint if base else None)
    await kb.publish([draft.id])


async def test_what_one_machine_publishes_the_other_finds_at_once(machines: list[KnowledgeBase]) -> None:
    one, other = machines
    assert (await other.search(QUESTION)).found == ()
    await publish(one, RETURNS)
    assert "30 days" in await answer(other)
    await publish(other, LONGER, RETURNS)
    assert "45 days" in await answer(one)
    assert await one.roll_back("returns", 1)
    assert "30 days" in await answer(other)


async def test_of_two_machines_that_publish_at_once_each_wins_or_is_told(
    machines: list[KnowledgeBase],
) -> None:
    one, other = machines
    first = await one.drafts.save(RETURNS, by="Ada", base=None)
    second = await one.drafts.save(Article("care", "Care", "Wash wool cold."), by="Ben", base=None)
    outcomes = await asyncio.gather(
        one.publish([first.id]), other.publish([second.id]), return_exceptions=True
    )
    told = [outcome for outcome in outcomes if isinstance(outcome, PublishConflictError)]
    assert len(told) + sum(isinstance(outcome, tuple) for outcome in outcomes) == 2
    numbers = [publication.number for publication in await one.publications()]
    assert numbers == list(range(len(numbers), 0, -1))
    assert len(await one.articles()) == len(numbers) == 2 - len(told)
    for kb, draft, outcome in zip(machines, (first, second), outcomes, strict=True):
        if isinstance(outcome, PublishConflictError):
            await kb.publish([draft.id])
    assert [article.slug for article in await other.articles()] == ["care", "returns"]


async def test_a_publication_that_is_caught_in_a_deadlock_is_told_as_a_conflict(
    machines: list[KnowledgeBase], postgres_url: str
) -> None:
    one, _ = machines
    drafts = [await one.drafts.save(replace(RETURNS, slug=slug), by="Ada", base=None) for slug in "ab"]
    first, second = sorted(draft.id for draft in drafts)
    lock = text("SELECT FROM article_version WHERE id = :id FOR UPDATE")
    database = Database(postgres_url)
    async with database.engine.connect() as other:
        await other.execute(
            text("SET deadlock_timeout = '20s'")
        )  # so that it is the publication that is given up
        await other.execute(lock, {"id": second})
        publishing = asyncio.create_task(one.publish([first, second]))
        async with database.engine.connect() as looking:
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not (await looking.execute(waiting)).scalar():  # noqa: ASYNC110 - the server tells nobody
                await asyncio.sleep(0.01)
        await other.execute(lock, {"id": first})
        with pytest.raises(PublishConflictError):
            await publishing
    await database.close()
    assert len(await one.publish([first, second])) == 2


async def test_whoever_uses_vectors_while_they_are_dropped_is_told_that_they_are_missing(
    chroma_port: int,
) -> None:
    one, other = (VectorIndex.server("127.0.0.1", chroma_port) for _ in range(2))
    vectors = np.eye(2, dtype=np.float32)
    outcomes: list[object] = []
    for number in range(40):
        name = f"dropped-{number}"
        await one.create(name)
        await other.add(name, ["a"], vectors[:1])
        _, *told = await asyncio.gather(
            one.drop(name),
            other.keys(name),
            other.held(name, ["a"]),
            other.nearest(name, vectors, count=1),
            other.add(name, ["b"], vectors[1:]),
            return_exceptions=True,
        )
        outcomes += [outcome for outcome in told if isinstance(outcome, BaseException)]
    await one.close()
    await other.close()
    assert {type(outcome) for outcome in outcomes} == {CollectionMissingError}


async def test_of_two_machines_that_begin_the_same_article_one_is_told(machines: list[KnowledgeBase]) -> None:
    one, other = machines
    outcomes = await asyncio.gather(
        one.drafts.save(RETURNS, by="Ada", base=None),
        other.drafts.save(LONGER, by="Ben", base=None),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ArticleVersion", "EditConflictError"]


async def test_two_imports_at_once_make_each_article_once(machines: list[KnowledgeBase]) -> None:
    sources = [Sourced(f"{n}.md", str(n), replace(RETURNS, slug=f"returns-{n}")) for n in range(20)]
    # In opposite order, so that each may wait for the other: then the database gives one of them up.
    reports = await asyncio.gather(
        *(kb.importer.take("shop", some) for kb, some in zip(machines, (sources, sources[::-1]), strict=True))
    )
    assert sorted(len(report.new) for report in reports) == [0, 20]
    again = await machines[0].importer.take("shop", sources)
    assert (len(again.unchanged), again.not_taken) == (20, ())
    assert len(await machines[1].drafts.waiting()) == 20


async def test_whoever_searches_while_another_publishes_finds_the_old_or_the_new_whole(
    machines: list[KnowledgeBase],
) -> None:
    one, other = machines
    await publish(one, RETURNS)
    seen: set[str] = set()
    done = asyncio.Event()

    async def keep_asking() -> None:
        while not done.is_set():
            result = await other.search(QUESTION)
            seen.add(" ".join(found.passage.text for found in result.found))

    asking = asyncio.create_task(keep_asking())
    now = RETURNS
    for days in (45, 60, 75):
        following = replace(RETURNS, body=f"You can return most items within {days} days.")
        await publish(one, following, now)
        now = following
    done.set()
    await asking
    assert seen <= {f"You can return most items within {days} days." for days in (30, 45, 60, 75)}
    assert seen
    assert "75 days" in await answer(other)


async def test_a_server_that_went_away_is_named_and_nothing_is_lost(
    postgres_url: str, machines: list[KnowledgeBase], tmp_path: Path, embedder: Embedder
) -> None:
    one, _ = machines
    await publish(one, RETURNS)
    draft = await one.drafts.save(LONGER, by="Ada", base=RETURNS.fingerprint)
    database = Database(postgres_url)
    with chroma(tmp_path) as port:
        index = VectorIndex.server("127.0.0.1", port)
        kb = KnowledgeBase(database, index, embedder)
        await kb.open()  # the vectors are not on this server: they are made again
        assert "30 days" in await answer(kb)
    with pytest.raises(ConnectionError, match="does not answer"):
        await kb.publish([draft.id])
    await index.close()
    await database.close()
    waiting = await one.drafts.waiting()
    assert [row.id for row in waiting] == [draft.id]
    article = await one.article("returns")
    assert article is not None
    assert article.body == RETURNS.body
