"""Markdown to HTML: nothing unsafe survives, citations are links only where they are known."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.markdown import links, pieces, plain, table_rows
from knowledge.rendering import render, render_cited, render_message

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://tracker.example/pixel.png)",
    "![x][p]\n\n[p]: http://tracker.example/pixel.png",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '[x](http://a "onmouseover=alert(1)")',
    '[x](http://a" onmouseover="alert(1))',
    "<a href=http://a style=position:fixed>x</a>",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "<svg/onload=alert(1)>",
    "<!-- --><b class=cite id=p-1>x</b>",
    '```"><script>alert(1)</script>\n```',
    "`<script>`",
    "| <script> |\n|---|\n| <img src=x> |",
    "\x00<scr\x00ipt>",
]
ALLOWED = {
    "a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads HTML as a browser would see it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def assert_safe(html: str) -> None:
    for tag, attributes in Reader(html).tags:
        assert tag in ALLOWED
        assert attributes.keys() <= {"href", "title", "rel", "start"}
        if tag == "a" and "href" in attributes:
            assert attributes["rel"] == "noopener"
            assert not re.match(r"\s*(javascript|data|vbscript)", attributes["href"] or "", re.IGNORECASE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_unsafe_survives(attack: str) -> None:
    assert_safe(render(attack))
    assert_safe(render_message(attack, {}))
    assert_safe(render(f"- {attack}\n\n> {attack}"))


@given(st.one_of(st.text(), st.lists(st.sampled_from([*ATTACKS, "[", "](", "**", "`", "\n", "<", ">", '"']))))
def test_no_text_brings_other_elements_or_attributes(text: str | list[str]) -> None:
    text = text if isinstance(text, str) else "".join(text)
    assert_safe(render(text))
    assert_safe(render_message(text, {}))


def test_an_article_keeps_its_lists_tables_and_links() -> None:
    html = render("# T\n\n- *a*\n\n| x |\n|---|\n| 1 |\n\n[Returns](/help/returns)")
    assert "<li><em>a</em></li>" in html
    assert "<td>1</td>" in html
    assert '<a href="/help/returns" rel="noopener">Returns</a>' in html


def test_the_cells_of_a_table_are_read_as_they_were_written() -> None:
    table = "| Where | **When** |\n|---|---|\n| [Cork](/help/shops) | 9:30\\|18:00 |\n| Galway |"
    assert table_rows(table) == [["Where", "**When**"], ["[Cork](/help/shops)", "9:30|18:00"], ["Galway", ""]]
    assert table_rows("No | table") == []


def test_the_cited_passage_is_wrapped_and_the_rest_is_not() -> None:
    body = "First.\n\nSecond, *cited*.\n\n- third\n\nLast."
    start = body.index("Second")
    html = render_cited(body, start, body.index("Last") - 2, "p-0123")
    assert '<p>First.</p>\n<section class="cited" id="p-0123" aria-label="Cited passage">\n<p>Second' in html
    assert "third</li>\n</ul>\n</section>\n<p>Last.</p>" in html
    assert html.count("<section") == html.count("</section>") == 1


def test_a_cited_part_of_a_list_marks_the_whole_list() -> None:
    body = "Before.\n\n- one\n- two\n- three"
    start = body.index("- two")
    html = render_cited(body, start, start + 5, "p-1")
    assert re.search(r"<section[^>]*>\s*<ul>.*one.*two.*three.*</ul>\s*</section>", html, re.DOTALL)


def test_an_anchor_cannot_break_out_of_its_attribute() -> None:
    html = render_cited("Text.", 0, 5, '"><script>alert(1)</script>')
    assert [tag for tag, _ in Reader(html).tags] == ["section", "p"]


def test_a_known_citation_is_a_link_and_an_unknown_one_is_text() -> None:
    html = render_message("30 days. [1] And [2], [x].", {1: "/help/returns?v=2&p=ab#p-ab"})
    assert (
        html.strip()
        == '<p>30 days. <a class="cite" href="/help/returns?v=2&amp;p=ab#p-ab" title="Source 1" rel="noopener">1</a>'
        " And [2], [x].</p>"
    )


def test_citations_in_lists_and_bold_are_links_but_not_in_code_or_links() -> None:
    cites = render_message("- a [1]\n- **b [1]**\n\n`[1]` [see [1]](http://a)", {1: "/help/a"}).count(
        'class="cite"'
    )
    assert cites == 2


@pytest.mark.parametrize("mark", ["\\[1]", "\\[1\\]", "&#91;1]", "&lbrack;1&#x5d;", "[１]"])
def test_what_only_looks_like_a_citation_stays_text(mark: str) -> None:
    rendered = render_message(f"Free *for all* {mark} &amp; \\<all>", {1: "/one"})
    assert "/one" not in rendered
    assert "1]" in rendered or "１]" in rendered
    assert "&amp; &lt;all&gt;" in rendered


def test_a_text_cannot_redefine_where_a_citation_leads() -> None:
    html = render_message("[1]: https://evil.example\n\nSee [1] and [1][1].", {1: "/help/a"})
    assert {attributes["href"] for tag, attributes in Reader(html).tags if tag == "a"} == {"/help/a"}


def test_a_written_link_cannot_pass_as_a_citation() -> None:
    html = render_message(
        '[1](https://evil.example "Source 1") <a class="cite" href="//evil">1</a>', {1: "/help/a"}
    )
    assert all(attributes.get("class") != "cite" for _, attributes in Reader(html).tags)


def test_a_citation_url_with_a_script_or_quotes_is_harmless() -> None:
    for url in ("javascript:alert(1)", '/help/a"><script>alert(1)</script>'):
        for tag, attributes in Reader(render_message("[1]", {1: url})).tags:
            assert tag in {"p", "a"}
            assert not (attributes.get("href") or "").startswith("javascript")


def test_a_number_sign_in_a_message_is_no_heading_and_line_breaks_stay() -> None:
    assert render_message("# 4711\nthanks", {}).strip() == "<p># 4711<br>\nthanks</p>"


def test_plain_text_has_the_words_without_the_marks() -> None:
    assert plain("**30 days** for [most](/x) `items`\n\n- a\n- b") == "30 days for most items\na\nb"


def test_pieces_know_what_stands_above_and_before_them() -> None:
    text = "# A\n\nOne line.\n\n## B\n\nBring:\n\n- a *lock*\n- a towel\n  - small\n\n```\ncode\n```\n"
    found = [
        (piece.kind, text[piece.start : piece.end], piece.headings, piece.lead_in) for piece in pieces(text)
    ]
    assert found == [
        ("heading", "# A", (), ""),
        ("paragraph", "One line.", ("A",), ""),
        ("heading", "## B", ("A",), ""),
        ("paragraph", "Bring:", ("A", "B"), ""),
        ("item", "a *lock*", ("A", "B"), "Bring:"),
        ("item", "a towel", ("A", "B"), "Bring:"),
        ("item", "small", ("A", "B"), "a towel"),
    ]


def test_a_row_of_a_table_is_a_piece_with_its_header() -> None:
    text = "Prices:\n\n| What | Price |\n|---|---|\n| A *pen* | 1 |\n| Ink | 2 |\n"
    rows = [piece for piece in pieces(text) if piece.kind == "row"]
    assert [(text[row.start : row.end], row.header, row.cells) for row in rows] == [
        ("| A *pen* | 1 |", ("What", "Price"), ("A pen", "1")),
        ("| Ink | 2 |", ("What", "Price"), ("Ink", "2")),
    ]


@given(st.text(alphabet="a1 #-*|>`\n:[]()", max_size=60))
def test_pieces_and_links_of_any_text_lie_in_it(text: str) -> None:
    for found in (*pieces(text), *links(text)):
        assert 0 <= found.start <= found.end <= len(text)


def test_links_are_found_with_the_block_that_holds_them() -> None:
    text = "No link.\n\n- one [a](/help/a)\n- two [b](https://b.example/x?y=1#z) and <https://c.example>\n\n[d]\n\n[d]: /d"
    assert [(link.address, text[link.start : link.end].split(maxsplit=1)[0]) for link in links(text)] == [
        ("/help/a", "-"), ("https://b.example/x?y=1#z", "-"), ("https://c.example", "-"), ("/d", "[d]"),
    ]  # fmt: skip
