"""Publishing: versions, the atomic swap, and what survives a failure."""

import asyncio
import gc
import os
import sys
import weakref
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.database import Database, utc_now
from knowledge.embedding import Embedder
from knowledge.index import CollectionMissingError, IndexInUseError, IndexUnavailableError, VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.live import part_of
from knowledge.publishing import PublishConflictError
from knowledge.records import ArticleVersion, Generation, Publication
from knowledge.sources import SourceError
from knowledge.transformer import Array
from tests.knowledge.article_samples import GIFT_CARDS, HELP_CENTRE, RETURNS, Write

CHANGED_RETURNS = RETURNS.replace("30 days", "45 days")


class FailingEmbedder(Embedder):
    """Fails in the middle of a publication; questions still work."""

    async def embed(self, texts: Sequence[str]) -> Array:
        if any("45 days" in text for text in texts):
            raise RuntimeError("out of memory")
        return await super().embed(texts)


class CountingEmbedder(Embedder):
    """Remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Array:
        self.texts += texts
        return await super().embed(texts)


class OtherEmbedder(Embedder):
    """As if the weights had been replaced by an update."""

    version = "other"


async def rows(database: Database) -> dict[tuple[str, int], str]:
    async with database.reading() as session:
        found = (await session.exec(select(ArticleVersion))).all()
    return {(row.slug, row.version): row.state for row in found}


async def generations(database: Database) -> list[Generation]:
    async with database.reading() as session:
        return list((await session.exec(select(Generation))).all())


async def best_text(kb: KnowledgeBase, question: str = "How many days do I have to return an item?") -> str:
    return (await kb.search(question)).found[0].passage.text


async def test_a_published_folder_can_be_searched_and_read(kb: KnowledgeBase, write: Write) -> None:
    report = await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))

    assert report.new == (("gift-cards", "en"), ("returns", "en"))
    assert "30 days" in await best_text(kb)
    article = await kb.article("gift-cards")
    assert article is not None
    assert (article.version, article.title, article.tags, article.owner) == (
        1,
        "Gift cards",
        ["gift", "payment"],
        "Payments",
    )
    assert [a.slug for a in await kb.articles()] == ["gift-cards", "returns"]


async def test_publishing_again_makes_new_versions_only_of_what_changed(
    kb: KnowledgeBase, write: Write, database: Database
) -> None:
    await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))
    report = await kb.publish_folder(write({"returns": CHANGED_RETURNS}))

    assert (report.new, report.changed, report.unchanged) == (
        (),
        (("returns", "en"),),
        (("gift-cards", "en"),),
    )
    assert await rows(database) == {
        ("returns", 1): "archived",
        ("returns", 2): "published",
        ("gift-cards", 1): "published",
    }
    assert "45 days" in await best_text(kb)


async def test_publishing_the_same_again_changes_nothing(
    kb: KnowledgeBase, write: Write, database: Database
) -> None:
    folder = write({"returns": RETURNS})
    await kb.publish_folder(folder)
    before = await generations(database)
    report = await kb.publish_folder(folder)

    assert report.unchanged == (("returns", "en"),)
    assert await generations(database) == before


async def test_changed_front_matter_is_a_new_version_too(kb: KnowledgeBase, write: Write) -> None:
    await kb.publish_folder(write({"gift-cards": GIFT_CARDS}))
    report = await kb.publish_folder(write({"gift-cards": GIFT_CARDS.replace("Payments", "Shops")}))
    assert report.changed == (("gift-cards", "en"),)


async def test_questions_are_kept_with_their_version_and_indexed_with_it(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    asked = RETURNS.replace(
        "title: Returns", "title: Returns\nquestions:\n  What a return costs: [is it gratis]"
    )
    await kb.publish_folder(write({"returns": RETURNS}))
    assert (await kb.publish_folder(write({"returns": asked}))).changed == (("returns", "en"),)

    article = await kb.article("returns")
    assert article is not None
    assert article.questions == {"What a return costs": ["is it gratis"]}
    (live,) = await generations(database)
    assert len(await index.keys(part_of(live.collection, "public"))) == 3  # two passages and one question
    again = KnowledgeBase(database, index, embedder)
    await again.open()
    assert await generations(database) == [live]  # as it was: nothing had to be built again
    assert "€3.95" in await best_text(again, "Is it gratis?")


async def test_an_old_version_can_still_be_read_because_old_answers_cite_it(
    kb: KnowledgeBase, write: Write
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    await kb.publish_folder(write({"returns": CHANGED_RETURNS}))

    old, new = await kb.article("returns", 1), await kb.article("returns")
    assert old is not None
    assert new is not None
    assert "30 days" in old.body
    assert (new.version, "45 days" in new.body) == (2, True)
    assert await kb.article("returns", 3) is None


async def test_an_article_that_the_folder_lacks_stays_published_and_is_reported(
    kb: KnowledgeBase, write: Write
) -> None:
    folder = write({"returns": RETURNS, "gift-cards": GIFT_CARDS})
    await kb.publish_folder(folder)
    (folder / "gift-cards.md").unlink()
    report = await kb.publish_folder(write({"returns": CHANGED_RETURNS}))

    assert report.missing == (("gift-cards", "en"),)
    assert "5 years" in await best_text(kb, "How long is a gift card valid?")


async def test_a_failure_in_the_middle_leaves_the_old_generation_searchable(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    before = await generations(database)
    failing = KnowledgeBase(database, index, FailingEmbedder())
    with pytest.raises(RuntimeError, match="out of memory"):
        await failing.publish_folder(write({"returns": CHANGED_RETURNS}))

    assert "30 days" in await best_text(failing)
    assert "30 days" in await best_text(kb)
    assert await rows(database) == {("returns", 1): "published", ("returns", 2): "draft"}
    assert await generations(database) == before
    await kb.publish_folder(write({}))
    assert "45 days" in await best_text(kb)


async def test_a_file_that_cannot_be_read_publishes_nothing(
    kb: KnowledgeBase, write: Write, database: Database
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    with pytest.raises(SourceError, match=r"vouchers\.md: title: is missing"):
        await kb.publish_folder(write({"returns": CHANGED_RETURNS, "vouchers": "---\nowner: x\n---\nText."}))
    assert await rows(database) == {("returns", 1): "published"}


async def test_what_a_crash_left_behind_is_removed_by_the_next_publication(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex
) -> None:
    async with database.transaction() as session:
        session.add(Generation(collection="half-built", embedding_version="x"))
    await index.create(part_of("half-built", "public"))
    await kb.publish_folder(write({"returns": RETURNS}))

    assert [generation.live for generation in await generations(database)] == [True]
    with pytest.raises(CollectionMissingError):
        await index.keys(part_of("half-built", "public"))


async def test_a_publication_embeds_only_what_nobody_has_published_before(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex
) -> None:
    await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))
    counting = CountingEmbedder()
    other = KnowledgeBase(database, index, counting)
    await other.publish_folder(write({"returns": CHANGED_RETURNS}))
    await other.publish_folder(write({"returns": RETURNS}))
    assert [text.splitlines()[-1] for text in counting.texts] == [
        "You can return most items within 45 days of delivery."
    ]


async def test_a_publication_splits_only_what_is_new(kb: KnowledgeBase, write: Write) -> None:
    await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))
    before = (await kb.search("How long is a gift card valid?")).found[0].passage
    await kb.publish_folder(write({"returns": CHANGED_RETURNS}))
    assert (await kb.search("How long is a gift card valid?")).found[0].passage is before


async def test_what_somebody_else_published_is_loaded_once_however_many_search(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    await KnowledgeBase(database, index, embedder).publish_folder(write({"returns": RETURNS}))
    results = await asyncio.gather(*(kb.search("How many days?") for _ in range(4)))
    assert len({id(result.found[0].passage) for result in results}) == 1


async def test_when_many_vectors_are_spare_a_lean_generation_takes_over_without_embedding_again(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.publishing.MOST_SPARE", 0)
    for days in (30, 40, 50, 60):
        await kb.publish_folder(write({"returns": RETURNS.replace("30", str(days))}))
    (old,) = await generations(database)
    counting = CountingEmbedder()
    again = KnowledgeBase(database, index, counting)
    await again.open()

    (new,) = await generations(database)
    assert new.collection != old.collection
    assert counting.texts == []
    assert len(await index.keys(part_of(new.collection, "public"))) == 2
    with pytest.raises(CollectionMissingError):
        await index.keys(part_of(old.collection, "public"))
    assert "60 days" in await best_text(again)
    assert "60 days" in await best_text(kb)  # it had the old one in its hands


async def test_what_nobody_published_is_never_found_though_its_vector_is_there(
    kb: KnowledgeBase, write: Write, index: VectorIndex, database: Database, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    (live,) = await generations(database)
    vectors = await embedder.embed([f"How many days do I have to return item {n}?" for n in range(300)])
    await index.add(part_of(live.collection, "public"), [f"spare-{n}" for n in range(300)], vectors)
    assert "30 days" in await best_text(kb, "How many days do I have to return item 7?")


async def test_another_publication_in_the_meantime_is_a_conflict_and_loses_nothing(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex
) -> None:
    class OvertakenEmbedder(Embedder):
        async def embed(self, texts: Sequence[str]) -> Array:
            await kb.publish_folder(write({"returns": CHANGED_RETURNS}))
            return await super().embed(texts)

    await kb.publish_folder(write({"returns": RETURNS}))
    slow = KnowledgeBase(database, index, OvertakenEmbedder())
    with pytest.raises(PublishConflictError):
        await slow.publish_folder(write({"returns": RETURNS.replace("30", "60")}))

    assert "45 days" in await best_text(slow)
    assert await rows(database) == {("returns", 1): "archived", ("returns", 2): "published"}
    assert len(await generations(database)) == 1


async def test_a_publication_at_the_last_moment_is_a_conflict_too(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    class OvertakenIndex(VectorIndex):
        async def add(self, *arguments: Any) -> None:
            await super().add(*arguments)
            await kb.publish_folder(write({"returns": CHANGED_RETURNS}))

    await kb.publish_folder(write({"returns": RETURNS}))
    slow = KnowledgeBase(database, OvertakenIndex(lambda: index._client), embedder)
    with pytest.raises(PublishConflictError):
        await slow.publish_folder(write({"returns": RETURNS.replace("30", "60")}))

    assert "45 days" in await best_text(slow)
    assert await rows(database) == {("returns", 1): "archived", ("returns", 2): "published"}


async def test_the_first_publication_by_someone_else_is_seen_by_the_next_search(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    assert (await kb.search("Returns?")).found == ()
    await KnowledgeBase(database, index, embedder).publish_folder(write({"returns": RETURNS}))
    assert "30 days" in await best_text(kb)


async def test_a_publication_by_someone_else_is_seen_by_the_next_search(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    assert "30 days" in await best_text(kb)
    await KnowledgeBase(database, index, embedder).publish_folder(write({"returns": CHANGED_RETURNS}))
    assert "45 days" in await best_text(kb)


async def test_while_nobody_publishes_a_search_does_without_the_database(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    await best_text(kb)  # looks once after the publication
    at_hand = database.reading
    database.reading = lambda: pytest.fail("the database was asked")  # type: ignore[method-assign]
    assert "30 days" in await best_text(kb)
    database.reading = at_hand  # type: ignore[method-assign]
    await KnowledgeBase(database, index, embedder).publish_folder(write({"returns": CHANGED_RETURNS}))
    assert "45 days" in await best_text(kb)


async def test_what_another_process_published_while_the_folder_was_let_go_is_seen(
    kb: KnowledgeBase,
    write: Write,
    database: Database,
    index: VectorIndex,
    tmp_path: Path,
    embedder: Embedder,
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    assert "30 days" in await best_text(kb)
    await index.close()
    other = VectorIndex.embedded(tmp_path / "vectors")
    await KnowledgeBase(database, other, embedder).publish_folder(write({"returns": CHANGED_RETURNS}))
    await other.close()
    assert "45 days" in await best_text(kb)
    await index.close()
    await KnowledgeBase(database, other, embedder).publish_folder(write({"returns": RETURNS}))
    await other.close()
    await index.create("held-again-before-anybody-searches")
    assert "30 days" in await best_text(kb)


@pytest.mark.parametrize("number", [1, 2])
async def test_a_publication_whose_commit_seems_to_fail_is_looked_for(
    number: int, kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    class Interrupted(Database):
        told = False

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[AsyncSession]:
            async with super().transaction() as session:
                yield session
                newest = (await session.exec(select(func.max(Publication.number)))).one()
            if newest == number and not self.told:
                self.told = True
                raise TimeoutError("committed, but nobody was told")

    for _ in range(1, number):
        await kb.publish_folder(write({"returns": RETURNS}))
        assert "30 days" in await best_text(kb)
    interrupted = Interrupted(database.url)
    with pytest.raises(TimeoutError):
        await KnowledgeBase(interrupted, index, embedder).publish_folder(write({"returns": CHANGED_RETURNS}))
    await interrupted.close()
    assert "45 days" in await best_text(kb)


async def test_old_vectors_that_cannot_be_removed_do_not_make_a_publication_fail(
    kb: KnowledgeBase,
    write: Write,
    database: Database,
    index: VectorIndex,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def no_answer(_: str) -> None:
        raise IndexUnavailableError

    await kb.publish_folder(write({"returns": RETURNS}))
    updated = KnowledgeBase(database, index, OtherEmbedder())
    with monkeypatch.context() as patched:
        patched.setattr(index, "drop", no_answer)
        await updated.publish_folder(write({"returns": CHANGED_RETURNS}))
    assert "45 days" in await best_text(updated)
    assert [generation.live for generation in await generations(database)] == [False, True]
    await updated.publish_folder(write({"returns": RETURNS}))
    assert [generation.live for generation in await generations(database)] == [True]


async def test_words_that_nobody_says_any_more_are_forgotten(
    kb: KnowledgeBase, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.corpus.MOST_UNUSED", 50)
    await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))
    for edition in range(5):
        prices = " ".join(f"{edition}{number:02}.99" for number in range(60))
        await kb.publish_folder(write({"prices": f"---\ntitle: Prices\n---\n{prices}"}))
        assert kb._live is not None
        assert len(kb._live.corpus.vocabulary) < 300
    assert "5 years" in await best_text(kb, "How long is a gift card valid?")
    assert "30 days" in await best_text(kb)


async def test_what_was_live_before_is_let_go_without_the_garbage_collector(
    kb: KnowledgeBase, write: Write
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    await kb.search("How do I retrun it?")
    assert kb._live is not None
    before = weakref.ref(kb._live.corpus)
    gc.disable()
    try:
        await kb.publish_folder(write({"returns": CHANGED_RETURNS}))
        await best_text(kb)
        assert before() is None
    finally:
        gc.enable()


async def test_a_new_start_serves_what_was_published(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    await index.close()
    again = KnowledgeBase(database, index, embedder)
    await again.open()
    assert "30 days" in await best_text(again)


async def test_lost_vectors_are_built_again_at_the_start(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    (lost,) = await generations(database)
    await index.drop(part_of(lost.collection, "public"))
    again = KnowledgeBase(database, index, embedder)
    await again.open()

    assert "30 days" in await best_text(again)
    assert await rows(database) == {("returns", 1): "published"}


async def test_vectors_of_another_embedder_are_built_again_at_the_start(
    kb: KnowledgeBase, write: Write, database: Database, index: VectorIndex
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    again = KnowledgeBase(database, index, OtherEmbedder())
    await again.open()

    (generation,) = await generations(database)
    assert generation.embedding_version == "other"
    assert "30 days" in await best_text(again)


async def test_two_published_versions_of_one_article_are_refused_by_the_database(database: Database) -> None:
    def row(version: int) -> ArticleVersion:
        return ArticleVersion(
            slug="returns",
            version=version,
            title="R",
            body="R",
            fingerprint="f",
            state="published",
            published_at=utc_now(),
        )

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add_all([row(1), row(2)])
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add_all([Generation(collection=name, embedding_version="e", live=True) for name in "ab"])
    async with database.reading() as session:
        assert (
            await session.exec(select(ArticleVersion).where(col(ArticleVersion.slug) == "returns"))
        ).all() == []


async def test_a_second_process_is_refused_with_the_pid_of_the_first(
    index: VectorIndex, tmp_path: Path
) -> None:
    await index.create("some-collection")
    script = (
        "import asyncio, sys; from pathlib import Path; from knowledge.index import VectorIndex\n"
        "asyncio.run(VectorIndex.embedded(Path(sys.argv[1])).create('another'))"
    )
    second = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "vectors"),
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HELP_CENTRE.parents[1])},
    )  # fmt: skip
    _, errors = await second.communicate()
    assert second.returncode != 0
    assert f"in use by process {os.getpid()}" in errors.decode()


async def test_the_vectors_are_free_again_when_their_holder_closes(
    index: VectorIndex, tmp_path: Path
) -> None:
    await index.create("some-collection")
    other = VectorIndex.embedded(tmp_path / "vectors")
    with pytest.raises(IndexInUseError):
        await other.create("another")
    await index.close()
    await other.create("another")
    assert await other.keys("some-collection") == set()
    await other.close()


async def test_a_server_that_does_not_answer_is_named() -> None:
    index = VectorIndex.server("127.0.0.1", 9)  # the discard port, closed everywhere
    with pytest.raises(IndexUnavailableError, match=r"127\.0\.0\.1:9"):
        await index.create("some-collection")
