"""What reading a source gives: a document, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[int, int, str], None]  # sources done, in all, and the path of the last one


@dataclass(frozen=True)
class Raw:
    """A source as it was found. `path` becomes the document's.

    `kind` is markdown, text, html, pdf, docx or csv; None leaves it to the path's ending and the content.
    `encoding` is what an HTTP header says, None if nothing does.
    """

    path: str
    data: bytes
    kind: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Document:
    """A source as Markdown.

    `path` names it in its root and stays the same when others come or go: a relative path with `/`, a web address, or
    `faq.csv#slug-of-the-question` for a row. `text` may begin with front matter; it has no raw HTML, no control
    characters, and lines that end with a line feed. `title` is what the source calls itself, None if it does not.
    `fingerprint`: SHA-256 of what was read.
    """

    path: str
    text: str
    title: str | None
    fingerprint: str


@dataclass(frozen=True)
class Unreadable:
    """A source that could not be read. `why` is a sentence that tells the mend."""

    path: str
    why: str


@dataclass(frozen=True)
class Limits:
    """How much a source may cost before it is given up."""

    source_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 200 * 1024 * 1024  # of a DOCX
    text_characters: int = 1_000_000  # of what comes out
    pages: int = 1_000  # of a PDF
    rows: int = 5_000  # of a CSV file
    seconds: float = 30  # for one source
    memory_bytes: int = 1024 * 1024 * 1024  # address space of the child process
    sources: int = 20_000  # in one import
