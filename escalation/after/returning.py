"""Whether a customer is back with a matter that they have had before. Pure: what is compared is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from agent.records import Message, MessageKind
from agent.signals import Intent


@dataclass(frozen=True)
class Question:
    """Something that a customer asked. `intent` is None where the reader could not judge."""

    conversation_id: UUID
    intent: Intent | None
    orders: frozenset[str] = frozenset()


def same_matter(new: Question, earlier: Question, cosine: float | None, alike: float) -> bool:
    """Whether two questions of one customer are about the same matter; `cosine` None where they cannot be compared.

    Of one order, the same wish or like words are enough; of two different orders nothing is. Without an order in both it takes
    the same wish in like words, so that two customers' everyday questions ("how long does delivery take?") do not count
    as one that was not settled.
    """
    wish = new.intent is not None and new.intent == earlier.intent
    like = cosine is not None and cosine >= alike
    if new.orders and earlier.orders:
        return bool(new.orders & earlier.orders) and (wish or like)
    return wish and like


def over_before(
    spoken: Sequence[Message], message: Message, rated_at: datetime | None, silence: timedelta
) -> int:
    """The place (`seq`) up to which the thread's matter was over when a message came; 0 if it is still the first one.

    Over: a person had marked it as resolved, the customer had said whether it was solved, or nobody had said anything for so long.
    """
    before = [m for m in spoken if m.seq <= message.seq]
    ends = [m.seq for m in before if m.kind == MessageKind.RESOLVED]
    ends += [one.seq for one, other in pairwise(before) if other.created_at - one.created_at >= silence]
    if rated_at is not None:
        ends += [m.seq for m in before if m.created_at < rated_at <= message.created_at]
    return max(ends, default=0)
