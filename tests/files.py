"""Files that a customer might send, honest and not."""

import io
import struct
import zlib
from typing import Any

from fpdf import FPDF
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

GALWAY = {1: "N", 2: (53.0, 16.0, 0.0), 3: "W", 4: (9.0, 3.0, 0.0)}  # GPS of EXIF


def image_file(kind: str = "PNG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """An image, red on its left half."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def photo_with_a_place(comment: str = "") -> bytes:
    """A JPEG lying on its side, as phones write them, that says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825).update(GALWAY)
    return image_file("JPEG", exif=exif, comment=comment.encode())


def pdf_file(*, script: str = "", password: str = "") -> bytes:
    """A PDF of one page; with a script that runs when it opens, or under a password."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica")
    made.cell(text="Invoice")
    data = bytes(made.output())
    if not script and not password:
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png_bomb(edge: int = 30_000) -> bytes:
    """A PNG of a hundred kilobytes that would unpack into gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * 10_000_000, 9)
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
