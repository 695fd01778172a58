"""What every room's tests share: a prepared data folder, the assembled product, and a real server around it."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from ssl import SSLContext
from typing import Any

import pytest
import uvicorn
from httpx import AsyncClient, create_ssl_context
from hypothesis import settings

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from agent.money import Money
from agent.reader import Reader, load_reader
from api.app import create_app
from api.migrate import migrate
from escalation.assembly import Parts, assemble
from escalation.settings import Settings
from escalation.staff import APPROVED_IN
from knowledge.embedding import Embedder
from knowledge.importing import ImportReport
from tests.people import HumanAgent, Shopper

os.environ["LANGSMITH_TRACING"] = "false"
# Every run draws the same, and a slow machine is no failure: a test that fails does so again.
settings.register_profile("candor", derandomize=True, deadline=None)
settings.load_profile("candor")


@pytest.fixture(scope="session")
def prepared_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with migrated tables, the demo shop and the published help centre. Copied, never used."""
    folder = tmp_path_factory.mktemp("prepared")

    async def prepare() -> None:
        parts = assemble(settings_in(folder))
        await migrate(parts.database)
        await parts.start()
        await parts.stop()

    asyncio.run(prepare())
    gc.collect()
    gc.freeze()  # what has been imported stays, and need not be walked again and again
    return folder


@pytest.fixture
def data_dir(prepared_data: Path, tmp_path: Path) -> Path:
    """A fresh copy of the prepared data for one test."""
    return Path(shutil.copytree(prepared_data, tmp_path / "data"))


def settings_in(folder: Path, **more: Any) -> Settings:
    """Settings for a data folder, whatever the environment says."""
    # A scripted model is strict: a test says so itself if it expects to be asked for a briefing.
    # Tests are faster than people: a test of a rate says its own.
    rates = dict.fromkeys(
        ("rate_messages", "rate_attachments", "rate_requests", "rate_sessions", "rate_sign_ins"),
        "1000000/minute",
    )
    return Settings(_env_file=None, data_dir=folder, **({"briefing_by_model": False} | rates | more))


@asynccontextmanager
async def serving(parts: Parts) -> AsyncIterator[str]:
    """The product behind a real server on a free port of this machine; gives its address."""
    config = uvicorn.Config(create_app(parts), port=0, log_level="error", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # Not `serve()`: it looks only every tenth of a second whether it shall end, and takes the signals.
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.shutdown()


class World:
    """The running product and the people around it."""

    def __init__(self, parts: Parts, address: str) -> None:
        self.parts = parts
        self.address = address
        self._clients: list[AsyncClient] = []

    async def shopper(self, customer_id: str | None = "cus_maeve") -> Shopper:
        """A customer of the demo shop with a session; None: a visitor."""
        return await Shopper.arrive(self._client(), customer_id)

    async def human_agent(self, name: str = "Aoife", *, approves: int = 0) -> HumanAgent:
        """A person of the desk with a new account, signed in; `approves` in cents."""
        email = f"{name.lower()}@desk.example"
        most = Money(approves, APPROVED_IN)
        await self.parts.staff.create(email, name, "a long enough password", approves_up_to=most)
        return await HumanAgent.sign_in(self._client(), email, "a long enough password")

    def _client(self) -> AsyncClient:
        client = AsyncClient(base_url=self.address, timeout=30, verify=certificates())
        self._clients.append(client)
        return client

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients:
            await client.aclose()


@cache
def certificates() -> SSLContext:
    """Whom a client trusts, read once."""
    return create_ssl_context()


@cache
def the_reader() -> Reader:
    """The reading model, loaded once for all worlds: it keeps nothing of what it has read."""
    return load_reader()


@cache
def the_embedder() -> Embedder:
    """The model of vectors, loaded once: a vector is a function of its text alone."""
    return Embedder()


async def _nothing_new(_: Path) -> ImportReport:
    return ImportReport()


@asynccontextmanager
async def world_in(folder: Path, **replaced: Any) -> AsyncIterator[World]:
    """The product over a data folder, served; `replaced` goes to `assemble`."""
    parts = assemble(settings_in(folder), **({"reader": the_reader(), "embedder": the_embedder()} | replaced))
    if (
        folder / "candor.db"
    ).exists():  # prepared: the help centre is in it; it takes a process of its own to read again
        parts.knowledge.publish_folder = _nothing_new  # type: ignore[method-assign]
    async with serving(parts) as address:
        world = World(parts, address)
        try:
            yield world
        finally:
            await world.close()


@pytest.fixture
async def world(data_dir: Path) -> AsyncIterator[World]:
    """The product with the offline model."""
    async with world_in(data_dir) as made:
        yield made


@pytest.fixture
def scripted(data_dir: Path) -> Callable[..., Any]:
    """`async with scripted("reply", …) as world:` the product with a model that says just that."""

    @asynccontextmanager
    async def make(*script: Any) -> AsyncIterator[World]:
        model = ScriptedModel(script=list(script))
        async with world_in(data_dir, writer=Writer("scripted", model)) as made:
            yield made
        model.assert_consumed()

    return make
