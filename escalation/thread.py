"""The thread and the floor: the only place that appends messages or moves the floor.

Both are compare-and-set on the conversation's row, so whoever comes late is told, and nothing of theirs is
half done (laws 4 and 11). Every function works in the caller's transaction.
"""

from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import FloorMovedError
from agent.offers import withdraw_open
from agent.records import Audience, AuthorKind, Conversation, Floor, Message, MessageKind
from escalation.events import record_event
from escalation.records import EventKind, StaffAccount
from knowledge.database import utc_now


class ConversationNotFoundError(LookupError):
    """There is no such conversation, or it is not the caller's. Both look the same (law 9)."""

    def __init__(self, what: str = "conversation") -> None:
        super().__init__(f"There is no such {what}.")


class FloorTakenError(FloorMovedError):
    """The floor is not where the caller believed. Says where it is, and with whom."""

    def __init__(self, floor: Floor, holder_id: UUID | None = None, holder_name: str | None = None) -> None:
        who = holder_name or {Floor.AI: "The AI", Floor.QUEUE: "The queue", Floor.HUMAN: "A colleague"}[floor]
        super().__init__(f"{who} has the floor now.")
        self.floor = floor
        self.holder_id = holder_id
        self.holder_name = holder_name


async def find(session: AsyncSession, conversation_id: UUID) -> Conversation:
    """The conversation. Raises `ConversationNotFoundError`."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationNotFoundError
    return conversation


async def append(
    session: AsyncSession,
    conversation_id: UUID,
    *,
    author: AuthorKind,
    text: str,
    kind: MessageKind = MessageKind.TEXT,
    audience: Audience = Audience.EVERYONE,
    **fields: Any,
) -> Message:
    """Append a message at the next place of the thread, with its event."""
    query = (
        update(Conversation)
        .where(col(Conversation.id) == conversation_id)
        .values(last_seq=Conversation.last_seq + 1)
        .returning(col(Conversation.last_seq))
    )
    seq = (await session.exec(query)).scalar_one()
    message = Message(
        conversation_id=conversation_id,
        seq=seq,
        author_kind=author,
        text=text,
        kind=kind,
        audience=audience,
        **fields,
    )
    session.add(message)
    record_event(session, conversation_id, EventKind.MESSAGE, audience=audience, ref=message.id)
    return message


async def hold(
    session: AsyncSession,
    conversation_id: UUID,
    *,
    floor: Floor,
    epoch: int | None = None,
    holder: UUID | None = None,
) -> None:
    """Make sure, for the rest of this transaction, that the floor is where the caller believes.

    Raises `FloorTakenError`. The update takes the row's lock, so nobody moves the floor until the commit.
    """
    query = (
        update(Conversation)
        .where(col(Conversation.id) == conversation_id, col(Conversation.floor) == floor)
        .values(epoch=Conversation.epoch)
    )
    if epoch is not None:
        query = query.where(col(Conversation.epoch) == epoch)
    if holder is not None:
        query = query.where(col(Conversation.holder_id) == holder)
    if (await session.exec(query)).rowcount == 0:
        raise await taken(session, conversation_id)


async def move_floor(
    session: AsyncSession,
    conversation_id: UUID,
    *,
    epoch: int,
    to: Floor,
    holder: StaffAccount | None = None,
    resolved: bool = False,
) -> Conversation:
    """Give the floor to somebody, if the epoch is still the one the caller saw.

    Open proposals are withdrawn: nobody confirms what was offered under an earlier floor. Raises
    `FloorTakenError` for whoever comes late.
    """
    query = (
        update(Conversation)
        .where(col(Conversation.id) == conversation_id, col(Conversation.epoch) == epoch)
        .values(
            floor=to,
            epoch=Conversation.epoch + 1,
            holder_id=holder.id if holder else None,
            resolved_at=utc_now() if resolved else None,
        )
    )
    if (await session.exec(query)).rowcount == 0:
        raise await taken(session, conversation_id)
    for proposal_id in await withdraw_open(session, conversation_id):
        record_event(session, conversation_id, EventKind.PROPOSAL, ref=proposal_id)
    conversation = await _fresh(session, conversation_id)
    record_event(
        session,
        conversation_id,
        EventKind.FLOOR,
        payload=floor_payload(conversation, holder.name if holder else None),
    )
    return conversation


def floor_payload(conversation: Conversation, holder_name: str | None) -> dict[str, Any]:
    """What a stream tells of the floor."""
    return {
        "floor": conversation.floor,
        "epoch": conversation.epoch,
        "holder": {"name": holder_name} if holder_name else None,
        "resolved": conversation.resolved_at is not None,
    }


async def messages_of(
    session: AsyncSession, conversation_id: UUID, *, audience: Audience = Audience.STAFF
) -> list[Message]:
    """The thread in order; `EVERYONE` leaves internal notes out."""
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(col(Message.seq))
    if audience is Audience.EVERYONE:
        query = query.where(Message.audience == Audience.EVERYONE)
    return list((await session.exec(query)).all())


async def sent_before(session: AsyncSession, conversation_id: UUID, client_id: str) -> Message:
    """The message that its sender gave this id. For after the database has refused a second one."""
    query = select(Message).where(Message.conversation_id == conversation_id, Message.client_id == client_id)
    return (await session.exec(query)).one()


async def _fresh(session: AsyncSession, conversation_id: UUID) -> Conversation:
    query = select(Conversation).where(Conversation.id == conversation_id)
    found = (await session.exec(query, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise ConversationNotFoundError
    return found


async def taken(session: AsyncSession, conversation_id: UUID) -> FloorTakenError:
    conversation = await _fresh(session, conversation_id)
    holder = await session.get(StaffAccount, conversation.holder_id) if conversation.holder_id else None
    # Plain values: the records expire with the transaction that this error ends.
    return FloorTakenError(Floor(conversation.floor), conversation.holder_id, holder.name if holder else None)
