"""What became of suggested replies: used as they were, edited, or dropped. Each that is shown leaves a row; its words stay out of it."""

import hashlib
from uuid import UUID, uuid4

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Message
from escalation.records import StaffAccount, SuggestedReply


async def note_shown(session: AsyncSession, account: StaffAccount, conversation_id: UUID, text: str) -> UUID:
    """A draft is shown to a person; until they send it, it counts as dropped."""
    shown = SuggestedReply(
        id=uuid4(), conversation_id=conversation_id, staff_id=account.id, digest=digest_of(text)
    )
    session.add(shown)
    return shown.id


async def note_used(
    session: AsyncSession, account: StaffAccount, suggestion_id: UUID, message: Message
) -> None:
    """The person has sent a reply into which they had put that draft. One of another conversation or person, and one that
    has been sent before, stays as it is.
    """
    mine = (
        col(SuggestedReply.id) == suggestion_id,
        col(SuggestedReply.conversation_id) == message.conversation_id,
        col(SuggestedReply.staff_id) == account.id,
        col(SuggestedReply.message_id).is_(None),
    )
    digest = (await session.exec(select(SuggestedReply.digest).where(*mine))).one_or_none()
    if digest is None:
        return
    edited = digest != digest_of(message.text)
    await session.exec(update(SuggestedReply).where(*mine).values(message_id=message.id, edited=edited))


def digest_of(text: str) -> str:
    """By which a reply is known as the draft again; how words are spaced makes no difference."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
