"""Whether a customer is back with the same matter: tables."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from agent.records import Message, MessageKind
from agent.signals import Intent
from escalation.after.returning import Question, over_before, same_matter

ALIKE = 0.7
START = datetime(2026, 11, 27, 9, tzinfo=UTC)


def question(intent: Intent | None, *orders: str) -> Question:
    return Question(uuid4(), intent, frozenset(orders))


@pytest.mark.parametrize(
    ("new", "earlier", "cosine", "same"),
    [
        # One order: the same wish, or like words.
        (question(Intent.order_status, "TT-1"), question(Intent.order_status, "TT-1"), 0.1, True),
        (question(Intent.complaint, "TT-1"), question(Intent.order_status, "TT-1"), 0.75, True),
        (question(Intent.return_item, "TT-1"), question(Intent.order_status, "TT-1"), 0.5, False),
        (question(None, "TT-1"), question(Intent.order_status, "TT-1"), 0.5, False),
        # Another order is another matter, however like it sounds.
        (question(Intent.order_status, "TT-1"), question(Intent.order_status, "TT-2"), 0.99, False),
        # Without an order in both: the same wish in like words.
        (question(Intent.delivery), question(Intent.delivery), 0.7, True),
        (question(Intent.delivery, "TT-1"), question(Intent.delivery), 0.8, True),
        (question(Intent.delivery), question(Intent.delivery), 0.69, False),
        (question(Intent.delivery), question(Intent.payment), 0.9, False),
        (question(None), question(None), 0.9, False),
        # What is too short to be compared says nothing.
        (question(Intent.delivery), question(Intent.delivery), None, False),
        (question(Intent.order_status, "TT-1"), question(Intent.order_status, "TT-1"), None, True),
    ],
)
def test_the_same_matter(new: Question, earlier: Question, cosine: float | None, *, same: bool) -> None:
    assert same_matter(new, earlier, cosine, ALIKE) is same


def thread(*entries: tuple[MessageKind, float]) -> list[Message]:
    """Messages by kind and hours after the start."""
    conversation = uuid4()
    return [
        Message(
            conversation_id=conversation,
            seq=seq,
            author_kind="customer",
            kind=kind,
            text="?",
            created_at=START + timedelta(hours=hours),
        )
        for seq, (kind, hours) in enumerate(entries, 2)
    ]


TEXT, RESOLVED = MessageKind.TEXT, MessageKind.RESOLVED


@pytest.mark.parametrize(
    ("entries", "rated_at", "over"),
    [
        ([(TEXT, 0), (TEXT, 1)], None, 0),
        ([(TEXT, 0), (RESOLVED, 1), (TEXT, 2)], None, 3),
        ([(TEXT, 0), (TEXT, 1), (TEXT, 30)], None, 3),  # a night and a day of silence
        ([(TEXT, 0), (TEXT, 1), (TEXT, 24)], None, 0),  # not quite
        ([(TEXT, 0), (TEXT, 1), (TEXT, 2)], 1.5, 3),  # the customer said how it went
        ([(TEXT, 0), (TEXT, 1), (TEXT, 2)], 2.5, 0),  # they say so later
    ],
)
def test_a_matter_was_over_up_to_a_place_in_the_thread(entries, rated_at, over) -> None:
    spoken = thread(*entries)
    at = None if rated_at is None else START + timedelta(hours=rated_at)

    assert over_before(spoken, spoken[-1], at, timedelta(hours=24)) == over
