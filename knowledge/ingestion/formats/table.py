"""CSV: one article for each row, by the names of its columns."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from datetime import date

import yaml

from knowledge.ingestion.documents import Document, Limits, Unreadable
from knowledge.ingestion.formats import RefusedError
from knowledge.ingestion.formats.text import decode, one_line, tidy
from knowledge.slugs import slug_of

_QUESTION = ("question", "q", "title")
_ANSWER = ("answer", "a", "body", "text")
_TEXTS = ("slug", "locale", "audience", "owner")
_DAYS = ("review_by", "valid_from", "valid_until")
_DELIMITERS = ",;\t|"
_HTML = re.compile(r"</(?:p|div|ul|ol|li|a|h[1-6]|table|strong|em|b|i|span)>|<(?:br|p)\s*/?>", re.IGNORECASE)
_NO_COLUMNS = "has no columns named question and answer (or q and a, or title and body) in its first line; name them there"

Row = dict[str, str]


def read_table(
    path: str, data: bytes, *, limits: Limits, encoding: str | None = None
) -> list[Document | Unreadable]:
    """A document for each row, `path#slug-of-the-question`; rows that are none by their line. Raises `RefusedError`."""
    text = re.sub(r"\Asep=.[ \t]*\n", "", tidy(decode(data, encoding)))  # a line that Excel writes
    csv.field_size_limit(limits.text_characters)
    found: list[Document | Unreadable] = []
    seen: dict[str, int] = {}
    try:
        for line, row in _rows(text):
            if len(found) == limits.rows:
                raise RefusedError(f"has more than {limits.rows:,} rows; divide it")
            found.append(_entry(path, line, row, seen))
    except csv.Error as error:
        raise RefusedError(f"is no valid CSV ({error}); save it as CSV anew") from error
    if not found:
        raise RefusedError("has no rows under its header; leave it out or fill it")
    return found


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    """Rows by the names of their columns, with the line where each begins."""
    delimiter, names = _header(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(reader)
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        line = reader.line_num + 1


def _header(text: str) -> tuple[str, list[str]]:
    """The delimiter under which the first line names a question and an answer, and the names of all columns."""
    for delimiter in _DELIMITERS:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in first]
        question = next((name for name in _QUESTION if name in names), None)
        answer = next((name for name in _ANSWER if name in names), None)
        if question and answer:
            own = {question: "question", answer: "answer"}
            wanted = {"question", "answer", "tags", *_TEXTS, *_DAYS}
            return delimiter, [own.get(name, name if name in wanted else "") for name in names]
    raise RefusedError(_NO_COLUMNS)


def _entry(path: str, line: int, row: Row, seen: dict[str, int]) -> Document | Unreadable:
    place = f"{path}#line-{line}"
    question, answer = one_line(row.get("question")), row.get("answer", "")
    if not question:
        return Unreadable(place, "has no question; write one or delete the line")
    if _HTML.search(answer):
        from knowledge.ingestion.formats.html import markdown_of_fragment

        try:
            answer = markdown_of_fragment(answer)
        except RefusedError as refused:
            return Unreadable(place, f"has an answer that {refused}")
    if not answer:
        return Unreadable(place, f"has no answer to {question!r}; write one or delete the line")
    slug = slug_of(question)
    if slug in seen:
        return Unreadable(place, f"asks the same as line {seen[slug]}; keep one of them")
    seen[slug] = line
    fields: dict[str, object] = {"title": question}
    fields |= {name: row[name] for name in _TEXTS if row.get(name)}
    fields |= {name: _day(row[name]) for name in _DAYS if row.get(name)}
    if tags := [tag.strip() for tag in re.split("[,;]", row.get("tags", "")) if tag.strip()]:
        fields["tags"] = tags
    front = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=100)
    fingerprint = hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
    return Document(f"{path}#{slug}", f"---\n{front}---\n{answer.strip()}\n", question, fingerprint)


def _day(text: str) -> date | str:
    """A day such as 2026-12-31. Anything else stays as it is: who reads the article tells what is wrong with it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
