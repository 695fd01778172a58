"""Quoting: which sentences, and that each can be read by itself."""

import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Article
from knowledge.embedding import DIMENSIONS, Embedder
from knowledge.library import KnowledgeBase
from knowledge.passages import split
from knowledge.quoting import best_sentences
from knowledge.search import Found
from knowledge.transformer import Array
from tests.knowledge.article_samples import GIFT_CARDS, RETURNS, Write
from tests.knowledge.test_library_search import article, found
from tests.knowledge.test_passages import MARKDOWN


async def quotes(kb: KnowledgeBase, embedder: Embedder, question: str, limit: int = 3) -> list[str]:
    result = await kb.search(question)
    quoted = await best_sentences(embedder, question, result.found, limit=limit)
    for quote in quoted:
        shown = "\n".join((quote.passage.title, *quote.passage.heading_path, quote.passage.text))
        assert set(re.findall(r"\w+", quote.text)) <= set(re.findall(r"\w+", shown))
    return [quote.text for quote in quoted]


async def test_the_sentence_that_answers_is_quoted_word_for_word(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS, "gift-cards": GIFT_CARDS}))
    assert (await quotes(kb, embedder, "How long are gift cards valid?", 1)) == [
        "Gift cards are valid for 5 years and cannot be exchanged for cash."
    ]


async def test_a_sentence_that_points_back_brings_the_one_before(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS}))
    assert "The return label costs €3.95. It is deducted from the refund." in await quotes(
        kb, embedder, "Is it deducted from the refund?"
    )


LONG_LIST = "\n".join(
    f"- {what} must be {how} before it is sent, and the parcel closed with enough tape for the way."
    for what, how in [
        ("A tent", "dry"), ("A jacket", "washed"), ("A stove", "without gas"), ("A power bank", "switched off"),
        ("A rucksack", "empty"), ("A mug", "wrapped in paper"),
    ]
)  # fmt: skip


async def test_of_a_long_list_an_item_is_quoted_with_its_lead_in(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    body = f"Before you send something back:\n\n{LONG_LIST}"
    await kb.publish_folder(write({"sending": article("Sending back", body)}))
    quoted = await quotes(kb, embedder, "How must a stove be sent, with gas?", limit=2)
    assert len(quoted) == 1
    assert quoted[0].startswith("Before you send something back:\n\n- A stove must be without gas")


OPENING_HOURS = """Tarn & Thistle has shops.

## Opening hours

| Shop | Monday–Saturday | Sunday | Note |
|---|---|---|---|
| Galway | 9:30–18:00 | 12:00–17:00 | |
| Cork | 9:30–18:00 | closed | [Map](/help/map) |
| Sligo | from \\| 2027 | | |

## Have ready

- the order number
- a photo
"""


async def test_a_table_is_quoted_as_a_list_because_a_phone_is_narrow(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"shops": article("Our shops", OPENING_HOURS)}))
    (quoted,) = await quotes(kb, embedder, "opening hours on saturday and sunday", 1)
    assert quoted.split("\n") == [
        "Opening hours:",
        "",
        "- Galway, Monday–Saturday: 9:30–18:00; Sunday: 12:00–17:00",
        "- Cork, Monday–Saturday: 9:30–18:00; Sunday: closed; Note: [Map](/help/map)",
        "- Sligo: from | 2027",
    ]


async def test_of_a_table_the_rows_that_the_question_names_are_quoted(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"shops": article("Our shops", OPENING_HOURS)}))
    assert await quotes(kb, embedder, "What are the opening hours in Galway on Sunday?", 1) == [
        "Opening hours:\n\n- Galway, Monday–Saturday: 9:30–18:00; Sunday: 12:00–17:00"
    ]


async def test_a_list_without_a_lead_in_is_quoted_under_its_heading(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"shops": article("Our shops", OPENING_HOURS)}))
    assert await quotes(kb, embedder, "What must I have ready, order number or photo?", 1) == [
        "Have ready:\n\n- the order number\n- a photo"
    ]


async def test_what_only_leads_elsewhere_or_was_said_is_not_added(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    body = (
        "The refund is made 5 working days after the return. After a return the refund is made 5 working days after.\n\n"
        "How a refund is made and when, read [Refunds](/help/refunds)."
    )
    await kb.publish_folder(write({"returns": article("Returns", body)}))
    quoted = await quotes(kb, embedder, "When is the refund made?")
    assert quoted in (
        ["The refund is made 5 working days after the return."],
        ["After a return the refund is made 5 working days after."],
    )


async def test_all_quotes_are_from_the_article_that_was_found_first(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    await kb.publish_folder(write({"returns": RETURNS, "again": RETURNS.replace("30 days", "45 days")}))
    question = "How many days do I have to return most items?"
    result = await kb.search(question)
    assert len(set(found(result))) == 2
    quoted = await best_sentences(embedder, question, result.found)
    assert {quote.passage.article for quote in quoted} == {result.found[0].passage.article}


async def test_headings_and_bare_links_are_never_quoted(
    kb: KnowledgeBase, write: Write, embedder: Embedder
) -> None:
    body = "## Return label\n\nThe label costs €3.95.\n\n## More\n\nSee also [Return label](/help/labels)."
    await kb.publish_folder(write({"labels": article("Labels", body)}))
    assert await quotes(kb, embedder, "return label") == ["The label costs €3.95."]


async def test_nothing_found_is_nothing_quoted(embedder: Embedder) -> None:
    assert await best_sentences(embedder, "anything", ()) == []


class FlatEmbedder(Embedder):
    """Finds all texts alike, so that only what is quotable decides."""

    async def embed(self, texts: Sequence[str]) -> Array:
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)


@given(body=MARKDOWN, asked=st.sampled_from(["one", "Set", "words item"]), limit=st.integers(1, 4))
async def test_of_any_text_only_its_own_words_are_quoted(body: str, asked: str, limit: int) -> None:
    everything = [Found(passage, 1.0) for passage in split(Article(slug="a", title="A", body=body), 1)]
    for quote in await best_sentences(FlatEmbedder(), asked, everything, limit=limit):
        assert quote.text.strip()
        shown = "\n".join((quote.passage.title, *quote.passage.heading_path, quote.passage.text))
        assert set(re.findall(r"\w+", quote.text)) <= set(re.findall(r"\w+", shown))
