"""Whom an internal note is for: colleagues named in it (`@Aoife`), and the holder to whom a supervisor whispers.

The customer never sees any of it: a note is for staff by a constraint of its table.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.records import Conversation, Message, MessageKind
from escalation import thread
from escalation.desk import Desk
from escalation.records import Mention, Role, StaffAccount
from knowledge.database import Database, utc_now

SHOWN = 50  # mentions in a person's list, newest first
_AT = re.compile(r"(?<![\w@])@(?=\w)")


class NotASupervisorError(PermissionError):
    """Only a supervisor whispers; everybody may leave a note."""

    def __init__(self) -> None:
        super().__init__("Only a supervisor can whisper. Leave an internal note instead.")


@dataclass(frozen=True)
class Mentioned:
    """One entry of a person's list: the note, where it stands, and whether they have seen it."""

    mention: Mention
    message: Message
    conversation: Conversation


@dataclass(frozen=True)
class For:
    """Whom a note is for, as its readers are told."""

    staff_id: UUID
    name: str
    whisper: bool


def named_in(text: str, people: Sequence[tuple[UUID, str]]) -> list[UUID]:
    """Who is mentioned, in order: `@` and a whole name, or a first name that only one person has.

    An address (`aoife@desk.example`) mentions nobody.
    """
    first_names = Counter(_first(name).casefold() for _, name in people)
    called = [(name, id_) for id_, name in people]
    called += [(_first(name), id_) for id_, name in people if first_names[_first(name).casefold()] == 1]
    called.sort(key=lambda pair: -len(pair[0]))  # "@Aoife Byrne" is not "@Aoife"
    found = [
        id_
        for at in _AT.finditer(text)
        if (id_ := next((id_ for name, id_ in called if _stands_at(name, text, at.end())), None))
    ]
    return list(dict.fromkeys(found))


def _stands_at(name: str, text: str, place: int) -> bool:
    return re.compile(rf"{re.escape(name)}(?!\w)", re.IGNORECASE).match(text, place) is not None


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0]


class Notes:
    """Internal notes with the people whom they are for."""

    def __init__(self, database: Database, desk: Desk, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.desk = desk
        self.clock = clock

    async def leave(
        self, account: StaffAccount, conversation_id: UUID, *, client_id: str, text: str
    ) -> Message:
        """A note; whom it names finds it in their list. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            people = (await session.exec(select(StaffAccount.id, StaffAccount.name))).all()
        to = [id_ for id_ in named_in(text, people) if id_ != account.id]
        return await self.desk.note(account, conversation_id, client_id=client_id, text=text, to=to)

    async def whisper(
        self, account: StaffAccount, conversation_id: UUID, *, client_id: str, text: str
    ) -> Message:
        """A supervisor's note to the one who has the conversation, shown to them at once.

        Raises `NotASupervisorError`, `ConversationNotFoundError`, and `ConflictError` where nobody else has it.
        """
        if account.role != Role.SUPERVISOR:
            raise NotASupervisorError
        async with self.database.reading() as session:
            holder = (await thread.find(session, conversation_id)).holder_id
        if holder is None or holder == account.id:
            raise ConflictError("No colleague has this conversation now. Leave an internal note instead.")
        return await self.desk.note(
            account, conversation_id, client_id=client_id, text=text, to=[holder], whisper=True
        )

    async def of(self, account: StaffAccount) -> tuple[list[Mentioned], int]:
        """The person's newest mentions, and how many of all they have not seen."""
        mine = Mention.staff_id == account.id
        query = (
            select(Mention, Message, Conversation)
            .join(Message, col(Message.id) == Mention.message_id)
            .join(Conversation, col(Conversation.id) == Message.conversation_id)
            .where(mine)
            .order_by(col(Message.created_at).desc(), col(Message.seq).desc())
            .limit(SHOWN)
        )
        unseen = select(func.count()).select_from(Mention).where(mine, col(Mention.seen_at).is_(None))
        async with self.database.reading() as session:
            rows = (await session.exec(query)).all()
            return [Mentioned(*row) for row in rows], (await session.exec(unseen)).one()

    async def see(self, account: StaffAccount, conversation_id: UUID) -> None:
        """The person has seen what is for them in a conversation."""
        notes = select(Message.id).where(Message.conversation_id == conversation_id)
        unseen = (
            update(Mention)
            .where(col(Mention.staff_id) == account.id, col(Mention.seen_at).is_(None))
            .where(col(Mention.message_id).in_(notes))
        )
        async with self.database.transaction() as session:
            await session.exec(unseen.values(seen_at=self.clock()))


async def whom_for(session: AsyncSession, messages: Sequence[Message]) -> Mapping[UUID, list[For]]:
    """Whom each of the notes among the messages is for, by message id."""
    notes = [m.id for m in messages if m.kind == MessageKind.NOTE]
    found: dict[UUID, list[For]] = {}
    if notes:
        query = (
            select(Mention, StaffAccount.name)
            .join(StaffAccount, col(StaffAccount.id) == Mention.staff_id)
            .where(col(Mention.message_id).in_(notes))
            .order_by(StaffAccount.name)
        )
        for mention, name in (await session.exec(query)).all():
            found.setdefault(mention.message_id, []).append(For(mention.staff_id, name, mention.whisper))
    return found
