"""A run's folder: `run.json`, `results.jsonl`, `timings.jsonl`. While it runs, finished cases stand in `unfinished.jsonl`.

Each line of that is one case, written at once and whole, so that a run that was killed goes on where it stopped.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from evals.runs.result import CaseResult, RunInfo

INFO, RESULTS, TIMINGS, UNFINISHED = "run.json", "results.jsonl", "timings.jsonl", "unfinished.jsonl"


class NoRunError(ValueError):
    """The folder has no run that can be read. The message says what is wrong."""


class RunFolder:
    """One run on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, info: RunInfo, *, resume: bool) -> list[tuple[CaseResult, float]]:
        """Make the folder ready; what a killed run has finished already, with seconds. Raises `NoRunError`."""
        there = self.folder / INFO
        if there.exists() and not resume:
            raise NoRunError(
                f"{self.folder} holds a run already. Go on with --resume, or name another --out."
            )
        done: list[tuple[CaseResult, float]] = []
        if there.exists():
            before = self.info()
            same = ("suites", "seed", "model", "version", "settings")
            if other := [name for name in same if getattr(before, name) != getattr(info, name)]:
                raise NoRunError(
                    f"{self.folder} holds a run with other {', '.join(other)}: it cannot be gone on with."
                )
            done = self._unfinished() if not before.finished else [(row, 0.0) for row in self.results()]
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(INFO, [info.model_dump_json(indent=1)])
        return done

    def keep(self, result: CaseResult, seconds: float) -> None:
        """Add one finished case."""
        with (self.folder / UNFINISHED).open("a", encoding="utf-8") as file:
            file.write(
                json.dumps({"seconds": round(seconds, 3), "result": result.model_dump(mode="json")}) + "\n"
            )

    def finish(
        self, info: RunInfo, results: Iterable[CaseResult], seconds: dict[tuple[str, int], float]
    ) -> None:
        """Write everything in its order."""
        rows = list(results)
        self._write(RESULTS, [row.model_dump_json() for row in rows])
        self._write(
            TIMINGS,
            [
                json.dumps(
                    {
                        "suite": row.suite,
                        "case": row.case,
                        "repeat": row.repeat,
                        "seconds": round(seconds.get((row.case, row.repeat), 0.0), 3),
                    }
                )
                for row in rows
            ],
        )
        self._write(INFO, [info.model_copy(update={"finished": True}).model_dump_json(indent=1)])
        (self.folder / UNFINISHED).unlink(missing_ok=True)

    def info(self) -> RunInfo:
        """What was run. Raises `NoRunError`."""
        try:
            return RunInfo.model_validate_json((self.folder / INFO).read_text(encoding="utf-8"))
        except (OSError, ValidationError) as error:
            raise NoRunError(f"{self.folder / INFO} is no run's: {_brief(error)}") from error

    def results(self) -> list[CaseResult]:
        """Every result. Raises `NoRunError` with file and line."""
        file = self.folder / RESULTS
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise NoRunError(f"{file} cannot be read: {error}") from error
        found = []
        for number, line in enumerate(lines, 1):
            try:
                found.append(CaseResult.model_validate_json(line))
            except ValidationError as error:
                raise NoRunError(f"{file}:{number}: {_brief(error)}") from error
        return found

    def _unfinished(self) -> list[tuple[CaseResult, float]]:
        file = self.folder / UNFINISHED
        if not file.exists():
            return []
        done = []
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
                done.append((CaseResult.model_validate(row["result"]), float(row["seconds"])))
            except (ValueError, KeyError):  # the line at which the process was killed
                continue
        # Written anew without the half line, lest the next row be joined to it.
        self._write(
            UNFINISHED,
            [
                json.dumps({"seconds": seconds, "result": result.model_dump(mode="json")})
                for result, seconds in done
            ],
        )
        return done

    def _write(self, name: str, lines: list[str]) -> None:
        """Whole or not at all."""
        draft = self.folder / f"{name}.new"
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        draft.replace(self.folder / name)


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0]
