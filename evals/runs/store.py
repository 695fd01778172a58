"""Reads runs that are there: one folder, or all below a folder. What cannot be read is named with file and line; the rest is read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.runs.folder import INFO, RESULTS, TIMINGS, NoRunError, RunFolder
from evals.runs.result import CaseResult, RunInfo

Row = TypeVar("Row", bound=BaseModel)


class Timing(BaseModel):
    """How long one try took. Another clock than the case's: it differs from run to run."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    suite: str = ""  # older runs do not say it
    case: str
    repeat: int
    seconds: float


@dataclass(frozen=True)
class Run:
    """One run as it was read. `problems` are lines that could not be, each with file, line and what is wrong."""

    folder: Path
    info: RunInfo
    results: tuple[CaseResult, ...]
    timings: tuple[Timing, ...] = ()
    problems: tuple[str, ...] = field(default=())


def read_run(folder: Path) -> Run:
    """The run in a folder. Raises `NoRunError` where `run.json` is missing or none."""
    info = RunFolder(folder).info()
    problems: list[str] = []
    if not info.finished:
        problems.append(f"{folder / INFO}: the run was stopped; go on with `candor eval run --resume`.")
    results = tuple(_rows(folder / RESULTS, CaseResult, problems))
    seen: dict[tuple[str, str, int], int] = {}
    kept = []
    for number, row in enumerate(results, 1):
        if (first := seen.setdefault((row.suite, row.case, row.repeat), number)) != number:
            problems.append(f"{folder / RESULTS}: {row.suite}/{row.case}, repeat {row.repeat}, stands twice (first as result {first}).")  # fmt: skip
        else:
            kept.append(row)
    told = len({(row.suite, row.case) for row in kept})
    if info.finished and told != info.cases:
        problems.append(f"{folder / RESULTS}: {told} cases stand here, and the run had {info.cases}.")
    timings = tuple(_rows(folder / TIMINGS, Timing, problems)) if (folder / TIMINGS).exists() else ()
    return Run(folder, info, tuple(kept), timings, tuple(problems))


def runs_in(folder: Path) -> tuple[list[Run], list[str]]:
    """Every run whose folder lies in this one, in the order of their names (which begin with their time); and what is no run."""
    runs, problems = [], []
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not (place / INFO).exists():
            continue
        try:
            runs.append(read_run(place))
        except NoRunError as error:
            problems.append(str(error))
    return runs, problems


def _rows(file: Path, shape: type[Row], problems: list[str]) -> Iterator[Row]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{file}: cannot be read: {error}")
        return
    for number, line in enumerate(text.splitlines(), 1):
        try:
            yield shape.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            problems.append(f"{file}:{number}: {where}: {first['msg']}")
        except ValueError as error:
            problems.append(f"{file}:{number}: is no JSON: {error}")
