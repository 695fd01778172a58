"""Where a conversation stands: derived from its thread each time, stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.consent import Consent, read_consent
from agent.records import AuthorKind, Conversation, Floor, Message, MessageKind, Proposal, ProposalStatus
from agent.signals import Signals
from escalation import thread
from escalation.handoffs import last_handback_note
from escalation.histories import History, history_of
from escalation.inputs import Moment
from escalation.records import TurnOutcome
from escalation.triggers import Decision


@dataclass(frozen=True)
class Standing:
    """A conversation as one attendance sees it."""

    conversation: Conversation
    history: History
    asked: Sequence[Message]  # customer messages that nobody has attended to
    handback_note: str | None
    open_proposal: Proposal | None
    decisions: dict[UUID, Decision] = field(default_factory=dict)  # of the messages that were weighed
    times: dict[str, float] = field(
        default_factory=dict
    )  # milliseconds, by the name they have in a turn's record
    tried: dict[str, object] = field(default_factory=dict)  # experiments, as a turn's record tells of them

    @property
    def spoken(self) -> Sequence[Message]:
        """What the customer can see."""
        return self.history.spoken

    @property
    def readings(self) -> dict[UUID, Signals]:
        """The signals of each message that was read."""
        return self.history.readings

    @property
    def unread(self) -> list[Message]:
        """Customer messages without signals."""
        return [m for m in self.spoken if m.author_kind == AuthorKind.CUSTOMER and m.id not in self.readings]

    @property
    def waits_for_ai(self) -> bool:
        """The AI has the floor and something to attend to."""
        return self.conversation.floor == Floor.AI and bool(self.asked)

    @property
    def consent(self) -> tuple[Proposal, Consent] | None:
        """A plain yes or no right after the proposal was shown; anything else is the model's to read."""
        proposal = self.open_proposal
        if proposal is None or len(self.asked) != 1:
            return None
        # That a person has handed back says nothing that a yes could mean.
        before = [m for m in self.spoken if m.seq < self.asked[0].seq and m.kind != MessageKind.HANDBACK]
        if before[-1].proposal_id != proposal.id:
            return None
        consent = read_consent(self.asked[0].text)
        return None if consent is Consent.UNCLEAR else (proposal, consent)

    def moments(self, among: Sequence[Message]) -> dict[UUID, Moment]:
        """What the rules are given of those among these that wait since the AI last got the floor, oldest first."""
        if not self.asked:
            return {}
        begin = self.history.begin_of(self.spoken[-1])
        # By id: records compare field by field, which takes seconds in a thread of hundreds.
        waiting = {m.id for m in self.asked if m.seq > begin and m.id in self.readings}
        return {m.id: self.history.moment(m) for m in among if m.id in waiting}


async def standing_of(session: AsyncSession, conversation_id: UUID) -> Standing:
    """Where it stands now. Raises `ConversationNotFoundError`."""
    conversation = await thread.find(session, conversation_id)
    history = await history_of(session, conversation)
    open_ones = select(Proposal).where(
        Proposal.conversation_id == conversation_id, Proposal.status == ProposalStatus.OPEN
    )
    handed_back = any(m.kind == MessageKind.HANDBACK for m in history.spoken)
    return Standing(
        conversation=conversation,
        history=history,
        asked=_unattended(history),
        handback_note=await last_handback_note(session, conversation_id) if handed_back else None,
        open_proposal=(await session.exec(open_ones)).one_or_none(),
    )


def _unattended(history: History) -> list[Message]:
    """Customer messages without a turn that held, and that no person has answered or closed since."""
    by_person = [
        m.seq for m in history.spoken if m.author_kind == AuthorKind.HUMAN or m.kind == MessageKind.RESOLVED
    ]
    last = max(by_person, default=0)
    return [
        m
        for m in history.spoken
        if m.author_kind == AuthorKind.CUSTOMER
        and m.seq > last
        and history.outcomes.get(m.id) in (None, TurnOutcome.STALE)
    ]
