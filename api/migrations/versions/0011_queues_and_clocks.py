"""Who takes what, who is there, and by when a word is due

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

EMPTY = sa.text("'[]'")


def upgrade() -> None:
    """Add presence, and columns to accounts and handoffs. Accounts belong to every queue; older handoffs have no clock."""
    op.create_table(
        "staff_presence",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('online', 'away')", name="status_is_known"),
        sa.ForeignKeyConstraint(["account_id"], ["staff_account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_index("ix_staff_presence_lease_until", "staff_presence", ["lease_until"])
    with op.batch_alter_table("staff_account") as batch_op:
        batch_op.add_column(sa.Column("role", AutoString(), nullable=False, server_default="agent"))
        batch_op.add_column(sa.Column("queues", sa.JSON(), nullable=False, server_default=EMPTY))
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default=EMPTY))
        batch_op.add_column(sa.Column("languages", sa.JSON(), nullable=False, server_default=EMPTY))
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=True))
        batch_op.create_check_constraint("role_is_known", "role IN ('agent', 'supervisor')")
    with op.batch_alter_table("handoff") as batch_op:
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default=EMPTY))
        batch_op.add_column(sa.Column("language", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("emotional", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("moved_from", AutoString(), nullable=True))
        batch_op.add_column(sa.Column("clock_from", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("clock_due", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("raised_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("first_response_due", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("answered_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("kept", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("broken", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("snoozed_until", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("woken_at", UTCDateTime(), nullable=True))
        batch_op.create_index("waits_of_a_queue", ["queue", "answered_at"])
        batch_op.create_index("taken_by_a_person", ["claimed_by", "claimed_at"])


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("handoff") as batch_op:
        batch_op.drop_index("taken_by_a_person")
        batch_op.drop_index("waits_of_a_queue")
        for column in (
            "skills", "language", "emotional", "moved_from", "clock_from", "clock_due", "raised_at",
            "first_response_due", "answered_at", "kept", "broken", "snoozed_until", "woken_at",
        ):  # fmt: skip
            batch_op.drop_column(column)
    with op.batch_alter_table("staff_account") as batch_op:
        batch_op.drop_constraint("role_is_known", type_="check")
        for column in ("role", "queues", "skills", "languages", "capacity"):
            batch_op.drop_column(column)
    op.drop_table("staff_presence")
