"""What people say of answers of the AI

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "answer_label",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("judgement", AutoString(), nullable=False),
        sa.Column("note", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("judgement IN ('right', 'wrong', 'harm')", name="judgement_is_known"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id", "staff_id", name="one_label_a_person"),
    )
    op.create_index("labels_by_person", "answer_label", ["staff_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("answer_label")
