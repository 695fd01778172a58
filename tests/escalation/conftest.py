"""A migrated database with the demo shop, without the rest of the product around it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from api.migrate import migrate
from knowledge.database import Database
from tests.escalation.desk_floor import DeskFloor
from tests.servers import postgres


@pytest.fixture
async def database(prepared_data: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    yield made
    await made.close()


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(
    request: pytest.FixtureRequest, prepared_data: Path, tmp_path: Path
) -> AsyncIterator[Database]:
    """A migrated database of either kind, for what must hold among several machines."""
    if request.param == "sqlite":
        shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
        made = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    else:
        made = Database(request.getfixturevalue("postgres_url"))
        async with made.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await migrate(made)
    yield made
    await made.close()


@pytest.fixture
def floor(either: Database) -> DeskFloor:
    return DeskFloor(either)
