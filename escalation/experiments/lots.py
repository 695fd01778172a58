"""Who takes part in an experiment, and which variant they get: by a hash, the same on every machine and at all times. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from agent.records import Conversation

_WHOLE = 2**64


class Variant(StrEnum):
    """A is the control, the product as it is; B is what is tried."""

    A = "A"
    B = "B"


@dataclass(frozen=True)
class Draw:
    """What somebody drew: `unit` names them within the experiment and tells nothing of them, None: they take no part."""

    unit: str
    variant: Variant | None


def draw(experiment: str, who: str, share: float) -> Draw:
    """What somebody draws, of whom `share` (0 to 1) take part, half of these with each variant.

    SHA-256 of the experiment's name and theirs. Its first 8 bytes decide who takes part, so a larger share keeps
    everybody who did; the next byte decides the variant, so it is the same at any share.
    """
    digest = hashlib.sha256(f"{experiment}\n{who}".encode()).digest()
    takes_part = int.from_bytes(digest[:8]) < share * _WHOLE
    variant = Variant.B if digest[8] & 1 else Variant.A
    return Draw(digest[16:].hex(), variant if takes_part else None)


def who_of(conversation: Conversation) -> str:
    """Whom a conversation is with: a customer of the shop, else the visitor of this browser."""
    if conversation.customer_id is not None:
        return f"customer {conversation.customer_id}"
    return f"visitor {conversation.visitor_id}"
