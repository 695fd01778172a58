"""Drafts, history, rolling back and withdrawing: what people do before and after publishing."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from knowledge.articles import Article
from knowledge.database import Database
from knowledge.drafts import Drafts, EditConflictError
from knowledge.index import IndexInUseError
from knowledge.library import STAFF, KnowledgeBase
from knowledge.publishing import Change, PublishConflictError, VersionMissingError

RETURNS = Article("returns", "Returns", "You can return most items within 30 days.")
LONGER = replace(RETURNS, body="You can return most items within 45 days.")
GERMAN = replace(RETURNS, locale="de", title="Rückgabe", body="30 Tage Rückgabe.")


async def published(kb: KnowledgeBase, *articles: Article) -> None:
    ids = []
    for article in articles:
        newest = await kb.drafts.newest(article.slug, article.locale)
        ids.append((await kb.drafts.save(article, by="Ada", base=newest.fingerprint if newest else None)).id)
    await kb.publish(ids, by="Ada")


async def body(kb: KnowledgeBase, slug: str = "returns") -> str | None:
    article = await kb.article(slug)
    return article.body if article else None


async def test_a_draft_is_seen_by_nobody_until_a_person_publishes_it(kb: KnowledgeBase) -> None:
    draft = await kb.drafts.save(RETURNS, by="Ada", base=None)
    assert (draft.version, draft.state, draft.author) == (1, "draft", "Ada")
    assert (await body(kb), (await kb.search("return")).found) == (None, ())
    assert await kb.article("returns", 1, audience=STAFF) is None

    assert await kb.publish([draft.id], by="Ben", note="At last") == (Change("returns", "en", None, 1),)
    assert await body(kb) == RETURNS.body
    [publication] = await kb.publications()
    assert (publication.number, publication.by, publication.note) == (1, "Ben", "At last")
    assert publication.changes == [{"slug": "returns", "locale": "en", "from": None, "to": 1}]


async def test_saving_again_changes_the_one_draft(kb: KnowledgeBase) -> None:
    first = await kb.drafts.save(RETURNS, by="Ada", base=None)
    second = await kb.drafts.save(LONGER, by="Ben", base=first.fingerprint)
    assert (second.id, second.version, second.author) == (first.id, 1, "Ben")
    assert [row.body for row in await kb.drafts.history("returns")] == [LONGER.body]


async def test_what_somebody_else_saved_in_between_is_never_overwritten(kb: KnowledgeBase) -> None:
    opened = await kb.drafts.save(RETURNS, by="Ada", base=None)
    await kb.drafts.save(LONGER, by="Ben", base=opened.fingerprint)
    with pytest.raises(EditConflictError, match="changed by Ben") as conflict:
        await kb.drafts.save(replace(RETURNS, title="Mine"), by="Ada", base=opened.fingerprint)
    assert conflict.value.now is not None
    assert conflict.value.now.body == LONGER.body
    with pytest.raises(EditConflictError):
        await kb.drafts.save(RETURNS, by="Cy", base=None)


async def test_of_two_who_begin_the_same_article_at_once_one_is_told(database: Database) -> None:
    both = [
        Drafts(database).save(replace(RETURNS, title=name), by=name, base=None) for name in ("Ada", "Ben")
    ]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ArticleVersion", "EditConflictError"]


async def test_a_published_version_stays_as_it_is_while_the_next_is_written(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS)
    draft = await kb.drafts.save(LONGER, by="Ada", base=RETURNS.fingerprint)
    assert (draft.version, await body(kb)) == (2, RETURNS.body)
    await kb.publish([draft.id])
    assert await body(kb) == LONGER.body
    old = await kb.article("returns", 1)
    assert old is not None
    assert old.body == RETURNS.body
    assert [(row.version, row.state) for row in await kb.drafts.history("returns")] == [
        (2, "published"),
        (1, "archived"),
    ]


async def test_a_discarded_draft_is_gone_and_only_the_draft(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS)
    draft = await kb.drafts.save(LONGER, by="Ada", base=RETURNS.fingerprint)
    with pytest.raises(EditConflictError):
        await kb.drafts.discard("returns", "en", base=RETURNS.fingerprint)
    await kb.drafts.discard("returns", "en", base=draft.fingerprint)
    with pytest.raises(EditConflictError):
        await kb.drafts.discard("returns", "en", base=draft.fingerprint)
    assert await body(kb) == RETURNS.body
    assert await kb.drafts.draft("returns", "en") is None


async def test_rolling_back_publishes_the_old_words_as_a_new_version(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS)
    await published(kb, LONGER)
    assert await kb.roll_back("returns", 1, by="Ben") == (Change("returns", "en", 2, 3),)
    assert await body(kb) == RETURNS.body
    assert (await kb.publications())[0].note == "Back to version 1"


async def test_rolling_back_never_loses_a_draft(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS)
    draft = await kb.drafts.save(LONGER, by="Ada", base=RETURNS.fingerprint)
    with pytest.raises(EditConflictError):
        await kb.roll_back("returns", 1)
    assert (await kb.drafts.draft("returns", "en") or draft).body == LONGER.body
    for number in (2, 3):  # a draft, and nothing at all
        with pytest.raises(VersionMissingError):
            await kb.roll_back("returns", number)


async def test_rolling_back_that_fails_leaves_no_draft_in_the_way_of_the_next_try(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    await published(kb, RETURNS)
    await published(kb, LONGER)

    async def in_use(*_: object) -> None:
        raise IndexInUseError

    monkeypatch.setattr(kb._publisher, "repair", in_use)
    with pytest.raises(IndexInUseError):
        await kb.roll_back("returns", 1)
    monkeypatch.undo()
    assert await kb.drafts.draft("returns", "en") is None
    await kb.roll_back("returns", 1)
    assert await body(kb) == RETURNS.body


async def test_a_withdrawn_article_is_found_no_more_but_can_be_read_where_it_was_cited(
    kb: KnowledgeBase,
) -> None:
    await published(kb, RETURNS)
    assert await kb.publish([], withdrawn=[("returns", "en")]) == (Change("returns", "en", 1, None),)
    assert (await body(kb), (await kb.search("How many days to return?")).found) == (None, ())
    assert await kb.article("returns", 1) is not None
    await kb.roll_back("returns", 1)
    assert await body(kb) == RETURNS.body


async def test_publishing_nothing_is_no_publication(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS)
    assert await kb.publish([], withdrawn=[("unheard-of", "en")]) == ()
    assert len(await kb.publications()) == 1


async def test_more_drafts_than_a_statement_takes_parameters_are_no_trouble(kb: KnowledgeBase) -> None:
    draft = await kb.drafts.save(RETURNS, by="Ada", base=None)
    with pytest.raises(PublishConflictError, match="published or discarded"):
        await kb.publish([draft.id, *(UUID(int=n) for n in range(300_000))])
    assert await body(kb) is None


async def test_a_draft_that_was_edited_or_published_meanwhile_is_not_published_unseen(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await kb.drafts.save(RETURNS, by="Ada", base=None)
    fill = kb._publisher._fill

    async def edited_meanwhile(*arguments: object, **named: object) -> None:
        await fill(*arguments, **named)  # type: ignore[arg-type]
        await kb.drafts.save(LONGER, by="Ben", base=draft.fingerprint)

    monkeypatch.setattr(kb._publisher, "_fill", edited_meanwhile)
    with pytest.raises(PublishConflictError, match="look at it again"):
        await kb.publish([draft.id])
    monkeypatch.undo()
    assert (await body(kb), await kb.publications()) == (None, [])
    await kb.publish([draft.id])
    assert await body(kb) == LONGER.body
    with pytest.raises(PublishConflictError):
        await kb.publish([draft.id])


async def test_each_language_has_a_life_of_its_own_and_a_reader_gets_the_best(kb: KnowledgeBase) -> None:
    await published(kb, RETURNS, GERMAN, Article("care", "Care", "Wash at 30 degrees."))
    found = (await kb.search("Rückgabe 30 Tage", locale="de-AT")).found
    assert [(f.passage.article, f.passage.locale) for f in found] == [("returns", "de"), ("care", "en")]
    assert [f.passage.locale for f in (await kb.search("return", locale="fr")).found] == ["en", "en"]
    german = await kb.article("returns", locale="de")
    assert german is not None
    assert german.title == "Rückgabe"
    await kb.publish([], withdrawn=[("returns", "en")])
    found = (await kb.search("return", locale="en")).found
    assert {f.passage.article: f.passage.locale for f in found} == {"care": "en", "returns": "de"}


async def test_of_several_foreign_languages_one_is_chosen(kb: KnowledgeBase) -> None:
    await published(kb, GERMAN, replace(GERMAN, locale="fr", body="30 jours."))
    assert [f.passage.locale for f in (await kb.search("return", locale="en")).found] == ["de"]


async def test_the_overview_shows_each_article_with_its_draft_and_what_was_withdrawn(
    kb: KnowledgeBase,
) -> None:
    await published(kb, RETURNS, Article("care", "Care", "Wash cold."))
    await kb.drafts.save(LONGER, by="Ada", base=RETURNS.fingerprint)
    await kb.publish([], withdrawn=[("care", "en")])
    care, returns = await kb.drafts.overview()
    assert (care.shown.slug, care.shown.state, care.published, care.draft) == ("care", "archived", None, None)
    assert returns.published is not None
    assert returns.draft is not None
    assert (returns.published.version, returns.draft.version) == (1, 2)
