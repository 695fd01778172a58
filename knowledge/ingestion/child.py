"""The parent's side of the process that reads sources (`worker`): started when needed, kept, ended in any case."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge.ingestion.documents import Document, Limits, Raw, Unreadable
from knowledge.ingestion.worker import LENGTH

_ROOT = Path(__file__).parents[2]  # where the package `knowledge` lies
_KEPT = (
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PATH",
)  # of the environment; nothing else, so no secret, is inherited
_SOURCES_EACH = 500  # then a fresh process: what vendors leave in memory must not fail a later source
_DIED = "needs too much memory or is damaged; make it smaller, or open it and save it anew"


class Reader:
    """Reads sources in one child process after another; used as `async with`, it leaves none behind."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._read = 0  # sources, by this process

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    @property
    def pid(self) -> int | None:
        """The process that reads now, None while there is none."""
        return self._process.pid if self._process else None

    async def read(self, raw: Raw) -> list[Document | Unreadable]:
        """What a source says. One that is too slow or kills its process is a single `Unreadable`."""
        if self._read == _SOURCES_EACH:
            await self._end()
        if self._process is None:
            self._process, self._read = await self._start(), 0
        self._read += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await self._exchange(self._process, raw)
        except TimeoutError:
            why = f"took longer than {self._limits.seconds:g} seconds to read; make it smaller or divide it"
        except (asyncio.IncompleteReadError, ConnectionError):
            why = _DIED
        else:
            return [
                Unreadable(**entry) if "why" in entry else Document(**entry) for entry in json.loads(answer)
            ]
        await self._end()
        return [Unreadable(raw.path, why)]

    async def _start(self) -> asyncio.subprocess.Process:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return await asyncio.create_subprocess_exec(
            # -P: no module is taken from where the process happens to stand.
            *(
                sys.executable,
                "-P",
                "-B",
                "-m",
                "knowledge.ingestion.worker",
                json.dumps(asdict(self._limits)),
            ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # what libraries warn of may quote the source
            env={**environment, "PYTHONPATH": str(_ROOT)},
            cwd="/",
        )

    async def _exchange(self, process: asyncio.subprocess.Process, raw: Raw) -> bytes:
        header = json.dumps({"path": raw.path, "kind": raw.kind, "encoding": raw.encoding}).encode()
        sink, answers = process.stdin, process.stdout
        if sink is None or answers is None:  # for the type checker: both are pipes
            raise ConnectionError
        sink.writelines((LENGTH.pack(len(header)), header, LENGTH.pack(len(raw.data)), raw.data))
        await sink.drain()
        (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
        if length > self._limits.unpacked_bytes:
            raise ConnectionError
        return await answers.readexactly(length)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        # Not communicate(): it would wait to write what the process has not taken.
        await process.wait()
