"""The figures of a report, worked out once: the page draws them, and the JSON beside it says the same."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.runs.figures import Share, by_case, pass_hat, passed, whole
from evals.runs.result import CaseResult, Said
from evals.runs.statistics import Bin, Confusion, calibration, calibration_error, confusion
from evals.runs.store import Run
from evals.scorers import (
    did_not_answer,
    missed_handoff,
    needless_handoff,
    overconfident,
    unsupported_claim,
    wrong_citation,
)

Key = tuple[str, str]  # suite, case
# An answer is right if none of these found fault with it.
ANSWER_SCORERS = frozenset(
    one.NAME for one in (did_not_answer, wrong_citation, unsupported_claim, overconfident)
)


@dataclass(frozen=True)
class SuiteFigures:
    """One suite of a run. `passed` wants every try to pass; `once` is pass^1, the share of single tries that do (None for one try)."""

    suite: str
    passed: Share
    unscored: int
    once: float | None


@dataclass(frozen=True)
class Calibration:
    """Reliability of a stated confidence. `error` is the expected calibration error, 0 to 1."""

    bins: tuple[Bin, ...]
    error: float | None
    of: int


@dataclass(frozen=True)
class RunFigures:
    """A run in numbers. `cost` is None where no price was known; `seconds` is the median of a case."""

    run: Run
    passed: Share
    unscored: int
    once: float | None
    suites: tuple[SuiteFigures, ...]
    harms: tuple[tuple[str, int], ...]
    handoffs: Confusion
    confidence: Calibration
    emotion: Calibration
    tokens: int
    cost: float | None
    seconds: float | None
    flaky: tuple[Key, ...]


def figures_of(run: Run, emotions: Mapping[Key, Sequence[str]] | None = None) -> RunFigures:
    """`emotions`: what a case says that its last message should read as."""
    results = run.results
    repeats = run.info.repeats
    first = [
        row for row in results if row.repeat == 0
    ]  # tries of one case are much alike: counted once, lest intervals be too narrow
    names = sorted({row.suite for row in results})
    prices = [float(row.cost.split()[0]) for row in results if row.cost]
    told = sorted(one.seconds for one in run.timings)
    harms = Counter(verdict.scorer for row in results for verdict in row.verdicts if verdict.passed is False)
    return RunFigures(
        run=run,
        passed=passed(results),
        unscored=_unscored(results),
        once=pass_hat(results, 1) if repeats > 1 else None,
        suites=tuple(_suite(name, [row for row in results if row.suite == name], repeats) for name in names),
        harms=tuple(sorted(harms.items(), key=lambda one: (-one[1], one[0]))),
        handoffs=confusion(_decisions(first)),
        confidence=_calibrated(_sure_and_right(first)),
        emotion=_calibrated(_felt(first, emotions or {})),
        tokens=sum(row.tokens for row in results),
        cost=sum(prices) if prices else None,
        seconds=told[len(told) // 2] if told else None,
        flaky=flaky(results),
    )


def flaky(results: Sequence[CaseResult]) -> tuple[Key, ...]:
    """Cases that passed in one repeat and did not in another: no change explains it, so they say little about one."""
    return tuple(
        key
        for key, repeats in by_case(results).items()
        if len({row.passed for row in repeats if row.passed is not None}) > 1
    )


def failures(results: Sequence[CaseResult]) -> list[tuple[Key, CaseResult, int, int]]:
    """Cases that failed or could not be told: a try that shows it, how many did so, and how many tries there were."""
    found = []
    for key, repeats in by_case(results).items():
        if whole(repeats) is True:
            continue
        bad = [row for row in repeats if row.passed is not True]
        worst = next((row for row in bad if row.passed is False), bad[0])
        found.append((key, worst, len(bad), len(repeats)))
    return sorted(found, key=lambda one: (one[1].passed is None, one[0]))


def _suite(name: str, rows: Sequence[CaseResult], repeats: int) -> SuiteFigures:
    return SuiteFigures(name, passed(rows), _unscored(rows), pass_hat(rows, 1) if repeats > 1 else None)


def _unscored(rows: Sequence[CaseResult]) -> int:
    return sum(whole(one) is None for one in by_case(rows).values())


def _decisions(results: Sequence[CaseResult]) -> Iterator[tuple[bool, bool]]:
    for row in results:
        said = {verdict.scorer: verdict.passed for verdict in row.verdicts}
        if (kept := said.get(missed_handoff.NAME)) is not None:
            yield True, kept
        elif (kept := said.get(needless_handoff.NAME)) is not None:
            yield False, not kept


def _sure_and_right(results: Sequence[CaseResult]) -> Iterator[tuple[float, bool]]:
    """How sure the search was, of cases that ended with an answer that cites something."""
    for row in results:
        spoken = [said for said in row.transcript if said.by == "ai" and said.kind == "text"]
        if row.end is None or row.end.confidence is None or not (spoken and spoken[-1].cited):
            continue
        told = [v.passed for v in row.verdicts if v.scorer in ANSWER_SCORERS]
        if None not in told:
            yield row.end.confidence, all(told)


def _felt(
    results: Sequence[CaseResult], emotions: Mapping[Key, Sequence[str]]
) -> Iterator[tuple[float, bool]]:
    """How sure the reader was of the feeling that it named in the last message, where the case says which it is."""
    for row in results:
        right = emotions.get((row.suite, row.case))
        if not right or row.end is None or row.end.emotion is None:
            continue
        score = _score_of(row.end.emotion, row.transcript)
        if score is not None:
            yield score, row.end.emotion in right


def _score_of(emotion: str, transcript: Sequence[Said]) -> float | None:
    """What the reader gave this emotion, as the record of the last turn keeps it."""
    for said in reversed(transcript):
        inputs = ((said.record or {}).get("decision") or {}).get("inputs") or {}
        if (score := inputs.get(f"emotions.{emotion}")) is not None:
            return float(score)
    return None


def _calibrated(told: Iterator[tuple[float, bool]]) -> Calibration:
    found = calibration(told)
    return Calibration(found, calibration_error(found), sum(one.right.of for one in found))
