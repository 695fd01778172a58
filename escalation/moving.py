"""Moving a conversation on at the desk: pass it to a queue or a person, or put it aside until a time.

Each is one short transaction, compare-and-set on the conversation as `desk.py` has it; whoever comes late gets
`FloorTakenError`. The customer reads one line of it, the desk the reason and the note.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.records import Audience, AuthorKind, Floor, MessageKind
from escalation import clocks, thread
from escalation.dispatch import Dispatch
from escalation.events import Hub, record_event
from escalation.handoffs import claim_handoff, open_handoff_of, running_handoff_of
from escalation.presence import people_of
from escalation.records import EventKind, Handoff, Role, StaffAccount, Urgency
from escalation.words import moved_on, said
from knowledge.database import Database

LONGEST_SLEEP = timedelta(
    days=30
)  # what is put aside for longer is rather resolved: it opens again when the customer writes


class MoveReason(StrEnum):
    """Why a conversation is passed on."""

    WRONG_QUEUE = "wrong_queue"
    NEEDS_SKILL = "needs_skill"
    LANGUAGE = "language"
    WORKLOAD = "workload"
    END_OF_SHIFT = "end_of_shift"
    OTHER = "other"


class UnknownTargetError(ValueError):
    """There is no such queue or person, or no such time can be meant. Says which there are."""


class NotAvailableError(ConflictError):
    """The person cannot take it now; says why, and what else can be done."""


class Moving:
    """Passing on and putting aside."""

    def __init__(self, database: Database, hub: Hub, dispatch: Dispatch) -> None:
        self.database = database
        self.hub = hub
        self.dispatch = dispatch

    async def to_queue(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        *,
        epoch: int,
        queue: str,
        reason: MoveReason,
        note: str = "",
    ) -> None:
        """Back to a queue, where whoever comes next takes it. A promise that runs goes on running.

        Raises `FloorTakenError` and `UnknownTargetError`.
        """
        routing, now = self.dispatch.routing, self.dispatch.clock()
        if queue not in routing.queues:
            raise UnknownTargetError(f"There is no queue {queue!r}. There is: {', '.join(routing.queues)}.")
        async with self.database.reading() as session:
            urgency = await self._urgency(session, conversation_id)
            outlook = await self.dispatch.outlook(session, urgency, queue)
        async with self.database.transaction() as session:
            handoff = await self._hold(session, account, conversation_id)
            await thread.move_floor(session, conversation_id, epoch=epoch, to=Floor.QUEUE)
            handoff.moved_from, handoff.queue = handoff.queue, queue
            handoff.skills = list(routing.queues[queue].skills)
            put_back(handoff)
            if handoff.clock_from is None:
                clocks.owe_next(handoff, routing, now)
            session.add(handoff)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.HANDOFF,
                text=moved_on(handoff.language, outlook, name=account.name),
            )
            await _tell_desk(session, account, conversation_id, f"the queue “{queue}”", reason, note)
        self.hub.wake(conversation_id)

    async def to_person(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        *,
        epoch: int,
        person_id: UUID,
        reason: MoveReason,
        note: str = "",
    ) -> None:
        """Straight to a person who is there. A supervisor may give somebody more than they are offered.

        Raises `FloorTakenError`, `UnknownTargetError` and `NotAvailableError`.
        """
        routing, now = self.dispatch.routing, self.dispatch.clock()
        async with self.database.transaction() as session:
            handoff = await self._hold(session, account, conversation_id)
            target = await session.get(StaffAccount, person_id)
            person = next((p for p in await people_of(session, routing, now) if p.id == person_id), None)
            if target is None or person is None:
                raise UnknownTargetError("There is no such person at the desk.")
            if (await thread.find(session, conversation_id)).holder_id == person_id:
                raise NotAvailableError(f"{person.name} has this conversation already.")
            if not person.on:
                raise NotAvailableError(f"{person.name} is not there now. Pass it to a queue instead.")
            if not person.has_room and account.role != Role.SUPERVISOR:
                raise NotAvailableError(
                    f"{person.name} has {person.load} conversations already. Pass it to a queue, or ask a supervisor."
                )
            await thread.move_floor(session, conversation_id, epoch=epoch, to=Floor.HUMAN, holder=target)
            put_back(handoff)
            claim_handoff(handoff, target, now)
            if handoff.clock_from is None:
                clocks.owe_next(handoff, routing, now)
            session.add(handoff)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.CLAIM,
                text=said("to_person", handoff.language, name=account.name, other=target.name),
            )
            await _tell_desk(session, account, conversation_id, target.name, reason, note)
        self.hub.wake(conversation_id)

    async def snooze(self, account: StaffAccount, conversation_id: UUID, *, until: datetime | None) -> None:
        """Put a conversation aside until then; it comes back on top, or as soon as the customer writes. None: at once.

        The holder keeps it, and a clock that runs goes on: a word that is owed stays owed. Raises `FloorTakenError` and
        `UnknownTargetError`.
        """
        now = self.dispatch.clock()
        if until is not None and not now < until <= now + LONGEST_SLEEP:
            raise UnknownTargetError(f"until: give a time within the next {LONGEST_SLEEP.days} days.")
        async with self.database.transaction() as session:
            await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
            handoff = await running_handoff_of(session, conversation_id)
            handoff.snoozed_until, handoff.woken_at = until, None
            session.add(handoff)
            record_event(session, conversation_id, EventKind.HANDOFF, audience=Audience.STAFF, ref=handoff.id)
        self.hub.wake(conversation_id)

    async def _urgency(self, session: AsyncSession, conversation_id: UUID) -> str:
        await thread.find(session, conversation_id)
        handoff = await open_handoff_of(session, conversation_id)
        return handoff.urgency if handoff else Urgency.NORMAL

    async def _hold(self, session: AsyncSession, account: StaffAccount, conversation_id: UUID) -> Handoff:
        """The open handoff of a conversation that this person may move: their own, or any at the desk for a supervisor."""
        conversation = await thread.find(session, conversation_id)
        floor = Floor.QUEUE if conversation.floor == Floor.QUEUE else Floor.HUMAN
        if account.role == Role.SUPERVISOR:
            await thread.hold(session, conversation_id, floor=floor)
        else:
            await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
        return await running_handoff_of(session, conversation_id)


def put_back(handoff: Handoff) -> None:
    """Nobody has the case any more, and nobody has put it aside."""
    handoff.claimed_by = handoff.claimed_at = handoff.snoozed_until = handoff.woken_at = None


async def _tell_desk(
    session: AsyncSession,
    account: StaffAccount,
    conversation_id: UUID,
    to: str,
    reason: MoveReason,
    note: str,
) -> None:
    words = reason.replace("_", " ")
    await thread.append(
        session,
        conversation_id,
        author=AuthorKind.HUMAN,
        author_name=account.name,
        staff_id=account.id,
        kind=MessageKind.NOTE,
        audience=Audience.STAFF,
        text=f"Passed on to {to} ({words}). {note}".strip(),
    )
