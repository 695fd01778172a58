"""Saved replies, and the people whom internal notes are for

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables. Earlier notes are for nobody in particular."""
    op.create_table(
        "macro",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.Uuid(), nullable=True),
        sa.Column("edited_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["staff_account.id"]),
        sa.ForeignKeyConstraint(["edited_by"], ["staff_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_macro_owner_id", "macro", ["owner_id"])
    op.create_table(
        "mention",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("whisper", sa.Boolean(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_account.id"]),
        sa.PrimaryKeyConstraint("message_id", "staff_id"),
    )
    op.create_index("mentions_of_a_person", "mention", ["staff_id", "seen_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("mention")
    op.drop_table("macro")
