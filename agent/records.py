"""Tables of conversations: the thread, what was read in it, turns, proposals and effects.

People of the desk are known here by id only; their accounts are a room above. The thread is append-only. What can be derived is not stored; what moves (floor, proposal status) moves by
compare-and-set.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from agent.levels import Level
from knowledge.database import UTCDateTime, utc_now


def _values(enum: type[StrEnum]) -> str:
    """The members as an SQL list, so that a CHECK cannot drift from the code."""
    return ", ".join(f"'{member.value}'" for member in enum)


class Floor(StrEnum):
    """Who may speak to the customer now."""

    AI = "ai"
    QUEUE = "queue"
    HUMAN = "human"


class AuthorKind(StrEnum):
    """Who wrote a message. Closed: nothing lets an AI pass as a person or the reverse (law 7)."""

    CUSTOMER = "customer"
    AI = "ai"
    HUMAN = "human"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is in the thread."""

    DISCLOSURE = "disclosure"
    TEXT = "text"
    RECEIPT = "receipt"
    HANDOFF = "handoff"
    CLAIM = "claim"
    HANDBACK = "handback"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    NOTE = "note"


class Audience(StrEnum):
    """Who may read a message. A note for staff never reaches the customer."""

    EVERYONE = "everyone"
    STAFF = "staff"


