"""The migrations make the tables that the code expects."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from api.migrate import migrate
from api.tables import METADATA
from knowledge.database import Database


async def test_the_migrated_tables_are_those_of_the_code(tmp_path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database)
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), METADATA)
        )
    await database.close()

    assert differences == []


async def test_migrating_twice_changes_nothing(tmp_path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database)
    await migrate(database)
    await database.close()
