"""Files go out with a message: what the thread keeps of them, and that each goes with one message only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from escalation.attachments.kinds import FileRefusedError
from escalation.attachments.records import Attachment

MOST_A_MESSAGE = 4


class AttachmentSentError(ConflictError):
    """A file that is sent with a message stays with it."""

    def __init__(self) -> None:
        super().__init__("The file has been sent; it stays with its message.")


def as_sent(attachment: Attachment) -> dict[str, Any]:
    """What the thread keeps of a file."""
    return {
        "id": str(attachment.id),
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
    }


async def named(session: AsyncSession, conversation_id: UUID, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """What the thread will keep of these files, in their order. Raises `FileRefusedError` for one that is not there."""
    if not ids:
        return []
    query = select(Attachment).where(
        col(Attachment.id).in_(ids), Attachment.conversation_id == conversation_id
    )
    found = {one.id: one for one in (await session.exec(query)).all()}
    if found.keys() != set(ids):
        raise FileRefusedError("attachments: a file is not there any more. Attach it again.")
    return [as_sent(found[id_]) for id_ in dict.fromkeys(ids)]


async def send(session: AsyncSession, message_id: UUID, ids: Sequence[UUID]) -> None:
    """Give the files to the message. Raises `AttachmentSentError` if another message has one."""
    if not ids:
        return
    query = (
        update(Attachment)
        .where(col(Attachment.id).in_(ids), col(Attachment.message_id).is_(None))
        .values(message_id=message_id)
    )
    if (await session.exec(query)).rowcount != len(set(ids)):
        raise AttachmentSentError
