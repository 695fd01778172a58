"""Importing: what becomes of each source, and what an import never does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.articles import Article
from knowledge.database import Database
from knowledge.drafts import Drafts
from knowledge.importing import Importer, ImportReport, NotTaken, Sourced, Verdict, judge
from knowledge.library import KnowledgeBase
from knowledge.records import ArticleSource, ArticleVersion

RETURNS = Article("returns", "Returns", "You can return most items within 30 days.")
LONGER = replace(RETURNS, body="You can return most items within 45 days.")
BY_HAND = replace(RETURNS, body="Edited at the console.")


def source(article: Article, path: str | None = None, fingerprint: str | None = None) -> Sourced:
    return Sourced(path or f"{article.slug}.md", fingerprint or article.fingerprint, article)


def last(article: Article) -> ArticleSource:
    made = article.fingerprint
    return ArticleSource(
        root="r", path="p", slug="s", locale="en", fingerprint=made, article_fingerprint=made
    )


def version(article: Article, state: str = "published") -> ArticleVersion:
    row = ArticleVersion(slug="", version=1, title="", body="", fingerprint="", state=state)
    row.take(article)
    return row


@pytest.mark.parametrize(
    ("article", "before", "current", "verdict"),
    [
        (RETURNS, None, None, Verdict.NEW),
        (RETURNS, None, version(RETURNS), Verdict.UNCHANGED),
        (LONGER, None, version(RETURNS), Verdict.CHANGED),
        (LONGER, None, version(RETURNS, "draft"), Verdict.DRAFT_HERE),
        (RETURNS, last(RETURNS), version(RETURNS), Verdict.UNCHANGED),
        (RETURNS, last(RETURNS), version(BY_HAND), Verdict.UNCHANGED),
        (RETURNS, last(RETURNS), version(BY_HAND, "draft"), Verdict.UNCHANGED),
        (LONGER, last(RETURNS), version(RETURNS), Verdict.CHANGED),
        (LONGER, last(RETURNS), version(RETURNS, "draft"), Verdict.CHANGED),
        (LONGER, last(RETURNS), version(BY_HAND), Verdict.EDITED_HERE),
        (LONGER, last(RETURNS), version(BY_HAND, "draft"), Verdict.EDITED_HERE),
        (LONGER, last(RETURNS), version(LONGER), Verdict.UNCHANGED),
    ],
)
def test_what_becomes_of_a_source(
    article: Article, before: ArticleSource | None, current: ArticleVersion | None, verdict: Verdict
) -> None:
    assert judge(source(article), before, current) == verdict


@pytest.fixture
def importer(database: Database) -> Importer:
    return Importer(database)


async def test_an_import_makes_drafts_and_publishes_nothing(kb: KnowledgeBase) -> None:
    report = await kb.importer.take("shop", [source(RETURNS)])
    assert report.new == (("returns", "en"),)
    assert [draft.author for draft in report.drafts] == ["shop"]
    assert await kb.article("returns") is None
    await kb.publish([draft.id for draft in report.drafts])
    assert await kb.article("returns") is not None


async def test_importing_again_changes_only_what_changed(kb: KnowledgeBase) -> None:
    care = Article("care", "Care", "Wash cold.")
    first = await kb.importer.take("shop", [source(RETURNS), source(care)])
    await kb.publish([draft.id for draft in first.drafts])
    again = await kb.importer.take("shop", [source(RETURNS), source(care)])
    assert (again.unchanged, again.drafts) == ((("returns", "en"), ("care", "en")), ())
    changed = await kb.importer.take("shop", [source(LONGER), source(care)])
    assert (changed.changed, changed.unchanged) == ((("returns", "en"),), (("care", "en"),))


async def test_a_draft_of_an_import_that_was_not_published_yet_is_offered_again(importer: Importer) -> None:
    first = await importer.take("shop", [source(RETURNS)])
    again = await importer.take("shop", [source(RETURNS)])
    assert (again.new, again.unchanged) == ((), (("returns", "en"),))
    assert [draft.id for draft in again.drafts] == [draft.id for draft in first.drafts]


async def test_a_source_that_vanished_is_reported_each_time_and_its_article_stays(kb: KnowledgeBase) -> None:
    first = await kb.importer.take("shop", [source(RETURNS)])
    await kb.publish([draft.id for draft in first.drafts])
    for _ in range(2):
        assert (await kb.importer.take("shop", [])).missing == (("returns", "en"),)
    gone = await kb.drafts.source("returns", "en")
    assert gone is not None
    assert gone.missing_since is not None
    assert await kb.article("returns") is not None
    back = await kb.importer.take("shop", [source(RETURNS)])
    assert (back.missing, back.unchanged) == ((), (("returns", "en"),))
    found = await kb.drafts.source("returns", "en")
    assert found is not None
    assert found.missing_since is None


async def test_a_source_that_cannot_be_read_is_not_taken_for_vanished(importer: Importer) -> None:
    await importer.take("shop", [source(RETURNS)])
    unread = NotTaken("returns.md", "is no text")
    assert await importer.take("shop", [], unread=[unread]) == ImportReport(not_taken=(unread,))


async def test_a_renamed_file_keeps_its_article(importer: Importer) -> None:
    await importer.take("shop", [source(RETURNS, "old.md")])
    report = await importer.take("shop", [source(RETURNS, "new.md")])
    assert (report.unchanged, report.missing) == ((("returns", "en"),), ())
    assert (await importer.take("shop", [source(RETURNS, "new.md")])).missing == ()


async def test_a_file_that_becomes_another_article_leaves_the_first_one_reported(importer: Importer) -> None:
    await importer.take("shop", [source(RETURNS, "a.md")])
    report = await importer.take("shop", [source(replace(RETURNS, slug="refunds"), "a.md")])
    assert (report.new, report.missing) == ((("refunds", "en"),), (("returns", "en"),))


async def test_a_file_moved_over_another_keeps_its_article_and_the_other_one_is_reported(
    importer: Importer,
) -> None:
    refunds = replace(RETURNS, slug="refunds", title="Refunds")
    await importer.take("shop", [source(RETURNS, "a.md"), source(refunds, "b.md")])
    report = await importer.take("shop", [source(RETURNS, "b.md")])
    assert (report.unchanged, report.missing) == ((("returns", "en"),), (("refunds", "en"),))
    again = await importer.take("shop", [source(RETURNS, "b.md"), source(refunds, "a.md")])
    assert [again.unchanged, again.missing] == [(("returns", "en"), ("refunds", "en")), ()]
    assert again.not_taken == ()


async def test_a_file_may_take_the_name_that_another_one_gives_up(importer: Importer) -> None:
    refunds, gifts = replace(RETURNS, slug="refunds"), replace(RETURNS, slug="gifts")
    await importer.take("shop", [source(gifts, "a.md"), source(RETURNS, "b.md")])
    report = await importer.take("shop", [source(refunds, "b.md"), source(RETURNS, "a.md")])
    assert (report.new, report.unchanged) == ((("refunds", "en"),), (("returns", "en"),))
    assert report.not_taken == ()


async def test_two_sources_of_one_article_are_told_apart(importer: Importer) -> None:
    report = await importer.take("shop", [source(RETURNS, "a.md"), source(LONGER, "b.md")])
    assert report.new == (("returns", "en"),)
    assert [(problem.path, "shop: a.md" in problem.why) for problem in report.not_taken] == [("b.md", True)]
    other = await importer.take("blog", [source(LONGER, "c.md")])
    assert [(problem.path, "under the name shop" in problem.why) for problem in other.not_taken] == [
        ("c.md", True)
    ]


async def test_what_was_edited_here_is_never_overwritten(kb: KnowledgeBase) -> None:
    first = await kb.importer.take("shop", [source(RETURNS)])
    await kb.publish([draft.id for draft in first.drafts])
    await kb.drafts.save(BY_HAND, by="Ada", base=RETURNS.fingerprint)
    for _ in range(2):  # the change stays to be carried over
        report = await kb.importer.take("shop", [source(LONGER)])
        assert [problem.path for problem in report.not_taken] == ["returns.md"]
    draft = await kb.drafts.draft("returns", "en")
    assert draft is not None
    assert draft.body == BY_HAND.body


async def test_new_languages_of_one_article_are_numbered_on_in_one_import(importer: Importer) -> None:
    german, french = replace(RETURNS, locale="de"), replace(RETURNS, locale="fr")
    await importer.take("Shop", [source(RETURNS)])
    report = await importer.take(
        "Shop", [source(RETURNS), source(german, "de/returns.md"), source(french, "fr/returns.md")]
    )
    assert [(draft.locale, draft.version) for draft in report.drafts] == [("en", 1), ("de", 2), ("fr", 3)]


async def test_an_article_that_is_far_behind_is_compared_with_its_newest_version(
    kb: KnowledgeBase,
) -> None:
    for article in (RETURNS, LONGER, BY_HAND):
        report = await kb.importer.take("Shop", [source(article)])
        await kb.publish([draft.id for draft in report.drafts])
    assert (await kb.importer.take("Shop", [source(BY_HAND)])).unchanged == (("returns", "en"),)
    changed = await kb.importer.take("Shop", [source(RETURNS)])
    assert [(draft.version, draft.body) for draft in changed.drafts] == [(4, RETURNS.body)]


async def test_an_import_that_broke_off_keeps_what_it_made_and_goes_on_from_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BreaksOff(Database):
        begun = 0

        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[AsyncSession]:
            self.begun += 1
            if self.begun == 3:
                raise TimeoutError
            async with super().transaction() as session:
                yield session

    monkeypatch.setattr("knowledge.importing.AT_ONCE", 2)
    await Importer(database).take("shop", [source(replace(RETURNS, slug="gone"))])
    sources = [source(replace(RETURNS, slug=f"returns-{n}")) for n in range(5)]
    failing = BreaksOff(database.url)
    with pytest.raises(TimeoutError):
        await Importer(failing).take("shop", sources)
    await failing.close()
    assert [row.slug for row in await Drafts(database).waiting()] == [
        "gone",
        *(f"returns-{n}" for n in range(4)),
    ]
    again = await Importer(database).take("shop", sources)
    assert (again.new, len(again.unchanged), again.missing) == (
        (("returns-4", "en"),),
        4,
        (("gone", "en"),),
    )
    assert len(again.drafts) == 5


async def test_other_writers_get_their_turn_during_a_large_import(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.importing.AT_ONCE", 1)
    sources = [source(replace(RETURNS, slug=f"returns-{n}")) for n in range(20)]
    importing = asyncio.create_task(Importer(database).take("shop", sources))
    await asyncio.sleep(0)
    await Drafts(database).save(BY_HAND, by="Ada", base=None)
    assert not importing.done()
    assert len((await importing).new) == 20


async def test_a_file_is_known_again_under_its_new_name_wherever_in_the_import_it_comes(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.importing.AT_ONCE", 1)
    names = [f"returns-{n}" for n in range(3)]
    await importer.take("shop", [source(replace(RETURNS, slug=name), f"old/{name}.md") for name in names])
    moved = [source(replace(RETURNS, slug=name), f"new/{name}.md") for name in reversed(names)]
    report = await importer.take("shop", [*moved, source(LONGER)])
    assert (report.new, report.missing, report.not_taken) == ((("returns", "en"),), (), ())
    assert len(report.unchanged) == 3


@pytest.mark.parametrize("at_once", [1, 100])
async def test_an_article_that_gets_another_file_is_not_missing(
    importer: Importer, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("knowledge.importing.AT_ONCE", at_once)
    await importer.take("shop", [source(RETURNS, "a.md")])
    report = await importer.take(
        "shop", [source(replace(RETURNS, slug="care"), "a.md"), source(RETURNS, "b.md")]
    )
    assert (report.new, report.unchanged, report.missing) == ((("care", "en"),), (("returns", "en"),), ())
