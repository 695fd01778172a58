"""Asking the customer once whether it is solved, and taking down what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.incoming import clean
from agent.records import Audience, AuthorKind, Conversation, Message, Proposal, ProposalStatus, TurnRecord
from escalation import thread
from escalation.after.asking import Matter, why_not
from escalation.after.policy import After
from escalation.after.records import Pulse, Rating
from escalation.reception import Owner
from escalation.thread import ConversationNotFoundError
from knowledge.database import Database, utc_now


class NotOverError(ConflictError):
    """The customer cannot rate it now; says why."""


@dataclass(frozen=True)
class Said:
    """What a customer says of a conversation: of satisfaction and effort 1 to 5, or nothing."""

    solved: bool
    satisfaction: int | None = None
    effort: int | None = None
    comment: str | None = None


class Ratings:
    """Asks, and takes what is said; of one's own conversations only."""

    def __init__(self, database: Database, after: After, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.after = after
        self.clock = clock

    async def standing(self, conversation_id: UUID) -> tuple[bool, bool]:
        """Whether the customer has been asked, and whether that question still stands: unanswered, and it has not gone on."""
        async with self.database.reading() as session:
            rating = await session.get(Rating, conversation_id)
            if rating is None:
                return False, False
            return True, rating.rated_at is None and await self._gone_on(session, rating) is None

    async def ask(self, owner: Owner, conversation_id: UUID, *, closing: bool) -> bool:
        """Whether to ask now; True once in the life of a conversation. Raises `ConversationNotFoundError`."""
        async with self.database.transaction() as session:
            # Two open windows: the second waits for the conversation's row, and finds that the first one asks.
            conversation = await _own_for_writing(session, owner, conversation_id)
            if why_not(await self._matter(session, conversation), self.after, closing=closing):
                return False
            session.add(Rating(conversation_id=conversation_id, asked_at=self.clock()))
        return True

    async def rate(self, owner: Owner, conversation_id: UUID, said: Said) -> tuple[Rating, bool]:
        """Take down what the customer says, and whether it is their first word. The same again changes nothing.

        They may say more, or something else, until they ask the next thing. Raises `ConversationNotFoundError`,
        `MessageRefusedError` and `NotOverError`.
        """
        comment = clean(said.comment, what="comment") if said.comment and said.comment.strip() else None
        wanted = (said.solved, said.satisfaction, said.effort, comment)
        async with self.database.transaction() as session:
            conversation = await _own_for_writing(session, owner, conversation_id)
            rating = await session.get(Rating, conversation_id)
            if rating is None:
                # Nobody asked, but they have something to say, as if they were leaving.
                if why := why_not(await self._matter(session, conversation), self.after, closing=True):
                    raise NotOverError(why)
                rating = Rating(conversation_id=conversation_id, asked_at=self.clock())
            if wanted == (rating.solved, rating.satisfaction, rating.effort, rating.comment):
                return rating, False
            if why := await self._gone_on(session, rating):
                raise NotOverError(why)
            first = rating.rated_at is None
            rating.solved, rating.satisfaction, rating.effort, rating.comment = wanted
            rating.rated_at = self.clock()
            session.add(rating)
        return rating, first

    async def _gone_on(self, session: AsyncSession, rating: Rating) -> str | None:
        """Why what was asked about is past; None while it can be answered."""
        newest = (
            select(Pulse.at)
            .where(Pulse.conversation_id == rating.conversation_id, col(Pulse.asks))
            .order_by(col(Pulse.at).desc())
            .limit(1)
        )
        last = (await session.exec(newest)).one_or_none()
        if last is not None and last > (rating.rated_at or rating.asked_at):
            return "The conversation has gone on since."
        if self.clock() - (rating.rated_at or rating.asked_at) > self.after.back_within:
            return "It has been over for too long."
        return None

    async def _matter(self, session: AsyncSession, conversation: Conversation) -> Matter:
        spoken = (
            select(Message)
            .where(Message.conversation_id == conversation.id, Message.audience == Audience.EVERYONE)
            .order_by(col(Message.seq).desc())
            .limit(1)
        )
        last = (await session.exec(spoken)).one()
        newest = (
            select(Message.id, TurnRecord.outcome, Pulse.upset)
            .outerjoin(TurnRecord, col(TurnRecord.message_id) == col(Message.id))
            .outerjoin(Pulse, col(Pulse.message_id) == col(Message.id))
            .where(
                Message.conversation_id == conversation.id,
                Message.author_kind == AuthorKind.CUSTOMER,
            )
            .order_by(col(Message.seq).desc())
            .limit(1)
        )
        row = (await session.exec(newest)).one_or_none()
        asking = select(Pulse.message_id).where(Pulse.conversation_id == conversation.id, col(Pulse.asks))
        now = self.clock()
        open_proposal = select(Proposal.id).where(
            Proposal.conversation_id == conversation.id,
            Proposal.status == ProposalStatus.OPEN,
            Proposal.expires_at > now,
        )
        return Matter(
            floor=conversation.floor,
            resolved=conversation.resolved_at is not None,
            outcome=row[1] if row else None,
            asked_something=(await session.exec(asking.limit(1))).first() is not None,
            upset=bool(row and row[2]),
            open_proposal=(await session.exec(open_proposal.limit(1))).first() is not None,
            silent_for=now - last.created_at,
            asked_before=await session.get(Rating, conversation.id) is not None,
        )


async def _own_for_writing(session: AsyncSession, owner: Owner, conversation_id: UUID) -> Conversation:
    conversation = await thread.find(session, conversation_id)
    if not owner.owns(conversation):
        raise ConversationNotFoundError
    await session.refresh(conversation, with_for_update=True)
    return conversation
