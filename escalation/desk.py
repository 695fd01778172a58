"""What people of the desk do: claim, take the next, reply, note, hand back, resolve.

Each is one short transaction, compare-and-set on the conversation; whoever comes late gets `FloorTakenError`
with the name of the one who was first.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.offers import withdraw_request
from agent.records import Audience, AuthorKind, Floor, Message, MessageKind
from escalation import thread
from escalation.clocks import person_answered
from escalation.dispatch import Dispatch
from escalation.events import Hub
from escalation.handoffs import (
    TAKEN_OVER,
    end_handoff,
    give_to_person,
    open_handoff,
    open_handoff_of,
    running_handoff_of,
)
from escalation.records import Handoff, Mention, StaffAccount
from escalation.suggested import note_used
from escalation.taking import NotForYouError, make_sure_it_is_theirs, offered
from escalation.thread import FloorTakenError
from escalation.words import said
from escalation.wrap_up import WrapUps
from knowledge.database import Database

TRIES = 5  # to take the next one, while colleagues take it first


class ResolvedError(ConflictError):
    """The matter is closed; the customer alone opens it again."""

    def __init__(self) -> None:
        super().__init__("This conversation has been resolved. It opens again when the customer writes.")


class Desk:
    """The human side of every conversation."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        dispatch: Dispatch,
        wrap_ups: WrapUps | None = None,
    ) -> None:
        self.database = database
        self.hub = hub
        self.dispatch = dispatch
        self.wrap_ups = wrap_ups or WrapUps.load()

    async def claim(self, account: StaffAccount, conversation_id: UUID, *, epoch: int) -> None:
        """Take the floor: from the queue, or over from the AI. One winner; the others get `FloorTakenError`.

        Raises `NotForYouError` where somebody else who is there should take it, and `ResolvedError`.
        """
        now = self.dispatch.clock()
        async with self.database.reading() as session:
            conversation = await thread.find(session, conversation_id)
        taking_over = conversation.floor == Floor.AI
        arrival = await self.dispatch.arrange(conversation, TAKEN_OVER) if taking_over else None
        async with self.database.transaction() as session:
            conversation = await thread.find(session, conversation_id)
            if conversation.floor == Floor.HUMAN:
                # Theirs already, whatever epoch their screen showed: claiming twice is claiming once.
                await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
                return
            if conversation.resolved_at is not None:
                raise ResolvedError
            handoff = await open_handoff_of(session, conversation_id)
            if handoff is not None:
                await make_sure_it_is_theirs(session, self.dispatch, account, handoff)
            elif arrival is None:  # it was waiting a moment ago, and has been given back to the AI
                raise FloorTakenError(Floor(conversation.floor))
            else:
                handoff = await open_handoff(
                    session,
                    conversation,
                    TAKEN_OVER,
                    epoch=epoch,
                    assignment=arrival.assignment,
                    now=now,
                )
                epoch += 1
            await give_to_person(session, handoff, account, epoch=epoch, now=now)
        self.hub.wake(conversation_id)

    async def take_next(self, account: StaffAccount) -> tuple[UUID | None, str]:
        """Claim what comes first among what the person is offered: its id, or None and why there is nothing."""
        for _ in range(TRIES):
            async with self.database.reading() as session:
                row, why = await offered(session, self.dispatch, account)
            if row is None:
                return None, why
            try:
                await self.claim(account, row.conversation.id, epoch=row.conversation.epoch)
            except (FloorTakenError, NotForYouError):
                continue  # a colleague was quicker, or has just come: look again
            return row.conversation.id, ""
        return None, "Colleagues were quicker each time. Try again."

    async def reply(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        *,
        client_id: str,
        text: str,
        citations: Sequence[dict[str, Any]] = (),
        suggestion: UUID | None = None,
    ) -> Message:
        """Speak to the customer. Only the holder can. The same `client_id` again gives the first message. `suggestion` is the
        draft that was put into it.
        """
        return await self._write(
            account,
            conversation_id,
            client_id,
            text,
            MessageKind.TEXT,
            Audience.EVERYONE,
            citations=list(citations),
            suggestion=suggestion,
        )

    async def note(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        *,
        client_id: str,
        text: str,
        to: Collection[UUID] = (),
        whisper: bool = False,
    ) -> Message:
        """Leave a note that only staff can read. It is shown to those whom it is for (`mentions.py`)."""
        return await self._write(
            account,
            conversation_id,
            client_id,
            text,
            MessageKind.NOTE,
            Audience.STAFF,
            to=to,
            whisper=whisper,
        )

    async def _write(
        self,
        account: StaffAccount,
        conversation_id: UUID,
        client_id: str,
        text: str,
        kind: MessageKind,
        audience: Audience,
        *,
        to: Collection[UUID] = (),
        whisper: bool = False,
        suggestion: UUID | None = None,
        **fields: Any,
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
                    **fields,
                )
                if to or suggestion:
                    await session.flush()  # the message, before what points to it
                if suggestion:
                    await note_used(session, account, suggestion, message)
                session.add_all([Mention(message_id=message.id, staff_id=one, whisper=whisper) for one in to])
                handoff = await open_handoff_of(session, conversation_id)
                if handoff and audience is Audience.EVERYONE:
                    person_answered(handoff, self.dispatch.clock())
                    session.add(handoff)
        except IntegrityError:
            async with self.database.reading() as session:
                return await thread.sent_before(session, conversation_id, client_id)
        self.hub.wake(conversation_id)
        return message

    async def hand_back(self, account: StaffAccount, conversation_id: UUID, *, note: str) -> None:
        """Give the floor back to the AI with a note that its next turn reads."""
        async with self.database.transaction() as session:
            handoff = await self._release(session, account, conversation_id, ended_as="handback", note=note)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.HANDBACK,
                text=said("handed_back", handoff.language),
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

    async def resolve(
        self, account: StaffAccount, conversation_id: UUID, *, wrap_up: str | None = None, note: str = ""
    ) -> None:
        """Close the matter, with the code of what it came to. If the customer writes again, it opens again.

        Raises `UnknownWrapUpError`.
        """
        if wrap_up is not None:
            self.wrap_ups.known(wrap_up)
        async with self.database.transaction() as session:
            handoff = await self._release(
                session, account, conversation_id, ended_as="resolved", resolved=True
            )
            handoff.wrap_up, handoff.wrap_up_note = wrap_up, note or None
            await withdraw_request(session, conversation_id)
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.RESOLVED,
                text=said("resolved", handoff.language, name=account.name),
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
    ) -> Handoff:
        await thread.hold(session, conversation_id, floor=Floor.HUMAN, holder=account.id)
        conversation = await thread.find(session, conversation_id)
        await thread.move_floor(
            session, conversation_id, epoch=conversation.epoch, to=Floor.AI, resolved=resolved
        )
        handoff = await running_handoff_of(session, conversation_id)
        end_handoff(handoff, ended_as, self.dispatch.clock(), note)
        session.add(handoff)
        return handoff
