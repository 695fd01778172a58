"""A conversation's history as the rules see it, and the moment of each message in it.

Production weighs a message that has just come, the replay one that came long ago: both take the moment from here, so
a rule is given the same inputs then and now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Audience, AuthorKind, Conversation, Floor, Message, MessageKind, Reading, TurnRecord
from agent.signals import Signals
from escalation import thread
from escalation.circumstances import Circumstances
from escalation.inputs import Moment
from escalation.records import Circumstance, TurnOutcome
from escalation.refusals import says_it_did_not_help
from escalation.trajectory import Feeling, Point, Shape, strength_of, walk

# Of older feelings nothing is left that could matter: at the longest half-life of 30 days a hundredth.
LOOK_BACK = timedelta(days=200)
# Nor of feelings that so many others have followed: at the policy's smoothing a share of 10⁻⁵⁶, and a hundredth where the
# smoothing is twenty times as slow. So a customer of a thousand conversations is attended to as quickly as any.
LAST = 300

_FLOOR_AFTER = {
    MessageKind.HANDOFF: Floor.QUEUE,
    MessageKind.CLAIM: Floor.HUMAN,
    MessageKind.HANDBACK: Floor.AI,
    MessageKind.RESOLVED: Floor.AI,
    MessageKind.REOPENED: Floor.AI,
}


@dataclass(frozen=True)
class History:
    """What the records tell of one conversation, and the customer's feelings in their other ones (oldest first)."""

    spoken: Sequence[Message]
    readings: dict[UUID, Signals]
    circumstances: dict[UUID, Circumstances]
    outcomes: Mapping[UUID, str]
    elsewhere: Sequence[Feeling] = ()

    @property
    def read(self) -> list[Message]:
        """The customer's messages that have signals."""
        return [m for m in self.spoken if m.author_kind == AuthorKind.CUSTOMER and m.id in self.readings]

    def stretch(self, message: Message) -> list[Message]:
        """The thread up to a message, since the AI last got the floor from a person: what was dealt with is over."""
        begin = self.begin_of(message)
        return [m for m in self.spoken if begin < m.seq <= message.seq]

    def begin_of(self, message: Message) -> int:
        """The place in the thread (`seq`) at which a person last gave the floor back before a message; 0 if never."""
        breaks = (MessageKind.HANDBACK, MessageKind.RESOLVED)
        return max((m.seq for m in self.spoken if m.kind in breaks and m.seq <= message.seq), default=0)

    def floor_at(self, message: Message) -> Floor:
        """Who had the floor when a message came."""
        moves = [MessageKind(m.kind) for m in self.spoken if m.seq < message.seq and m.kind in _FLOOR_AFTER]
        return _FLOOR_AFTER[moves[-1]] if moves else Floor.AI

    def feelings(self, messages: Sequence[Message]) -> list[Feeling]:
        """What the judged ones among these messages showed. Those that could not be judged leave no trace."""
        read = [(m, self.readings[m.id]) for m in messages if m.id in self.readings]
        return [Feeling(m.created_at, strength_of(s.valence)) for m, s in read if not s.abstained]

    def customers_feelings(self, message: Message) -> list[Feeling]:
        """The customer's feelings in all their conversations up to a message."""
        here = self.feelings([m for m in self.spoken if m.seq <= message.seq])
        there = [f for f in self.elsewhere if f.at < message.created_at]
        return sorted([*there, *here], key=lambda feeling: feeling.at)

    def moment(self, message: Message) -> Moment:
        """What the rules are given of a message that has been read."""
        stretch = self.stretch(message)
        known = self.circumstances.get(message.id, Circumstances())
        return Moment(
            signals=self.readings[message.id],
            conversation=self.feelings(stretch),
            customer=self.customers_feelings(message),
            unanswered=_unanswered(stretch[:-1], self.outcomes),
            refusals=_refusals(stretch),
            likeness=None if known.likeness is None else _answered_alike(stretch, known.likeness),
            order_total=known.order_total,
            tier=known.tier,
        )


@dataclass(frozen=True)
class Step:
    """One judged message and where it brought the trajectories."""

    message: Message
    signals: Signals
    conversation: Point
    customer: Point
    starts_anew: bool = field(default=False)
    """The first since a person dealt with what was before."""


