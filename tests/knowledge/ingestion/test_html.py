"""HTML pages: their content stays, all that surrounds it goes."""

import pytest

from knowledge.markdown import blocks
from tests.knowledge.ingestion.samples import document, why, why_apart

PAGE = """<!DOCTYPE html><html><head><title>Returns | Acme Help</title>
<meta http-equiv="refresh" content="0; url=http://169.254.169.254/"><style>p { color: red }</style></head>
<body><header><a href="/">Acme</a></header><nav>Menu</nav><div class="cookie-banner">We use cookies</div>
<main><header><h1>Returning   boots</h1></header>
<p>Within <b>thirty</b> days, see <a href="/help/sizes">sizes</a> and <a href="https://x.example/">more</a>.<!-- no --></p>
<h2>What we need <a class="permalink" href="#what">¶</a></h2>
<ul><li>The number<ul><li>as printed</li></ul></li><li>The boots</li></ul>
<ol><li>Pack</li><li>Send</li></ol>
<table><tr><th>Size</th><th>A|B</th></tr><tr><td>40</td><td>90</td></tr></table>
<p hidden>h1</p><p aria-hidden="true">h2</p><p style="display: none">h3</p><template>h4</template>
<script>alert(1)</script><noscript>h5</noscript><form><input value="h6"><button>Send</button></form>
<aside>See also</aside><img src="x.png" alt="a picture"><p>Write &lt;b&gt; for bold, 2 &lt; 3.</p></main>
<footer>Imprint</footer></body></html>"""


async def test_a_page_becomes_its_main_content():
    made = await document("a.html", PAGE.encode())
    assert made.title == "Returning boots"
    assert (
        made.text
        == """\
Within **thirty** days, see [sizes](/help/sizes) and [more](https://x.example/).

## What we need

- The number
  - as printed
- The boots

1. Pack
2. Send

| Size | A\\|B |
| --- | --- |
| 40 | 90 |

Write \\<b> for bold, 2 < 3.
"""
    )
    assert [block.kind for block in blocks(made.text)] == [
        "paragraph", "heading", "list", "list", "table", "paragraph",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "#part", ""],
)
async def test_links_that_lead_nowhere_become_their_text(address: str):
    made = await document("a.html", f'<p>See <a href="{address}">this</a> now.</p>'.encode())
    assert made.text == "See this now.\n"


@pytest.mark.parametrize(
    ("page_title", "title"),
    [
        ("Returns | Acme", "Returns"),
        ("Returns – Acme – Help", "Returns"),
        ("Returns - Acme", "Returns"),
        ("Check-in and check-out", "Check-in and check-out"),
        ("", None),
    ],
)
async def test_without_a_heading_the_page_title_is_the_title(page_title: str, title: str | None):
    made = await document("a.html", f"<title>{page_title}</title><p>Text.</p>".encode())
    assert (made.title, made.text) == (title, "Text.\n")


async def test_without_a_main_part_the_only_article_counts_and_of_several_all():
    one = await document("a.html", b"<p>Teaser</p><article><p>One</p></article>")
    two = await document("a.html", b"<p>All</p><article>One</article><article>Two</article>")
    assert one.text == "One\n"
    assert two.text.split() == ["All", "One", "Two"]


async def test_a_form_around_the_whole_page_and_accordions_are_content():
    page = b"""<form id=aspnet><h1>Help</h1><h3><button>May I return?</button></h3><div>Yes.</div>
    <button aria-expanded=false>How?</button><p>By post.</p></form>"""
    made = await document("a.html", page)
    assert made.text.split() == ["###", "May", "I", "return?", "Yes.", "How?", "By", "post."]


async def test_text_after_what_is_dropped_stays():
    made = await document("a.html", b"<p>one <script>x</script>two<img src=x> three<!-- x --> four</p>")
    assert made.text.split() == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    "data",
    [
        '<meta charset="windows-1252"><p>Größe</p>'.encode("cp1252"),
        "<p>Größe</p>".encode("utf-16"),
        '<?xml version="1.0" encoding="utf-8"?><html><body><p>Größe</p></body></html>'.encode(),
        "<meta charset=nonsense><p>Größe</p>".encode(),
    ],
)
async def test_the_encoding_of_a_page_is_found(data: bytes):
    assert (await document("a.html", data)).text == "Größe\n"


async def test_a_page_that_only_leads_elsewhere_has_no_text():
    page = b'<html><head><meta http-equiv="refresh" content="0;url=http://169.254.169.254/"></head></html>'
    assert "has no text" in await why("a.html", page)
    assert "has no text" in await why("a.html", b"<!-- only a comment -->")


@pytest.mark.parametrize("element", ["div", "b", "blockquote", "ul><li"])
async def test_a_million_elements_in_each_other_are_refused(element: str):
    assert await why_apart("deep.html", f"<{element}>".encode() * (5_000_000 // (len(element) + 2)))


async def test_entities_that_expand_into_each_other_do_not():
    laughs = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
    <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>&c; &x;</p></body></html>"""
    made = await document("a.html", laughs)
    assert "lollol" not in made.text
    assert "root:" not in made.text
