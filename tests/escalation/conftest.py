"""A migrated database with the demo shop, without the rest of the product around it."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.database import Database


@pytest.fixture
async def database(prepared_data: Path, tmp_path: Path) -> AsyncIterator[Database]:
    shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    yield made
    await made.close()
