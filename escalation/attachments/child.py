"""The parent's side of the process that checks a file (`checking.py`): one for each, ended in any case."""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from escalation.attachments.kinds import UNREADABLE, Checked, FileRefusedError
from knowledge.ingestion.documents import Limits

LIMITS = Limits(seconds=20, memory_bytes=1024 * 1024 * 1024)
_AT_ONCE = 2  # processes; a flood of files waits here and not in memory
_ROOT = Path(__file__).parents[2]
_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH")  # of the environment; no secret is inherited


class Checker:
    """Checks files, two at a time."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def check(self, data: bytes) -> Checked:
        """The file as it may be kept. Raises `FileRefusedError`, also where it took too long or too much memory."""
        async with self._room:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-B", "-m", "escalation.attachments.checking"),
                json.dumps(asdict(self._limits)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # what libraries warn of may quote the file
                env={name: os.environ[name] for name in _KEPT if name in os.environ}
                | {"PYTHONPATH": str(_ROOT)},
                cwd="/",
            )
            try:
                async with asyncio.timeout(self._limits.seconds):
                    answer, _ = await process.communicate(data)
            except TimeoutError as error:
                raise FileRefusedError(UNREADABLE) from error
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        head, line_end, kept = answer.partition(b"\n")
        if not line_end:  # it died of what it was given
            raise FileRefusedError(UNREADABLE)
        told = json.loads(head)
        if "why" in told:
            raise FileRefusedError(told["why"])
        return Checked(kept, **told)
