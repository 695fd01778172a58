"""Tables of what comes after: the pulse of each customer message, what customers say of a conversation, and alerts."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime


class Pulse(SQLModel, table=True):
    """What is counted of one customer message, written once, with its reading. Narrow: figures are read from its indexes."""

    __tablename__ = "pulse"
    __table_args__ = (
        Index("pulses_by_time", "at", "conversation_id", "asks", "upset", "again_of"),
        Index("pulses_by_conversation", "conversation_id", "asks", "at"),
        Index("pulses_by_what_they_take_up", "again_of", "at"),
    )

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    at: datetime = Field(sa_type=UTCDateTime)
    # It is more than a courtesy ("hello", "thanks", a yes or a no).
    asks: bool
    # Whether the conversation was upset after it (`trajectory.Point.upset`); null for messages from before this table.
    upset: bool | None = None
    # The conversation whose matter it takes up again (`returning.py`), maybe its own.
    again_of: UUID | None = Field(default=None, foreign_key="conversation.id")


class Rating(SQLModel, table=True):
    """That a customer was asked about a conversation, and what they said. The row makes asking twice impossible."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_is_on_its_scale"),
        CheckConstraint("effort BETWEEN 1 AND 5", name="effort_is_on_its_scale"),
        CheckConstraint("(rated_at IS NULL) = (solved IS NULL)", name="a_rating_says_whether_it_is_solved"),
    )

    conversation_id: UUID = Field(foreign_key="conversation.id", primary_key=True)
    asked_at: datetime = Field(sa_type=UTCDateTime, index=True)
    solved: bool | None = None
    satisfaction: int | None = None  # 1 very dissatisfied … 5 very satisfied
    effort: int | None = None  # 1 very little … 5 a great deal
    comment: str | None = None
    rated_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)


class Alert(SQLModel, table=True):
    """A figure that has left its band (`centre/bands.py`), from when it rang until it came to rest."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_until IS NULL)",
            name="a_person_acknowledges_for_a_time",
        ),
        Index(
            "one_standing_alert",
            "name",
            unique=True,
            sqlite_where=Column("ended_at").is_(None),
            postgresql_where=Column("ended_at").is_(None),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    value: float  # of the figure, when it was last looked at
    began_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_by: UUID | None = Field(default=None, foreign_key="staff_account.id")
    acknowledged_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
