"""What the customer corrects in a briefing, and what a language model wrote of one

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

from knowledge.database import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark of a correction and the table. No earlier message corrects anything."""
    op.add_column("message", sa.Column("corrects", sa.JSON(), nullable=True))
    op.create_table(
        "written_briefing",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation_id"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("written_briefing")
    op.drop_column("message", "corrects")
