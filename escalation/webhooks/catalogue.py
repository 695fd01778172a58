"""Every event that is told, what it means, and what its `data` holds. docs/webhooks.md shows the same examples.

No event carries what somebody wrote, a name or an address: ids, with which the API tells the rest to whoever may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ID = "5f0c3a52-7d0e-4a57-9d5e-3f1f6c1b2a90"
_CONVERSATION = {"conversation_id": _ID, "case_number": "C-4F1A9C02"}


@dataclass(frozen=True)
class EventType:
    """A kind of event. `example` is its `data`."""

    name: str
    means: str
    example: Mapping[str, Any]


def _message(name: str, means: str, author: str, kind: str) -> EventType:
    return EventType(
        name,
        means,
        {**_CONVERSATION, "message_id": _ID, "seq": 4, "author": author, "kind": kind, "staff_id": None},
    )


def _proposal(status: str, means: str) -> EventType:
    name = f"proposal.{'created' if status == 'open' else status}"
    return EventType(
        name, means, {**_CONVERSATION, "proposal_id": _ID, "action": "cancel_order", "status": status}
    )


CATALOGUE = (
    _message("conversation.opened", "A customer or visitor began a conversation.", "system", "disclosure"),
    _message("conversation.claimed", "A person took the conversation.", "system", "claim"),
    _message("conversation.handed_back", "A person gave it back to the AI.", "system", "handback"),
    _message("conversation.resolved", "A person closed the matter.", "system", "resolved"),
    _message("conversation.reopened", "The customer wrote again after it was closed.", "system", "reopened"),
    EventType(
        "conversation.rated",
        "The customer said whether it is solved, or changed their word.",
        {**_CONVERSATION, "solved": True, "satisfaction": 4, "effort": 2},
    ),
    _message("message.created", "Somebody wrote, or the thread tells what happened. Notes of the desk are not told.", "customer", "text"),
    _message("receipt.created", "A change was carried out, and the customer has its receipt.", "system", "receipt"),
    EventType(
        "handoff.created",
        "The conversation goes to a person.",
        {**_CONVERSATION, "handoff_id": _ID, "reason": "asked_for_person", "urgency": "normal", "queue": "orders"},
    ),
    _proposal("open", "A change is fully worked out and waits for the customer's yes."),
    _proposal("confirmed", "The customer confirmed it; it is being carried out."),
    _proposal("done", "It was carried out."),
    _proposal("failed", "The shop refused it, or could not do it."),
    _proposal("declined", "The customer said no."),
    _proposal("expired", "Nobody said anything in time."),
    _proposal("withdrawn", "The floor moved, or another proposal took its place."),
)  # fmt: skip
NAMES = tuple(one.name for one in CATALOGUE)
