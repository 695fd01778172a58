"""What people of the desk do: claim, reply, note, hand back, resolve.

Each is one short transaction, compare-and-set on the conversation; whoever comes late gets `FloorTakenError`
with the name of the one who was first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.offers import withdraw_request
from agent.records import ApprovalRequest, Audience, AuthorKind, Conversation, Floor, Message, MessageKind
from agent.signals import Signals
from escalation import thread
from escalation.approving import requests_of
from escalation.briefing import Line
from escalation.briefing.loading import brief
from escalation.events import Hub, newest_event_id
from escalation.handoffs import (
    TAKEN_OVER,
    claim_handoff,
    end_handoff,
    open_handoff,
    open_handoff_of,
)
from escalation.histories import Step, history_of, readings_of, steps_of
from escalation.records import Handoff, StaffAccount, Urgency
from escalation.trajectory import CALM, Shape
from escalation.triggers import Triggers
from knowledge.database import Database

PAGE = 50  # conversations in one answer


class View(StrEnum):
    """Lists of the console."""

    WAITING = "waiting"
    MINE = "mine"
    OPEN = "open"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class CaseSummary:
    """A row of the console's list."""

    conversation: Conversation
    holder: StaffAccount | None
    handoff: Handoff | None
    last_message: Message | None
    last_signals: Signals | None


@dataclass(frozen=True)
class Case:
    """A conversation with everything the desk shows of it."""

    summary: CaseSummary
    messages: Sequence[Message]
    readings: dict[UUID, Signals]
    briefing: Sequence[Line]
    handoffs: Sequence[Handoff]
    approvals: Sequence[ApprovalRequest]
    trajectory: Sequence[Step]
    shape: Shape
    last_event_id: int  # a stream that goes on after it misses nothing that is not here


