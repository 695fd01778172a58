"""What a briefing is made from: a whole thread, and what is known about it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from agent.records import ApprovalRequest, Audience, AuthorKind, Message, MessageKind, Proposal
from agent.signals import Signals
from escalation.briefing.backing import said_by
from escalation.briefing.facts import promised
from escalation.briefing.lines import Line
from escalation.trajectory import CALM, Point

LIKELY = 0.5  # probability from which the desk is told of a stake or a wish for a person

_COURTESIES = {"greeting", "thanks", "confirm", "decline", "talk_to_person"}
_TALKING = {AuthorKind.CUSTOMER, AuthorKind.AI, AuthorKind.HUMAN}
_VAGUE = {"complaint", "other"}  # the wish stands in another message, if there is one
_OVER = {MessageKind.HANDBACK, MessageKind.RESOLVED}


@dataclass(frozen=True)
class Material:
    """What a briefing is made from: a whole thread, and what is known about it."""

    messages: Sequence[Message]
    readings: Mapping[UUID, Signals] = field(default_factory=dict)
    proposals: Sequence[Proposal] = ()
    requests: Sequence[ApprovalRequest] = ()
    missed: AbstractSet[UUID] = frozenset()
    """Messages that the AI could not answer."""
    feeling: Point = CALM
    """Where the trajectory has come to."""

    @cached_property
    def customer(self) -> list[Message]:
        """What the customer wrote."""
        return [m for m in self.messages if m.author_kind == AuthorKind.CUSTOMER]

    @cached_property
    def spoken(self) -> list[Message]:
        """What was said to one another, corrections left aside, since a person last dealt with it."""
        over = max((m.seq for m in self.messages if m.kind in _OVER), default=0)
        said = [
            m
            for m in self.messages
            if m.author_kind in _TALKING
            and m.kind == MessageKind.TEXT
            and m.audience == Audience.EVERYONE
            and m.corrects is None
        ]
        recent = [m for m in said if m.seq > over]
        return recent if any(m.author_kind == AuthorKind.CUSTOMER for m in recent) else said

    @cached_property
    def judged(self) -> list[Message]:
        """The customer's messages whose feeling was judged."""
        return [m for m in self.customer if m.id in self.readings and not self.readings[m.id].abstained]

    @cached_property
    def at_stake(self) -> dict[str, list[Message]]:
        """What is at stake, with the messages that said so."""
        found: dict[str, list[Message]] = {}
        for message in self.customer:
            if signals := self.readings.get(message.id):
                for stake, probability in signals.stakes.items():
                    if probability >= LIKELY:
                        found.setdefault(str(stake), []).append(message)
        return found

    @cached_property
    def shown(self) -> list[tuple[Proposal, list[Message]]]:
        """The proposals that the customer has seen, in the order of the thread, with the messages about each."""
        about: dict[UUID, list[Message]] = {}
        for message in self.messages:
            if message.proposal_id:
                about.setdefault(message.proposal_id, []).append(message)
        known = {proposal.id: proposal for proposal in self.proposals}
        return [(known[id_], messages) for id_, messages in about.items() if id_ in known]

    @cached_property
    def missed_messages(self) -> list[Message]:
        """What the AI could not answer."""
        return [m for m in self.customer if m.id in self.missed]

    @cached_property
    def promises(self) -> list[Line]:
        """What was promised."""
        return promised(self.messages)

    @cached_property
    def last_of_person(self) -> int:
        """The place in the thread of the last words of a person of the desk; 0 without any."""
        said = (
            m.seq for m in self.messages if m.author_kind == AuthorKind.HUMAN and m.kind == MessageKind.TEXT
        )
        return max(said, default=0)

    @cached_property
    def matter(self) -> Message | None:
        """The last message that asks for something, not only answering a question of the AI ("to my card, please")."""
        unprompted = [
            m
            for before, m in zip([None, *self.spoken], self.spoken, strict=False)
            if m.author_kind == AuthorKind.CUSTOMER
            and not (before and before.task and before.task.get("asked_for"))
        ]
        asks = [m for m in unprompted if m.id in self.readings and self._intent(m) not in _COURTESIES]
        clear = [m for m in asks if self._intent(m) not in _VAGUE]
        return next(reversed(clear or asks), None)

    def _intent(self, message: Message) -> str:
        return str(self.readings[message.id].intent)

    @cached_property
    def said(self) -> dict[str, str]:
        """Everything that each message shows, by its id."""
        cards: dict[object, Proposal] = {proposal.id: proposal for proposal in self.proposals}
        return {str(m.id): said_by(m, cards, self.requests) for m in self.messages}
