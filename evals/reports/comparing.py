"""Two runs beside each other, case by case. What is worse is what the runner's `--fail-on-regression` calls worse (`telling.changes`)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from evals.reports.summary import Key
from evals.runs.figures import by_case, whole
from evals.runs.result import CaseResult
from evals.runs.statistics import Paired, bootstrap, paired
from evals.runs.store import Run
from evals.runs.telling import changes


class NotComparableError(ValueError):
    """The two runs have no case in common. The message says which suites each has."""


@dataclass(frozen=True)
class Changed:
    """A case whose outcome changed, with a try of each run that shows it."""

    key: Key
    before: CaseResult
    after: CaseResult


@dataclass(frozen=True)
class Measured:
    """A figure that is not yes or no: the mean difference by case, after less before, with its 95 % interval."""

    label: str
    unit: str
    before: float
    after: float
    interval: tuple[float, float] | None

    @property
    def difference(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """Run `before` against run `after`. `doubts` say in sentences what makes the comparison less than fair."""

    before: Run
    after: Run
    paired: Paired
    by_suite: tuple[tuple[str, Paired], ...]
    worse: tuple[Changed, ...]
    better: tuple[Changed, ...]
    measured: tuple[Measured, ...]
    only_before: tuple[Key, ...]
    only_after: tuple[Key, ...]
    untold: int  # cases in common that one of them could not tell
    doubts: tuple[str, ...]


def compare(before: Run, after: Run) -> Comparison:
    """Raises `NotComparableError`."""
    old, new = by_case(before.results), by_case(after.results)
    both = sorted(old.keys() & new.keys())
    comparable(before, after.info.id, new)
    found = changes(before.results, after.results)
    ends = {key: (whole(old[key]), whole(new[key])) for key in both}
    suites = sorted({suite for suite, _ in both})
    return Comparison(
        before=before,
        after=after,
        paired=_paired(ends),
        by_suite=tuple(
            (suite, _paired({key: end for key, end in ends.items() if key[0] == suite})) for suite in suites
        ),
        worse=tuple(_changed(key, old[key], new[key]) for key in found.worse),
        better=tuple(_changed(key, old[key], new[key]) for key in found.better),
        measured=tuple(_measured(before, after, both)),
        only_before=tuple(sorted(old.keys() - new.keys())),
        only_after=tuple(sorted(new.keys() - old.keys())),
        untold=sum(None in end for end in ends.values()),
        doubts=tuple(_doubts(before, after)),
    )


def comparable(before: Run, after: str, cases: Collection[Key]) -> None:
    """Raises `NotComparableError` if none of the cases of the run `after` is in `before`."""
    if not by_case(before.results).keys() & set(cases):
        has, other = (
            ", ".join(sorted({suite for suite, _ in keys})) or "none"
            for keys in (by_case(before.results), cases)
        )
        raise NotComparableError(
            f"{before.info.id} is a baseline of another suite: it has {has}, and {after} has {other}. No case is in both."
        )


def in_words(found: Paired) -> str:
    """The difference with its interval and what it means."""
    if found.difference is None or found.interval is None:
        return "no case in common could be told"
    low, high = found.interval
    verdict = (
        "nothing changed"
        if not found.worse + found.better
        else "more than chance makes" if found.p < 0.05 else "no more than chance makes"  # noqa: PLR2004 - the usual level
    )  # fmt: skip
    return (
        f"{100 * found.difference:+.1f} points, likely {100 * low:+.1f} to {100 * high:+.1f} (p {found.p:.3f}: {verdict}); "
        f"{found.worse} worse and {found.better} better of {found.both}"
    )


def _paired(ends: Mapping[Key, tuple[bool | None, bool | None]]) -> Paired:
    return paired(
        {"/".join(key): old for key, (old, _) in ends.items()},
        {"/".join(key): new for key, (_, new) in ends.items()},
    )


def _changed(key: Key, before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Changed:
    return Changed(key, _showing(before), _showing(after))


def _showing(rows: Sequence[CaseResult]) -> CaseResult:
    """The try that made the outcome what it is."""
    wanted = whole(rows)
    return next((row for row in rows if row.passed is wanted), rows[0])


def _measured(before: Run, after: Run, both: Sequence[Key]) -> list[Measured]:
    found = []
    if before.info.repeats > 1 or after.info.repeats > 1:
        found.append(_of("Tries that pass", "share", _tries(before), _tries(after), both))
    if any(row.tokens for run in (before, after) for row in run.results):
        found.append(_of("Tokens of a case", "tokens", _tokens(before), _tokens(after), both))
    if before.timings and after.timings:
        old, new = _seconds(before), _seconds(after)
        found.append(_of("Time of a case", "s", old, new, [key for key in both if key in old and key in new]))
    return found


def _of(
    label: str, unit: str, old: Mapping[Key, float], new: Mapping[Key, float], both: Sequence[Key]
) -> Measured:
    n = len(both) or 1
    return Measured(
        label,
        unit,
        sum(old[key] for key in both) / n,
        sum(new[key] for key in both) / n,
        bootstrap([new[key] - old[key] for key in both]),
    )


def _tries(run: Run) -> dict[Key, float]:
    return {
        key: sum(row.passed is True for row in rows) / len(rows) for key, rows in by_case(run.results).items()
    }


def _tokens(run: Run) -> dict[Key, float]:
    return {key: sum(row.tokens for row in rows) / len(rows) for key, rows in by_case(run.results).items()}


def _seconds(run: Run) -> dict[Key, float]:
    """By case; the suite of a timing that does not say its own is that of its results."""
    suites = {row.case: row.suite for row in run.results}
    times: dict[Key, list[float]] = {}
    for one in run.timings:
        if suite := one.suite or suites.get(one.case):
            times.setdefault((suite, one.case), []).append(one.seconds)
    return {key: sum(seconds) / len(seconds) for key, seconds in times.items()}


def _doubts(before: Run, after: Run) -> list[str]:
    old, new = before.info, after.info
    shared = old.suites.keys() & new.suites.keys()
    doubts = [
        f"The suite {name} has other files than in {old.id}: its cases are compared by id, and a case may have changed."
        for name in sorted(shared)
        if old.suites[name] != new.suites[name]
    ]
    if old.seed != new.seed:
        doubts.append(
            f"The seeds differ ({old.seed} and {new.seed}): customers that are played may use other words."
        )
    if old.repeats != new.repeats:
        doubts.append(
            f"{old.id} played each case {old.repeats} time(s) and {new.id} {new.repeats} time(s); a case passes only if every try does."
        )
    doubts += [problem for run in (before, after) for problem in run.problems]
    return doubts
