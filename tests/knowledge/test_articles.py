"""Reading article files: what is accepted, and that an error names the file and the field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles import Article
from knowledge.front_matter import ArticleError, article_of, parse_article, write_article
from tests.knowledge.article_samples import GIFT_CARDS, help_centre


def parse(text: str) -> Article:
    return parse_article(text, source="gift-cards.md", slug="gift-cards")


def with_field(line: str) -> str:
    return f"---\ntitle: Gift cards\n{line}\n---\nText."


def test_an_article_is_read_with_all_its_fields() -> None:
    article = parse(GIFT_CARDS)
    assert article == Article(
        slug="gift-cards",
        title="Gift cards",
        body="Gift cards are valid for 5 years and cannot be exchanged for cash.",
        tags=("gift", "payment"),
        owner="Payments",
        review_by=date(2027, 1, 31),
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("No front matter and no heading", "title"),
        ("---\ntitle: [\n---\nText.", "front matter"),
        ("---\n- title\n---\nText.", "front matter"),
        ("---\nowner: me\n---\nText.", "title"),
        (with_field("audience: everyone"), "audience"),
        (with_field("tags: delivery"), "tags"),
        (with_field("tags: [1]"), "tags"),
        (with_field("review_by: soon"), "review_by"),
        (with_field("valid_until: 2026-02-03 14:00:00"), "valid_until"),
        (with_field("valid_until: 2026-02-30"), "front matter"),
        (with_field("slug: Gift Cards"), "slug"),
        (with_field("slug: ../secrets"), "slug"),
        (with_field("locale: english language"), "locale"),
        (with_field("autor: me"), "autor"),
        (with_field("title: [a]"), "title"),
        (with_field("questions: ['How long?']"), "questions"),
        (with_field("questions: {'': 'How long?'}"), "questions"),
        (with_field("questions: {'': [1]}"), "questions"),
        (with_field("questions: {'': ['']}"), "questions"),
        (with_field("questions: {No such heading: ['How long?']}"), "questions"),
        ("---\ntitle: Gift cards\n---\n\n", "body"),
        (with_field("review_by: !!timestamp soon"), "front matter"),
        (with_field("owner: !!int ''"), "front matter"),
        (with_field("owner: !!bool maybe"), "front matter"),
        (with_field(f"owner: 0x{'f' * 5_000}"), "front matter"),
        (with_field(f"owner: {':'.join(['1'] * 5_000)}"), "front matter"),
        (with_field("valid_from: 2026-12-02\nvalid_until: 2026-12-01"), "valid_until"),
        (with_field(r'title: "\u200b\u2060"'), "title"),
        (with_field(r'title: "Refunds \u202egnp.exe"'), "title"),
        (with_field(r'title: "Gift \x9b31m cards"'), "title"),
        (with_field(r'owner: "\u2066"'), "owner"),
        (with_field(f"owner: {'o' * 201}"), "owner"),
        (with_field(f"tags: [{', '.join(['t'] * 101)}]"), "tags"),
        (with_field(f"tags: [{'t' * 201}]"), "tags"),
        (with_field(r"questions: {'': [" + r'"How \ud800 long?"]}'), "questions"),
        (with_field(f"questions: {{'': [{'q' * 201}]}}"), "questions"),
        (with_field(f"questions: {{'': [{', '.join(['q'] * 1_001)}]}}"), "questions"),
        (with_field(f"locale: en{'-abcdefgh' * 4}"), "locale"),
    ],
)
def test_an_error_names_the_file_and_the_field(text: str, field: str) -> None:
    with pytest.raises(ArticleError) as error:
        parse(text)
    assert error.value.field == field
    assert str(error.value).startswith(f"gift-cards.md: {field}: ")


def test_an_error_repeats_a_wrong_value_only_so_far_as_one_can_read_it() -> None:
    with pytest.raises(ArticleError) as error:
        parse(with_field(f"title: [{', '.join(['word'] * 10_000)}]"))
    assert len(str(error.value)) < 200


def test_an_article_for_one_day_is_one() -> None:
    article = parse(with_field("valid_from: 2026-12-01\nvalid_until: 2026-12-01"))
    assert article.valid_from == article.valid_until == date(2026, 12, 1)


def test_a_title_in_a_language_from_right_to_left_is_one() -> None:
    assert parse(with_field("title: \u200fכרטיסי מתנה")).title == "\u200fכרטיסי מתנה"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert parse("\ufeff" + GIFT_CARDS.replace("\n", "\r\n")) == parse(GIFT_CARDS)


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    article = parse("# Our *gift* cards\n\nValid for 5 years.\n\n## More\n\nAsk us.")
    assert (article.title, article.body) == ("Our gift cards", "Valid for 5 years.\n\n## More\n\nAsk us.")


def test_what_the_source_calls_itself_is_the_title_of_a_text_that_names_none() -> None:
    article = parse_article("Valid for 5 years.", source="a.txt", slug="a", title="Gift cards")
    assert (article.title, article.body) == ("Gift cards", "Valid for 5 years.")


@pytest.mark.parametrize(
    "text", [GIFT_CARDS, "---\ntitle: 'Yes: no'\nquestions: {'': ['a: b', '- c']}\n---\n- x"]
)
def test_a_written_article_reads_as_the_same_article(text: str) -> None:
    assert parse(write_article(parse(text))) == parse(text)


@given(
    title=st.text(min_size=1), body=st.text(min_size=1), tags=st.lists(st.text(min_size=1)), owner=st.text()
)
def test_whatever_people_write_is_an_article_that_comes_back_the_same_or_a_named_error(
    title: str, body: str, tags: list[str], owner: str
) -> None:
    def written() -> Article:
        fields = {"title": title, "tags": tags, "owner": owner}
        return article_of(fields, body.strip("\n"), source="form", slug="a")

    try:
        article = written()
    except ArticleError:
        with pytest.raises(ArticleError, match=r"^form: (title|body|tags|owner): "):
            written()
    else:
        assert parse_article(write_article(article), source="file", slug="b") == article


def test_a_few_lines_of_yaml_cannot_unfold_into_gigabytes() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"
    with pytest.raises(ArticleError, match="aliases"):
        parse(f"---\n{bomb}\n---\nText.")


def test_the_fingerprint_changes_with_every_field() -> None:
    article = parse(GIFT_CARDS)
    assert article.fingerprint == parse(GIFT_CARDS).fingerprint
    changes = (
        "title: Gift card",
        "audience: internal",
        "valid_from: 2026-01-01",
        "tags: [x]",
        "questions: {'': [x]}",
    )
    for change in changes:
        assert parse(with_field(change)).fingerprint != parse(with_field("")).fingerprint


def test_questions_stand_under_the_headings_of_the_article() -> None:
    text = (
        "---\ntitle: Gift cards\nquestions:\n  '': ['Can I give a card?']\n  How long *valid*?: [' when does it run out ']\n"
        "---\nA card is a gift.\n\n## How long *valid*?\n\n5 years."
    )
    with pytest.raises(ArticleError, match="'How long \\*valid\\*\\?' is no heading of the article"):
        parse(text)
    assert parse(text.replace("*", "")).questions == {
        "": ("Can I give a card?",),
        "How long valid?": ("when does it run out",),
    }


def test_every_article_of_the_help_centre_can_be_read() -> None:
    articles = help_centre()
    assert len({article.slug for article in articles}) == len(articles) > 0
