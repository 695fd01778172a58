"""A folder for the time of a run, and the end of those that killed runs have left."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a place for a folder with a name of its own
_OURS = re.compile(r"candor-evals-(\d+)-\w+")


@contextmanager
def scratch_folder(memory: Path = MEMORY) -> Iterator[Path]:
    """A folder of this process: in memory where there is such a place, for every commit waits for the disk."""
    where = memory if memory.is_dir() else Path(tempfile.gettempdir())
    sweep(where)
    prefix = f"candor-evals-{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=where, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(where: Path) -> None:
    """Delete what runs have left whose process is gone: a killed one cleans nothing up, and memory is scarce."""
    for folder in where.glob("candor-evals-*"):
        named = _OURS.fullmatch(folder.name)
        if named and not _is_alive(int(named[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's; or no number of a process
        return True
    return True
