"""`candor serve` as an operator would start it, for measurements over HTTP."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

# Whoever measures is faster than a person.
UNHURRIED = dict.fromkeys(
    (f"CANDOR_RATE_{name}" for name in ("MESSAGES", "REQUESTS", "SESSIONS", "SIGN_INS")), "1000000/minute"
)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def candor(folder: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    """`candor …` over a data folder, whatever this shell has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CANDOR_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"from api.cli import app; app({list(arguments)!r})",
        env=kept | {"CANDOR_DATA_DIR": str(folder)} | UNHURRIED | environment,
        stdout=asyncio.subprocess.DEVNULL,
    )


async def until_healthy(address: str, process: asyncio.subprocess.Process) -> None:
    """Wait until it serves."""
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{address}/health")
            except httpx.TransportError:
                if process.returncode is not None:
                    raise SystemExit("the server did not start") from None
                await asyncio.sleep(0.02)
            else:
                return


@asynccontextmanager
async def served(folder: Path, **environment: str) -> AsyncIterator[tuple[str, float, int]]:
    """A server over a data folder: its address, the seconds it took to serve, its process."""
    port, started = free_port(), time.monotonic()
    process = await candor(folder, "serve", CANDOR_PORT=str(port), **environment)
    address = f"http://127.0.0.1:{port}"
    try:
        await until_healthy(address, process)
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
