"""When a customer may be asked whether it is solved: once, when the matter is over, never in the middle. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from agent.records import Floor
from escalation.after.policy import After
from escalation.records import TurnOutcome

ANSWERED = (TurnOutcome.ANSWER.value, "consent:yes", "consent:no")


@dataclass(frozen=True)
class Matter:
    """How a conversation stands, as far as asking depends on it."""

    floor: str
    resolved: bool
    """A person has marked it as resolved."""
    outcome: str | None
    """Of the customer's newest message (`TurnRecord.outcome`); None while it is not attended to."""
    asked_something: bool
    upset: bool
    open_proposal: bool
    silent_for: timedelta
    """Since anybody's last word that the customer can see."""
    asked_before: bool


def why_not(matter: Matter, after: After, *, closing: bool) -> str | None:
    """What stands against asking now, None if nothing; `closing`: the customer is closing the chat."""
    if matter.asked_before:
        return "They have been asked already."
    if matter.floor != Floor.AI:
        return "A person has the conversation, or it waits for one."
    if matter.silent_for > after.back_within:
        return "It has been over for too long."
    if matter.resolved:
        return None
    if not closing and matter.silent_for < after.ask_after:
        return "They may still be reading."
    return _in_the_middle(matter)


def _in_the_middle(matter: Matter) -> str | None:
    if not matter.asked_something or matter.outcome not in ANSWERED:
        return "Nothing has been answered."
    if matter.open_proposal:
        return "A proposal waits for their yes or no."
    return "They are upset." if matter.upset else None
