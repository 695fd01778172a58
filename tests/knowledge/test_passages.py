"""Passages: exact spans, whole blocks, limits, heading paths."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Article, Passage
from knowledge.markdown import blocks
from knowledge.passages import MAX_WORDS, only_points_elsewhere, split, word_count
from tests.knowledge.article_samples import help_centre

LINES = st.sampled_from(
    ["# One", "## Two", "Set\n---", "Some words. More of them! And?", "- item", "  - nested", "1. first", "> quote", "",
     "", "| a | b |", "|---|---|", "| 1 | 2 |", "```", "    code", "***", "[a]: /b", "See also [x](/y).", "Lead-in:",
     "\t- tab", "\u2028odd\x0bspace", "é €5 ﷽", "word " * 130, "A sentence of five words. " * 40]
)  # fmt: skip
MARKDOWN = st.one_of(
    st.text(),
    st.builds(
        lambda lines, end: end.join(lines),
        st.lists(LINES, max_size=25),
        st.sampled_from(["\n", "\r\n", "\r"]),
    ),
)


def test_a_passage_has_the_questions_of_its_headings_and_of_the_whole_article() -> None:
    article = Article(
        slug="a",
        title="A",
        body="Opening.\n\n## One\n\nText.\n\n### Inner\n\nMore.\n\n## Two\n\nText.",
        questions={"": ("whole?",), "One": ("one?", "uno?"), "Inner": ("inner?",)},
    )
    assert [passage.questions for passage in split(article, version=1)] == [
        ("whole?",),
        ("whole?", "one?", "uno?"),
        ("whole?", "one?", "uno?", "inner?"),
        ("whole?",),
    ]


def passages(body: str) -> list[Passage]:
    return split(Article(slug="a", title="A", body=body), version=3)


@given(MARKDOWN)
def test_every_span_is_exact_and_none_overlaps(body: str) -> None:
    end = 0
    for passage in passages(body):
        assert body[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        assert passage.hash == hashlib.sha256(passage.text.encode()).hexdigest()[:16]
        assert end <= passage.start < passage.end
        end = passage.end


@given(MARKDOWN)
def test_blocks_are_exact_and_in_order(body: str) -> None:
    end = 0
    for block in blocks(body):
        assert end <= block.start <= block.end <= len(body)
        assert all(block.start < cut < block.end for cut in block.cuts)
        end = block.end


def test_a_passage_of_the_help_centre_never_cuts_a_block_and_keeps_to_the_limit() -> None:
    for article in help_centre():
        edges = {edge for block in blocks(article.body) for edge in (block.start, block.end)}
        for passage in split(article, 1):
            assert {passage.start, passage.end} <= edges, (article.slug, passage.text)
            assert word_count(passage.text) <= MAX_WORDS


def test_a_block_that_alone_is_too_long_is_divided_between_its_items_and_sentences() -> None:
    items = [f"- Item {number} " + "word " * 29 + "end." for number in range(6)]
    assert [p.text.count("- Item") for p in passages("\n".join(items))] == [3, 3]

    sentences = " ".join(f"Sentence {number} " + "word " * 38 + "end." for number in range(4))
    assert [p.text[-4:] for p in passages(sentences)] == ["end.", "end."]
    assert all(p.text.startswith("Sentence") for p in passages(sentences))


def test_a_lead_in_stays_with_its_list() -> None:
    body = "word " * 100 + "end.\n\nYou need:\n\n- a label\n- a box, and some tape to close it well"
    assert [p.text.split("\n")[0][:9] for p in passages(body)] == ["word word", "You need:"]


def test_headings_separate_passages_and_give_their_path() -> None:
    found = passages("Intro.\n\n# A\n\nOne.\n\n## B *c*\n\nTwo.\n\n# D\n\nThree.")
    assert [(p.text, p.heading_path) for p in found] == [
        ("Intro.", ()),
        ("One.", ("A",)),
        ("Two.", ("A", "B c")),
        ("Three.", ("D",)),
    ]


def test_a_bare_see_also_is_no_passage() -> None:
    assert passages("See also [Returns](/help/returns) and [Refunds](/help/refunds).") == []
    assert only_points_elsewhere("Read more: [Returns](/help/returns)")
    assert not only_points_elsewhere("See also that the label is on the parcel.")


def test_the_url_leads_to_the_very_passage_in_its_version() -> None:
    (passage,) = passages("Text.")
    assert passage.url == f"/help/a?v=3&p={passage.hash}&at=0-5#p-{passage.hash}"


@pytest.mark.timeout(60)  # that of the square of the length: minutes
@pytest.mark.parametrize(
    "body",
    [
        "." * 100_000,
        "See e.g. A " * 40_000,
        "> a quote\n\n" * 40_000,
        "# Heading\n\ntext\n\n" * 25_000,
    ],
    ids=["dots", "abbreviations", "quotes", "headings"],
)
def test_the_time_to_cut_an_article_does_not_grow_with_the_square_of_its_length(body: str) -> None:
    assert passages(body)
