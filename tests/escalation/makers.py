"""Small things that tests of the desk are made of: signals, conversations, accounts."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import AuthorKind, Conversation, Message, MessageKind
from agent.signals import NEGATIVE_VALENCE, Emotion, Intent, Signals, Stake
from escalation import thread
from escalation.dispatch import Dispatch
from escalation.handoffs import ASKED_BY_BUTTON, Call, open_handoff
from escalation.inputs import Moment
from escalation.records import Handoff, StaffAccount
from escalation.routing import Need, Routing
from escalation.trajectory import Feeling, strength_of
from escalation.triggers import Triggers
from knowledge.database import Database, utc_now


def signals(**changes: Any) -> Signals:
    """A calm message about nothing, but for what is given."""
    calm: dict[str, Any] = {
        "emotion": Emotion.neutral,
        "emotions": {},
        "valence": 0.0,
        "intensity": 0.0,
        "intent": Intent.other,
        "intents": {},
        "wants_person": 0.0,
        "stakes": {},
        "language": "en",
        "abstained": False,
        "source": "model",
        "version": "test",
    }
    return Signals(**(calm | changes))


def stake(name: Stake, probability: float) -> Signals:
    """A message with one thing at stake."""
    return signals(stakes={name: probability})


def felt(strength: float) -> Signals:
    """A message that is so upset, 0 to 1: the reverse of `strength_of`, wherever the reader's cut lies."""
    over = max(0.0, strength - 0.5)
    return signals(valence=2 * min(strength, 0.5) * NEGATIVE_VALENCE - 2 * over * (NEGATIVE_VALENCE + 1))


def moment(*readings: Signals, earlier: Sequence[Signals] = (), **more: Any) -> Moment:
    """The moment of the last of a conversation's messages; `earlier` was said in other conversations."""
    return Moment(
        readings[-1], conversation=_feelings(readings), customer=_feelings([*earlier, *readings]), **more
    )


def _feelings(readings: Sequence[Signals]) -> list[Feeling]:
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    return [Feeling(noon, strength_of(s.valence)) for s in readings if not s.abstained]


async def begin(database: Database, customer_id: str = "cus_maeve") -> Conversation:
    """A conversation with its disclosure."""
    conversation = Conversation(case_number=f"C-{uuid4().hex[:8]}", customer_id=customer_id)
    async with database.transaction() as session:
        session.add(conversation)
        await session.flush()
        await thread.append(
            session,
            conversation.id,
            author=AuthorKind.SYSTEM,
            kind=MessageKind.DISCLOSURE,
            text="You are chatting with an AI assistant.",
        )
    return conversation


async def say(database: Database, conversation: Conversation, text: str, **fields: Any) -> Message:
    """One more message of the thread; the customer's if nothing else is given."""
    async with database.transaction() as session:
        return await thread.append(
            session, conversation.id, **({"author": AuthorKind.CUSTOMER, "text": text} | fields)
        )


async def account(database: Database, name: str, **fields: Any) -> StaffAccount:
    """A person of the desk who never signs in: no time is spent on a password."""
    made = StaffAccount(email=f"{name.lower()}@desk.example", name=name, password_hash="none", **fields)
    async with database.transaction() as session:
        session.add(made)
    return made


ROUTING = Routing.load()


def dispatch(
    database: Database, routing: Routing = ROUTING, clock: Callable[[], datetime] = utc_now
) -> Dispatch:
    """Routing in use, over a database."""
    return Dispatch(database, routing, Triggers.load().trajectory, clock=clock)


async def wait(
    session: AsyncSession,
    conversation: Conversation,
    *,
    epoch: int = 1,
    now: datetime | None = None,
    call: Call = ASKED_BY_BUTTON,
    **need: Any,
) -> Handoff:
    """The conversation goes to a queue, as routing in use sends it."""
    at = now or utc_now()
    wanted = Need(call.reason, call.urgency, call.queue, **need)
    return await open_handoff(
        session, conversation, call, epoch=epoch, assignment=ROUTING.assign(wanted, at), now=at
    )


async def fresh(session: AsyncSession, conversation: Conversation) -> Conversation:
    """The conversation as the database has it."""
    return await session.get_one(Conversation, conversation.id, populate_existing=True)


async def now(database: Database, conversation: Conversation) -> Conversation:
    """The conversation as it is now."""
    async with database.reading() as session:
        return await fresh(session, conversation)


async def texts_of(database: Database, conversation: Conversation) -> list[str]:
    """Everything in the thread."""
    async with database.reading() as session:
        return [m.text for m in await thread.messages_of(session, conversation.id)]
