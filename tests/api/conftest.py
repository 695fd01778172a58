"""One running product for all tests of a module that only knock at its door."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import World, world_in


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The product, shared: every test comes with a conversation of its own."""
    folder = Path(shutil.copytree(prepared_data, tmp_path_factory.mktemp("house") / "data"))
    async with world_in(folder) as made:
        yield made
