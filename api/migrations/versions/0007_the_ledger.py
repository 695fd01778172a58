"""The ledger; receipts of before are booked

Revision: 0007, after 0006
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and book each refund that has a receipt."""
    ledger = op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", AutoString(), nullable=False),
        sa.Column("account", AutoString(), nullable=False),
        sa.Column("minor_units", sa.Integer(), nullable=False),
        sa.Column("currency", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["idempotency_key"], ["effect.idempotency_key"]),
        sa.UniqueConstraint("idempotency_key", "account", "minor_units", name="booked_once"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ledger_entry_idempotency_key", "ledger_entry", ["idempotency_key"])
    op.create_index("ix_ledger_entry_account", "ledger_entry", ["account"])
    # What was made for a customer, and what is under way, is looked up before each change.
    op.create_index("ix_proposal_customer_id", "proposal", ["customer_id"])
    op.create_index("ix_proposal_status", "proposal", ["status"])
    op.create_index("ix_effect_intended_at", "effect", ["intended_at"])
    query = sa.text(
        "SELECT effect.idempotency_key, proposal.arguments, proposal.effects, effect.receipt "
        "FROM effect JOIN proposal ON proposal.id = effect.proposal_id"
    )
    rows = []
    for key, arguments, effects, receipt in op.get_bind().execute(query).all():
        order, done = _json(arguments).get("order", ""), _json(effects)
        label = done.get("refund_to") or done.get("method") or ""
        for amount, sign in ((done.get("refund"), 1), (done.get("charge"), -1)):
            if amount and _json(receipt):
                for account, side in ((f"order:{order}", sign), (f"payment:{label}", -sign)):
                    row = {"idempotency_key": key, "account": account, "minor_units": side * amount["amount"]}
                    rows.append(row | {"currency": amount["currency"]})
    if rows:
        op.bulk_insert(ledger, rows)


def _json(value: Any) -> dict[str, Any]:
    """A JSON column as it comes from a plain query: text from SQLite, a value from PostgreSQL."""
    found = json.loads(value) if isinstance(value, str) else value
    return found or {}


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_effect_intended_at", "effect")
    op.drop_index("ix_proposal_status", "proposal")
    op.drop_index("ix_proposal_customer_id", "proposal")
    op.drop_table("ledger_entry")
