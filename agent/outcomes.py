"""What becomes of a confirmation: values, matched by the front desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from agent.records import Proposal, ProposalStatus


class Why(StrEnum):
    """Why a proposal cannot be carried out. `NEEDS_PERSON` asks the front desk for a person."""

    NOT_FOUND = "not_found"
    CHANGED = "changed"
    EXPIRED = "expired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FLOOR_MOVED = "floor_moved"
    ALREADY_CONFIRMED = "already_confirmed"
    NO_LONGER_ALLOWED = "no_longer_allowed"
    NEEDS_PERSON = "needs_person"
    SHOP_REFUSED = "shop_refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Done:
    """It is done. `receipt` is the sentence for the customer, the same every time."""

    receipt: str
    proposal: Proposal


@dataclass(frozen=True)
class NotPossible:
    """The proposal does nothing (more). `explanation` is for the customer, `article` states the rule."""

    reason: Why
    explanation: str
    proposal: Proposal | None = None
    article: str | None = None


@dataclass(frozen=True)
class Unknown:
    """The shop did not answer, or contradicts itself. The proposal stays confirmed; `recover` settles it."""

    explanation: str
    proposal: Proposal


Outcome = Done | NotPossible | Unknown

_SAYS: Mapping[Why, str] = MappingProxyType(
    {
        Why.NOT_FOUND: "There is no such proposal. Open the conversation again to see what waits for you.",
        Why.CHANGED: "This is not the proposal that was shown. Nothing was changed. Look at the details again and confirm those.",
        Why.EXPIRED: "This proposal has expired. Nothing was changed. Ask again to get a new one.",
        Why.DECLINED: "This proposal was declined. Nothing was changed. Ask again if you want it after all.",
        Why.WITHDRAWN: "This proposal was withdrawn. Nothing was changed. Confirm the newest one, or ask again.",
        Why.FLOOR_MOVED: "A person is looking after this conversation now. Nothing was changed. Tell them what you would like.",
        Why.ALREADY_CONFIRMED: "This was confirmed already.",
        Why.NO_LONGER_ALLOWED: "The order has changed since this was proposed. Nothing was done. Ask again to get a new proposal.",
        Why.NEEDS_PERSON: "A person has to decide this. Nothing was changed.",
        Why.SHOP_REFUSED: "The shop did not accept this. Nothing was changed. Ask for a person to look into it.",
        Why.FAILED: "This could not be done. Nothing was changed. Ask for a person to look into it.",
    }
)

_CLOSED = {
    ProposalStatus.CONFIRMED: Why.ALREADY_CONFIRMED,
    ProposalStatus.DONE: Why.ALREADY_CONFIRMED,
    ProposalStatus.FAILED: Why.FAILED,
    ProposalStatus.EXPIRED: Why.EXPIRED,
    ProposalStatus.DECLINED: Why.DECLINED,
    ProposalStatus.WITHDRAWN: Why.WITHDRAWN,
}


def not_possible(
    reason: Why, proposal: Proposal | None = None, explanation: str | None = None, article: str | None = None
) -> NotPossible:
    """A `NotPossible` in the usual words of its reason, unless an explanation is given."""
    return NotPossible(reason, explanation or _SAYS[reason], proposal, article)


def closed(proposal: Proposal) -> NotPossible:
    """Why a proposal that is not open any more can be neither confirmed nor declined."""
    return not_possible(_CLOSED[ProposalStatus(proposal.status)], proposal)