class Conversation(SQLModel, table=True):
    """A conversation and its floor. `customer_id` is a verified shop customer, else `visitor_id` is set."""

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint(f"floor IN ({_values(Floor)})", name="floor_is_known"),
        CheckConstraint("(floor = 'human') = (holder_id IS NOT NULL)", name="a_person_holds_the_human_floor"),
        CheckConstraint(f"vouched_by IN ({_values(Level)})", name="who_vouches_is_known"),
        CheckConstraint("customer_id IS NOT NULL OR visitor_id IS NOT NULL", name="somebody_owns_it"),
        Index("conversations_by_time", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_number: str = Field(unique=True)
    customer_id: str | None = Field(default=None, index=True)
    customer_name: str | None = None
    customer_email: str | None = None
    visitor_id: str | None = Field(default=None, index=True)
    # Who vouched for the customer when they last wrote (`agent.levels`); of no meaning while there is no customer.
    vouched_by: str = Level.SHOP
    floor: str = Floor.AI
    epoch: int = 1
    holder_id: UUID | None = Field(default=None)
    last_seq: int = 0
    # When the customer last proved who they are to the shop, as far as the shop says so (OpenID Connect's `auth_time`).
    signed_in_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    @property
    def level(self) -> Level:
        """How sure it is who the customer is."""
        return Level(self.vouched_by) if self.customer_id is not None else Level.VISITOR


class Message(SQLModel, table=True):
    """One entry of the thread."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq", name="one_message_a_place"),
        UniqueConstraint("conversation_id", "client_id", name="one_message_a_client_id"),
        CheckConstraint(f"author_kind IN ({_values(AuthorKind)})", name="author_kind_is_known"),
        CheckConstraint(f"kind IN ({_values(MessageKind)})", name="kind_is_known"),
        CheckConstraint(f"audience IN ({_values(Audience)})", name="audience_is_known"),
        # Law 7: the first entry of every thread is the disclosure, so it stands before the first AI word.
        CheckConstraint("(seq = 1) = (kind = 'disclosure')", name="disclosure_comes_first"),
        CheckConstraint("kind <> 'note' OR audience = 'staff'", name="a_note_is_internal"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    seq: int
    author_kind: str
    author_name: str | None = None
    staff_id: UUID | None = Field(default=None)
    kind: str = MessageKind.TEXT
    audience: str = Audience.EVERYONE
    text: str
    client_id: str | None = None
    in_reply_to: UUID | None = None
    stream_id: UUID | None = None
    citations: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    offer_person: bool = False
    # The customer is asked to confirm their e-mail address below it.
    offer_step_up: bool = False
    # The customer corrects what was passed on to a person: {"part", "text"} of the line, both empty for the whole.
    corrects: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    # Files of the customer that came with it: {"id", "name", "media_type", "size", "width", "height"}. No model is given them.
    attachments: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # What the offline model noted for its next turn (the step of an order request), and nothing else.
    task: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class Reading(SQLModel, table=True):
    """The signals of one customer message, written once."""

    __tablename__ = "reading"

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    signals: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    model_version: str
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class TurnRecord(SQLModel, table=True):
    """How one customer message was attended to, so that it can be explained.

    Exactly one a message: the constraint makes a second turn for the same message impossible.
    """

    __tablename__ = "turn"
    # The day's spending is summed before a turn: from this index alone.
    __table_args__ = (Index("turn_spending", "created_at", "tokens", "cost_micros"),)

    message_id: UUID = Field(foreign_key="message.id", primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    epoch: int
    outcome: str
    record: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    # What the turn used of language models: tokens, and millionths of the price table's currency.
    tokens: int = 0
    cost_micros: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class TurnLogEntry(SQLModel, table=True):
    """One link of a conversation's chain of turns. The database refuses to change or delete it.

    It holds no words: `digest` is the SHA-256 of the turn's record, `hash` that of this entry with the one before, so a record that
    was changed later, and an entry that is missing, show.
    """

    __tablename__ = "turn_log"

    conversation_id: UUID = Field(foreign_key="conversation.id", primary_key=True)
    number: int = Field(
        primary_key=True, sa_column_kwargs={"autoincrement": False}
    )  # 1, 2, … in each conversation
    message_id: UUID = Field(foreign_key="message.id", index=True)
    outcome: str
    digest: str
    previous: str  # hash of the entry before; empty for the first
    hash: str


class ProposalStatus(StrEnum):
    """Where a proposal stands. Only `open` can be confirmed."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DONE = "done"
    FAILED = "failed"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Proposal(SQLModel, table=True):
    """A change fully worked out that waits for the customer's yes, bound to its exact arguments (law 1)."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(f"status IN ({_values(ProposalStatus)})", name="proposal_status_is_known"),
        # One open proposal a conversation: a typed "yes" can then mean only one thing.
        Index(
            "one_open_proposal",
            "conversation_id",
            unique=True,
            sqlite_where=Column("status") == "open",
            postgresql_where=Column("status") == "open",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    customer_id: str = Field(index=True)
    epoch: int
    action: str
    arguments: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    # What the policy worked out (refund, fee, where to, when), part of the digest.
    effects: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    title: str
    lines: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    digest: str
    policy_version: str
    status: str = Field(default=ProposalStatus.OPEN, index=True)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)


class ApprovalStatus(StrEnum):
    """Where a request for approval stands. Only `pending` can be decided."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApprovalRequest(SQLModel, table=True):
    """A change fully worked out that a person must approve before the customer is asked for their yes.

    The approval is bound to these exact arguments by `digest`, as the customer's confirmation is; it becomes `proposal_id`,
    which `message_id` shows to the customer.
    """

    __tablename__ = "approval_request"
    __table_args__ = (
        CheckConstraint(f"status IN ({_values(ApprovalStatus)})", name="approval_status_is_known"),
        CheckConstraint(
            "(status IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="a_person_decided_it"
        ),
        CheckConstraint(
            "(status = 'approved') = (proposal_id IS NOT NULL)", name="what_is_approved_is_proposed"
        ),
        Index(
            "one_pending_approval",
            "conversation_id",
            unique=True,
            sqlite_where=Column("status") == "pending",
            postgresql_where=Column("status") == "pending",
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    customer_id: str
    action: str
    arguments: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    effects: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    title: str
    lines: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    digest: str
    policy_version: str
    # Every rule that asks for a person: {"code", "article", "explanation"}.
    reasons: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    # What it costs, or moves, if it is wrong; no amount where none is at stake.
    minor_units: int | None = None
    currency: str | None = None
    status: str = Field(default=ApprovalStatus.PENDING, index=True)
    asked_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str = ""
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id", unique=True)
    message_id: UUID | None = Field(default=None, foreign_key="message.id", unique=True)


class Effect(SQLModel, table=True):
    """Intent and receipt of one confirmed proposal (law 3).

    The row is the intent; `receipt` is filled when the shop has answered. The idempotency key is kept
    for ever, and one proposal can have one effect only.
    """

    __tablename__ = "effect"

    idempotency_key: str = Field(primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", unique=True)
    receipt: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error: str | None = None
    intended_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LedgerEntry(SQLModel, table=True):
    """One side of a movement of money (`agent/ledger.py`). All entries of a key add up to nothing."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("idempotency_key", "account", "minor_units", name="booked_once"),)

    id: int | None = Field(default=None, primary_key=True)
    idempotency_key: str = Field(foreign_key="effect.idempotency_key", index=True)
    account: str = Field(index=True)
    minor_units: int
    currency: str
