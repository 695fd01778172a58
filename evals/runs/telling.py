"""A run told on the terminal: regressions first, then what fails, what could not be told, and the figures."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.runs.figures import by_case, pass_hat, passed, whole
from evals.runs.result import CaseResult

MOST = 40  # failures that are told one by one; all stand in `results.jsonl`


@dataclass(frozen=True)
class Changes:
    """What differs from a baseline, case by case: (suite, id)."""

    worse: tuple[tuple[str, str], ...]
    better: tuple[tuple[str, str], ...]
    missing: int  # cases of the baseline that were not run


def changes(before: Sequence[CaseResult], now: Sequence[CaseResult]) -> Changes:
    """Cases that passed and do not any more, and the reverse. One that cannot be told any more is worse."""
    old = {key: whole(repeats) for key, repeats in by_case(before).items()}
    new = {key: whole(repeats) for key, repeats in by_case(now).items()}
    both = sorted(old.keys() & new.keys())
    return Changes(
        worse=tuple(key for key in both if old[key] and not new[key]),
        better=tuple(key for key in both if not old[key] and new[key]),
        missing=len(old.keys() - new.keys()),
    )


def told(
    results: Sequence[CaseResult],
    *,
    where: Mapping[str, str],
    against: Changes | None = None,
    repeats: int = 1,
    full: bool = False,
) -> Iterator[str]:
    """The lines of the summary. `where` is file and line of each case."""
    cases = by_case(results)
    if against is not None:
        yield from _regressions(against, cases, where)
    failing = [key for key, rows in cases.items() if whole(rows) is False]
    if failing:
        yield f"Failing: {len(failing)}"
        for key in failing if full else failing[:MOST]:
            yield from _one(key, cases[key], where)
        if not full and len(failing) > MOST:
            yield f"  … and {len(failing) - MOST} more (--all shows them)"
        yield ""
    unscored = [key for key, rows in cases.items() if whole(rows) is None]
    if unscored:
        yield f"Could not be told: {len(unscored)}"
        for key in unscored:
            yield from _one(key, cases[key], where)
        yield ""
    yield from _figures(results, repeats)


def _regressions(
    against: Changes, cases: Mapping[tuple[str, str], Sequence[CaseResult]], where: Mapping[str, str]
) -> Iterator[str]:
    yield f"Against the baseline: {len(against.worse)} worse, {len(against.better)} better" + (
        f", {against.missing} of its cases were not run" if against.missing else ""
    )
    for key in against.worse:
        yield from _one(key, cases[key], where)
    yield ""


def _one(key: tuple[str, str], rows: Sequence[CaseResult], where: Mapping[str, str]) -> Iterator[str]:
    suite, case = key
    bad = [row for row in rows if row.passed is not True]
    often = f" ({len(bad)} of {len(rows)} tries)" if len(rows) > 1 else ""
    yield f"  {suite}/{case}{often}  {where.get(case, '')}"
    row = bad[0]
    if row.error:
        yield f"      {row.error}"
    for verdict in row.verdicts:
        if verdict.passed is not True:
            yield f"      {verdict.scorer}: {verdict.why}"


def _figures(results: Sequence[CaseResult], repeats: int) -> Iterator[str]:
    suites = sorted({result.suite for result in results})
    width = max((len(suite) for suite in suites), default=0)
    for suite in [*suites, ""] if len(suites) > 1 else suites:
        rows = [result for result in results if suite in ("", result.suite)]
        name = suite or "all"
        untold = sum(whole(one) is None for one in by_case(rows).values())
        line = f"{name:{max(width, 3)}}  passed {passed(rows)}"
        if repeats > 1:
            hats = (pass_hat(rows, k) for k in (1, repeats))
            line += "".join(
                f", pass^{k} {hat:.3f}" for k, hat in zip((1, repeats), hats, strict=True) if hat is not None
            )
        yield line + (f", could not be told {untold}" if untold else "")
    harms = Counter(v.scorer for row in results for v in row.verdicts if v.passed is False)
    if harms:
        yield "Harms: " + ", ".join(f"{name} {number}" for name, number in harms.most_common())
    if tokens := sum(result.tokens for result in results):
        priced = [float(result.cost.split()[0]) for result in results if result.cost]
        yield f"Tokens: {tokens}" + (f", cost {sum(priced):.4f} USD" if priced else "")
