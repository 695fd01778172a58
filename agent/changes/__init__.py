"""Every kind of change that a customer can ask for, one entry each.

A change is a *request* (`agent/actions.py`), *checks* over what the shop and our records say, *effects* worked out by
code, and the words of its proposal and receipt. `agent/policy.py` decides by this table; `docs/actions.md` prints it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from agent.changes.addresses import CHANGE_ADDRESS, CHANGE_DEFAULT_ADDRESS
from agent.changes.cancelling import CANCEL_ITEMS, CANCEL_ORDER
from agent.changes.entry import Entry
from agent.changes.payments import CHANGE_PAYMENT
from agent.changes.refunding import GOODWILL, PARTIAL_REFUND
from agent.changes.reshipping import RESHIP
from agent.changes.returning import RETURN_ITEMS
from agent.changes.subscriptions import STOP_RENEWAL
from agent.changes.swapping import CHANGE_ITEMS, EXCHANGE_ITEMS

_ALL: tuple[Entry[Any], ...] = (
    CANCEL_ORDER,
    CANCEL_ITEMS,
    CHANGE_ADDRESS,
    CHANGE_PAYMENT,
    CHANGE_ITEMS,
    RETURN_ITEMS,
    EXCHANGE_ITEMS,
    PARTIAL_REFUND,
    GOODWILL,
    RESHIP,
    CHANGE_DEFAULT_ADDRESS,
    STOP_RENEWAL,
)
CHANGES: Mapping[str, Entry[Any]] = MappingProxyType({entry.kind: entry for entry in _ALL})
