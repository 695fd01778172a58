"""How a change of ours is known again on an order, for ever.

The *mark* is written by the same mutation that makes the change, where Shopify keeps it: the staff note of a cancellation,
the note of a refund, the note of a returned piece, a field of ours beside a new address. Where the mark is, the change was made.

The *claim* is a field of ours on the order, written before: who tries to make which request, since when. Only one process
gets it. A claim without a mark that is younger than `QUIET` says that a change may still be on its way.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from agent.actions import Action
from agent.errors import ShopUnavailable
from agent.money import Money
from agent.verdicts import Effects

if TYPE_CHECKING:
    from agent.shopify_shop.shapes import OrderShape

QUIET = timedelta(minutes=10)  # longer than a request of ours can be on its way at Shopify
PREFIX_CLAIM, PREFIX_DONE = "claim-", "done-"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,58}")  # what Shopify takes as the key of a field, less the longest prefix
_MARK = re.compile(r"candor:(?P<key>[A-Za-z0-9_-]{1,58}):(?P<request>[0-9a-f]{16})")


@dataclass(frozen=True)
class Mark:
    """The key under which a change was made, and a hash of what was asked."""

    key: str
    request: str

    def __str__(self) -> str:
        return f"candor:{self.key}:{self.request}"


@dataclass(frozen=True)
class Claim:
    """An attempt at a change. `refund` is what was confirmed, `refunded` what had gone back before (minor units)."""

    request: str
    at: datetime
    refund: Money | None
    refunded: int


_CLAIM = TypeAdapter(Claim)


def may_be_a_key(key: str) -> bool:
    """Whether Shopify can keep it."""
    return _KEY.fullmatch(key) is not None


def mark_for(key: str, customer_id: str, action: Action, effects: Effects) -> Mark:
    """The mark of a request under its key."""
    asked = [customer_id, action.model_dump(mode="json"), effects.to_json()]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return Mark(key, digest[:16])


def mark_in(text: str | None) -> Mark | None:
    """The mark that stands in a note, if one does."""
    match = _MARK.search(text or "")
    return Mark(match["key"], match["request"]) if match else None


def written(claim: Claim) -> str:
    """A claim as it is kept."""
    return _CLAIM.dump_json(claim).decode()


def claim_of(order: "OrderShape", key: str) -> Claim | None:
    """The claim of a key on this order. Raises `ShopUnavailable` for one that cannot be read."""
    return _kept(order, PREFIX_CLAIM + key)


def done_of(order: "OrderShape", key: str) -> Claim | None:
    """What stands beside an address that was changed under this key. Raises like `claim_of`."""
    return _kept(order, PREFIX_DONE + key)


def digest_of_claim(order: "OrderShape", key: str) -> str | None:
    """By which Shopify knows that a claim is still the one that we have read."""
    found = (f.compare_digest for f in order.metafields.whole("fields") if f.key == PREFIX_CLAIM + key)
    return next(found, None)


def _kept(order: "OrderShape", name: str) -> Claim | None:
    for field in order.metafields.whole("fields"):
        if field.key == name:
            try:
                return _CLAIM.validate_json(field.value)
            except ValidationError:
                raise ShopUnavailable("A field of ours on an order was changed by somebody else.") from None
    return None
