"""Markdown, plain text and CSV."""

import codecs
import random

import pytest

from knowledge.front_matter import parse_article
from knowledge.ingestion.documents import Document, Unreadable
from knowledge.markdown import blocks
from tests.knowledge.ingestion.samples import document, read, why

TEXT = "Größe und Preis, für jeden. Жизнь."


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        "Größe und Preis, fu\u0308r jeden. Жизнь.".encode(),
    ],
)
async def test_unicode_is_read_in_any_of_its_forms(data: bytes):
    assert (await document("a.txt", data)).text == TEXT + "\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Die Größe für Müller über Straßen – und „Zitate“ kosten 5 €."),
        ("cp1251", "Привет, мир. Это текст о возврате товара. Как дела?"),
        ("cp932", "返品は三十日以内にお願いします。商品は未使用のものに限ります。"),
    ],
)
async def test_older_encodings_are_recognised(encoding: str, text: str):
    assert (await document("a.txt", text.encode(encoding))).text == text + "\n"


@pytest.mark.parametrize("name", ["noise.md", "noise.txt", "noise.csv", "noise.html"])
async def test_bytes_that_are_no_text_are_refused(name: str):
    assert "is no text" in await why(name, random.Random(7).randbytes(5000))


async def test_markdown_stays_as_it_is_but_for_line_ends_and_control_characters():
    made = await document("a.md", b"---\ntags: [a]\n---\r\n# Size\r\n\r\nA\x07 *b*\x0b<i>c</i>\rend")
    assert made.text == "---\ntags: [a]\n---\n# Size\n\nA *b*\n<i>c</i>\nend\n"
    assert made.title == "Size"
    assert parse_article(made.text, source=made.path, slug="a").tags == ("a",)


async def test_a_comment_in_code_is_no_title():
    made = await document("a.md", b"Run\n\n```\n# not this\n```\n\n# This\n\nText.")
    assert made.title == "This"


async def test_the_first_line_of_plain_text_is_its_title_if_it_stands_alone():
    made = await document("a.txt", b"Returning boots\n\nWithin thirty days.\n")
    assert (made.title, made.text) == ("Returning boots", "Within thirty days.\n")
    assert (await document("a.txt", b"One sentence.\n\nAnother.\n")).title is None


async def test_the_fingerprint_changes_with_the_source_only():
    one, same, other = [await document("a.md", data) for data in (b"# A\n\nb", b"# A\n\nb", b"# A\n\nc")]
    assert one.fingerprint == same.fingerprint != other.fingerprint


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\x00", codecs.BOM_UTF8])
async def test_an_empty_file_is_told(data: bytes):
    assert await why("a.md", data)


async def test_a_line_without_end_is_too_large():
    assert "larger than" in await why("a.md", b"x" * 9_000_000)
    assert "more than 50,000 characters" in await why("a.md", b"x" * 60_000)


@pytest.mark.parametrize(
    "text", [">" * 10_000, "> " * 10_000, "- " * 500 + "x", "1. " * 500 + "x", "[" * 10_000]
)
async def test_nesting_that_nobody_wrote_is_refused(text: str):
    assert "100 deep" in await why("a.md", text.encode())


async def test_nesting_that_is_just_allowed_can_be_used():
    made = await document(
        "a.md", b"# A\n\n" + b">" * 100 + b" quoted\n\n" + b"[" * 100 + b"\n\n" + b"-" * 300
    )
    assert blocks(made.text)


FAQ = """Question;Answer;Tags;Review by;Locale;Internal note
Can I return boots?;"Yes; within
thirty days.";returns, boots;2027-01-31;;do not import
Wie groß?;<p>So <b>gross</b>.</p><ul><li>a</li></ul>;;soon;de;
"""


async def test_each_row_of_a_table_is_a_document():
    first, second = await read("faq.csv", FAQ.encode())
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert first.path == "faq.csv#can-i-return-boots"
    article = parse_article(first.text, source=first.path, slug="can-i-return-boots", title=first.title)
    assert article.title == "Can I return boots?"
    assert article.body == "Yes; within\nthirty days."
    assert article.tags == ("returns", "boots")
    assert str(article.review_by) == "2027-01-31"
    assert second.path == "faq.csv#wie-gross"
    assert second.text.endswith("---\nSo **gross**.\n\n- a\n")
    assert "review_by: soon" in second.text  # who reads the article says what is wrong with it


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
async def test_delimiter_and_encoding_of_a_table_are_recognised(delimiter: str):
    rows = [("q", "a"), ("Größe?", "Bücher, Hüte; alles | mehr")]
    table = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    for data in (table.encode("cp1252"), table.encode("utf-8-sig"), f"sep={delimiter}\r\n{table}".encode()):
        made = await document("faq.csv", data)
        assert (made.title, made.text.split("---\n")[2]) == ("Größe?", "Bücher, Hüte; alles | mehr\n")


async def test_rows_that_are_no_articles_are_told_by_their_line():
    data = b'title,body\nOne,"two\nlines"\nNo answer,\n,No question\n\nOne?,Again\nLast,Text\n'
    entries = await read("faq.csv", data)
    assert [entry.path for entry in entries] == [
        "faq.csv#one", "faq.csv#line-4", "faq.csv#line-5", "faq.csv#line-7", "faq.csv#last",
    ]  # fmt: skip
    told = [entry.why for entry in entries if isinstance(entry, Unreadable)]
    assert told == [
        "has no answer to 'No answer'; write one or delete the line",
        "has no question; write one or delete the line",
        "asks the same as line 2; keep one of them",
    ]


async def test_an_answer_of_nothing_but_elements_is_none():
    deep = b"<b>" * 400 + b"x</b>"
    entries = await read("faq.csv", b"q,a\nEmpty,<p></p>\nDeep," + deep + b"\nGood,<p>Text</p>\n")
    assert [type(entry) for entry in entries] == [Unreadable, Unreadable, Document]


async def test_a_row_keeps_its_fingerprint_when_others_change():
    [one] = await read("faq.csv", b"q,a\nOne,Text\n")
    _, same = await read("faq.csv", b"q,a\nNew,Text\nOne,Text\n")
    assert one == same


async def test_a_table_without_the_columns_names_them():
    assert "columns named question and answer" in await why("prices.csv", b"sku,price\n1,2\n")


async def test_a_table_that_is_empty_long_or_broken_is_told():
    assert "no rows" in await why("faq.csv", b"question,answer\n")
    rows = b"".join(b"q%d,a\n" % number for number in range(21))
    assert "more than 20 rows" in await why("faq.csv", b"question,answer\n" + rows)
    assert "no valid CSV" in await why("faq.csv", b"question,answer\nq," + b"x" * 60_000)
