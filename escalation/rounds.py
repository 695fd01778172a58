"""What is looked after at the desk every half minute: clocks about to run out, people who have gone, cases put aside.

Several machines may do it at once, and any of them may stop in the middle: each step is compare-and-set in its own
transaction, and what one has done the others find done.
"""

from uuid import UUID

import structlog
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Audience, AuthorKind, Conversation, Floor, MessageKind
from escalation import clocks, lists, thread
from escalation.dispatch import Dispatch
from escalation.events import Hub, record_event
from escalation.handoffs import open_handoff_of
from escalation.moving import put_back
from escalation.presence import crews_of, has_left, people_of
from escalation.records import EventKind, Handoff, StaffAccount, StaffPresence
from escalation.relief import Relief, relief
from escalation.thread import FloorTakenError
from escalation.words import said
from knowledge.database import Database

log = structlog.get_logger()


class Rounds:
    """Goes round the desk."""

    def __init__(self, database: Database, hub: Hub, dispatch: Dispatch) -> None:
        self.database = database
        self.hub = hub
        self.dispatch = dispatch

    async def make(self) -> None:
        """Once around: take up changed rules, return what people who have gone hold, relieve, wake."""
        self.dispatch.refresh()
        await self.return_conversations()
        await self.relieve()
        await self.wake()

    async def relieve(self) -> None:
        """Raise what is at risk, and send it where somebody can help out. Once for each clock."""
        routing, now = self.dispatch.routing, self.dispatch.clock()
        async with self.database.reading() as session:
            fresh = [r for r in await lists.waiting(session, routing, now) if r.handoff.raised_at is None]
            crews = crews_of(await people_of(session, routing, now), routing)
        for row in fresh:
            handoff, state = row.handoff, row.clock.state
            done = relief(handoff.urgency, handoff.queue, state, now, routing=routing, crews=crews)
            if done is not None:
                await self._relieve(handoff, done)

    async def return_conversations(self) -> None:
        """Bring back to their queues what people hold whose lease is over: a browser died, or a shift ended."""
        now = self.dispatch.clock()
        query = (
            select(Conversation.id, Conversation.epoch, StaffAccount)
            .join(StaffPresence, col(StaffPresence.account_id) == col(Conversation.holder_id))
            .join(StaffAccount, col(StaffAccount.id) == col(Conversation.holder_id))
            .outerjoin(
                Handoff,
                (col(Handoff.conversation_id) == col(Conversation.id)) & col(Handoff.ended_at).is_(None),
            )
            .where(
                Conversation.floor == Floor.HUMAN,
                has_left(now),
                # What is put aside needs nobody until it wakes.
                or_(col(Handoff.snoozed_until).is_(None), col(Handoff.snoozed_until) <= now),
            )
        )
        async with self.database.reading() as session:
            left_behind = (await session.exec(query)).all()
        for conversation_id, epoch, account in left_behind:
            await self._return(conversation_id, epoch, account)

    async def wake(self) -> None:
        """Bring back on top what was put aside until now."""
        now = self.dispatch.clock()
        async with self.database.reading() as session:
            query = select(Handoff).where(col(Handoff.snoozed_until) <= now, col(Handoff.ended_at).is_(None))
            over = (await session.exec(query)).all()
        for handoff in over:
            async with self.database.transaction() as session:
                woken = (
                    update(Handoff)
                    .where(col(Handoff.id) == handoff.id, col(Handoff.snoozed_until) == handoff.snoozed_until)
                    .values(snoozed_until=None, woken_at=now)
                )
                if (await session.exec(woken)).rowcount:
                    _tell_desk(session, handoff)
            self.hub.wake(handoff.conversation_id)

    async def _relieve(self, handoff: Handoff, done: Relief) -> None:
        moved = done.queue != handoff.queue
        waits = select(Conversation.id).where(Conversation.floor == Floor.QUEUE)
        raised = (
            update(Handoff)
            .where(
                col(Handoff.id) == handoff.id,
                col(Handoff.raised_at).is_(None),
                col(Handoff.ended_at).is_(None),
                col(Handoff.urgency) == handoff.urgency,
                col(Handoff.queue) == handoff.queue,
                col(Handoff.clock_due) == handoff.clock_due,
                col(Handoff.conversation_id).in_(waits),
            )
            .values(
                urgency=done.urgency,
                queue=done.queue,
                moved_from=handoff.queue if moved else handoff.moved_from,
                raised_at=self.dispatch.clock(),
            )
        )
        async with self.database.transaction() as session:
            if not (await session.exec(raised)).rowcount:
                return  # another machine was first, somebody has taken it, or it has changed
            _tell_desk(session, handoff)
        log.info("case_at_risk", handoff=str(handoff.id), urgency=done.urgency, queue=done.queue)
        self.hub.wake(handoff.conversation_id)

    async def _return(self, conversation_id: UUID, epoch: int, account: StaffAccount) -> None:
        try:
            async with self.database.transaction() as session:
                await self._give_back(session, conversation_id, epoch, account)
        except FloorTakenError:
            return  # they are back, or somebody else has it, or another machine has returned it
        log.info("conversation_returned", conversation=str(conversation_id))
        self.hub.wake(conversation_id)

    async def _give_back(
        self, session: AsyncSession, conversation_id: UUID, epoch: int, account: StaffAccount
    ) -> None:
        routing, now = self.dispatch.routing, self.dispatch.clock()
        await thread.move_floor(session, conversation_id, epoch=epoch, to=Floor.QUEUE)
        # Also takes the row's lock: whoever comes back at this moment waits for us, or we see that they have.
        still_gone = (
            update(StaffPresence)
            .where(col(StaffPresence.account_id) == account.id, has_left(now))
            .values(lease_until=StaffPresence.lease_until)
        )
        if not (await session.exec(still_gone)).rowcount:
            raise FloorTakenError(Floor.HUMAN, account.id, account.name)
        handoff = await open_handoff_of(session, conversation_id)
        if handoff is not None:
            put_back(handoff)
            if handoff.clock_from is None:
                clocks.owe_next(handoff, routing, now)
            session.add(handoff)
        await thread.append(
            session,
            conversation_id,
            author=AuthorKind.SYSTEM,
            kind=MessageKind.HANDOFF,
            text=said("returned", handoff.language if handoff else None, name=account.name),
        )


def _tell_desk(session: AsyncSession, handoff: Handoff) -> None:
    record_event(session, handoff.conversation_id, EventKind.HANDOFF, audience=Audience.STAFF, ref=handoff.id)
