"""Brings the database to this version's tables, or refuses one that is newer."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from knowledge.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")


class DatabaseTooNewError(RuntimeError):
    """The database was written by a newer Candor."""


async def migrate(database: Database, revision: str = "head") -> None:
    """Run the migrations that are missing up to a revision, in one transaction. Raises `DatabaseTooNewError`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = await asyncio.to_thread(ScriptDirectory.from_config, config)
    known = {revision.revision for revision in script.walk_revisions()}

    def upgrade(connection: Connection) -> None:
        found = set(MigrationContext.configure(connection).get_current_heads())
        if found - known:
            raise DatabaseTooNewError(
                f"The database is at revision {', '.join(sorted(found - known))}, which this version of Candor does not "
                "know: a newer one wrote it. Install that version again, or point CANDOR_DATA_DIR to another folder."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)
