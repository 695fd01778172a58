"""`pytest evals`: every shipped case is a test, played in this process with the offline model.

`pytest evals/cases/knowledge` plays one suite, `-k ID` one case. A case file that is wrong fails as a test of its own.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from evals.suites.files import Located, Problem, read

_WORKER = pytest.StashKey[Any]()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Case files below a folder `cases`."""
    if file_path.suffix in (".yaml", ".yml") and "cases" in file_path.parts:
        return CaseFile.from_parent(parent, path=file_path)
    return None


class CaseFile(pytest.File):
    """One case file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its cases, and what is wrong in it."""
        suites = read([self.path])
        for number, problem in enumerate(suites.problems, 1):
            # Whether another file has the case that `same_as` names is not known here.
            if "`same_as` names" not in problem.what:
                yield WrongFile.from_parent(self, name=f"problem-{number}", problem=problem)
        for located in suites.cases:
            yield CaseItem.from_parent(self, name=located.case.id, located=located)


class CaseFailedError(AssertionError):
    """A case did not end as it must. The message has the verdicts and the transcript."""


class WrongFile(pytest.Item):
    """Something wrong in a case file."""

    def __init__(self, *, problem: Problem, **more: Any) -> None:
        super().__init__(**more)
        self.problem = problem

    def runtest(self) -> None:
        """Fails."""
        raise CaseFailedError(str(self.problem))

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """The words alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """File and line."""
        return self.path, self.problem.line - 1, self.name


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, located: Located, **more: Any) -> None:
        super().__init__(**more)
        self.located = located

    def runtest(self) -> None:
        """Play it, with the case that it is compared with."""
        from evals.running import together

        result = together(_worker(self.config), self.located)
        if result.passed is not True:
            wrong = [f"{v.scorer}: {v.why}" for v in result.verdicts if v.passed is not True]
            said = [f"  {line.by}: {line.text}" for line in result.transcript]
            raise CaseFailedError("\n".join([*filter(None, [result.error]), *wrong, "", *said]))

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """Verdicts and transcript; the place in our code says nothing."""
        return (
            str(excinfo.value)
            if isinstance(excinfo.value, CaseFailedError)
            else str(super().repr_failure(excinfo))
        )

    def reportinfo(self) -> tuple[Path, int, str]:
        """File and line of the case."""
        return self.located.file, self.located.line - 1, self.located.case.id


def _worker(config: pytest.Config) -> Any:
    """Models and help centres of this process, made for the first case."""
    from evals.running import here

    if _WORKER not in config.stash:
        opened = ExitStack()
        config.stash[_WORKER] = opened.enter_context(here())
        config.add_cleanup(opened.close)
    return config.stash[_WORKER]
