"""What would another policy have done? Past conversations, weighed again under two policies, without any model.

What the models read and what was known at the time stands in the records; `History.moment` and `Triggers.decide` are
those of production.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation, Floor, Message
from escalation.experiments.lots import Variant
from escalation.experiments.plan import Plan, together
from escalation.experiments.records import Experiment, Lot
from escalation.experiments.thresholds import WayError, with_thresholds
from escalation.histories import History, history_of
from escalation.triggers import Decision, Triggers
from knowledge.database import Database


@dataclass(frozen=True)
class Weighed:
    """One customer message under both policies."""

    message: Message
    trip: int
    """Which stretch of the thread it belongs to: a person's hand-back begins another."""
    current: Decision
    new: Decision

    @property
    def differs(self) -> bool:
        """Whether another rule decides, or none any more, or one that did not."""
        return self.current.name != self.new.name


@dataclass(frozen=True)
class Replayed:
    """A conversation under both policies, message by message. `weighed` has what the AI might have answered."""

    conversation: Conversation
    weighed: Sequence[Weighed]


class Fate(StrEnum):
    """What becomes, under the new policy, of one stretch of a conversation with the AI."""

    NEITHER = "stays with the AI under both"
    SAME = "handed over at the same message"
    NEWLY = "newly handed over"
    NO_LONGER = "no longer handed over"
    EARLIER = "handed over earlier"
    LATER = "handed over later"


async def replay(
    database: Database, current: Triggers, new: Triggers, *, since: datetime | None = None
) -> AsyncIterator[Replayed]:
    """Every conversation with a message from the customer that was read, oldest first; those begun `since`.

    What took part in an experiment is weighed under the thresholds that it drew, whether the experiment runs or has ended.
    """
    query = select(Conversation.id).order_by(col(Conversation.created_at), col(Conversation.id))
    if since is not None:
        query = query.where(Conversation.created_at >= since)
    async with database.reading() as session:
        ids = (await session.exec(query)).all()
    for id_ in ids:
        # One short look for each: a replay of a year must not hold a snapshot for as long.
        async with database.reading() as session:
            conversation = await session.get_one(Conversation, id_)
            history = await history_of(session, conversation)
            at_the_time = await policy_drawn(session, id_, current)
        if weighed := weigh_again(history, at_the_time, new):
            yield Replayed(conversation, weighed)


async def policy_drawn(session: AsyncSession, conversation_id: UUID, current: Triggers) -> Triggers:
    """The policy under which a conversation was attended to: the current one, with the thresholds of what it drew.

    A rule that is not there any more changes nothing.
    """
    query = (
        select(Experiment.plan)
        .join(Lot, col(Lot.experiment) == col(Experiment.name))
        .where(Lot.conversation_id == conversation_id, Lot.variant == Variant.B)
    )
    changes = [Plan.model_validate(plan).change for plan in (await session.exec(query)).all()]
    try:
        return with_thresholds(current, together(changes))
    except WayError:
        return current


def weigh_again(history: History, current: Triggers, new: Triggers) -> list[Weighed]:
    """The messages that a rule could hand over, under both policies.

    Those are what came while the AI had the floor, and what came in a queue to which one of the current rules led:
    under the new policy the AI might still have had the floor then. Where a person was asked for by a button or by a
    turn, or spoke already, there was nothing left to hand over.
    """
    weighed: list[Weighed] = []
    for begin, group in groupby(history.read, key=history.begin_of):
        rang = False
        for message in group:
            floor = history.floor_at(message)
            if floor == Floor.AI or (floor == Floor.QUEUE and rang):
                moment = history.moment(message)
                decided = Weighed(message, begin, current.decide(moment), new.decide(moment))
                rang = rang or decided.current.rule is not None
                weighed.append(decided)
    return weighed


def fates(weighed: Iterable[Weighed]) -> list[Fate]:
    """What becomes of each stretch: the first rule that holds hands it over."""
    return [_fate(list(group)) for _, group in groupby(weighed, key=lambda w: w.trip)]


def _fate(stretch: Sequence[Weighed]) -> Fate:
    before = next((w.message.seq for w in stretch if w.current.rule), None)
    after = next((w.message.seq for w in stretch if w.new.rule), None)
    match before, after:
        case None, None:
            return Fate.NEITHER
        case None, _:
            return Fate.NEWLY
        case _, None:
            return Fate.NO_LONGER
        case int(), int() if before != after:
            return Fate.EARLIER if after < before else Fate.LATER
    return Fate.SAME
