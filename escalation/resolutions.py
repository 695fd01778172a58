"""How a matter ended, derived from the records: confirmed by the customer, assumed after silence, or not resolved. Pure.

A conversation is looked at when it is *at rest*: the AI has the floor, and the customer has said whether it is solved or has
been silent for `after.yaml`'s `assumed_after_hours`. Confirmed and assumed are never added up.
"""

from dataclasses import dataclass
from enum import StrEnum

from escalation.after.asking import ANSWERED
from escalation.records import TurnOutcome


class By(StrEnum):
    """Who ended it. Once a person was called, it is never the AI."""

    AI = "ai"
    PEOPLE = "people"


class Ending(StrEnum):
    """How it ended."""

    CONFIRMED = "confirmed"  # the customer said that it is solved
    ASSUMED = "assumed"  # answered, and silence since
    NOT_SOLVED = "not_solved"  # the customer said so
    UNANSWERED = "unanswered"  # the customer left without an answer
    CAME_BACK = "came_back"  # it looked resolved, and they came back with it


RESOLVED = (Ending.CONFIRMED, Ending.ASSUMED)


@dataclass(frozen=True)
class Facts:
    """What the records say of a conversation at rest."""

    handed_over: bool
    """There was a handoff, ended or not, by whomever."""
    marked_resolved: bool
    """A person has marked it as resolved, and the customer has not written since."""
    outcome: str | None
    """Of the customer's last question (`TurnRecord.outcome`)."""
    said_solved: bool | None
    """The customer's word, unless they asked something after it."""
    came_back: bool
    """Within the days of `after.yaml` the customer took up the same matter in another conversation."""


def ending_of(facts: Facts) -> tuple[By, Ending]:
    """Who ended it, and how."""
    by = By.PEOPLE if facts.handed_over else By.AI
    if facts.said_solved is False:
        return by, Ending.NOT_SOLVED
    ending = Ending.CONFIRMED if facts.said_solved else Ending.ASSUMED
    if ending is Ending.ASSUMED and not _answered(facts, by):
        return by, Ending.UNANSWERED
    return by, Ending.CAME_BACK if facts.came_back else ending


def _answered(facts: Facts, by: By) -> bool:
    if facts.marked_resolved or facts.outcome in ANSWERED:
        return True
    # Handed back by a person: their words were the answer, unless the AI has said since that it does not know.
    return by is By.PEOPLE and facts.outcome != TurnOutcome.UNKNOWN
