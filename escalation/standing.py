"""Where a conversation stands: derived from its thread each time, stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import (
    Audience,
    AuthorKind,
    Conversation,
    Floor,
    Message,
    MessageKind,
    Proposal,
    ProposalStatus,
    TurnRecord,
)
from agent.signals import Signals
from escalation import thread
from escalation.handoffs import last_handback_note, readings_of
from escalation.records import TurnOutcome


@dataclass(frozen=True)
class Standing:
    """A conversation as one attendance sees it."""

    conversation: Conversation
    spoken: Sequence[Message]  # what the customer can see
    asked: Sequence[Message]  # customer messages that nobody has attended to
    readings: dict[UUID, Signals]
    misses: int  # questions in a row that the AI could not answer
    handback_note: str | None
    open_proposal: Proposal | None

    @property
    def unread(self) -> list[Message]:
        """Customer messages without signals."""
        return [m for m in self.spoken if m.author_kind == AuthorKind.CUSTOMER and m.id not in self.readings]

    @property
    def waits_for_ai(self) -> bool:
        """The AI has the floor and something to attend to."""
        return self.conversation.floor == Floor.AI and bool(self.asked)

    @property
    def courses(self) -> list[list[Signals]]:
        """For each message that waits, the signals up to it since the AI last got the floor, oldest first."""
        recent = [m for m in _since_last_person(self.spoken) if m.id in self.readings]
        return [
            [self.readings[m.id] for m in recent[: place + 1]]
            for place, message in enumerate(recent)
            if message in self.asked
        ]


async def standing_of(session: AsyncSession, conversation_id: UUID) -> Standing:
    """Where it stands now. Raises `ConversationNotFoundError`."""
    conversation = await thread.find(session, conversation_id)
    spoken = await thread.messages_of(session, conversation_id, audience=Audience.EVERYONE)
    turns = (
        await session.exec(select(TurnRecord).where(TurnRecord.conversation_id == conversation_id))
    ).all()
    open_ones = select(Proposal).where(
        Proposal.conversation_id == conversation_id, Proposal.status == ProposalStatus.OPEN
    )
    outcomes = {turn.message_id: turn.outcome for turn in turns}
    return Standing(
        conversation=conversation,
        spoken=spoken,
        asked=_unattended(spoken, outcomes),
        readings=await readings_of(session, spoken),
        misses=_misses_in_a_row(spoken, outcomes),
        handback_note=await last_handback_note(session, conversation_id),
        open_proposal=(await session.exec(open_ones)).one_or_none(),
    )


def _unattended(spoken: Sequence[Message], outcomes: dict[UUID, str]) -> list[Message]:
    """Customer messages without a turn that held, and that no person has answered or closed since."""
    by_person = [m.seq for m in spoken if m.author_kind == AuthorKind.HUMAN or m.kind == MessageKind.RESOLVED]
    last = max(by_person, default=0)
    return [
        m
        for m in spoken
        if m.author_kind == AuthorKind.CUSTOMER
        and m.seq > last
        and outcomes.get(m.id) in (None, TurnOutcome.STALE)
    ]


def _since_last_person(spoken: Sequence[Message]) -> list[Message]:
    """The messages since the AI last got the floor: anger that a person has dealt with does not ring again."""
    breaks = [m.seq for m in spoken if m.kind in (MessageKind.HANDBACK, MessageKind.RESOLVED)]
    last = max(breaks, default=0)
    return [m for m in spoken if m.seq > last]


def _misses_in_a_row(spoken: Sequence[Message], outcomes: dict[UUID, str]) -> int:
    """How many of the last attended messages the AI could not answer, without a break."""
    misses = 0
    for message in _since_last_person(spoken):
        outcome = outcomes.get(message.id)
        if outcome == TurnOutcome.UNKNOWN:
            misses += 1
        elif outcome is not None and outcome != TurnOutcome.FOLDED:
            misses = 0
    return misses
