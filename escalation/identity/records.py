"""Tables of ended sessions and of codes sent by e-mail. No address, code or network address stands in them, only keyed hashes."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime, utc_now

TRIES = 3  # of one code


class Revocation(SQLModel, table=True):
    """Every session of a subject (`session:…`, `customer:…`, `visitor:…`) that began before `at` is over."""

    __tablename__ = "revocation"
    __table_args__ = {"sqlite_autoincrement": True}  # who has read up to an id has read all before it

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    at: datetime = Field(sa_type=UTCDateTime)


class StepUpCode(SQLModel, table=True):
    """One code. `customer_id` is set once the address has been found to be a customer's; without it no code is right.

    `closed_at`: used, or overtaken by a newer one.
    """

    __tablename__ = "step_up_code"
    __table_args__ = (
        CheckConstraint(f"tries BETWEEN 0 AND {TRIES}", name="three_tries_at_most"),
        Index("step_up_codes_by_address_key", "address_key", "created_at"),
        Index("step_up_codes_by_asker_key", "asker_key", "created_at"),
        Index("step_up_codes_by_network_key", "network_key", "created_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id", index=True)
    address_key: str
    asker_key: str
    network_key: str
    code_hash: str
    customer_id: str | None = None
    tries: int = 0
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
