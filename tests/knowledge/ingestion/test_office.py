"""PDF and Word documents, good ones and those made to do harm."""

import io
import zipfile

import pytest

from tests.knowledge.ingestion.samples import (
    deflated,
    document,
    handbook,
    pdf_of_page,
    why,
    why_apart,
    with_false_size,
    with_part,
    word,
)


async def test_a_pdf_becomes_headings_paragraphs_and_lists():
    made = await document("a.pdf", handbook(title="Handbook of returns"))
    assert made.title == "Handbook of returns"
    paragraph = (
        "paragraph on returns is long enough that it runs over the end of its line and needs a second one, "
        "with a divided word and an e-mail to somebody at the end."
    )
    lines = made.text.split("\n\n")
    assert lines[:4] == [
        "## 1. Returns",
        f"The first {paragraph}",
        f"The second {paragraph}",
        "- point 0 of returns",
    ]
    assert made.text.count("\n## ") == 3
    assert made.text.count("- point") == 1 + 2 + 3 + 4


async def test_what_repeats_on_the_pages_of_a_pdf_goes():
    made = await document("a.pdf", handbook())
    assert "Acme Ltd" not in made.text
    assert "of 4" not in made.text


@pytest.mark.parametrize("title", ["Microsoft Word - a.docx", "untitled", "returns_v2.indd", "---"])
async def test_a_title_that_a_program_filled_in_is_none(title: str):
    made = await document("a.pdf", handbook(title=title))
    assert made.title == "1. Returns"
    assert not made.text.startswith("## 1. Returns")


async def test_a_pdf_with_a_password_is_told():
    assert (
        await why("a.pdf", handbook(password="secret")) == "is protected by a password; save it without one"
    )


async def test_a_pdf_that_only_restricts_printing_is_read():
    assert (await document("a.pdf", handbook(password=""))).title == "1. Returns"


async def test_a_pdf_without_text_is_told():
    assert "text recognition (OCR)" in await why("scan.pdf", pdf_of_page(b"0 0 m 100 100 l S"))


async def test_a_line_of_a_pdf_that_looks_like_markdown_is_none():
    made = await document(
        "a.pdf", pdf_of_page(b"BT /F1 12 Tf 50 700 Td (A title) Tj 0 -100 Td (# no heading) Tj ET")
    )
    assert (made.title, made.text) == ("A title", "\\# no heading\n")


async def test_a_pdf_that_unpacks_into_hundreds_of_megabytes_is_told():
    bomb = pdf_of_page(deflated(b" ", 256 * 1024 * 1024), b"/Filter /FlateDecode")
    assert "unpacks into too much" in await why_apart("bomb.pdf", bomb)


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", b"no pdf at all", handbook()[:2000]])
async def test_a_damaged_pdf_is_told(data: bytes):
    assert "is damaged" in await why("a.pdf", data)


async def test_a_pdf_with_too_many_pages_is_told():
    kids = b"3 0 R " * 21
    many = pdf_of_page(b"").replace(b"/Kids [3 0 R] /Count 1", b"/Kids [" + kids + b"] /Count 21")
    assert "more than 20 pages" in await why("a.pdf", many)


async def test_a_word_document_becomes_markdown():
    made = await document("a.docx", word(title="Word Document"))
    assert made.title == "Returning boots"
    assert (
        made.text
        == """\
You may return boots within thirty days.

## What we need

- The order number
- The boots

| Size | Price |
| --- | --- |
| 40 | 90 |
"""
    )


async def test_a_word_document_with_an_external_entity_is_refused():
    xxe = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        b"<w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    assert "defines XML entities" in await why("a.docx", with_part(word(), "word/document.xml", xxe))
    assert "defines XML entities" in await why("a.docx", with_part(word(), "word/extra.rels", xxe))


async def test_a_word_document_that_is_a_bomb_is_refused():
    zeros = bytes(3 * 1024 * 1024)
    assert "unpacks into too much" in await why_apart("a.docx", with_part(word(), "word/media/x.bin", zeros))
    lying = with_false_size(with_part(word(), "word/media/x.bin", zeros), "word/media/x.bin", 100)
    assert await why_apart("a.docx", lying)


async def test_archives_that_are_no_word_documents_are_refused():
    nested = b"end"
    for _ in range(6):
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as archive:
            archive.writestr("inner.zip", nested)
        nested = sink.getvalue()
    assert "is a ZIP archive" in await why("a.docx", nested)
    link = zipfile.ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a ZIP archive" in await why("a.docx", sink.getvalue())


async def test_a_word_document_deeper_than_the_stack_is_told():
    deep = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + b"<w:sdt><w:sdtContent>" * 20_000
        + b"</w:sdtContent></w:sdt>" * 20_000
        + b"</w:body></w:document>"
    )
    assert await why_apart("a.docx", with_part(word(), "word/document.xml", deep))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512), "save it as .docx without one"),
        (b"plain text", "no Word document"),
        (word()[:3000], "no Word document"),
        (with_part(word(), "word/document.xml", b"<w:document"), "invalid XML"),
    ],
)
async def test_what_is_no_word_document_is_told(data: bytes, reason: str):
    assert reason in await why("a.docx", data)
