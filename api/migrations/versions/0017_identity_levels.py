"""Who vouches for a customer, sessions that were ended, and codes sent by e-mail

Revision: 0017, after 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_LEVELS = "'visitor', 'hash', 'email', 'shop'"


def upgrade() -> None:
    """Make the tables. Until now only the shop vouched for customers."""
    # In words: made with Alembic, a constraint would have SQLite write the table anew, and others refer to it.
    op.execute(
        "ALTER TABLE conversation ADD COLUMN vouched_by VARCHAR DEFAULT 'shop' NOT NULL "
        f"CONSTRAINT who_vouches_is_known CHECK (vouched_by IN ({_LEVELS}))"
    )
    op.add_column(
        "message", sa.Column("offer_step_up", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "revocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "step_up_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("address_key", AutoString(), nullable=False),
        sa.Column("asker_key", AutoString(), nullable=False),
        sa.Column("network_key", AutoString(), nullable=False),
        sa.Column("code_hash", AutoString(), nullable=False),
        sa.Column("customer_id", AutoString(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("tries BETWEEN 0 AND 3", name="three_tries_at_most"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for key in ("address_key", "asker_key", "network_key"):
        op.create_index(f"step_up_codes_by_{key}", "step_up_code", [key, "created_at"])
    op.create_index("ix_step_up_code_conversation_id", "step_up_code", ["conversation_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("step_up_code")
    op.drop_table("revocation")
    op.drop_column("message", "offer_step_up")
    op.drop_column("conversation", "vouched_by")
