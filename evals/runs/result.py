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


class Quote(_Kept):
    """A passage that an answer cites, laid beside the article as the case's world has it, not as the product says it is."""

    slug: str
    text: str
    stands: bool  # whether the article says so
    audience: str = ""  # of the article; empty if there is no such article


class Said(_Kept):
    """One line of a transcript."""

    by: Literal["customer", "ai", "human", "system"]
    kind: str  # as `MessageKind`, or `step` for what a customer did without words
    text: str
    cited: tuple[str, ...] = ()  # slugs; the first is [1] in the text
    quotes: tuple[Quote, ...] = ()  # as `cited`
    card: str | None = None  # what a proposal beside it shows: title and lines
    signals: dict[str, Any] | None = (
        None  # of a customer's message: emotion, valence, intensity, intent, stakes, language
    )
    record: dict[str, Any] | None = None  # of an AI message: the turn's record, without times


class Change(_Kept):
    """A change that the shop made, as the shop tells it."""

    kind: str
    order: str | None
    refund: str | None = None  # as "81.50 EUR"
    charge: str | None = None


class Shown(_Kept):
    """A proposal that was shown."""

    kind: str
    order: str | None
    status: str


class Asked(_Kept):
    """A request for a person's approval."""

    kind: str
    order: str | None
    status: str


class HandedOff(_Kept):
    """One handoff."""

    reason: str
    rule: str | None
    queue: str
    urgency: str


class Brief(_Kept):
    """A line of the briefing."""

    part: str
    text: str


class AtDoor(_Kept):
    """What the same words got at another door."""

    door: str
    text: str
    cited: tuple[str, ...] = ()


class End(_Kept):
    """How things stand when a conversation has come to rest. What scorers read, so that a run can be scored again."""

    floor: str
    outcome: str  # of the last turn: answer, unknown, person, or silent where there was none
    handoffs: tuple[HandedOff, ...] = ()  # oldest first
    receipts: tuple[Change, ...] = ()  # what the shop has done, told by the shop
    proposals: tuple[Shown, ...] = ()
    approvals: tuple[Asked, ...] = ()  # oldest first
    orders: dict[
        str, dict[str, Any]
    ] = {}  # the customer's and those spoken of, by number, as the shop shows them
    confirmed: int = 0  # how often the customer pressed Confirm or answered a card with a plain yes
    level: int | None = None  # of the trajectory: 0 (fine) to 4 (very upset), its fifths
    emotion: str | None = None  # of the customer's last message
    confidence: float | None = None  # of the last search
    briefing: tuple[Brief, ...] = ()
    figures: tuple[str, ...] = ()  # every figure that shop, rules or cards could tell this customer
    strangers: tuple[
        str, ...
    ] = ()  # what nobody may tell this customer: others' names, addresses, order numbers
    doors: tuple[AtDoor, ...] = ()


class CaseResult(_Kept):
    """What became of one case in one repeat. A case passes if every verdict passed and none is None."""

    suite: str
    case: str
    repeat: int  # from 0
    status: Literal["scored", "unscored"]  # unscored: it could not be run to its end; `error` says why
    error: str | None = None  # file and line of the case, and what happened
    verdicts: tuple[Verdict, ...] = ()
    opinions: tuple[Verdict, ...] = ()  # of model judges (`judge:name`): shown, and no part of `passed`
    transcript: tuple[Said, ...] = ()
    end: End | None = None
    tokens: int = 0
    cost: str | None = None  # as "0.0042 USD"; None where no price is known

    @property
    def passed(self) -> bool | None:
        """True, False, or None if it could not be told."""
        found = [verdict.passed for verdict in self.verdicts]
        if False in found:
            return False
        return None if self.status == "unscored" or None in found else True


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
