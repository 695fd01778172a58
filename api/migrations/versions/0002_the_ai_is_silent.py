"""The database itself refuses AI words under another's floor (law 4)

Revision: 0002, after 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = """
CREATE TRIGGER the_ai_is_silent BEFORE INSERT ON message
WHEN NEW.author_kind = 'ai' AND NEW.audience = 'everyone'
BEGIN
    SELECT RAISE(ABORT, 'the AI does not have the floor')
    WHERE (SELECT floor FROM conversation WHERE id = NEW.conversation_id) <> 'ai';
END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION the_ai_is_silent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.author_kind = 'ai' AND NEW.audience = 'everyone'
       AND (SELECT floor FROM conversation WHERE id = NEW.conversation_id) <> 'ai' THEN
        RAISE EXCEPTION 'the AI does not have the floor' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
_POSTGRESQL_TRIGGER = """
CREATE TRIGGER the_ai_is_silent BEFORE INSERT ON message
FOR EACH ROW EXECUTE FUNCTION the_ai_is_silent();
"""


def upgrade() -> None:
    """Add the trigger, in the dialect at hand."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE)
    else:
        op.execute(_POSTGRESQL_FUNCTION)
        op.execute(_POSTGRESQL_TRIGGER)


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER the_ai_is_silent")
    else:
        op.execute("DROP TRIGGER the_ai_is_silent ON message")
        op.execute("DROP FUNCTION the_ai_is_silent()")
