"""Requests that a person approves, up to which amount each person may, and when a customer has signed in

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. Nobody may approve an amount until they are given one (`candor staff approves`)."""
    op.create_table(
        "approval_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", AutoString(), nullable=False),
        sa.Column("action", AutoString(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("policy_version", AutoString(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("minor_units", sa.Integer(), nullable=True),
        sa.Column("currency", AutoString(), nullable=True),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("note", AutoString(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'refused', 'expired', 'withdrawn')",
            name="approval_status_is_known",
        ),
        sa.CheckConstraint(
            "(status IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="a_person_decided_it"
        ),
        sa.CheckConstraint(
            "(status = 'approved') = (proposal_id IS NOT NULL)", name="what_is_approved_is_proposed"
        ),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.UniqueConstraint("proposal_id"),
        sa.UniqueConstraint("message_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_approval_request_conversation_id", "approval_request", ["conversation_id"])
    op.create_index("ix_approval_request_status", "approval_request", ["status"])
    pending = sa.text("status = 'pending'")
    op.create_index(
        "one_pending_approval",
        "approval_request",
        ["conversation_id"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    with op.batch_alter_table("staff_account") as batch_op:
        batch_op.add_column(sa.Column("approves_up_to", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversation", sa.Column("signed_in_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("conversation", "signed_in_at")
    with op.batch_alter_table("staff_account") as batch_op:
        batch_op.drop_column("approves_up_to")
    op.drop_table("approval_request")
