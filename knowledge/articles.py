"""Articles and passages: what the knowledge base speaks of."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

DEFAULT_LOCALE = "en"

Name = tuple[str, str]  # of an article: slug and locale


class Audience(StrEnum):
    """Who may read an article."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    INTERNAL = "internal"


@dataclass(frozen=True)
class Article:
    """One article as its author wrote it; `body` is Markdown. Valid from and until are whole days, inclusive.

    `questions`: what customers typically ask, under the title of the heading whose part answers it; "" is the part
    before the first heading. Searched, never shown.
    """

    slug: str
    title: str
    body: str
    locale: str = DEFAULT_LOCALE
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
        """Where a reader sees this very passage, in this very version.

        Names its place, not only its hash: a version never changes, but how it is cut into passages may.
        """
        return f"/help/{self.article}?v={self.version}&p={self.hash}&at={self.start}-{self.end}#p-{self.hash}"

    @property
    def in_context(self) -> str:
        """The text under its title and headings, which say what "it" and "this" in the text are about."""
        return "\n".join(dict.fromkeys((self.title, *self.heading_path, self.text)))

    def valid_on(self, day: date) -> bool:
        """Whether the article holds on that day."""
        return within(day, self.valid_from, self.valid_until)


def locale_preference(locale: str, wanted: str) -> int:
    """How well a reader of the wanted language is served by an article in this one; the smallest is best.

    The same language tag, the same language, then the language that every article is expected in, then any other:
    an article in a foreign language is better than none.
    """
    if locale.casefold() == wanted.casefold():
        return 0
    if locale.split("-", maxsplit=1)[0].casefold() == wanted.split("-", maxsplit=1)[0].casefold():
        return 1
    return 2 if locale.split("-", maxsplit=1)[0] == DEFAULT_LOCALE else 3


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies between two others, both included; None leaves that end open."""
    return (first or date.min) <= day <= (last or date.max)
