"""Experiments on live traffic

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from knowledge.database import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "experiment",
        sa.Column("name", AutoString(), primary_key=True),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("version", AutoString(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("share > 0 AND share <= 1", name="share_is_a_share"),
    )
    op.create_table(
        "experiment_tried",
        sa.Column("subject", AutoString(), primary_key=True),
        sa.Column("experiment", AutoString(), sa.ForeignKey("experiment.name"), nullable=False),
    )
    op.create_table(
        "experiment_lot",
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("experiment", AutoString(), sa.ForeignKey("experiment.name"), primary_key=True),
        sa.Column("variant", AutoString(), nullable=False),
        sa.Column("unit", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("variant IN ('A', 'B')", name="variant_is_known"),
    )
    op.create_index("lots_by_time", "experiment_lot", ["experiment", "at"])
    op.create_table(
        "experiment_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("experiment", AutoString(), sa.ForeignKey("experiment.name"), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=True),
        sa.Column("why", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('started', 'share', 'stopped')", name="what_happened_is_known"),
    )
    op.create_index("ix_experiment_event_experiment", "experiment_event", ["experiment"])
    op.create_index(
        "stopped_once",
        "experiment_event",
        ["experiment"],
        unique=True,
        sqlite_where=sa.text("kind = 'stopped'"),
        postgresql_where=sa.text("kind = 'stopped'"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("experiment_event", "experiment_lot", "experiment_tried", "experiment"):
        op.drop_table(table)
