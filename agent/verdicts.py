"""What the policy can say to a request, and what an allowed one does with money."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from agent.levels import Level
from agent.money import Money
from agent.rules import RULES, Code

NEW_GIFT_CARD = "a gift card"  # the label of one that the customer does not have yet


class RefundTime(StrEnum):
    """When money arrives, as the article `refunds` says it."""

    AT_ONCE = "at once"
    AFTER_CANCELLATION = "within 5–7 working days"
    AFTER_ARRIVAL = "5–7 working days after the parcel has arrived at our warehouse"


@dataclass(frozen=True)
class Effects:
    """What an allowed request does with money, worked out by code. All None where no money moves.

    `refund` goes to `refund_to` (a label; `method` is the shop's id of it, empty for a new gift card), `fee` is what was
    deducted from it, `charge` is what the customer pays on top with `method`.
    """

    refund: Money | None = None
    fee: Money | None = None
    charge: Money | None = None
    method: str = ""
    refund_to: str | None = None
    refund_when: RefundTime | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the digest and the record."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Effects":
        """The same effects again. Raises pydantic's ValidationError for a damaged record."""
        return TypeAdapter(cls).validate_python(stored)


@dataclass(frozen=True)
class Allowed:
    """Code may do it, with these effects, once the customer has confirmed."""

    effects: Effects


@dataclass(frozen=True)
class NeedsInput:
    """Something is missing or unusable; `fields` names the arguments."""

    fields: tuple[str, ...]
    explanation: str


@dataclass(frozen=True)
class NeedsPerson:
    """Beyond what code may decide. `limit` is the limit that was passed, if it is an amount.

    Where a person's approval is all that is missing, `effects` are those that it would allow, `at_stake` is what it would
    cost the shop, and `also` are the further reasons; else `effects` is None, and code cannot do it at all.
    """

    reason: Code
    article: str
    explanation: str
    limit: Money | None = None
    effects: Effects | None = None
    at_stake: Money | None = None
    also: tuple["NeedsPerson", ...] = ()

    @property
    def reasons(self) -> frozenset[Code]:
        """Everything that an approval would have to cover."""
        return frozenset((self.reason, *(further.reason for further in self.also)))


@dataclass(frozen=True)
class NeedsProof:
    """It must be surer who the customer is: this level is enough."""

    level: Level
    explanation: str


@dataclass(frozen=True)
class Refused:
    """No, by a rule that `article` states."""

    code: Code
    article: str
    explanation: str


Objection = NeedsInput | NeedsPerson | NeedsProof | Refused
Verdict = Allowed | Objection


def refused(code: Code, **values: object) -> Refused:
    """The refusal of a rule, in its words."""
    return Refused(code, RULES[code].article, RULES[code].says.format(**values))


def needs_proof(level: Level) -> NeedsProof:
    """What a level that does not reach is told."""
    by_mail = level is not Level.SHOP
    return NeedsProof(level, CONFIRM_YOUR_ADDRESS if by_mail else SIGN_IN_AT_THE_SHOP)


CONFIRM_YOUR_ADDRESS = "For this, please confirm your e-mail address first."
SIGN_IN_AT_THE_SHOP = "For this, please sign in on the shop's page first."


def needs_person(code: Code, limit: Money | None = None, **values: object) -> NeedsPerson:
    """A rule that leaves it to a person, in its words."""
    return NeedsPerson(code, RULES[code].article, RULES[code].says.format(limit=limit, **values), limit)
