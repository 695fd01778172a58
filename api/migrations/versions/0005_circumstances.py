"""What was known about a message besides its words; the tier of the demo shop's customers

Revision: 0005, after 0004
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "circumstance",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    with op.batch_alter_table("shop_customer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("tier", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("shop_customer", schema=None) as batch_op:
        batch_op.drop_column("tier")
    op.drop_table("circumstance")
