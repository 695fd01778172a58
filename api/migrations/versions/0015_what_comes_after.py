"""What comes after a conversation: pulses, ratings, alerts, and indexes for the figures

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# What no question is (`after.pulses.COURTESIES`), as this revision knows it.
_COURTESIES = ("greeting", "thanks", "confirm", "decline")
_INTENT = {"sqlite": "json_extract(r.signals, '$.intent')", "postgresql": "r.signals ->> 'intent'"}


def upgrade() -> None:
    """Make the tables, with a pulse for every message that was read. How upset it left its conversation is not known any more."""
    op.create_table(
        "pulse",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("upset", sa.Boolean(), nullable=True),
        sa.Column("again_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["again_of"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    intent = _INTENT[op.get_bind().dialect.name]
    names = ", ".join(f"'{name}'" for name in _COURTESIES)
    op.execute(
        "INSERT INTO pulse (message_id, conversation_id, at, asks) "  # noqa: S608 - our own words only
        f"SELECT m.id, m.conversation_id, m.created_at, {intent} NOT IN ({names}) "
        "FROM message m JOIN reading r ON r.message_id = m.id"
    )
    op.create_index("pulses_by_time", "pulse", ["at", "conversation_id", "asks", "upset", "again_of"])
    op.create_index("pulses_by_conversation", "pulse", ["conversation_id", "asks", "at"])
    op.create_index("pulses_by_what_they_take_up", "pulse", ["again_of", "at"])
    op.create_table(
        "rating",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("effort", sa.Integer(), nullable=True),
        sa.Column("comment", AutoString(), nullable=True),
        sa.Column("rated_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_is_on_its_scale"),
        sa.CheckConstraint("effort BETWEEN 1 AND 5", name="effort_is_on_its_scale"),
        sa.CheckConstraint(
            "(rated_at IS NULL) = (solved IS NULL)", name="a_rating_says_whether_it_is_solved"
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("ix_rating_asked_at", "rating", ["asked_at"])
    op.create_index("ix_rating_rated_at", "rating", ["rated_at"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_until", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_by IS NULL) = (acknowledged_until IS NULL)",
            name="a_person_acknowledges_for_a_time",
        ),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["staff_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "one_standing_alert",
        "alert",
        ["name"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("conversations_by_time", "conversation", ["created_at"])
    op.create_index("handoffs_by_time", "handoff", ["opened_at", "conversation_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("handoffs_by_time", "handoff")
    op.drop_index("conversations_by_time", "conversation")
    for table in ("alert", "rating", "pulse"):
        op.drop_table(table)
