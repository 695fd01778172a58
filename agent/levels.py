"""How sure it is who the customer is, and what that is enough for: one table (law 9).

A weaker level never moves money to a new place. Where a level does not reach, the customer is asked for the next one, not
refused.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """Who vouches for the customer, from the weakest to the strongest."""

    VISITOR = "visitor"
    """Nobody."""
    HASH = "hash"
    """The shop, once and for ever: an HMAC of the customer's id. Whoever has seen it has it."""
    EMAIL = "email"
    """The customer's own mailbox: a one-time code came back from it."""
    SHOP = "shop"
    """The shop's backend, minutes ago, by a signed token."""

    @property
    def rank(self) -> int:
        """Its place, 0 for the weakest."""
        return list(Level).index(self)

    def reaches(self, needed: "Level") -> bool:
        """Whether this level is as strong as `needed`, or stronger."""
        return self.rank >= needed.rank


KNOWLEDGE = "knowledge"  # questions about the shop
PERSON = "person"  # the way to a person
ORDERS = "orders"  # to read one's own orders
ACCOUNT = "account"  # to read one's own address, payment methods, subscriptions
CHARGE = "charge"  # to pay something on top with a payment method that is kept
MONEY_ELSEWHERE = "money_elsewhere"  # a refund to anything but the payment that the order was paid with

NEEDED: Mapping[str, Level] = MappingProxyType(
    {
        KNOWLEDGE: Level.VISITOR,
        PERSON: Level.VISITOR,
        ORDERS: Level.HASH,
        ACCOUNT: Level.EMAIL,
        # Changes by their kind. Money goes back where it came from, or not at all.
        "cancel_order": Level.HASH,
        "cancel_items": Level.HASH,
        "return_items": Level.HASH,
        "stop_renewal": Level.HASH,
        "partial_refund": Level.HASH,
        # Goods could end up with somebody else.
        "change_address": Level.EMAIL,
        "change_items": Level.EMAIL,
        "exchange_items": Level.EMAIL,
        "reship": Level.EMAIL,
        CHARGE: Level.EMAIL,
        # Where a stranger would do most harm. The sign-in must be recent besides (`rules.Limits.recent_sign_in`).
        "change_payment": Level.SHOP,
        "change_default_address": Level.SHOP,
        MONEY_ELSEWHERE: Level.SHOP,
        "goodwill": Level.SHOP,  # something for nothing, on a new gift card
    }
)
"""The weakest level that is enough. Of a change each line that it touches must be satisfied."""


def may(level: Level, act: str) -> bool:
    """Whether the level is enough for the act, a line of `NEEDED`. Raises KeyError for an act that the table does not name."""
    return level.reaches(NEEDED[act])
