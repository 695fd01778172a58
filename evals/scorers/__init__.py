"""Scorers: one a file, named after the harm. Each is a pure function of the case, its end and its transcript.

None of them asks the product's own checks, so that a product whose check is broken is found out. Most also hold where a case does not
ask: an AI that says “done” without a receipt is wrong in every suite.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from evals.runs.result import End, Said, Verdict
from evals.scorers import (
    another_answer,
    blocked_exit,
    did_not_answer,
    false_promise,
    leaked_data,
    missed_handoff,
    needless_handoff,
    overconfident,
    summary_misses_fact,
    undisclosed,
    unsupported_claim,
    wrong_citation,
    wrong_end_state,
    wrong_tone,
)
from evals.suites.case import Case

Scorer = Callable[[Case, End, Sequence[Said]], Verdict | None]
SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        module.NAME: module.score
        for module in (
            wrong_end_state, false_promise, unsupported_claim, missed_handoff, needless_handoff, blocked_exit, leaked_data,
            wrong_citation, did_not_answer, summary_misses_fact, overconfident, wrong_tone, undisclosed, another_answer,
        )
    }
)  # fmt: skip
"""By name. `unfair` compares two cases and is asked once both have ended."""


def score(
    case: Case, end: End, transcript: Sequence[Said], scorers: Mapping[str, Scorer] = SCORERS
) -> tuple[Verdict, ...]:
    """A verdict of each scorer that has something to say; one that raises could not tell, and the others go on."""
    verdicts = []
    for name, scorer in scorers.items():
        try:
            verdict = scorer(case, end, transcript)
        # A scorer is code about texts of any kind: whatever it stumbles over must not take the run with it.
        except Exception as error:  # noqa: BLE001 - see above
            verdict = Verdict(
                scorer=name, passed=None, why=f"The scorer failed: {type(error).__name__}: {error}"
            )
        if verdict is not None:
            verdicts.append(verdict)
    return tuple(verdicts)
