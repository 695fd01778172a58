"""Files of customers, and the record of which disclosure was shown to whom

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER disclosures_stay_{what} BEFORE {what} ON disclosure_shown
BEGIN SELECT RAISE(ABORT, 'the record of disclosures is append-only'); END
"""
_FUNCTION = """
CREATE FUNCTION disclosures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the record of disclosures is append-only' USING ERRCODE = 'check_violation'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER disclosures_stay BEFORE UPDATE OR DELETE ON disclosure_shown
FOR EACH ROW EXECUTE FUNCTION disclosures_stay();
"""


def upgrade() -> None:
    """Make the tables, and close the record for changes."""
    op.add_column("message", sa.Column("attachments", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("media_type", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("size > 0", name="a_file_has_bytes"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("conversation_id", "message_id", "created_at"):
        op.create_index(f"ix_attachment_{column}", "attachment", [column])
    op.create_table(
        "attachment_content",
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("attachment_id"),
    )
    op.create_table(
        "disclosure_shown",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=True),
        sa.Column("disclosure", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("way", AutoString(), nullable=False),
        sa.Column("client_id", AutoString(), nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("way IN ('api', 'widget')", name="way_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject", "client_id", name="one_record_a_client_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_disclosure_shown_shown_at", "disclosure_shown", ["shown_at"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(_SQLITE.format(what=what))
    else:
        op.execute(_FUNCTION)
        op.execute(_POSTGRESQL)


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER disclosures_stay_{what}")
    else:
        op.execute("DROP TRIGGER disclosures_stay ON disclosure_shown")
        op.execute("DROP FUNCTION disclosures_stay()")
    for table in ("disclosure_shown", "attachment_content", "attachment"):
        op.drop_table(table)
    op.drop_column("message", "attachments")
