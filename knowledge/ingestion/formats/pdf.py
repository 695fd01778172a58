"""PDF: lines with their places and sizes become headings, lists and paragraphs. The only door to pypdf.

A PDF says where letters stand, not what they are. Whatever is told here by size or distance is a guess; a wrong one costs
a line break or a heading, never words, except for what repeats at the edges of most pages.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, LimitReachedError, PdfReadError

from knowledge.ingestion.documents import Limits
from knowledge.ingestion.formats import Extract, RefusedError
from knowledge.ingestion.formats.text import one_line

_DAMAGED = "is damaged, or no PDF; open it and save it anew"
LOCKED = "is protected by a password; save it without one"
_EDGE = 2  # lines at the top and at the bottom of a page that may be those of every page
_SAME_HEIGHT = 4  # points
_PAGE_NUMBER = re.compile(
    r"(?:\w+\.?\s)?[-–(]?\s*\d{1,4}\s*[-–)]?(?:\s*(?:/|\||of|von|de|di|van|av)\s*\d{1,4})?"
)
_LARGER = 1.15  # times the size of the running text: a heading
_GAP = 1.35  # times the usual distance between lines: a new paragraph
_WIDEST_LEADING = 2.0  # times the size of the running text
_LONGEST_HEADING = 120  # characters
_BULLET = re.compile(r"[•◦▪▫●○■□‣⁃∙·\uf0b7\uf0a7–*-]\s+(?=\S)")
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+\S")
_ENDS_SENTENCE = (".", "!", "?", ":", ";", "。", "！", "？")
_LEADING = re.compile(r"^(?=[#>+]|={3,}|`{3,}|~{3,})")
_NO_TITLE = re.compile(
    r"untitled.*|microsoft \w+ - .*|\W*|.*\.(?:docx?|pdf|indd|pptx?|xlsx?|odt|tex|html?|qxd)|document\d*|\S*[_/\\]\S*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line of a page: `y` is its height above the page's foot and `size` that of its letters, in points."""

    text: str
    y: float
    size: float
    bold: bool
    page: int


def read_pdf(data: bytes, *, limits: Limits) -> Extract:
    """The text of a PDF. Raises `RefusedError`."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise RefusedError(LOCKED)
        if len(reader.pages) > limits.pages:
            raise RefusedError(f"has more than {limits.pages:,} pages; divide it")
        pages = _pages(reader, limits)
        title = _own_title(reader)
    except DependencyError as error:  # AES, for which nothing is installed
        raise RefusedError(LOCKED) from error
    except LimitReachedError as error:
        raise RefusedError("unpacks into too much; print it into a new PDF") from error
    except (PdfReadError, RecursionError) as error:
        raise RefusedError(_DAMAGED) from error
    lines = list(_without_edges(pages))
    if not lines:
        raise RefusedError("has no text (a scan?); run text recognition (OCR) on it first")
    blocks = list(_blocks(lines))
    title = title or one_line(blocks[0].lstrip("#- "))
    if one_line(blocks[0].lstrip("# ")) == title and len(blocks) > 1:
        blocks = blocks[1:]
    return Extract("\n\n".join(blocks), title)


def count_pages(data: bytes) -> int:
    """How many pages a PDF has, at least one. Raises `RefusedError`; also for one that is encrypted in any way."""
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = None if reader.is_encrypted else len(reader.pages)
    # Damaged files end in whatever comes first.
    except Exception as error:
        raise RefusedError(_DAMAGED) from error
    if pages is None:
        raise RefusedError(LOCKED)
    if pages == 0:
        raise RefusedError(_DAMAGED)
    return pages


def _pages(reader: PdfReader, limits: Limits) -> list[list[Line]]:
    pages = []
    characters = 0
    for number, page in enumerate(reader.pages):
        collector = _Collector(number)
        page.extract_text(visitor_text=collector.take)
        lines = collector.finished()
        characters += sum(len(line.text) for line in lines)
        if characters > limits.text_characters:
            raise RefusedError(f"has more than {limits.text_characters:,} characters of text; divide it")
        pages.append(lines)
    return pages


class _Collector:
    """Puts the pieces of a page's text together as lines."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._lines: list[Line] = []
        self._text = ""
        self._place = (0.0, 0.0, False)

    def take(self, text: str, page: list[float], matrix: list[float], font: object, size: float) -> None:
        """A piece of text, with the matrices of the page and of the text, its font and size."""
        for index, piece in enumerate(text.split("\n")):
            if index:
                self._end()
            if piece.strip() and not self._text.strip():
                name = str(font.get("/BaseFont", "")) if isinstance(font, dict) else ""
                scale = abs(page[3] or page[1] or 1) * abs(matrix[3] or matrix[1] or 1)
                y = matrix[4] * page[1] + matrix[5] * page[3] + page[5]
                self._place = (y, round(size * scale, 1), "bold" in name.lower())
            self._text += piece

    def finished(self) -> list[Line]:
        """The lines of the page."""
        self._end()
        return self._lines

    def _end(self) -> None:
        text = " ".join(self._text.split())
        if text:
            y, size, bold = self._place
            self._lines.append(Line(text, y, size, bold, self._page))
        self._text = ""


