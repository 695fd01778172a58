"""Documents made for the tests, good ones and hostile ones."""

import io
import struct
import zipfile
import zlib

import docx
from fpdf import FPDF

from knowledge.ingestion.documents import Document, Limits, Raw, Unreadable
from knowledge.ingestion.reading import read_files
from knowledge.ingestion.worker import documents_of

SMALL = Limits(
    source_bytes=8 * 1024 * 1024,
    unpacked_bytes=4 * 1024 * 1024,
    text_characters=50_000,
    pages=20,
    rows=20,
    seconds=20,  # generous: the machine may be busy
    sources=50,
)


async def read(name: str, data: bytes) -> list[Document | Unreadable]:
    """What a source says, read in this process: a hundred starts of another would take most of a minute."""
    return documents_of(Raw(name, data), SMALL)


async def document(name: str, data: bytes) -> Document:
    [entry] = await read(name, data)
    assert isinstance(entry, Document), entry
    return entry


async def why(name: str, data: bytes) -> str:
    """Why a source is not read."""
    return _why(name, await read(name, data))


async def why_apart(name: str, data: bytes) -> str:
    """Why a source is not read that may kill who reads it."""
    return _why(name, await read_files([(name, data)], limits=SMALL))


def _why(name: str, entries: list[Document | Unreadable]) -> str:
    [entry] = entries
    assert isinstance(entry, Unreadable), entry
    assert entry.path == name
    return entry.why


class Handbook(FPDF):
    """Pages with a header, a page number, a heading and wrapped paragraphs."""

    def header(self) -> None:
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, "Acme Ltd - Handbook")
        self.ln(10)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=9)
        self.cell(0, 8, f"Page {self.page_no()} of 4")


def handbook(*, title: str | None = None, password: str | None = None) -> bytes:
    pdf = Handbook()
    if title:
        pdf.set_title(title)
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password)
    for number, subject in enumerate(("Returns", "Delivery", "Repairs", "Refunds"), start=1):
        pdf.add_page()
        pdf.set_font("Helvetica", "B", 18)
        pdf.cell(0, 10, f"{number}. {subject}")
        pdf.ln(14)
        pdf.set_font("Helvetica", size=11)
        for part in ("first", "second"):
            pdf.multi_cell(
                0,
                6,
                f"The {part} paragraph on {subject.lower()} is long enough that it runs over the end of its line and "
                "needs a second one, with a di-\nvided word and an e-mail to\nsomebody at the end.",
            )
            pdf.ln(4)
        for item in range(number):
            pdf.cell(0, 6, f"- point {item} of {subject.lower()}")
            pdf.ln(6)
    return bytes(pdf.output())


def pdf_of_page(content: bytes, entries: bytes = b"") -> bytes:
    """A PDF of one page with this content stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 5 0 R >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content),
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    xref = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return out + xref + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))


def deflated(byte: bytes, length: int) -> bytes:
    """So many equal bytes, deflated without ever holding them all."""
    packer = zlib.compressobj(9)
    piece = byte * (1024 * 1024)
    return b"".join(packer.compress(piece) for _ in range(length // len(piece))) + packer.flush()


def word(*, title: str = "") -> bytes:
    made = docx.Document()
    made.core_properties.title = title
    made.add_heading("Returning boots", level=1)
    made.add_paragraph("You may return boots within thirty days.")
    made.add_heading("What we need", level=2)
    made.add_paragraph("The order number", style="List Bullet")
    made.add_paragraph("The boots", style="List Bullet")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Size", "Price", "40", "90"), strict=True
    ):
        cell.text = text
    return saved(made)


def saved(made: docx.document.Document) -> bytes:
    sink = io.BytesIO()
    made.save(sink)
    return sink.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A Word document with one part added or replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return sink.getvalue()


def with_false_size(data: bytes, name: str, size: int) -> bytes:
    """An archive that declares another unpacked size of one member than it has."""
    changed = bytearray(data)
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        start = 0
        while (start := changed.find(signature, start)) >= 0:
            if changed[start + name_at :].startswith(name.encode()):
                struct.pack_into("<I", changed, start + size_at, size)
            start += 4
    return bytes(changed)
