"""The knowledge base as an earlier publication left it, beside what is live."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.articles import DEFAULT_LOCALE
from knowledge.confidence import fitted
from knowledge.editions import Edition, EditionMissingError
from knowledge.library import PUBLIC, KnowledgeBase
from knowledge.search import SearchResult


async def publish(kb: KnowledgeBase, folder: Path, **articles: str) -> None:
    """Articles by slug: title, full stop, text."""
    for slug, text in articles.items():
        title, _, body = text.partition(". ")
        (folder / f"{slug}.md").write_text(f"---\ntitle: {title}\n---\n{body}\n", encoding="utf-8")
    await kb.publish_folder(folder)


async def found(edition: Edition | KnowledgeBase, question: str) -> SearchResult:
    return await edition.search(question, audience=PUBLIC, locale=DEFAULT_LOCALE)


def texts(result: SearchResult) -> list[tuple[str, int, str]]:
    return [(f.passage.article, f.passage.version, f.passage.text) for f in result.found]


async def test_an_edition_has_what_was_published_then_and_nothing_else(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 30 days.")
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 14 days.")
    await publish(kb, tmp_path, gifts="Gift cards. A gift card lasts five years.")
    await kb.publish([], withdrawn=[("returns", "en")])

    first, second, third = [await kb.edition(number) for number in (1, 2, 3)]

    question = "How long can I return a scarf?"
    assert texts(await found(first, question)) == [("returns", 1, "You can return a scarf for 30 days.")]
    assert texts(await found(second, question)) == [("returns", 2, "You can return a scarf for 14 days.")]
    assert {slug for slug, _, _ in texts(await found(third, question))} == {"returns", "gifts"}
    assert {slug for slug, _, _ in texts(await found(kb, question))} == {"gifts"}
    # And again, after others were searched in between.
    assert texts(await found(first, question)) == [("returns", 1, "You can return a scarf for 30 days.")]


async def test_an_edition_goes_on_when_something_is_published_and_when_the_vectors_are_made_anew(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 30 days.")
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 14 days.")
    before = await kb.edition(1)
    await publish(kb, tmp_path, gifts="Gift cards. A gift card lasts five years.")
    assert texts(await found(before, "scarf"))[0][2] == "You can return a scarf for 30 days."
    assert before.publication == 1


async def test_an_edition_with_other_thresholds_finds_the_same_and_is_sure_of_less(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 30 days.")
    question = "How long can I return a scarf?"
    surer = await kb.edition(confidence=replace(fitted(), enough_alone=0.9999))
    live = await found(kb, question)
    other = await found(surer, question)
    assert live.good_enough
    assert not other.good_enough
    assert (texts(other), other.confidence) == (texts(live), live.confidence)


async def test_a_publication_that_never_was_is_told(kb: KnowledgeBase, tmp_path: Path) -> None:
    await publish(kb, tmp_path, returns="Returns. You can return a scarf for 30 days.")
    with pytest.raises(EditionMissingError, match="there is no publication 9; the newest is 1"):
        await kb.edition(9)