class Desk:
    """The human side of every conversation."""

    def __init__(self, database: Database, hub: Hub, triggers: Triggers) -> None:
        self.database = database
        self.hub = hub
        self.triggers = triggers

    async def claim(self, account: StaffAccount, conversation_id: UUID, *, epoch: int) -> None:
        """Take the floor: from the queue, or over from the AI. One winner; the others get `FloorTakenError`."""
        async with self.database.transaction() as session:
            conversation = await thread.find(session, conversation_id)
            if conversation.floor == Floor.HUMAN:
                # Theirs already, whatever epoch their screen showed: claiming twice is claiming once.
                await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
                return
            handoff = await open_handoff_of(session, conversation_id)
            if handoff is None:
                handoff = await open_handoff(session, conversation, TAKEN_OVER, epoch=epoch)
                epoch += 1
            await thread.move_floor(session, conversation_id, epoch=epoch, to=Floor.HUMAN, holder=account)
            claim_handoff(handoff, account)
            session.add(handoff)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.CLAIM,
                text=f"{account.name}, a person on our team, is here now.",
            )
        self.hub.wake(conversation_id)

    async def reply(
        self, account: StaffAccount, conversation_id: UUID, *, client_id: str, text: str
    ) -> Message:
        """Speak to the customer. Only the holder can. The same `client_id` again gives the first message."""
        return await self._write(
            account, conversation_id, client_id, text, MessageKind.TEXT, Audience.EVERYONE
        )

    async def note(
        self, account: StaffAccount, conversation_id: UUID, *, client_id: str, text: str
    ) -> Message:
        """Leave a note that only staff can read."""
        return await self._write(account, conversation_id, client_id, text, MessageKind.NOTE, Audience.STAFF)

    async def _write(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        client_id: str,
        text: str,
        kind: MessageKind,
        audience: Audience,
    ) -> Message:
        # Staff's client ids live in a room of their own, so that a customer's can never meet them.
        client_id = f"staff:{account.id}:{client_id}"
        try:
            async with self.database.transaction() as session:
                if audience is Audience.EVERYONE:
                    await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
                else:
                    await thread.find(session, conversation_id)
                message = await thread.append(
                    session,
                    conversation_id,
                    author=AuthorKind.HUMAN,
                    author_name=account.name,
                    staff_id=account.id,
                    kind=kind,
                    audience=audience,
                    text=text,
                    client_id=client_id,
                )
        except IntegrityError:
            async with self.database.reading() as session:
                return await thread.sent_before(session, conversation_id, client_id)
        self.hub.wake(conversation_id)
        return message

    async def hand_back(self, account: StaffAccount, conversation_id: UUID, *, note: str) -> None:
        """Give the floor back to the AI with a note that its next turn reads."""
        async with self.database.transaction() as session:
            await self._release(session, account, conversation_id, ended_as="handback", note=note)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.HANDBACK,
                text="You are talking with the AI assistant again. A person is one button away.",
            )
            if note:
                await thread.append(
                    session,
                    conversation_id,
                    author=AuthorKind.HUMAN,
                    author_name=account.name,
                    staff_id=account.id,
                    kind=MessageKind.NOTE,
                    audience=Audience.STAFF,
                    text=f"Note to the AI: {note}",
                )
        self.hub.wake(conversation_id)

    async def resolve(self, account: StaffAccount, conversation_id: UUID) -> None:
        """Close the matter. If the customer writes again, it opens again."""
        async with self.database.transaction() as session:
            await self._release(session, account, conversation_id, ended_as="resolved", resolved=True)
            await withdraw_request(session, conversation_id)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.RESOLVED,
                text=f"{account.name} has marked this as resolved. If anything is left, write here and it opens again.",
            )
        self.hub.wake(conversation_id)

    async def _release(
        self,
        session: AsyncSession,
        account: StaffAccount,
        conversation_id: UUID,
        *,
        ended_as: str,
        note: str | None = None,
        resolved: bool = False,
    ) -> None:
        await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
        conversation = await thread.find(session, conversation_id)
        await thread.move_floor(
            session, conversation_id, epoch=conversation.epoch, to=Floor.AI, resolved=resolved
        )
        if handoff := await open_handoff_of(session, conversation_id):
            end_handoff(handoff, ended_as, note)
            session.add(handoff)

    async def list(self, account: StaffAccount, view: View, *, offset: int = 0) -> list[CaseSummary]:
        """Up to `PAGE` conversations. Waiting: most urgent first, then longest waiting; else newest first."""
        query = select(Conversation).outerjoin(
            Handoff, (col(Handoff.conversation_id) == col(Conversation.id)) & col(Handoff.ended_at).is_(None)
        )
        match view:
            case View.WAITING:
                query = query.where(Conversation.floor == Floor.QUEUE).order_by(
                    *_most_urgent_first(), col(Handoff.opened_at)
                )
            case View.MINE:
                query = query.where(Conversation.holder_id == account.id)
            case View.OPEN:
                query = query.where(col(Conversation.resolved_at).is_(None))
            case View.RESOLVED:
                query = query.where(col(Conversation.resolved_at).is_not(None))
        query = query.order_by(col(Conversation.created_at).desc()).offset(offset).limit(PAGE)
        async with self.database.reading() as session:
            return [await _summary(session, c) for c in (await session.exec(query)).all()]

    async def summary(self, conversation_id: UUID) -> CaseSummary:
        """One row of the list."""
        async with self.database.reading() as session:
            return await _summary(session, await thread.find(session, conversation_id))

    async def case(self, conversation_id: UUID) -> Case:
        """A conversation whole. The briefing is of now, not of when the handoff began."""
        async with self.database.reading() as session:
            last_event_id = await newest_event_id(session)
            conversation = await thread.find(session, conversation_id)
            messages = await thread.messages_of(session, conversation_id)
            readings = await readings_of(session, messages)
            steps = steps_of(await history_of(session, conversation), self.triggers.trajectory)
            handoffs = await session.exec(
                select(Handoff)
                .where(Handoff.conversation_id == conversation_id)
                .order_by(col(Handoff.opened_at).desc())
            )
            return Case(
                summary=await _summary(session, conversation),
                messages=messages,
                readings=readings,
                briefing=await brief(
                    session, messages, readings, feeling=steps[-1].conversation if steps else CALM
                ),
                handoffs=handoffs.all(),
                approvals=await requests_of(session, conversation_id),
                trajectory=steps,
                shape=self.triggers.trajectory,
                last_event_id=last_event_id,
            )


def _most_urgent_first() -> list[ColumnElement[bool]]:
    """`ORDER BY` terms: one for each urgency, the most urgent first."""
    return [(col(Handoff.urgency) == urgency).desc() for urgency in reversed(Urgency)]


async def _summary(session: AsyncSession, conversation: Conversation) -> CaseSummary:
    spoken = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.audience == Audience.EVERYONE)
        .order_by(col(Message.seq).desc())
    )
    by_customer = spoken.where(Message.author_kind == AuthorKind.CUSTOMER)
    last = (await session.exec(spoken.where(Message.kind == MessageKind.TEXT).limit(1))).first()
    last_of_customer = (await session.exec(by_customer.limit(1))).first()
    readings = await readings_of(session, [last_of_customer]) if last_of_customer else {}
    return CaseSummary(
        conversation=conversation,
        holder=await session.get(StaffAccount, conversation.holder_id) if conversation.holder_id else None,
        handoff=await open_handoff_of(session, conversation.id),
        last_message=last,
        last_signals=readings.get(last_of_customer.id) if last_of_customer else None,
    )
