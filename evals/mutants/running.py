"""Plays every mutant's cases on the broken product, after the same cases have passed on the whole one.

A process loads the models once and is broken and mended again for one mutant after the other.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path

from evals.mutants.catalogue import Mutant, WrongCatalogueError
from evals.running import Plan, Task, Worker, compared, prepare
from evals.runs.result import CaseResult
from evals.scratch import scratch_folder
from evals.suites.files import Suites

AT_ONCE = 8  # cases of the whole product that a process takes in one go


@dataclass(frozen=True)
class Noticed:
    """What became of a mutant: the scorers of each case that failed, and the cases that do not count, with why."""

    mutant: Mutant
    by: Mapping[str, tuple[str, ...]]
    no_witness: Mapping[str, str]

    @property
    def told(self) -> bool:
        """Whether any case noticed."""
        return bool(self.by)


@dataclass(frozen=True)
class _Part:
    """Cases that a process plays in one go. `number`: of the mutant that they are played on; None is the whole product."""

    number: int | None
    mutant: Mutant
    suites: Suites


Done = Callable[[str], None]


def run(
    mutants: Sequence[Mutant], suites: Suites, *, jobs: int = 2, done: Done = lambda _: None
) -> list[Noticed]:
    """Every mutant in its order. `done` is told of each part that was played. Raises `WrongCatalogueError`.

    A case that does not pass on the whole product, with the mutant's writer, is no witness of it.
    """
    chosen = [_cases_of(mutant, suites) for mutant in mutants]
    whole = [
        _Part(None, mutant, _some(suites, ids))
        for mutant, wanted in _by_writer(mutants)
        for ids in (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
    ]
    with ExitStack() as stack:
        play = stack.enter_context(_Crew(jobs))
        passes: dict[tuple[object, str], str] = {}
        for part, results in play(whole):
            for result in results:
                passes[part.mutant.writer, result.case] = _why_not(result)
            done(f"{len(results)} cases pass on the whole product")
        found: dict[int, list[CaseResult]] = {}
        for part, results in play(
            [_Part(n, m, s) for n, (m, s) in enumerate(zip(mutants, chosen, strict=True))]
        ):
            assert part.number is not None  # noqa: S101 - given in the line above
            found[part.number] = results
            done(part.mutant.id)
    return [_noticed(mutant, found[number], passes) for number, mutant in enumerate(mutants)]


def _noticed(
    mutant: Mutant, results: Sequence[CaseResult], passes: Mapping[tuple[object, str], str]
) -> Noticed:
    broken = {result.case: result for result in results}
    no_witness = {id_: why for id_ in mutant.cases if (why := passes[mutant.writer, id_])}
    by = {
        id_: tuple(verdict.scorer for verdict in broken[id_].verdicts if verdict.passed is False)
        for id_ in mutant.cases
        if id_ not in no_witness and broken[id_].passed is False
    }
    unscored = {id_: f"on the mutant: {broken[id_].error}" for id_ in mutant.cases if broken[id_].error}
    return Noticed(mutant, by, unscored | no_witness)


def _why_not(result: CaseResult) -> str:
    """Why a case of the whole product is no witness; empty if it is one."""
    if result.passed:
        return ""
    wrong = [f"{v.scorer}: {v.why}" for v in result.verdicts if v.passed is not True]
    return "; ".join(filter(None, [result.error, *wrong]))


def _by_writer(mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, list[str]]]:
    """A mutant for each writer, with the cases of all mutants of that writer."""
    for writer in dict.fromkeys(mutant.writer for mutant in mutants):
        of_it = [mutant for mutant in mutants if mutant.writer is writer]
        yield of_it[0], list(dict.fromkeys(id_ for mutant in of_it for id_ in mutant.cases))


def _cases_of(mutant: Mutant, suites: Suites) -> Suites:
    there = {located.case.id for located in suites.cases}
    if unknown := [id_ for id_ in mutant.cases if id_ not in there]:
        raise WrongCatalogueError(f"mutant {mutant.id}: there is no case {unknown[0]}")
    return _some(suites, mutant.cases)


def _some(suites: Suites, ids: Sequence[str]) -> Suites:
    """These cases, and those that they are compared with."""
    there = {located.case.id: located for located in suites.cases}
    others = [other for id_ in ids if (other := there[id_].case.same_as)]
    return Suites(cases=[there[id_] for id_ in dict.fromkeys([*ids, *others])])


# --- processes


class _Crew:
    """Processes that play parts; one job is this process."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._stack = ExitStack()

    def __enter__(self) -> Callable[[Sequence[_Part]], Iterator[tuple[_Part, list[CaseResult]]]]:
        scratch = self._stack.enter_context(scratch_folder())
        if self._jobs <= 1:
            worker = Worker(scratch / "worker", None, Plan())
            self._stack.callback(worker.close)
            return lambda parts: ((part, _played(worker, part)) for part in parts)
        start = (scratch, prepare(scratch))
        pool = self._stack.enter_context(ProcessPoolExecutor(self._jobs, get_context("spawn"), _begin, start))

        def play(parts: Sequence[_Part]) -> Iterator[tuple[_Part, list[CaseResult]]]:
            waiting: dict[Future[list[CaseResult]], _Part] = {
                pool.submit(_play, part): part for part in parts
            }
            for future in as_completed(waiting):
                yield waiting[future], future.result()

        return play

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _played(worker: Worker, part: _Part) -> list[CaseResult]:
    """The part's cases in this process, with the verdicts that need another case."""
    worker.workshop.writer = part.mutant.writer() if part.mutant.writer else None
    with ExitStack() as stack:
        if part.number is not None:
            stack.enter_context(part.mutant.in_place())
        results = [worker.play(Task(located, 0))[0] for located in part.suites.cases]
    return compared(results, part.suites)


_worker: Worker | None = None


def _begin(scratch: Path, prepared: Path) -> None:
    """Runs first in each process of the pool."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    global _worker  # noqa: PLW0603 - a process of the pool has no other place
    _worker = Worker(scratch / f"worker-{os.getpid()}", prepared, Plan())
    Finalize(None, _worker.close, exitpriority=100)


def _play(part: _Part) -> list[CaseResult]:
    assert _worker is not None  # noqa: S101 - `_begin` ran first
    return _played(_worker, part)
