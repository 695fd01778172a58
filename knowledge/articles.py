"""Articles, passages, and how an article file is read."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from knowledge.markdown import blocks


class Audience(StrEnum):
    """Who may read an article."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    INTERNAL = "internal"


class ArticleError(ValueError):
    """An article file cannot be published as it is. The message names the file and the field."""

    def __init__(self, source: str, field: str, problem: str) -> None:
        super().__init__(f"{source}: {field}: {problem}")
        self.source = source
        self.field = field


@dataclass(frozen=True)
class Article:
    """One article as its author wrote it; `body` is Markdown. Valid from and until are whole days, inclusive.

    `questions`: what customers typically ask, under the title of the heading whose part answers it; "" is the part
    before the first heading. Searched, never shown.
    """

    slug: str
    title: str
    body: str
    locale: str = "en"
    audience: str = Audience.PUBLIC
    tags: tuple[str, ...] = ()
    owner: str | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything the author wrote: a changed fingerprint is a new version."""
        content = json.dumps(asdict(self), sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Passage:
    """A piece of one article version: `body[start:end] == text`, in characters.

    `questions` are those that its author says it answers.
    """

    article: str
    version: int
    title: str
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    hash: str
    locale: str
    audience: str
    valid_from: date | None = None
    valid_until: date | None = None
    questions: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where a reader sees this very passage, in this very version."""
        return f"/help/{self.article}?v={self.version}&p={self.hash}#p-{self.hash}"

    @property
    def key(self) -> str:
        """Unique over all passages of all versions."""
        return f"{self.article}@{self.version}:{self.start}-{self.end}"

    @property
    def in_context(self) -> str:
        """The text under its title and headings, which say what "it" and "this" in the text are about."""
        return "\n".join(dict.fromkeys((self.title, *self.heading_path, self.text)))

    def valid_on(self, day: date) -> bool:
        """Whether the article holds on that day."""
        return within(day, self.valid_from, self.valid_until)


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies between two others, both included; None leaves that end open."""
    return (first or date.min) <= day <= (last or date.max)


_FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_FIELDS = {
    "slug", "title", "locale", "audience", "tags", "owner", "review_by", "valid_from", "valid_until", "questions",
}  # fmt: skip


def read_article(file: Path) -> Article:
    """The article in a Markdown file; its slug is the file's name unless the front matter says otherwise.

    Raises `ArticleError`.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(file.name, "file", f"cannot be read as UTF-8 ({error})") from error
    return parse_article(text, source=file.name, slug=file.stem)


def parse_article(text: str, *, source: str, slug: str) -> Article:
    """The article in a Markdown text with YAML front matter between `---` lines. Raises `ArticleError`."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise ArticleError(
            source, "front matter", "is missing: the file must start with a block between --- lines"
        )
    try:
        # A date such as 2026-02-30 is a plain ValueError of the YAML loader's own constructor.
        fields = yaml.safe_load(match["yaml"]) or {}
    except (yaml.YAMLError, ValueError) as error:
        raise ArticleError(source, "front matter", f"is not valid YAML ({error})") from error
    if not isinstance(fields, dict):
        raise ArticleError(source, "front matter", "must be a list of `field: value` lines")
    for unknown in sorted(fields.keys() - _FIELDS, key=str):
        raise ArticleError(
            source, str(unknown), f"is no field of an article; there are {', '.join(sorted(_FIELDS))}"
        )
    article = _Fields(source, fields).article(slug, text[match.end() :].strip("\n"))
    if not article.body.strip():
        raise ArticleError(source, "body", "is empty")
    return article


class _Fields:
    """Reads front matter, each field by its kind."""

    def __init__(self, source: str, fields: dict[str, Any]) -> None:
        self.source = source
        self.fields = fields

    def article(self, slug: str, body: str) -> Article:
        return Article(
            slug=self.matching("slug", _SLUG, slug, "must be lower-case words joined by hyphens"),
            title=self.required_text("title"),
            body=body,
            locale=self.matching("locale", _LOCALE, "en", "must be a language tag such as en or pt-BR"),
            audience=self.audience(),
            tags=self.tags(),
            owner=self.text("owner"),
            review_by=self.day("review_by"),
            valid_from=self.day("valid_from"),
            valid_until=self.day("valid_until"),
            questions=self.questions(body),
        )

    def text(self, field: str) -> str | None:
        value = self.fields.get(field)
        if value is None or isinstance(value, str):
            return value.strip() or None if value else None
        raise ArticleError(self.source, field, f"must be text, not {value!r}")

    def required_text(self, field: str) -> str:
        value = self.text(field)
        if value is None:
            raise ArticleError(self.source, field, "is missing")
        if "\n" in value:
            raise ArticleError(self.source, field, "must be one line")
        return value

    def matching(self, field: str, pattern: re.Pattern[str], default: str, problem: str) -> str:
        value = self.text(field) or default
        if not pattern.fullmatch(value):
            raise ArticleError(self.source, field, f"{problem}, not {value!r}")
        return value

    def audience(self) -> str:
        value = self.text("audience") or Audience.PUBLIC
        if value not in list(Audience):
            raise ArticleError(
                self.source, "audience", f"must be one of {', '.join(Audience)}, not {value!r}"
            )
        return str(value)

    def tags(self) -> tuple[str, ...]:
        value = self.fields.get("tags") or []
        if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
            raise ArticleError(self.source, "tags", "must be a list of words")
        return tuple(value)

    def questions(self, body: str) -> dict[str, tuple[str, ...]]:
        """Questions by heading; every heading must be one of the body."""
        value = self.fields.get("questions") or {}
        if not isinstance(value, dict):
            raise ArticleError(self.source, "questions", "must be lists of questions, each under a heading")
        headings = {"", *(block.title for block in blocks(body) if block.kind == "heading")}
        for heading, asked in value.items():
            if heading not in headings:
                raise ArticleError(self.source, "questions", f"{heading!r} is no heading of the article")
            if not isinstance(asked, list) or not all(isinstance(q, str) and q.strip() for q in asked):
                raise ArticleError(self.source, "questions", f"under {heading!r} must be a list of questions")
        return {heading: tuple(question.strip() for question in asked) for heading, asked in value.items()}

    def day(self, field: str) -> date | None:
        value = self.fields.get(field)
        # A datetime is a date to isinstance, but "until 14:00" would silently become "all day".
        if value is None or type(value) is date:
            return value
        raise ArticleError(self.source, field, f"must be a day such as 2026-12-31, not {value!r}")
