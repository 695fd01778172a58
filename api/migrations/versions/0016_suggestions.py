"""What became of a suggested reply

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

from knowledge.database import UTCDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row for each draft that was shown. Of those before nothing is known."""
    op.create_table(
        "suggested_reply",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff_account.id"), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("message.id"), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(message_id IS NULL) = (edited IS NULL)", name="a_used_draft_says_whether_it_was_edited"
        ),
    )
    op.create_index("suggested_replies_by_time", "suggested_reply", ["made_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("suggested_reply")
