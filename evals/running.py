"""Runs suites: every case in every repeat, on several processes, resumable and within a budget.

A process loads the models once and plays one case after the other. What a killed run has finished is not played again.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path

from escalation.providing import writer_of
from escalation.settings import load_settings
from evals.casework import SECONDS_OF_A_CASE, run_case
from evals.cassettes import Cassettes, recorded
from evals.centres import key_of
from evals.judging import Judge, JudgeFile, with_opinions
from evals.runs.folder import RunFolder
from evals.runs.result import CaseResult, RunInfo, Verdict
from evals.scorers import unfair
from evals.scratch import scratch_folder
from evals.suites.files import Located, Suites, read
from evals.world import Workshop

Done = Callable[[CaseResult], None]
OFFLINE = "offline"


@dataclass(frozen=True)
class Plan:
    """How to run. `budget` are tokens of language models for the whole run; `cassettes` where their replies are recorded.

    `model`: `offline`, or the name of the model that the settings configure. A case that takes longer than `case_seconds` is unscored.
    """

    seed: int = 1
    repeats: int = 1
    jobs: int = 2
    budget: int | None = None
    model: str = OFFLINE
    cassettes: Path | None = None
    record: bool = False
    customers_by_model: bool = False
    judges: tuple[Path, ...] = ()
    case_seconds: float = SECONDS_OF_A_CASE


@dataclass(frozen=True)
class Task:
    located: Located
    repeat: int

    @property
    def key(self) -> tuple[str, int]:
        return (self.located.case.id, self.repeat)


def info_of(folder: Path, suites: Suites, plan: Plan) -> RunInfo:
    """What is run, for `run.json`."""
    return RunInfo(
        id=folder.name,
        suites=dict(sorted(suites.hashes.items())),
        cases=len(suites.cases),
        seed=plan.seed,
        repeats=plan.repeats,
        model=plan.model,
        version=version("candor"),
        settings={"customers": "model"} if plan.customers_by_model else {},
    )


def run(
    suites: Suites, plan: Plan, folder: RunFolder, *, resume: bool = False, done: Done = lambda _: None
) -> list[CaseResult]:
    """Play every case and write the run; the results in the order of the suites. Raises `NoRunError`.

    `done` is told of each result as it comes, those of a resumed run first.
    """
    info = info_of(folder.folder, suites, plan)
    if plan.judges:
        judges_of(plan, folder.folder)  # what is wrong with one is told before the run, not after it
    found: dict[tuple[str, int], CaseResult] = {}
    seconds: dict[tuple[str, int], float] = {}
    tasks = [Task(located, repeat) for located in suites.cases for repeat in range(plan.repeats)]
    wanted = {task.key for task in tasks}

    def keep(result: CaseResult, took: float, *, new: bool = True) -> None:
        key = (result.case, result.repeat)
        if key in wanted:
            found[key], seconds[key] = result, took
            done(result)
        if new:
            folder.keep(result, took)

    for result, took in folder.begin(info, resume=resume):
        if result.status == "scored":  # what could not be scored is tried again
            keep(result, took, new=False)
    left = [task for task in tasks if task.key not in found]
    # Cases of one help centre come one after the other: it is opened once.
    left.sort(key=lambda task: (key_of(task.located.case.world), task.repeat))
    with scratch_folder() as scratch:
        for result, took in _played(left, plan, scratch, spent=sum(row.tokens for row in found.values())):
            keep(result, took)
    results = compared([found[task.key] for task in tasks], suites)
    if plan.judges:
        results = with_opinions(results, judges_of(plan, folder.folder))
    folder.finish(info, results, seconds)
    return results


def judges_of(plan: Plan, folder: Path) -> list[Judge]:
    """The plan's judges, whose answers are kept beside the run. Raises `JudgeError`."""
    kept = Cassettes(plan.cassettes or folder / "judged", record=plan.record or plan.cassettes is None)
    writer = recorded(writer_of(load_settings().all_providers[0]), kept)
    return [Judge(JudgeFile.load(file), writer) for file in plan.judges]


def compared(results: Sequence[CaseResult], suites: Suites) -> list[CaseResult]:
    """The results with the verdicts that need another case: `same_as`."""
    same = {located.case.id: located.case.same_as for located in suites.cases if located.case.same_as}
    ends = {(row.case, row.repeat): (row.end, row.transcript) for row in results if row.end is not None}
    judged = []
    for row in results:
        other = same.get(row.case)
        if other is None or row.end is None:
            judged.append(row)
            continue
        verdict: Verdict = unfair.score(row.end, row.transcript, ends.get((other, row.repeat)), other)
        rest = tuple(one for one in row.verdicts if one.scorer != unfair.NAME)
        judged.append(row.model_copy(update={"verdicts": (*rest, verdict)}))
    return judged