def steps_of(history: History, shape: Shape) -> list[Step]:
    """The trajectory of a conversation, judged message by judged message."""
    judged = [m for m in history.read if not history.readings[m.id].abstained]
    if not judged:
        return []
    here = history.feelings(judged)
    steps: list[Step] = []
    everywhere = sorted([*history.elsewhere, *here], key=lambda feeling: feeling.at)
    of_customer = {id(f): p for f, p in zip(everywhere, walk(everywhere, shape), strict=True)}
    for _, group in groupby(zip(judged, here, strict=True), key=lambda pair: history.begin_of(pair[0])):
        pairs = list(group)
        points = walk([feeling for _, feeling in pairs], shape)
        for place, ((message, feeling), point) in enumerate(zip(pairs, points, strict=True)):
            signals = history.readings[message.id]
            anew = bool(steps) and place == 0
            steps.append(Step(message, signals, point, of_customer[id(feeling)], starts_anew=anew))
    return steps


async def history_of(session: AsyncSession, conversation: Conversation) -> History:
    """The history of a conversation as it stands in the records."""
    spoken = await thread.messages_of(session, conversation.id, audience=Audience.EVERYONE)
    ids = [m.id for m in spoken]
    circumstances = select(Circumstance).where(col(Circumstance.message_id).in_(ids))
    turns = select(TurnRecord.message_id, TurnRecord.outcome).where(
        TurnRecord.conversation_id == conversation.id
    )
    return History(
        spoken=spoken,
        readings=await readings_of(session, spoken),
        circumstances={
            row.message_id: Circumstances.from_json(row.facts)
            for row in (await session.exec(circumstances)).all()
        },
        outcomes=dict((await session.exec(turns)).all()),
        elsewhere=await _elsewhere(session, conversation, spoken),
    )


def of_same_customer(conversation: Conversation) -> ColumnElement[bool]:
    """Conversations of the same customer, or of the same visitor, as a condition of a query."""
    if conversation.customer_id:
        return col(Conversation.customer_id) == conversation.customer_id
    return col(Conversation.customer_id).is_(None) & (col(Conversation.visitor_id) == conversation.visitor_id)


async def readings_of(session: AsyncSession, messages: Sequence[Message]) -> dict[UUID, Signals]:
    """The signals of each message that was read."""
    query = select(Reading).where(col(Reading.message_id).in_([m.id for m in messages]))
    return {row.message_id: Signals.from_json(row.signals) for row in (await session.exec(query)).all()}


async def _elsewhere(
    session: AsyncSession, conversation: Conversation, spoken: Sequence[Message]
) -> list[Feeling]:
    """What the same customer, or the same visitor, showed in other conversations before the last word here, oldest first."""
    times = [m.created_at for m in spoken] or [conversation.created_at]
    query = (
        select(Message.created_at, Reading.signals)
        .join(Reading, col(Reading.message_id) == col(Message.id))
        .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
        .where(
            of_same_customer(conversation),
            Conversation.id != conversation.id,
            col(Message.created_at).between(min(times) - LOOK_BACK, max(times)),
        )
        .order_by(col(Message.created_at).desc())
        .limit(LAST)
    )
    rows = reversed((await session.exec(query)).all())
    return [Feeling(at, strength_of(float(s["valence"]))) for at, s in rows if not s["abstained"]]


def _unanswered(before: Sequence[Message], outcomes: Mapping[UUID, str]) -> int:
    """How many of the last attended messages the AI could not answer, without a break."""
    unanswered = 0
    for message in before:
        outcome = outcomes.get(message.id)
        if outcome == TurnOutcome.UNKNOWN:
            unanswered += 1
        elif outcome not in (None, TurnOutcome.FOLDED, TurnOutcome.STALE):
            unanswered = 0
    return unanswered


def _answered_alike(stretch: Sequence[Message], likeness: Mapping[UUID, float]) -> list[float]:
    """The cosine of each earlier asking that the AI has answered: what was written before one answer is one asking.

    So a message sent twice in impatience, or in pieces, is not asked twice.
    """
    askings: list[list[float]] = [[]]
    for message in stretch:
        if message.author_kind == AuthorKind.AI:
            askings.append([])
        elif message.id in likeness:
            askings[-1].append(likeness[message.id])
    return [max(asking) for asking in askings[:-1] if asking]


def _refusals(stretch: Sequence[Message]) -> int:
    """How many answers of the AI the customer has called no help, if the last message does so; else 0."""
    answered, refusals, newest = False, 0, False
    for message in stretch:
        if message.author_kind == AuthorKind.AI:
            answered = True
        elif message.author_kind == AuthorKind.CUSTOMER:
            newest = answered and says_it_did_not_help(message.text)
            refusals, answered = refusals + newest, False
    return refusals if newest else 0
