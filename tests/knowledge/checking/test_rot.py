"""What rots: each kind with an article that has it, and one that only looks like it."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.articles import Article
from knowledge.checking.rot import dead_links, duplicates, linked_article, orphans, past_review, unreadable
from tests.knowledge.article_samples import help_centre

LABEL = (
    "Put the goods back into their box, print the label that came with the mail, stick it over the old address and "
    "hand the parcel to the driver or to any shop that takes parcels for us."
)
ARTICLE = Article("returns", "Returns", LABEL)


def other(body: str, slug: str = "other", **fields: object) -> Article:
    return replace(Article(slug, slug.title(), body), **fields)  # type: ignore[arg-type]


def test_nearly_the_same_passage_in_two_articles_is_a_duplicate() -> None:
    copy = other(f"# More\n\n{LABEL} Thank you very much.")
    [found] = duplicates([ARTICLE, copy])
    assert [place.article for place in found.places] == ["returns", "other"]
    assert found.places[1].text.startswith("Put the goods")
    assert found.places[1].heading == "More"


@pytest.mark.parametrize(
    "copy",
    [
        other(LABEL, locale="de"),
        other("Put the goods back into their box."),
        other(
            LABEL.replace("label", "form").replace("goods", "shoes").replace("driver", "clerk at the counter")
        ),
    ],
    ids=["another language", "a short phrase", "other words"],
)
def test_what_is_no_duplicate(copy: Article) -> None:
    assert duplicates([ARTICLE, copy]) == []


def test_an_article_is_past_review_the_day_after() -> None:
    due = replace(ARTICLE, review_by=date(2026, 5, 1), owner="Payments")
    assert past_review([due], date(2026, 5, 1)) == []
    [found] = past_review([due], date(2026, 5, 2))
    assert found.why == "“Returns” was to be reviewed by 1 May 2026; Payments owns it."


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("/help/returns", "returns"),
        ("/help/returns?v=2#p", "returns"),
        ("returns.md", "returns"),
        ("../shipping/returns.md#cost", "returns"),
        ("returns", "returns"),
        ("https://example.org/help/returns", None),
        ("mailto:a@example.org", None),
        ("#cost", None),
        ("/shop", None),
    ],
)
def test_which_article_a_link_means(address: str, slug: str | None) -> None:
    assert linked_article(address) == slug


def test_a_link_to_an_article_that_is_not_there_is_dead() -> None:
    linking = other(
        "See [this](/help/returns) and [that](/help/refunds).\n\n- or [these](fees.md)\n- and []()"
    )
    found = dead_links([ARTICLE, linking])
    assert [one.why for one in found] == [
        "“Other”: a link leads to the article “refunds”, which is not published.",
        "“Other”: a link leads to the article “fees”, which is not published.",
        "“Other”: a link leads nowhere.",
    ]
    assert "[that](/help/refunds)" in found[0].places[0].text


def test_other_pages_of_the_site_are_judged_only_where_they_are_known() -> None:
    linking = other("[Shop](/shop) and [sale](/sale)")
    assert dead_links([linking]) == []
    assert [one.why for one in dead_links([linking], pages={"/shop"})] == [
        "“Other”: a link leads to /sale, which is no page of this site."
    ]


def test_an_orphan_has_no_link_to_it_no_tag_and_no_question() -> None:
    base = [other("Text.", f"article-{n}", tags=("a",)) for n in range(11)]
    lonely = other("Text.", "lonely")
    assert [one.places[0].article for one in orphans([*base, lonely])] == ["lonely"]
    linking = replace(base[0], body="[x](/help/lonely)")
    assert orphans([*base[1:], linking, lonely]) == []
    assert orphans([*base, replace(lonely, questions={"": ("How?",)})]) == []
    assert orphans([*base[:3], lonely]) == []
    assert [one.places[0].article for one in orphans([*base, replace(lonely, body="[me](lonely)")])] == [
        "lonely"
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("We donâ€™t ship on Sundays.", "garbled"),
        ("A caf\ufffd in Cork.", "garbled"),
        ("It costs <b>€5</b>.", "HTML"),
        ("Terms &amp; conditions", "HTML"),
        ("word " * 201, "201 words"),
        ("**Not written yet.** Write here what we answer to: x", "not written yet"),
        ("Text.\n\n* * *\n\n***!***", "without a word"),
    ],
)
def test_broken_text_is_found(text: str, why: str) -> None:
    [found] = unreadable([other(text)])
    assert why in found.why


@pytest.mark.parametrize(
    "text",
    [
        "Café, “naïve”, Køge, 10 × 20 cm, ½ price™, 5 < 6 > 4 & so",
        "```\n<div>&amp;</div>\n```",
        "---",
        "- a\n" * 300,
    ],
)
def test_readable_text_is_left_alone(text: str) -> None:
    assert unreadable([other(text)]) == []


def test_the_help_centre_is_sound() -> None:
    articles = help_centre()
    pages = {"/"}
    assert duplicates(articles) + dead_links(articles, pages) + orphans(articles) + unreadable(articles) == []
