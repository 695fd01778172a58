"""Gaps in the knowledge base that a person has dismissed

Revision: 0004, after 0003
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import knowledge.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "dismissed_gap",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("dismissed_at", knowledge.database.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("dismissed_gap")
