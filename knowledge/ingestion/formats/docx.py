"""Word documents (DOCX): checked as an archive, then read by way of HTML. The only door to mammoth."""

import io
import zipfile
import zlib
from xml.sax import ContentHandler, SAXException

import mammoth
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from defusedxml.sax import parse

from knowledge.ingestion.documents import Limits
from knowledge.ingestion.formats import Extract, RefusedError
from knowledge.ingestion.formats.html import read_page
from knowledge.ingestion.formats.text import one_line

_MOST_MEMBERS = 5_000
_GREATEST_RATIO = 200  # unpacked to packed, of a large member; XML of Word comes to some 30
_SMALL = 1024 * 1024  # bytes that a member may have at any ratio
_PIECE = 1024 * 1024  # bytes unpacked at a time
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # old Word files, and new ones with a password
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PLACEHOLDERS = {"document", "dokument", "untitled", "word document"}
_STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def read_docx(data: bytes, *, limits: Limits) -> Extract:
    """The text of a Word document, without its images. Raises `RefusedError`."""
    if data.startswith(_OLE):
        raise RefusedError(
            "is an old Word file (.doc) or protected by a password; save it as .docx without one"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, limits)
            own_title = _own_title(archive)
    # zipfile raises NotImplementedError for a compression or version that it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise RefusedError("is no Word document, or damaged; open it and save it as .docx anew") from error
    except DefusedXmlException as error:
        raise RefusedError(
            "defines XML entities, which no Word document does; save it as .docx anew"
        ) from error
    except (SAXException, SyntaxError) as error:
        raise RefusedError("contains invalid XML; open it and save it as .docx anew") from error
    page = mammoth.convert_to_html(io.BytesIO(data), convert_image=_no_image, style_map=_STYLES).value
    if not page.strip():
        raise RefusedError("has no text; leave it out or fill it")
    extract = read_page(page)
    return Extract(extract.text, extract.title or own_title)


def _check(archive: zipfile.ZipFile, limits: Limits) -> None:
    """That the archive is a Word document that unpacks into no more than it may, and its XML defines nothing."""
    members = archive.infolist()
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "word/document.xml"} <= names:
        raise RefusedError("is a ZIP archive, no Word document; import the files that are in it")
    if len(members) > _MOST_MEMBERS or len(names) < len(members):
        raise RefusedError("has more parts than a Word document; open it and save it as .docx anew")
    left = limits.unpacked_bytes
    for member in members:
        if member.flag_bits & 1:
            raise RefusedError("is protected by a password; save it without one")
        left -= member.file_size
        if left < 0 or member.file_size > max(_SMALL, _GREATEST_RATIO * member.compress_size):
            raise RefusedError("unpacks into too much; take out what is not text and save it anew")
    left = limits.unpacked_bytes
    for member in members:  # what is declared may be a lie
        with archive.open(member) as part:
            while piece := part.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise RefusedError("unpacks into too much; take out what is not text and save it anew")
        if member.filename.lower().endswith((".xml", ".rels")):
            with archive.open(member) as part:
                parse(part, ContentHandler(), forbid_dtd=True)


def _own_title(archive: zipfile.ZipFile) -> str | None:
    """The title in the document's properties, unless it is one that programs fill in."""
    if "docProps/core.xml" not in archive.namelist():
        return None
    title = one_line(fromstring(archive.read("docProps/core.xml"), forbid_dtd=True).findtext(_TITLE))
    return None if title and title.lower() in _PLACEHOLDERS else title


def _no_image(_: object) -> list[object]:
    """Images are not read: neither those inside the document nor those that it names."""
    return []