def _without_edges(pages: Sequence[list[Line]]) -> Iterator[Line]:
    """All lines but page numbers, and those at the edges that most pages have alike or alike but for a number."""
    sizes = Counter[float]()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    running = sizes.most_common(1)[0][0] if sizes else 0.0

    def shape(line: Line) -> tuple[str, int]:
        text = (
            re.sub(r"\d+", "0", line.text) if line.size <= running else line.text
        )  # headings are often numbered
        return text, round(line.y / _SAME_HEIGHT)

    counts = Counter(edge for page in pages for edge in {shape(page[at]) for at in _edges(page)})
    repeated = {edge for edge, count in counts.items() if count >= 3 and count > len(pages) / 2}  # noqa: PLR2004 - most of two pages is no pattern
    for page in pages:
        edges = _edges(page)
        for at, line in enumerate(page):
            outermost = at in {0, len(page) - 1}
            if at in edges and shape(line) in repeated:
                continue
            if outermost and len(page) > 1 and len(pages) > 1 and _PAGE_NUMBER.fullmatch(line.text):
                continue
            yield line


def _edges(page: Sequence[Line]) -> set[int]:
    return {*range(min(_EDGE, len(page))), *range(max(len(page) - _EDGE, 0), len(page))}


def _blocks(lines: Sequence[Line]) -> Iterator[str]:
    """Markdown blocks: headings, list items and paragraphs."""
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    running = sizes.most_common(1)[0][0]
    levels = sorted({line.size for line in lines if _is_large(line, running)}, reverse=True)
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.page == b.page and a.y > b.y]
    leading = min(median(gaps), _WIDEST_LEADING * running) if gaps else running
    width = max(len(line.text) for line in lines)
    for group in _groups(lines, leading, width):
        first = group[0]
        text = _joined([line.text for line in group])
        if _is_large(first, running) and len(text) <= _LONGEST_HEADING:
            yield f"{'#' * min(levels.index(first.size) + 2, 4)} {text}"
        elif bullet := _BULLET.match(text):
            yield f"- {text[bullet.end() :]}"
        elif _NUMBERED.match(text):
            yield text
        elif all(line.bold for line in group) and len(text) <= _LONGEST_HEADING and text[-1] not in ".,;":
            yield f"{'#' * min(len(levels) + 2, 4)} {text}"
        else:
            yield _LEADING.sub(r"\\", text)


def _is_large(line: Line, running: float) -> bool:
    return line.size >= _LARGER * running and len(line.text) <= _LONGEST_HEADING


def _groups(lines: Sequence[Line], leading: float, width: int) -> Iterator[list[Line]]:
    """Lines that belong together."""
    group = [lines[0]]
    for line in lines[1:]:
        last = group[-1]
        ended = last.text.endswith(_ENDS_SENTENCE)
        if line.page != last.page:
            apart = ended or not line.text[0].islower()
        else:
            apart = abs(last.y - line.y) > _GAP * leading or (ended and len(last.text) < 0.6 * width)
        if (
            apart
            or abs(line.size - last.size) > 0.1 * last.size
            or line.bold != last.bold
            or _BULLET.match(line.text)
            or _NUMBERED.match(line.text)
        ):
            yield group
            group = []
        group.append(line)
    yield group


def _joined(texts: Sequence[str]) -> str:
    """Lines as one. A word divided at a line's end is whole again; a hyphen before a capital or a digit is its own."""
    joined = texts[0]
    for text in texts[1:]:
        if re.search(r"[^\W\d_][-\u00ad\u2010]$", joined) and text[0].islower():
            joined = joined[:-1] + text
        else:
            joined = f"{joined} {text}"
    return joined.replace("\u00ad", "")


def _own_title(reader: PdfReader) -> str | None:
    """The title in the document's properties, unless it is a file's name or one that programs fill in."""
    title = one_line(str(reader.metadata.title or "")) if reader.metadata else None
    return None if title is None or _NO_TITLE.fullmatch(title) else title