def _played(
    tasks: Sequence[Task], plan: Plan, scratch: Path, *, spent: int
) -> Iterator[tuple[CaseResult, float]]:
    """The tasks' results as they come."""
    if not tasks:
        return
    if plan.jobs <= 1:
        worker = Worker(scratch / "worker", None, plan)
        try:
            for task in tasks:
                yield (result := worker.play(task) if _may_go_on(plan, spent) else _unpaid(task, plan))
                spent += result[0].tokens
        finally:
            worker.close()
        return
    prepared = prepare(scratch)
    context = get_context("spawn")  # a fork would take over the threads' locks of models that are loaded here
    waiting = iter(tasks)
    with ProcessPoolExecutor(plan.jobs, context, _begin, (scratch, prepared, plan)) as pool:
        under_way: dict[Future[tuple[CaseResult, float]], Task] = {}

        def start() -> Iterator[tuple[CaseResult, float]]:
            """Keep two tasks a process waiting, no more: a budget must be able to stop the rest."""
            while len(under_way) < 2 * plan.jobs and (task := next(waiting, None)) is not None:
                if not _may_go_on(plan, spent):
                    yield _unpaid(task, plan)
                    continue
                try:
                    under_way[pool.submit(_play, task)] = task
                except BrokenProcessPool:
                    yield _lost(task)

        yield from start()
        while under_way:
            finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                task = under_way.pop(future)
                result = _lost(task) if isinstance(future.exception(), BrokenProcessPool) else future.result()
                spent += result[0].tokens
                yield result
            yield from start()


def _may_go_on(plan: Plan, spent: int) -> bool:
    return plan.budget is None or spent < plan.budget


def _unpaid(task: Task, plan: Plan) -> tuple[CaseResult, float]:
    return _unscored(task, f"was not run: the budget of {plan.budget} tokens is spent"), 0.0


def _lost(task: Task) -> tuple[CaseResult, float]:
    return _unscored(task, "its process died; run again with --resume"), 0.0


def _unscored(task: Task, why: str) -> CaseResult:
    located = task.located
    return CaseResult(
        suite=located.suite,
        case=located.case.id,
        repeat=task.repeat,
        status="unscored",
        error=f"{located.where}: {why}",
    )


def prepare(scratch: Path) -> Path:
    """A folder with the shipped help centre, published once and copied by every process."""

    async def make() -> Path:
        workshop = Workshop(scratch / "prepared")
        try:
            return await workshop.centres.shipped()
        finally:
            await workshop.close()

    return asyncio.run(make())


def _workshop(scratch: Path, prepared: Path | None, plan: Plan) -> Workshop:
    if plan.model == OFFLINE:
        return Workshop(scratch, prepared=prepared)
    settings = load_settings()
    writer = writer_of(settings.all_providers[0])
    cassettes = Cassettes(plan.cassettes, plan.record) if plan.cassettes else None
    return Workshop(
        scratch,
        prepared=prepared,
        writer=recorded(writer, cassettes) if cassettes else writer,
        cassettes=cassettes,
        customers_by_model=plan.customers_by_model,
        settings=settings,
    )


def together(worker: "Worker", located: Located) -> CaseResult:
    """One case for `pytest evals`, with the verdict of `same_as` where the other case stands in the same suite."""
    suites = read([located.file.parent])
    chosen = [one for one in suites.cases if one.case.id in (located.case.id, located.case.same_as)]
    results = [worker.play(Task(one, 0))[0] for one in chosen or [located]]
    by_id = {result.case: result for result in compared(results, suites)}
    return by_id[located.case.id]


@contextmanager
def here() -> Iterator["Worker"]:
    """A worker in this process."""
    with scratch_folder() as scratch:
        worker = Worker(scratch, None, Plan())
        try:
            yield worker
        finally:
            worker.close()


class Worker:
    """What one process keeps: an event loop, models, help centres."""

    def __init__(self, scratch: Path, prepared: Path | None, plan: Plan) -> None:
        self.plan = plan
        self.runner = asyncio.Runner()
        self.workshop = _workshop(scratch, prepared, plan)

    def play(self, task: Task) -> tuple[CaseResult, float]:
        """One case."""
        plan = self.plan
        return self.runner.run(
            run_case(
                self.workshop, task.located, seed=plan.seed, repeat=task.repeat, seconds=plan.case_seconds
            )
        )

    def close(self) -> None:
        """Close everything."""
        self.runner.run(self.workshop.close())
        self.runner.close()


_worker: Worker | None = None


def _begin(scratch: Path, prepared: Path, plan: Plan) -> None:
    """Runs first in each process of the pool."""
    import structlog

    # Cases provoke errors; what comes of them is in their transcripts.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    global _worker  # noqa: PLW0603 - a process of the pool has no other place
    _worker = Worker(scratch / f"worker-{os.getpid()}", prepared, plan)
    # A process waits for its threads before it ends, and each open database has one.
    Finalize(None, _worker.close, exitpriority=100)


def _play(task: Task) -> tuple[CaseResult, float]:
    assert _worker is not None  # noqa: S101 - `_begin` ran first
    return _worker.play(task)
