"""What a check can find, and where."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.articles import Article


class Kind(StrEnum):
    """What is wrong, the gravest first."""

    CONTRADICTION = "contradiction"
    DUPLICATE = "duplicate"
    PAST_REVIEW = "past_review"
    DEAD_LINK = "dead_link"
    ORPHAN = "orphan"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Place:
    """A piece of an article: `body[start:end] == text`. `heading` is the nearest one above it, "" if there is none."""

    article: str
    locale: str
    title: str
    heading: str
    text: str
    start: int
    end: int

    @classmethod
    def of(cls, article: Article, start: int, end: int, heading: str = "") -> "Place":
        """The place `start` to `end` of an article's body."""
        return cls(article.slug, article.locale, article.title, heading, article.body[start:end], start, end)


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `why` is a sentence for whoever minds the articles.

    A contradiction or duplicate has two places, side by side; the others have one.
    """

    kind: Kind
    why: str
    places: tuple[Place, ...]
