"""A real `candor serve` in a process of its own, over a data folder."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from httpx import AsyncClient, ConnectError

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def candor(*arguments: str, folder: Path, **environment: str) -> asyncio.subprocess.Process:
    """Start `candor …` away from this machine's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from api.cli import app; app()", *arguments,
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT), "CANDOR_DATA_DIR": str(folder)} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def outcome(process: asyncio.subprocess.Process, seconds: float = 60) -> tuple[int | None, str]:
    """How it ended and what it said."""
    async with asyncio.timeout(seconds):
        out, err = await process.communicate()
    return process.returncode, (out + err).decode()


@asynccontextmanager
async def served(
    folder: Path, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, AsyncClient]]:
    """A server that answers; killed at the end of the block if it still lives."""
    port = free_port()
    process = await candor("serve", folder=folder, CANDOR_PORT=str(port), **environment)
    async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        try:
            async with asyncio.timeout(60):
                await _until_healthy(process, client)
            yield process, client
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()


async def _until_healthy(process: asyncio.subprocess.Process, client: AsyncClient) -> None:
    while process.returncode is None:
        try:
            (await client.get("/health")).raise_for_status()
        except ConnectError:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError(f"It ended: {await outcome(process)}")
