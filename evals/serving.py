"""A real `candor serve` in a process of its own, with the defaults, for measurements over HTTP."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx


@asynccontextmanager
async def served(folder: Path, **settings: str) -> AsyncIterator[tuple[str, float, int]]:
    """A server over a data folder: its address, the seconds it took to serve, its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The defaults are measured, whatever this shell has set.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    environment |= {"CANDOR_DATA_DIR": str(folder), "CANDOR_PORT": str(port)} | settings
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from api.cli import app; app(['serve'])",
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as client:
            while True:
                try:
                    await client.get(f"{address}/health")
                    break
                except httpx.TransportError:
                    if process.returncode is not None:
                        raise SystemExit("the server did not start") from None
                    await asyncio.sleep(0.02)
        yield address, time.monotonic() - started, process.pid
    finally:
        process.terminate()
        await process.wait()


def resident_mb(pid: int) -> float:
    """Resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")
