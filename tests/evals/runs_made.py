"""Small runs for tests: made of verdicts, written as the runner writes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evals.runs.folder import RunFolder
from evals.runs.result import CaseResult, End, HandedOff, RunInfo, Said, Verdict

Outcome = bool | None


def result(
    case: str,
    passed: Outcome,
    *,
    suite: str = "actions",
    scorer: str = "wrong_end_state",
    repeat: int = 0,
    said: str = "I can do that.",
    why: str = "TT-1 should be cancelled and is pending",
    tokens: int = 0,
    cost: str | None = None,
    confidence: float | None = None,
) -> CaseResult:
    """A case with one verdict and a short conversation."""
    return CaseResult(
        suite=suite,
        case=case,
        repeat=repeat,
        status="scored",
        verdicts=(Verdict(scorer=scorer, passed=passed, why="As it should be." if passed else why),),
        transcript=(
            Said(by="customer", kind="text", text=f"Please cancel it <{case}>"),
            Said(by="ai", kind="text", text=said, cited=("returns",), card="Cancel TT-1"),
            Said(by="customer", kind="step", text="presses Confirm"),
        ),
        end=End(
            floor="ai",
            outcome="answer",
            confidence=confidence,
            handoffs=(HandedOff(reason="legal", rule="legal", queue="front", urgency="high"),),
        ),
        tokens=tokens,
        cost=cost,
    )


def unscored(case: str, *, suite: str = "actions", repeat: int = 0) -> CaseResult:
    """A case that could not be played."""
    return CaseResult(
        suite=suite,
        case=case,
        repeat=repeat,
        status="unscored",
        error=f"cases/{suite}/a.yaml:7: the shop fell over",
    )


def written(
    folder: Path,
    results: Sequence[CaseResult],
    *,
    repeats: int = 1,
    hashes: Mapping[str, str] | None = None,
    model: str = "offline",
) -> Path:
    """The run on disk."""
    cases = {(row.suite, row.case) for row in results}
    info = RunInfo(
        id=folder.name,
        suites=dict(hashes or {row.suite: "0a1b" for row in results}),
        cases=len(cases),
        seed=1,
        repeats=repeats,
        model=model,
        version="0.1.0",
    )
    run = RunFolder(folder)
    run.begin(info, resume=False)
    run.finish(info, results, {(row.case, row.repeat): 0.5 for row in results})
    return folder
