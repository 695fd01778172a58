"""The table of what people say of answers of the AI."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime


class Judgement(StrEnum):
    """What an answer is, worst last."""

    RIGHT = "right"
    WRONG = "wrong"  # it does not help, or is not so
    HARM = "harm"  # it costs the customer or the shop something, or hurts somebody


class AnswerLabel(SQLModel, table=True):
    """What one person says of one answer."""

    __tablename__ = "answer_label"
    __table_args__ = (
        UniqueConstraint("message_id", "staff_id", name="one_label_a_person"),
        CheckConstraint(
            f"judgement IN ({', '.join(repr(str(one)) for one in Judgement)})", name="judgement_is_known"
        ),
        Index("labels_by_person", "staff_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    message_id: UUID = Field(foreign_key="message.id")
    staff_id: UUID = Field(foreign_key="staff_account.id")
    judgement: str
    note: str = ""
    at: datetime = Field(sa_type=UTCDateTime)
