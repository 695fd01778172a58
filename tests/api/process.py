"""A real `candor …` in a process of its own, over a data folder."""

import asyncio
import multiprocessing
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from httpx import AsyncClient, ConnectError


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Command:
    """`candor …` in a process of its own: what it says, how it ends, and a way to end it."""

    def __init__(self, process: multiprocessing.process.BaseProcess, out: IO[bytes], err: IO[bytes]) -> None:
        self._process = process
        self._out = out
        self._err = err

    @property
    def returncode(self) -> int | None:
        """Its exit status, minus the signal that ended it, or None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to stop."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    async def communicate(self) -> tuple[bytes, bytes]:
        """What it wrote to its two outputs, once it has ended."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        self._out.seek(0)
        self._err.seek(0)
        return self._out.read(), self._err.read()


# Each command is forked from a process that has imported the product: the vendors alone take three seconds of CPU.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    ["api.cli", "api.app", "api.migrate", "escalation.assembly", "uvicorn", __name__]
)


def _run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: str, err: str) -> None:
    for stream, name in ((1, out), (2, err)):
        os.dup2(os.open(name, os.O_WRONLY), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["candor", *arguments]

    from api.cli import app

    app()


async def candor(*arguments: str, folder: Path, **environment: str) -> Command:
    """Start `candor …` away from this machine's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    settings = kept | {"CANDOR_DATA_DIR": str(folder)} | environment
    # They live as long as the command.
    out, err = NamedTemporaryFile(), NamedTemporaryFile()  # noqa: SIM115
    process = _forks.Process(target=_run, args=(arguments, folder, settings, out.name, err.name), daemon=True)
    process.start()
    return Command(process, out, err)


async def outcome(process: Command, seconds: float = 60) -> tuple[int | None, str]:
    """How it ended and what it said."""
    async with asyncio.timeout(seconds):
        out, err = await process.communicate()
    return process.returncode, (out + err).decode()


@asynccontextmanager
async def served(folder: Path, **environment: str) -> AsyncIterator[tuple[Command, AsyncClient]]:
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


async def _until_healthy(process: Command, client: AsyncClient) -> None:
    while process.returncode is None:
        try:
            (await client.get("/health")).raise_for_status()
        except ConnectError:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError(f"It ended: {await outcome(process)}")
