"""Runs of evaluations as the desk reads them. What reads them is `evals`, which may import this room and not the reverse: it is
found by its entry point `candor.runs`, and an installation without `evals` has no runs to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from escalation.settings import Settings


class RunNotFoundError(LookupError):
    """There is no such run, or it cannot be read. The message says which."""


class CaseNotMadeError(LookupError):
    """No case can be made of this conversation. The message says why."""


@dataclass(frozen=True)
class RunSummary:
    """One run in a line. `likely` is the 95 % interval of the share that passed; `flaky` cases differ between tries."""

    id: str
    version: str
    model: str
    repeats: int
    passed: int
    of: int
    unscored: int
    likely: tuple[float, float] | None
    flaky: tuple[str, ...]
    problems: tuple[str, ...]


class RunReader(Protocol):
    """What reads runs below a folder."""

    def runs(self, folder: Path) -> tuple[Sequence[RunSummary], Sequence[str]]:
        """Every run, oldest first, and what could not be read."""

    def report(self, folder: Path, run: str) -> str:
        """The report of a run as a page. Raises `RunNotFoundError`."""

    def comparison(self, folder: Path, baseline: str, run: str) -> str:
        """Two runs beside each other as a page. Raises `RunNotFoundError`, also where they have no case in common."""

    async def case(self, settings: Settings, conversation: str) -> str:
        """A conversation as the YAML of a case, its personal data taken out. Raises `CaseNotMadeError`."""


@cache
def run_reader() -> RunReader | None:
    """The installed reader; None if there is none."""
    for found in entry_points(group="candor.runs"):
        reader: RunReader = found.load()()
        return reader
    return None
