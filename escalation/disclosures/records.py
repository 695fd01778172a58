"""The table of what was shown before the first input."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime, utc_now


class Way(StrEnum):
    """How it reached them: in the answer that opened a conversation, or seen on the screen of the widget."""

    API = "api"
    WIDGET = "widget"


class DisclosureShown(SQLModel, table=True):
    """One showing. Append-only, by triggers of the database; of the person it holds an id and nothing else."""

    __tablename__ = "disclosure_shown"
    __table_args__ = (
        CheckConstraint("way IN ('api', 'widget')", name="way_is_known"),
        UniqueConstraint("subject", "client_id", name="one_record_a_client_id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    subject: str  # "customer …" or "visitor …"
    # Without a foreign key: the proof stays when a conversation is erased.
    conversation_id: UUID | None = None
    disclosure: str
    version: int
    language: str
    way: str
    client_id: str  # the sender's own id for the showing; of a conversation that was opened, its id
    shown_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime, index=True)
