"""What a run leaves: a folder with `run.json` (`RunInfo`) and `results.jsonl` (one `CaseResult` a line, by case and repeat).

With the offline model both files are the same byte for byte for the same suite, seed and version: nothing in them is a time of this
machine. What differs from run to run (durations) lies beside them in `timings.jsonl`.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Verdict(_Kept):
    """What one scorer says of one case. `passed` is None where it could not tell: shown, counted, never taken for a pass."""

    scorer: str  # name of the harm's module, such as `missed_handoff`
    passed: bool | None
    why: str  # for a reader who does not know the code: what was expected and what was found


class Said(_Kept):
    """One line of a transcript."""

    by: Literal["customer", "ai", "human", "system"]
    kind: str  # as `MessageKind`, or `step` for what a customer did without words
    text: str
    cited: tuple[str, ...] = ()  # slugs
    signals: dict[str, Any] | None = (
        None  # of a customer's message: emotion, valence, intensity, intent, stakes, language
    )
    record: dict[str, Any] | None = None  # of an AI message: the turn's record, without times


class CaseResult(_Kept):
    """What became of one case in one repeat. A case passes if every verdict passed and none is None."""

    suite: str
    case: str
    repeat: int  # from 0
    status: Literal["scored", "unscored"]  # unscored: it could not be run to its end; `error` says why
    error: str | None = None  # file and line of the case, and what happened
    verdicts: tuple[Verdict, ...] = ()
    transcript: tuple[Said, ...] = ()
    end: dict[
        str, Any
    ] = {}  # floor, outcome, reason, rule, queue, urgency, receipts, proposals, orders, level, confidence, briefing
    tokens: int = 0
    cost: str | None = None  # as "0.0042 USD"; None where no price is known

    @property
    def passed(self) -> bool | None:
        """True, False, or None if it could not be told."""
        if self.status == "unscored" or any(verdict.passed is None for verdict in self.verdicts):
            return False if any(verdict.passed is False for verdict in self.verdicts) else None
        return all(verdict.passed for verdict in self.verdicts)


class RunInfo(_Kept):
    """What was run. Two runs can be compared if `suites` are the same by hash, or case by case where they differ."""

    id: str  # the folder's name
    suites: dict[str, str]  # name: hash of its files
    cases: int
    seed: int
    repeats: int
    model: str  # `offline`, or the name of the language model
    version: str  # of Candor
    settings: dict[str, Any] = {}  # what was changed from the defaults: prompt, threshold, knowledge version
    started_at: datetime | None = None  # None where the run is to be repeatable byte for byte
    finished: bool = False
