"""The demo shop keeps payment methods, subscriptions and default addresses, and what can be changed only once

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns. Orders of before keep their payment method by label only."""
    op.create_table(
        "shop_payment_method",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("customer_id", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("label", AutoString(), nullable=False),
        sa.Column("balance_cents", sa.Integer(), nullable=True),
        sa.Column("currency", AutoString(), nullable=False),
        sa.CheckConstraint("balance_cents >= 0", name="a_balance_is_not_negative"),
        sa.ForeignKeyConstraint(["customer_id"], ["shop_customer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shop_payment_method_customer_id", "shop_payment_method", ["customer_id"])
    op.create_table(
        "shop_subscription",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("customer_id", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", AutoString(), nullable=False),
        sa.Column("next_charge", sa.Date(), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["shop_customer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_shop_subscription_customer_id", "shop_subscription", ["customer_id"])
    with op.batch_alter_table("shop_customer") as batch_op:
        batch_op.add_column(sa.Column("address", sa.JSON(), nullable=True))
    with op.batch_alter_table("shop_order") as batch_op:
        batch_op.add_column(sa.Column("payment_id", AutoString(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("items_changed", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("exchanges", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("reshipped", sa.Boolean(), nullable=False, server_default="0"))
    with op.batch_alter_table("shop_order_item") as batch_op:
        batch_op.add_column(sa.Column("product", AutoString(), nullable=False, server_default=""))
    op.execute(
        "UPDATE shop_order_item SET product = COALESCE((SELECT v.product FROM shop_variant v WHERE v.sku = shop_order_item.sku), '')"
    )
    with op.batch_alter_table("shop_effect") as batch_op:
        batch_op.add_column(sa.Column("charge_cents", sa.Integer(), nullable=True))
        batch_op.alter_column("order_number", existing_type=AutoString(), nullable=True)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("shop_effect") as batch_op:
        batch_op.alter_column("order_number", existing_type=AutoString(), nullable=False)
        batch_op.drop_column("charge_cents")
    with op.batch_alter_table("shop_order_item") as batch_op:
        batch_op.drop_column("product")
    with op.batch_alter_table("shop_order") as batch_op:
        for name in ("reshipped", "exchanges", "items_changed", "payment_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("shop_customer") as batch_op:
        batch_op.drop_column("address")
    op.drop_table("shop_subscription")
    op.drop_table("shop_payment_method")
