"""Alembic's environment: runs on the connection that `api.migrate` hands over."""

from alembic import context

from api.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
