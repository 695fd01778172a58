"""Tables of the knowledge base: article versions, and which index is live.

The rows are the truth; passages and vectors are derived from them and can be built again at any time.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, true
from sqlmodel import Field, SQLModel

from knowledge.articles import Audience
from knowledge.database import UTCDateTime, utc_now


class ArticleState(StrEnum):
    """Where a version stands. Only `published` is searched; any version that once was can still be read."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


def _values(enum: type[StrEnum]) -> str:
    return ", ".join(f"'{member.value}'" for member in enum)


class ArticleVersion(SQLModel, table=True):
    """One version of one article. What it says never changes once it is published; its state may."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("slug", "version", name="one_article_a_version"),
        CheckConstraint(f"audience IN ({_values(Audience)})", name="article_audience_is_known"),
        CheckConstraint(f"state IN ({_values(ArticleState)})", name="article_state_is_known"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_has_a_time"),
        # Law 8, one source of truth: two published versions of one article cannot contradict each other.
        Index(
            "one_published_version",
            "slug",
            "locale",
            unique=True,
            sqlite_where=Column("state") == "published",
            postgresql_where=Column("state") == "published",
        ),
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
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Generation(SQLModel, table=True):
    """One complete index over everything that was published at one moment. One is live at a time."""

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
