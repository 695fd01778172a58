"""Tables of the desk: staff and their presence, handoffs, macros, mentions, circumstances of messages, the log of events, and gaps nobody wants filled."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime, utc_now


class Urgency(StrEnum):
    """How soon a person must look, most urgent last."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Reason(StrEnum):
    """Why a conversation goes to a person. Rules and turns know these and no others."""

    ASKED_FOR_PERSON = "asked_for_person"
    SAFETY = "safety"
    PRODUCT_SAFETY = "product_safety"
    FRAUD = "fraud"
    BEREAVEMENT = "bereavement"
    LEGAL = "legal"
    COMPLAINT = "complaint"
    PAYMENT_DISPUTE = "payment_dispute"
    HARDSHIP = "hardship"
    UPSET = "upset"
    APPROVAL_NEEDED = "approval_needed"
    AI_CANNOT_HELP = "ai_cannot_help"
    AI_FAILED = "ai_failed"
    TAKEN_OVER = "taken_over"


class TurnOutcome(StrEnum):
    """How a message was attended to (`TurnRecord.outcome`); else `person:<reason>` or `consent:<yes|no>`."""

    ANSWER = "answer"
    UNKNOWN = "unknown"  # the AI said that it does not know
    STALE = "stale"  # somebody took the floor meanwhile
    FOLDED = "folded"  # attended to together with a later message, whose record tells the rest


class Role(StrEnum):
    """What a person of the desk may do beyond answering: a supervisor may override routing."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Status(StrEnum):
    """Whether a person takes new conversations."""

    ONLINE = "online"
    AWAY = "away"


class StaffAccount(SQLModel, table=True):
    """A person who works at the desk. Without `queues` they belong to every queue, without `capacity` to routing's own."""

    __tablename__ = "staff_account"
    __table_args__ = (CheckConstraint("role IN ('agent', 'supervisor')", name="role_is_known"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    # Up to which amount they may approve, in minor units of the currency of the shop's limits.
    approves_up_to: int = Field(default=0, ge=0)
    role: str = Role.AGENT
    queues: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    languages: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    capacity: int | None = Field(default=None, ge=1)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class StaffSession(SQLModel, table=True):
    """A sign-in. Only a hash of its token is stored; deleting the row ends it."""

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True)
    account_id: UUID = Field(foreign_key="staff_account.id", index=True)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class StaffPresence(SQLModel, table=True):
    """Whether a person is there, for as long as their console renews the lease (`presence.py`)."""

    __tablename__ = "staff_presence"
    __table_args__ = (CheckConstraint("status IN ('online', 'away')", name="status_is_known"),)

    account_id: UUID = Field(foreign_key="staff_account.id", primary_key=True)
    status: str
    lease_until: datetime = Field(sa_type=UTCDateTime, index=True)


class Handoff(SQLModel, table=True):
    """One trip of a conversation to the human side. Its clock runs while a person owes a word (`clocks.py`)."""

    __tablename__ = "handoff"
    __table_args__ = (
        CheckConstraint(
            "urgency IN ('low', 'normal', 'high', 'urgent')",
            name="urgency_is_known",
        ),
        CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by IS NULL)", name="a_claim_has_a_time_and_a_person"
        ),
        Index("waits_of_a_queue", "queue", "answered_at"),
        Index("taken_by_a_person", "claimed_by", "claimed_at"),
        Index("handoffs_by_time", "opened_at", "conversation_id"),
        Index(
            "one_open_handoff",
            "conversation_id",
            unique=True,
            sqlite_where=Column("ended_at").is_(None),
            postgresql_where=Column("ended_at").is_(None),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    reason: str
    why: str
    urgency: str
    queue: str
    decision: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    opened_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    claimed_by: UUID | None = Field(default=None, foreign_key="staff_account.id")
    claimed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_as: str | None = None
    handback_note: str | None = None
    # The code of what it came to (`wrap_up.yaml`), and a word about it, when it was resolved.
    wrap_up: str | None = None
    wrap_up_note: str | None = None
    # What its person must bring.
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    language: str | None = None
    emotional: bool = False
    # The queue that it came from, when it overflowed or nobody was there.
    moved_from: str | None = None
    # The clock that runs: since when and until when a word is owed. Without `clock_from` nothing is owed.
    clock_from: datetime | None = Field(default=None, sa_type=UTCDateTime)
    clock_due: datetime | None = Field(default=None, sa_type=UTCDateTime)
    # When its clock was at risk and the case was raised for it.
    raised_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    first_response_due: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    # Clocks that ran: in time, and too late.
    kept: int = 0
    broken: int = 0
    # Put aside by its holder until then; `woken_at` since it came back, until it is answered.
    snoozed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    woken_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Circumstance(SQLModel, table=True):
    """What was known about a message besides its words when it was read (`circumstances.Circumstances`)."""

    __tablename__ = "circumstance"

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class WrittenBriefing(SQLModel, table=True):
    """The lines of a briefing that a language model wrote at a handoff. They hold until somebody but the customer speaks."""

    __tablename__ = "written_briefing"

    conversation_id: UUID = Field(foreign_key="conversation.id", primary_key=True)
    last_seq: int  # of what the model read
    lines: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    model: str
    written_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class Macro(SQLModel, table=True):
    """A saved reply with placeholders (`macros.py`). Without an owner everybody has it."""

    __tablename__ = "macro"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    owner_id: UUID | None = Field(default=None, foreign_key="staff_account.id", index=True)
    name: str
    text: str
    version: int = 1  # moves with each change, so that nobody overwrites what they have not seen
    edited_by: UUID | None = Field(default=None, foreign_key="staff_account.id")
    edited_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class Mention(SQLModel, table=True):
    """A person of the desk whom an internal note is for: named in it, or whispered to by a supervisor."""

    __tablename__ = "mention"
    __table_args__ = (Index("mentions_of_a_person", "staff_id", "seen_at"),)

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    staff_id: UUID = Field(foreign_key="staff_account.id", primary_key=True)
    whisper: bool = False
    seen_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SuggestedReply(SQLModel, table=True):
    """A draft that was shown to a person of the desk. Without a message it was dropped; `digest` is that of its words."""

    __tablename__ = "suggested_reply"
    __table_args__ = (
        CheckConstraint(
            "(message_id IS NULL) = (edited IS NULL)", name="a_used_draft_says_whether_it_was_edited"
        ),
        Index("suggested_replies_by_time", "made_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    staff_id: UUID = Field(foreign_key="staff_account.id")
    digest: str
    made_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    message_id: UUID | None = Field(default=None, foreign_key="message.id")
    edited: bool | None = None


class EventKind(StrEnum):
    """What an event tells."""

    MESSAGE = "message"
    PROPOSAL = "proposal"
    FLOOR = "floor"
    READING = "reading"
    HANDOFF = "handoff"  # something about a case that only the desk sees: its urgency, queue, clock or sleep


class Event(SQLModel, table=True):
    """The durable log that streams replay; `id` is what `Last-Event-ID` names.

    It points to what changed (`ref`); what moves on and must be told as it was stands in `payload`.
    """

    __tablename__ = "event"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    kind: str
    audience: str
    ref: UUID | None = None
    payload: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class DismissedGap(SQLModel, table=True):
    """A gap in the knowledge base that a person does not want to fill, by the question that names it."""

    __tablename__ = "dismissed_gap"

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    by: str
    dismissed_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
