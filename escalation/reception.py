"""The front desk: every customer message enters here.

`receive` writes it down and calls for attention; `attendance.py` is what happens next.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ConflictError
from agent.incoming import clean
from agent.levels import Level
from agent.records import AuthorKind, Conversation, Floor, Message, MessageKind, Proposal, Reading, TurnRecord
from escalation import thread
from escalation.attachments import sending
from escalation.attendance import Attendance
from escalation.briefing import Line
from escalation.briefing.loading import brief_customer
from escalation.clocks import customer_wrote
from escalation.disclosures.records import DisclosureShown, Way
from escalation.disclosures.texts import Disclosure, disclosure
from escalation.dispatch import Dispatch
from escalation.events import Hub
from escalation.handoffs import (
    ASKED_BY_BUTTON,
    language_spoken,
    open_handoff,
    open_handoff_of,
    tell_customer,
    withdraw_handoff,
)
from escalation.records import TurnOutcome
from escalation.settlement import Settlement
from escalation.shop_pages import ShopPage, note_page
from escalation.thread import ConversationNotFoundError
from escalation.words import said
from knowledge.database import Database


@dataclass(frozen=True)
class Owner:
    """Whose conversations a request may reach: a verified customer of the shop, or a visitor."""

    customer_id: str | None = None
    name: str | None = None
    email: str | None = None
    visitor_id: str | None = None
    signed_in_at: datetime | None = None
    """When the customer proved to the shop who they are; None if the shop does not say."""
    vouched_by: Level = Level.SHOP
    """Who says that it is this customer; of no meaning for a visitor."""

    @property
    def level(self) -> Level:
        """How sure it is who they are."""
        return self.vouched_by if self.customer_id is not None else Level.VISITOR

    @property
    def subject(self) -> str:
        """Under which name they are counted and recorded: an id, and nothing else of them."""
        return f"customer {self.customer_id}" if self.customer_id else f"visitor {self.visitor_id}"

    def owns(self, conversation: Conversation) -> bool:
        """A customer owns what was opened under their verified id, a visitor what was opened under theirs."""
        if conversation.customer_id is not None:
            return conversation.customer_id == self.customer_id
        return self.customer_id is None and conversation.visitor_id == self.visitor_id

    def own(self) -> ColumnElement[bool]:
        """The same as a condition on `Conversation`, for a query."""
        if self.customer_id is not None:
            return col(Conversation.customer_id) == self.customer_id
        return col(Conversation.customer_id).is_(None) & (col(Conversation.visitor_id) == self.visitor_id)


class LineGoneError(ConflictError):
    """The line of a briefing that is to be corrected reads differently by now."""

    def __init__(self) -> None:
        super().__init__(
            "That line has changed meanwhile. Please read it again, and correct it if it is still wrong."
        )


@dataclass(frozen=True)
class Received:
    """A message that is safely written down; `is_new` is False for a client message id seen before."""

    message: Message
    is_new: bool


class Reception:
    """Takes what customers send, and only from its owner."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        attendance: Attendance,
        settlement: Settlement,
        dispatch: Dispatch,
        *,
        shop_name: str,
    ) -> None:
        self.database = database
        self.hub = hub
        self.attendance = attendance
        self.settlement = settlement
        self.dispatch = dispatch
        self.shop_name = shop_name

    async def open_conversation(
        self, owner: Owner, *, once: UUID | None = None, language: str | None = None
    ) -> Conversation:
        """A new conversation. The disclosure stands in it before anything else (law 7), and that it did is on record.

        `once` is its id where the same request may come again: then it is the same conversation.
        """
        try:
            return await self._open(owner, once or uuid4(), disclosure(self.shop_name, language))
        except IntegrityError:
            if once is None:
                raise
            return await self.find(owner, once)

    async def _open(self, owner: Owner, conversation_id: UUID, said_first: Disclosure) -> Conversation:
        conversation = Conversation(
            id=conversation_id,
            case_number=f"C-{secrets.token_hex(4).upper()}",
            customer_id=owner.customer_id,
            customer_name=owner.name,
            customer_email=owner.email,
            visitor_id=None if owner.customer_id else owner.visitor_id,
            signed_in_at=owner.signed_in_at,
            vouched_by=owner.vouched_by,
        )
        async with self.database.transaction() as session:
            session.add(conversation)
            await session.flush()
            await thread.append(
                session,
                conversation.id,
                author=AuthorKind.SYSTEM,
                kind=MessageKind.DISCLOSURE,
                text=said_first.text,
            )
            session.add(
                DisclosureShown(
                    subject=owner.subject,
                    conversation_id=conversation.id,
                    disclosure=said_first.id,
                    version=said_first.version,
                    language=said_first.language,
                    way=Way.API,
                    client_id=str(conversation.id),
                )
            )
            await session.refresh(conversation)
        return conversation

    async def find(self, owner: Owner, conversation_id: UUID) -> Conversation:
        """One's own conversation. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            return await _own(session, owner, conversation_id)

    async def own_conversations(self, owner: Owner, *, offset: int, limit: int) -> list[Conversation]:
        """One's own conversations, newest first."""
        query = select(Conversation).where(owner.own()).order_by(col(Conversation.created_at).desc())
        async with self.database.reading() as session:
            return list((await session.exec(query.offset(offset).limit(limit))).all())

    async def receive(
        self,
        owner: Owner,
        conversation_id: UUID,
        *,
        client_id: str,
        text: str,
        corrects: dict[str, str] | None = None,
        page: ShopPage | None = None,
        attachments: Sequence[UUID] = (),
    ) -> Received:
        """Write a customer's message down and see to it. Returns after the commit: nothing is lost then.

        `corrects` is the part and text of the line of a briefing that the message corrects, `page` where it was written,
        `attachments` the files that go with it. Raises `MessageRefusedError`, `FileRefusedError`, `AttachmentSentError` and
        `ConversationNotFoundError`.
        """
        text = clean(text)
        try:
            async with self.database.transaction() as session:
                conversation = await _own(session, owner, conversation_id)
                conversation.signed_in_at, conversation.vouched_by = owner.signed_in_at, owner.vouched_by
                if conversation.resolved_at is not None:
                    await self._reopen(session, conversation)
                if page is not None:
                    await note_page(session, conversation_id, page)
                message = await thread.append(
                    session,
                    conversation_id,
                    author=AuthorKind.CUSTOMER,
                    author_name=conversation.customer_name,
                    text=text,
                    client_id=client_id,
                    corrects=corrects,
                    attachments=await sending.named(session, conversation_id, attachments),
                )
                await session.flush()  # a message that was sent before ends here
                await sending.send(session, message.id, attachments)
                await self._start_clock(session, conversation)
        except IntegrityError:
            async with self.database.reading() as session:
                return Received(await thread.sent_before(session, conversation_id, client_id), is_new=False)
        self.hub.wake(conversation_id)
        self.attendance.see_to(conversation_id)
        return Received(message, is_new=True)

    async def adopt(self, before: Owner, proven: Owner, conversation_id: UUID, text: str) -> None:
        """The owner of a conversation has proven who they are: it is the customer's from now on, and `text` says so. Raises
        `ConversationNotFoundError`.
        """
        async with self.database.transaction() as session:
            conversation = await _own(session, before, conversation_id)
            conversation.customer_id, conversation.vouched_by = proven.customer_id, proven.vouched_by
            conversation.customer_name, conversation.customer_email = proven.name, proven.email
            await thread.append(
                session,
                conversation_id,
                author=AuthorKind.SYSTEM,
                text=text,
            )
        self.hub.wake(conversation_id)

    async def passed_on(self, owner: Owner, conversation_id: UUID) -> tuple[list[Line], list[Message]]:
        """What people of the desk read of one's own conversation, as far as it is the customer's to read, and the thread.
        No lines before the first handoff. Raises `ConversationNotFoundError`.
        """
        async with self.database.reading() as session:
            await _own(session, owner, conversation_id)
            return await brief_customer(session, conversation_id)

    async def correct(
        self, owner: Owner, conversation_id: UUID, *, client_id: str, text: str, line_id: str | None
    ) -> Received:
        """Take the customer's correction of what was passed on: a message of theirs that says what it corrects.

        Raises `LineGoneError` where nobody has that line any more, and what `receive` raises.
        """
        corrects = {"part": "", "text": ""}
        if line_id is not None:
            lines, messages = await self.passed_on(owner, conversation_id)
            line = next((line for line in lines if line.id == line_id), None)
            if line is not None:
                corrects = {"part": line.part.value, "text": line.text}
            elif all(message.client_id != client_id for message in messages):
                raise LineGoneError
        return await self.receive(owner, conversation_id, client_id=client_id, text=text, corrects=corrects)

    async def hand_over(self, owner: Owner, conversation_id: UUID) -> Conversation:
        """The way to a person that always works (law 6): no model is asked, no setting can veto it."""
        arrival = await self.dispatch.arrange(await self.find(owner, conversation_id), ASKED_BY_BUTTON)
        async with self.database.transaction() as session:
            conversation = await _own(session, owner, conversation_id)
            if conversation.resolved_at is not None:
                conversation = await self._reopen(session, conversation)
            if conversation.floor == Floor.AI:
                await open_handoff(
                    session,
                    conversation,
                    ASKED_BY_BUTTON,
                    epoch=conversation.epoch,
                    assignment=arrival.assignment,
                    now=self.dispatch.clock(),
                )
                await tell_customer(session, conversation, arrival.text)
            await session.refresh(conversation)
        self.hub.wake(conversation_id)
        self.attendance.briefings.see_to(conversation_id)
        return conversation

    async def withdraw(self, owner: Owner, conversation_id: UUID) -> Conversation:
        """The customer leaves the queue before anybody has come; where the AI has the floor already, nothing happens.

        Raises `NotWithdrawableError`, and `FloorTakenError` where a person has come.
        """
        async with self.database.transaction() as session:
            conversation = await _own(session, owner, conversation_id)
            if conversation.floor == Floor.HUMAN:
                raise await thread.taken(session, conversation_id)
            if conversation.floor == Floor.QUEUE:
                await withdraw_handoff(session, conversation, self.dispatch.clock())
                await session.refresh(conversation)
        self.hub.wake(conversation_id)
        self.attendance.see_to(conversation_id)
        return conversation

    async def confirm(self, owner: Owner, proposal_id: UUID, *, digest: str) -> Proposal:
        """The customer's own yes to exactly this proposal. Raises `ConflictError` when it cannot be any more."""
        proposal = await self._own_proposal(owner, proposal_id)
        async with self.database.transaction() as session:
            conversation = await _own(session, owner, proposal.conversation_id)
            conversation.signed_in_at, conversation.vouched_by = owner.signed_in_at, owner.vouched_by
        return await self.settlement.confirm(proposal, digest=digest)

    async def decline(self, owner: Owner, proposal_id: UUID) -> Proposal:
        """The customer's no."""
        proposal = await self._own_proposal(owner, proposal_id)
        return await self.settlement.decline(proposal)

    async def recover(self) -> None:
        """After a start: finish what a killed process left behind. Every step is safe to repeat."""
        await self.settlement.recover()
        query = (
            select(Message.conversation_id)
            .outerjoin(TurnRecord, col(TurnRecord.message_id) == col(Message.id))
            .outerjoin(Reading, col(Reading.message_id) == col(Message.id))
            .join(Conversation, col(Conversation.id) == col(Message.conversation_id))
            .where(
                Message.author_kind == AuthorKind.CUSTOMER,
                or_(
                    col(Reading.message_id).is_(None),
                    and_(
                        or_(col(TurnRecord.message_id).is_(None), TurnRecord.outcome == TurnOutcome.STALE),
                        Conversation.floor == Floor.AI,
                    ),
                ),
            )
            .distinct()
        )
        async with self.database.reading() as session:
            waiting = (await session.exec(query)).all()
        for conversation_id in waiting:
            self.attendance.see_to(conversation_id)

    async def _reopen(self, session: AsyncSession, conversation: Conversation) -> Conversation:
        conversation = await thread.move_floor(
            session, conversation.id, epoch=conversation.epoch, to=Floor.AI
        )
        await thread.append(
            session,
            conversation.id,
            author=AuthorKind.SYSTEM,
            kind=MessageKind.REOPENED,
            text=said("reopened", await language_spoken(session, conversation.id)),
        )
        return conversation

    async def _start_clock(self, session: AsyncSession, conversation: Conversation) -> None:
        """Whoever has the conversation at the desk owes a word from now on. After the append, which holds the row."""
        if conversation.floor == Floor.AI:
            return
        if handoff := await open_handoff_of(session, conversation.id):
            customer_wrote(handoff, self.dispatch.routing, self.dispatch.clock())
            session.add(handoff)

    async def _own_proposal(self, owner: Owner, proposal_id: UUID) -> Proposal:
        async with self.database.reading() as session:
            proposal = await session.get(Proposal, proposal_id)
            conversation = await thread.find(session, proposal.conversation_id) if proposal else None
        if proposal is None or conversation is None or not owner.owns(conversation):
            raise ConversationNotFoundError("proposal")
        return proposal


async def _own(session: AsyncSession, owner: Owner, conversation_id: UUID) -> Conversation:
    conversation = await thread.find(session, conversation_id)
    if not owner.owns(conversation):
        raise ConversationNotFoundError
    return conversation
