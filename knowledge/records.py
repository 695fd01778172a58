"""Tables of the knowledge base: article versions, their publications, where they were imported from, and the index.

The rows are the truth; passages and vectors are derived from them and can be built again at any time.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, true
from sqlmodel import Field, SQLModel

from knowledge.articles import Article, Audience
from knowledge.database import UTCDateTime, utc_now


class ArticleState(StrEnum):
    """Where a version stands. Only `published` is searched; any version that once was can still be read."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


def _values(enum: type[StrEnum]) -> str:
    return ", ".join(f"'{member.value}'" for member in enum)


def _only_one(name: str, state: ArticleState) -> Index:
    """At most one version of an article, in one language, is in that state."""
    where = Column("state") == state.value
    return Index(name, "slug", "locale", unique=True, sqlite_where=where, postgresql_where=where)


class ArticleVersion(SQLModel, table=True):
    """One version of one article. A draft may be edited; once published, what a version says never changes."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("slug", "version", name="one_article_a_version"),
        CheckConstraint(f"audience IN ({_values(Audience)})", name="article_audience_is_known"),
        CheckConstraint(f"state IN ({_values(ArticleState)})", name="article_state_is_known"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_has_a_time"),
        # Law 8, one source of truth: two published versions of one article cannot contradict each other.
        _only_one("one_published_version", ArticleState.PUBLISHED),
        _only_one("one_draft", ArticleState.DRAFT),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    slug: str = Field(index=True)
    version: int
    title: str
    body: str
    locale: str = "en"
    audience: str = Audience.PUBLIC
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    owner: str | None = None
    review_by: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    questions: dict[str, list[str]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    fingerprint: str
    state: str = ArticleState.DRAFT
    author: str | None = None  # who saved it last: a person of the desk, or the root of an import
    saved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def article(self) -> Article:
        """What its author wrote."""
        return Article(
            slug=self.slug,
            title=self.title,
            body=self.body,
            locale=self.locale,
            audience=self.audience,
            tags=tuple(self.tags),
            owner=self.owner,
            review_by=self.review_by,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            questions={heading: tuple(asked) for heading, asked in self.questions.items()},
        )

    def take(self, article: Article) -> None:
        """Make it say what the article says. Only a draft may be changed so."""
        self.slug, self.locale, self.title, self.body = (
            article.slug,
            article.locale,
            article.title,
            article.body,
        )
        self.audience = article.audience
        self.tags = list(article.tags)
        self.owner, self.review_by = article.owner, article.review_by
        self.valid_from, self.valid_until = article.valid_from, article.valid_until
        self.questions = {heading: list(asked) for heading, asked in article.questions.items()}
        self.fingerprint = article.fingerprint


class Generation(SQLModel, table=True):
    """The vectors that one embedding model made. One generation is live; publications add vectors to it."""

    __tablename__ = "knowledge_generation"
    __table_args__ = (
        Index(
            "one_live_generation",
            "live",
            unique=True,
            sqlite_where=Column("live") == true(),
            postgresql_where=Column("live") == true(),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    collection: str = Field(unique=True)
    embedding_version: str
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    live: bool = False


class Publication(SQLModel, table=True):
    """One moment at which the published articles changed. The newest number names what is live.

    The numbers have no gap: two publications that began from the same one want the same number, and the database lets
    one of them have it.
    """

    __tablename__ = "knowledge_publication"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    by: str | None = None
    note: str | None = None
    # Each {slug, locale, from, to}: version numbers, null where there was or is none.
    changes: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class ArticleSource(SQLModel, table=True):
    """Where an imported article came from, and what it was when it was last read."""

    __tablename__ = "article_source"
    __table_args__ = (UniqueConstraint("slug", "locale", name="one_source_an_article"),)

    root: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    slug: str
    locale: str
    fingerprint: str  # of the source itself
    article_fingerprint: str  # of the article that was made of it: another one has been edited here since
    imported_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    missing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ImportRun(SQLModel, table=True):
    """One import that was started at the console: how far it is, and what came of it."""

    __tablename__ = "knowledge_import"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    root: str
    by: str | None = None
    started_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    done: int = 0
    total: int = 0
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    failure: str | None = None
