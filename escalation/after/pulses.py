"""Takes the pulse of each customer message when it is read: does it ask, did it leave the customer upset, is it an old matter?"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlmodel import col, select

from agent.models.understanding import order_number
from agent.records import Conversation, Message, Reading
from agent.signals import Intent, Signals
from escalation.after.policy import After
from escalation.after.records import Pulse, Rating
from escalation.after.returning import Question, over_before, same_matter
from escalation.circumstances import COMPARED, SHORTEST
from escalation.histories import History, of_same_customer
from escalation.trajectory import Shape, end_of
from knowledge.database import Database
from knowledge.embedding import Embedder

log = structlog.get_logger()

SECONDS = 2  # of comparing; the customer waits behind it
# What asks nothing. Who asks for a person asks for something.
COURTESIES = frozenset({Intent.greeting, Intent.thanks, Intent.confirm, Intent.decline})


def asks(signals: Signals) -> bool:
    """Whether a message is more than a courtesy. What could not be judged is taken for a question."""
    return signals.abstained or signals.intent not in COURTESIES


class Pulses:
    """Makes pulses. What cannot be compared takes up nothing."""

    def __init__(self, database: Database, embedder: Embedder, shape: Shape, after: After) -> None:
        self.database = database
        self.embedder = embedder
        self.shape = shape
        self.after = after

    async def of(
        self, conversation: Conversation, history: History, messages: Sequence[Message]
    ) -> list[Pulse]:
        """The pulse of each of these messages, which the history has the signals of."""
        return [await self._pulse(conversation, history, message) for message in messages]

    async def _pulse(self, conversation: Conversation, history: History, message: Message) -> Pulse:
        pulse = Pulse(
            message_id=message.id,
            conversation_id=conversation.id,
            at=message.created_at,
            asks=asks(history.readings[message.id]),
            upset=end_of(history.feelings(history.stretch(message)), self.shape).upset,
        )
        if pulse.asks:
            try:
                async with asyncio.timeout(SECONDS):
                    pulse.again_of = await self._taken_up(conversation, history, message)
            # Models raise what they like, and a figure must not cost a customer their answer.
            except Exception as error:  # noqa: BLE001 - see above
                log.warning("matter_not_compared", error=type(error).__name__)
        return pulse

    async def _taken_up(self, conversation: Conversation, history: History, message: Message) -> UUID | None:
        earlier = await self._earlier(conversation, history, message)
        if not earlier:
            return None
        new = _question(message, history.readings[message.id])
        cosines = await self._cosines(message, [asked for asked, _ in earlier])
        for (asked, signals), cosine in zip(earlier, cosines, strict=True):
            if same_matter(new, _question(asked, signals), cosine, self.after.alike):
                return asked.conversation_id
        return None

    async def _earlier(
        self, conversation: Conversation, history: History, message: Message
    ) -> list[tuple[Message, Signals]]:
        """What the customer asked within the last days in other conversations, or here in a matter that was over; newest first."""
        since = message.created_at - self.after.back_within
        elsewhere = (
            select(Message, Reading.signals)
            .join(Pulse, col(Pulse.message_id) == col(Message.id))
            .join(Reading, col(Reading.message_id) == col(Message.id))
            .join(Conversation, col(Conversation.id) == col(Pulse.conversation_id))
            .where(
                of_same_customer(conversation),
                Conversation.id != conversation.id,
                col(Pulse.asks),
                Pulse.at >= since,
                # A microsecond apart at least: a message sent to two conversations at once takes up neither.
                Pulse.at <= message.created_at - timedelta(microseconds=1),
            )
            .order_by(col(Pulse.at).desc())
            .limit(COMPARED)
        )
        async with self.database.reading() as session:
            rows = (await session.exec(elsewhere)).all()
            rating = await session.get(Rating, conversation.id)
        over = over_before(history.spoken, message, rating.rated_at if rating else None, self.after.silence)
        here = [
            (m, history.readings[m.id])
            for m in history.read
            if m.seq <= over and m.created_at >= since and asks(history.readings[m.id])
        ]
        found = [*here, *((m, Signals.from_json(signals)) for m, signals in rows)]
        return sorted(found, key=lambda one: one[0].created_at, reverse=True)[:COMPARED]

    async def _cosines(self, message: Message, earlier: Sequence[Message]) -> list[float | None]:
        """The cosine of a message to each earlier one; None where one of them is too short to mean anything alone."""
        if not _comparable(message):
            return [None] * len(earlier)
        vectors = await self.embedder.embed([m.text for m in (message, *earlier)])
        return [
            float(vectors[0] @ vector) if _comparable(m) else None
            for m, vector in zip(earlier, vectors[1:], strict=True)
        ]


def _comparable(message: Message) -> bool:
    return len(message.text.split()) >= SHORTEST


def _question(message: Message, signals: Signals) -> Question:
    number = order_number(message.text)
    return Question(
        conversation_id=message.conversation_id,
        intent=None if signals.abstained else signals.intent,
        orders=frozenset({number} if number else ()),
    )
