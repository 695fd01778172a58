"""Tables of the files of customers. What a file is stands apart from its bytes, so that no list ever loads them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Uuid
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime, utc_now


class Attachment(SQLModel, table=True):
    """A file that was taken. Without a message it has not been sent yet, and goes after a day (`Attachments.sweep`)."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("size > 0", name="a_file_has_bytes"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    conversation_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    message_id: UUID | None = Field(default=None, foreign_key="message.id", index=True)
    name: str
    media_type: str
    size: int  # bytes, as kept
    width: int | None = None  # pixels, of an image
    height: int | None = None
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime, index=True)


class AttachmentContent(SQLModel, table=True):
    """The bytes of a file, as they are served."""

    __tablename__ = "attachment_content"

    attachment_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True)
    )
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
