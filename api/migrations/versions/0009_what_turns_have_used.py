"""What each turn has used of language models

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tokens and cost; what earlier turns used is not known and counts as nothing."""
    op.add_column("turn", sa.Column("tokens", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("turn", sa.Column("cost_micros", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("turn_spending", "turn", ["created_at", "tokens", "cost_micros"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("turn_spending", "turn")
    with op.batch_alter_table("turn") as batch_op:
        batch_op.drop_column("cost_micros")
        batch_op.drop_column("tokens")
