"""Files of customers: taken, found, sent with a message, taken back, and swept where nobody has sent them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.records import Conversation
from escalation.attachments.child import Checker
from escalation.attachments.kinds import EMPTY, ENDINGS, FileRefusedError
from escalation.attachments.records import Attachment, AttachmentContent
from escalation.attachments.sending import AttachmentSentError
from escalation.reception import Owner
from escalation.thread import ConversationNotFoundError
from knowledge.database import Database, utc_now
from knowledge.ingestion.reading import clean_name

MOST_A_CONVERSATION = 60
UNSENT_FOR = timedelta(days=1)
_LONGEST_STEM = 100  # characters of a name without its ending


class TooManyFilesError(ConflictError):
    """The conversation holds as many files as it may."""

    def __init__(self) -> None:
        super().__init__(f"A conversation takes {MOST_A_CONVERSATION} files. Ask for a person to send more.")


@dataclass(frozen=True)
class Content:
    """A file to serve."""

    name: str
    media_type: str
    data: bytes

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it: one of ours, written anew."""
        return self.media_type.startswith("image/")


class Attachments:
    """The files. `largest`: bytes of one, as it comes."""

    def __init__(self, database: Database, *, largest: int, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.largest = largest
        self.clock = clock
        self.checker = Checker()

    async def add(
        self, owner: Owner, conversation_id: UUID, *, name: str, data: bytes, once: UUID | None = None
    ) -> tuple[Attachment, bool]:
        """Check a file and keep it for a message to come; and whether it is new. The same `once` again is the same file.

        Raises `FileRefusedError`, `TooManyFilesError` and `ConversationNotFoundError`.
        """
        await self._room_for_one(owner, conversation_id)
        if once and (there := await self._there(conversation_id, once)):
            return there, False
        if len(data) > self.largest:
            raise FileRefusedError(too_large(self.largest))
        if not data:
            raise FileRefusedError(EMPTY)
        checked = await self.checker.check(data)
        made = Attachment(
            id=once or uuid4(),
            conversation_id=conversation_id,
            name=safe_name(name, checked.media_type),
            media_type=checked.media_type,
            size=len(checked.data),
            width=checked.width,
            height=checked.height,
            created_at=self.clock(),
        )
        try:
            async with self.database.transaction() as session:
                session.add(made)
                await session.flush()
                session.add(AttachmentContent(attachment_id=made.id, data=checked.data))
                await session.flush()
                await session.refresh(made)
        except IntegrityError:
            if once and (there := await self._there(conversation_id, once)):
                return there, False
            raise
        return made, True

    async def content(self, owner: Owner, conversation_id: UUID, attachment_id: UUID) -> Content:
        """One's own file. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            await _own(session, owner, conversation_id)
            return await _content(session, attachment_id, conversation_id)

    async def content_for_desk(self, attachment_id: UUID) -> Content:
        """A file that was sent, for people of the desk. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            return await _content(session, attachment_id)

    async def take_back(self, owner: Owner, conversation_id: UUID, attachment_id: UUID) -> None:
        """Forget a file that was not sent. Raises `AttachmentSentError` and `ConversationNotFoundError`."""
        async with self.database.transaction() as session:
            await _own(session, owner, conversation_id)
            found = await session.get(Attachment, attachment_id)
            if found is None or found.conversation_id != conversation_id:
                raise ConversationNotFoundError("file")
            if await _forget(session, [attachment_id]) == 0:
                raise AttachmentSentError

    async def sweep(self) -> None:
        """Forget what nobody has sent within a day."""
        old = select(Attachment.id).where(
            col(Attachment.message_id).is_(None), Attachment.created_at < self.clock() - UNSENT_FOR
        )
        async with self.database.transaction() as session:
            await _forget(session, list((await session.exec(old)).all()))

    async def _room_for_one(self, owner: Owner, conversation_id: UUID) -> None:
        count = select(func.count()).where(Attachment.conversation_id == conversation_id)
        async with self.database.reading() as session:
            await _own(session, owner, conversation_id)
            if (await session.exec(count)).one() >= MOST_A_CONVERSATION:
                raise TooManyFilesError

    async def _there(self, conversation_id: UUID, once: UUID) -> Attachment | None:
        async with self.database.reading() as session:
            found = await session.get(Attachment, once)
        return found if found and found.conversation_id == conversation_id else None


def safe_name(name: str, media_type: str) -> str:
    """A name to show as text and to save under: no folders, nothing that turns or hides letters, the ending of what it is."""
    stem = PurePosixPath(clean_name(name)).stem[:_LONGEST_STEM].strip(" .") or "file"
    return stem + ENDINGS[media_type]


def too_large(most: int) -> str:
    """What the sender of a file beyond the limit reads."""
    return f"The file is larger than {most // (1024 * 1024)} MB. Make it smaller and send it again."


async def _forget(session: AsyncSession, ids: Sequence[UUID]) -> int:
    """Delete those of these files that no message has, with their bytes; how many."""
    gone = delete(Attachment).where(col(Attachment.id).in_(ids), col(Attachment.message_id).is_(None))
    return (await session.exec(gone)).rowcount


async def _content(
    session: AsyncSession, attachment_id: UUID, conversation_id: UUID | None = None
) -> Content:
    query = (
        select(Attachment, AttachmentContent.data)
        .join(AttachmentContent, col(AttachmentContent.attachment_id) == col(Attachment.id))
        .where(Attachment.id == attachment_id)
    )
    if conversation_id is None:
        query = query.where(col(Attachment.message_id).is_not(None))
    else:
        query = query.where(Attachment.conversation_id == conversation_id)
    row = (await session.exec(query)).one_or_none()
    if row is None:
        raise ConversationNotFoundError("file")
    attachment, data = row
    return Content(attachment.name, attachment.media_type, data)


async def _own(session: AsyncSession, owner: Owner, conversation_id: UUID) -> None:
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or not owner.owns(conversation):
        raise ConversationNotFoundError
