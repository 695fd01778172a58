"""The log of turns, which the database lets nobody change

Revision: 0010, after 0009
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from agent.records import TurnLogEntry, TurnRecord
from escalation.turn_log import entry_after

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TURN = sa.table(  # as this revision knows it
    "turn",
    sa.column("message_id", sa.Uuid()),
    sa.column("conversation_id", sa.Uuid()),
    sa.column("epoch", sa.Integer()),
    sa.column("outcome", sa.String()),
    sa.column("record", sa.JSON()),
    sa.column("tokens", sa.Integer()),
    sa.column("cost_micros", sa.BigInteger()),
    sa.column("created_at", sa.DateTime()),
)
_SQLITE = """
CREATE TRIGGER the_log_stays_{what} BEFORE {what} ON turn_log
BEGIN SELECT RAISE(ABORT, 'the log of turns is append-only'); END
"""
_FUNCTION = """
CREATE FUNCTION the_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log of turns is append-only' USING ERRCODE = 'check_violation'; END $$
"""
_POSTGRESQL = """
CREATE TRIGGER the_log_stays BEFORE UPDATE OR DELETE ON turn_log
FOR EACH ROW EXECUTE FUNCTION the_log_stays();
"""


def upgrade() -> None:
    """Make the table, enter the turns there are in the order in which they were made, and close it for changes."""
    log = op.create_table(
        "turn_log",
        sa.Column("conversation_id", sa.Uuid(), sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("message.id"), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_index("ix_turn_log_message_id", "turn_log", ["message_id"])
    before: dict[UUID, TurnLogEntry] = {}
    entries = []
    for row in op.get_bind().execute(sa.select(_TURN).order_by(_TURN.c.created_at)).mappings():
        turn = TurnRecord(**{name: value for name, value in row.items() if name != "created_at"})
        before[turn.conversation_id] = entry_after(before.get(turn.conversation_id), turn)
        entries.append(before[turn.conversation_id].model_dump())
    if entries:
        op.bulk_insert(log, entries)
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(_SQLITE.format(what=what))
    else:
        op.execute(_FUNCTION)
        op.execute(_POSTGRESQL)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("turn_log")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION the_log_stays()")
