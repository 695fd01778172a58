"""Webhooks: endpoints, the outbox, deliveries, and the triggers that write the outbox

Revision: 0018, after 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OF_A_MESSAGE = """CASE NEW.kind
    WHEN 'disclosure' THEN 'conversation.opened'
    WHEN 'claim' THEN 'conversation.claimed'
    WHEN 'handback' THEN 'conversation.handed_back'
    WHEN 'resolved' THEN 'conversation.resolved'
    WHEN 'reopened' THEN 'conversation.reopened'
    WHEN 'receipt' THEN 'receipt.created'
    ELSE 'message.created' END"""
_OF_A_PROPOSAL = "'proposal.' || CASE NEW.status WHEN 'open' THEN 'created' ELSE NEW.status END"

# Name: table, when, what else must hold, the event's type, the row it is about.
_TRIGGERS = {
    "message_is_told": ("message", "INSERT", "NEW.audience = 'everyone'", _OF_A_MESSAGE, "NEW.id"),
    "handoff_is_told": ("handoff", "INSERT", "TRUE", "'handoff.created'", "NEW.id"),
    "proposal_is_told": ("proposal", "INSERT", "TRUE", _OF_A_PROPOSAL, "NEW.id"),
    "proposal_that_moves_is_told": (
        "proposal",
        "UPDATE OF status",
        "NEW.status <> OLD.status",
        _OF_A_PROPOSAL,
        "NEW.id",
    ),
    "rating_is_told": (
        "rating",
        "UPDATE OF rated_at",
        "NEW.rated_at IS NOT NULL",
        "'conversation.rated'",
        "NEW.conversation_id",
    ),
    "rating_at_once_is_told": (
        "rating",
        "INSERT",
        "NEW.rated_at IS NOT NULL",
        "'conversation.rated'",
        "NEW.conversation_id",
    ),
}
# Without an endpoint nothing is written.
_SOMEBODY_LISTENS = "EXISTS (SELECT 1 FROM webhook_endpoint)"
_WRITE = (
    "INSERT INTO webhook_outbox (id, type, conversation_id, ref, created_at) "
    "SELECT 'msg_' || {random}, {type}, NEW.conversation_id, {ref}, {now} WHERE " + _SOMEBODY_LISTENS
)


def upgrade() -> None:
    """Make the tables and the triggers, in the dialect at hand."""
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("secret", AutoString(), nullable=False),
        sa.Column("old_secret", AutoString(), nullable=True),
        sa.Column("old_secret_until", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("disabled_at", UTCDateTime(), nullable=True),
        sa.Column("disabled_why", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "webhook_outbox",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("type", AutoString(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("body", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_outbox_created_at", "webhook_outbox", ["created_at"])
    op.create_table(
        "webhook_delivery",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=True),
        sa.Column("delivered_at", UTCDateTime(), nullable=True),
        sa.Column("answer", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["number"], ["webhook_outbox.number"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("endpoint_id", "number"),
    )
    op.create_index("deliveries_due", "webhook_delivery", ["next_at"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, when, holds, type_, ref) in _TRIGGERS.items():
        if sqlite:
            now = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"
            write = _WRITE.format(random="lower(hex(randomblob(16)))", type=type_, ref=ref, now=now)
            op.execute(f"CREATE TRIGGER {name} AFTER {when} ON {table} WHEN {holds} BEGIN {write}; END")
        else:
            random = "replace(gen_random_uuid()::text, '-', '')"
            write = _WRITE.format(random=random, type=type_, ref=ref, now="clock_timestamp()")
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {write}; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {name} AFTER {when} ON {table} FOR EACH ROW WHEN ({holds}) EXECUTE FUNCTION {name}()"
            )


def downgrade() -> None:
    """Take them away."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (table, *_) in _TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name}" if sqlite else f"DROP TRIGGER {name} ON {table}")
        if not sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("webhook_delivery", "webhook_outbox", "webhook_endpoint"):
        op.drop_table(table)
