"""What became of suggested replies: used as they were, edited, or dropped. Each that is shown leaves a row; its words stay out of it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import case, col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Message
from escalation.records import StaffAccount, SuggestedReply


@dataclass(frozen=True)
class Became:
    """What became of the drafts that were shown within a time."""

    shown: int
    as_it_was: int
    edited: int

    @property
    def dropped(self) -> int:
        """Not sent, so far: one that was shown a moment ago may still be."""
        return self.shown - self.as_it_was - self.edited


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


async def became_of(session: AsyncSession, since: datetime, until: datetime) -> Became:
    """What became of the drafts shown from `since` until before `until`."""
    edited = col(SuggestedReply.edited)
    query = select(
        func.count(),
        func.sum(case((edited.is_(False), 1), else_=0)),
        func.sum(case((edited.is_(True), 1), else_=0)),
    ).where(col(SuggestedReply.made_at) >= since, col(SuggestedReply.made_at) < until)
    shown, as_it_was, changed = (await session.exec(query)).one()
    return Became(shown, int(as_it_was or 0), int(changed or 0))


def digest_of(text: str) -> str:
    """By which a reply is known as the draft again; how words are spaced makes no difference."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
