"""One running product for a module of tests, with a model that says what each test tells it to."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from tests.conftest import world_in
from tests.laws.stage import Stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = Path(shutil.copytree(prepared_data, tmp_path_factory.mktemp("stage") / "data"))
    model = ScriptedModel(script=[])
    async with world_in(folder, writer=Writer("scripted", model)) as made:
        yield Stage(made, model)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(shared: Stage) -> AsyncIterator[Stage]:
    """The product, shared; what a test leaves unsaid fails it."""
    shared.forget()
    yield shared
    shared.model.assert_consumed()
