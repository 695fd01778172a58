"""Tables of webhooks: endpoints, the outbox, and what was delivered."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database import UTCDateTime, utc_now


class WebhookEndpoint(SQLModel, table=True):
    """Where events are sent. Without `types` it gets every one."""

    __tablename__ = "webhook_endpoint"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    url: str
    types: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    secret: str
    # The secret before a rotation, with which is signed as well until then.
    old_secret: str | None = None
    old_secret_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    # Since when nothing has been delivered although it was tried.
    failing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    disabled_why: str | None = None


class WebhookMessage(SQLModel, table=True):
    """The outbox: an event, written by a trigger in the transaction in which it happened."""

    __tablename__ = "webhook_outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)  # `webhook-id`, the same at every try
    type: str
    conversation_id: UUID
    ref: UUID  # the row that it is about
    created_at: datetime = Field(sa_type=UTCDateTime, index=True)
    # The body, made when it is handed to the endpoints: every try sends the same bytes.
    body: str | None = None


class WebhookDelivery(SQLModel, table=True):
    """An event on its way to an endpoint. Due while `next_at` is set; a courier that takes it moves `next_at` on."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("deliveries_due", "next_at"),)

    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id", primary_key=True, ondelete="CASCADE")
    number: int = Field(foreign_key="webhook_outbox.number", primary_key=True, ondelete="CASCADE")
    tries: int = 0
    next_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    answer: str | None = None  # of the last try: a status, or why there was none
