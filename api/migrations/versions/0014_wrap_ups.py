"""What a conversation came to when it was resolved

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the code and the note. What was resolved earlier has neither."""
    op.add_column("handoff", sa.Column("wrap_up", sa.String(), nullable=True))
    op.add_column("handoff", sa.Column("wrap_up_note", sa.String(), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("handoff", "wrap_up_note")
    op.drop_column("handoff", "wrap_up")
