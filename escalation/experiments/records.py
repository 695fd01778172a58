"""Tables of experiments: what is tried, what it is on, who drew what, and what happened to it.

Figures are in none of them: they are read from the records of the conversations.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from escalation.experiments.lots import Variant
from knowledge.database import UTCDateTime


class Experiment(SQLModel, table=True):
    """One experiment, for ever under its name: once ended it does not begin again."""

    __tablename__ = "experiment"
    __table_args__ = (CheckConstraint("share > 0 AND share <= 1", name="share_is_a_share"),)

    name: str = Field(primary_key=True)
    plan: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    version: str  # of the plan's text
    share: float  # of the customers who take part; may move while it runs
    started_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Tried(SQLModel, table=True):
    """What a running experiment is on. The key lets one thing be tried by one experiment at a time."""

    __tablename__ = "experiment_tried"

    subject: str = Field(primary_key=True)
    experiment: str = Field(foreign_key="experiment.name")


class Lot(SQLModel, table=True):
    """What a conversation drew with its first message. It keeps it to its end."""

    __tablename__ = "experiment_lot"
    __table_args__ = (
        CheckConstraint(
            f"variant IN ({', '.join(repr(str(one)) for one in Variant)})", name="variant_is_known"
        ),
        Index("lots_by_time", "experiment", "at"),
    )

    conversation_id: UUID = Field(foreign_key="conversation.id", primary_key=True)
    experiment: str = Field(foreign_key="experiment.name", primary_key=True)
    variant: str
    unit: str  # the same for all conversations of one customer within the experiment, and no name of theirs
    at: datetime = Field(sa_type=UTCDateTime)


class Happened(StrEnum):
    """What can happen to an experiment."""

    STARTED = "started"
    SHARE = "share"
    STOPPED = "stopped"


class ExperimentEvent(SQLModel, table=True):
    """What happened to an experiment, by whom and why. Without anybody's name it was the product itself: a guardrail."""

    __tablename__ = "experiment_event"
    __table_args__ = (
        CheckConstraint(
            f"kind IN ({', '.join(repr(str(one)) for one in Happened)})", name="what_happened_is_known"
        ),
        Index(
            "stopped_once",
            "experiment",
            unique=True,
            sqlite_where=Column("kind") == "stopped",
            postgresql_where=Column("kind") == "stopped",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    experiment: str = Field(foreign_key="experiment.name", index=True)
    kind: str
    by: str | None = None
    why: str
    at: datetime = Field(sa_type=UTCDateTime)
