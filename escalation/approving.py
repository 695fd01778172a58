"""The desk's yes or no to a request that code may not allow by itself, and what the thread says of it.

Who may say yes, and to what exactly, is judged in `agent/approvals.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.approvals import Approvals, Approver, NotApproved
from agent.errors import ConflictError
from agent.money import Money
from agent.records import (
    ApprovalRequest,
    Audience,
    AuthorKind,
    Conversation,
    MessageKind,
    Proposal,
    ProposalStatus,
)
from escalation import thread
from escalation.events import Hub, record_event
from escalation.records import EventKind, StaffAccount
from escalation.staff import APPROVED_IN
from escalation.thread import ConversationNotFoundError
from knowledge.database import Database, utc_now

APPROVED = "{name}, a person on our team, has approved this. Nothing is done until you confirm it."
REFUSED = "{name}, a person on our team, has looked at your request ({title}). It was not approved, and nothing was changed."
EXPIRED = "Your request ({title}) was not decided in time. Nothing was changed."


class ApprovalDesk:
    """Approves and refuses requests for the people of the desk."""

    def __init__(
        self, database: Database, hub: Hub, approvals: Approvals, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.database = database
        self.hub = hub
        self.approvals = approvals
        self.clock = clock

    async def approve(
        self, account: StaffAccount, request_id: UUID, *, digest: str, note: str
    ) -> ApprovalRequest:
        """Show the customer exactly this for their yes.

        Raises `ConversationNotFoundError`, `ConflictError` with what stands against it, `ShopUnavailable`.
        """
        by = await self._approver(account, request_id)
        if objection := await self.approvals.objection(request_id, by=by, digest=digest):
            raise ConflictError(objection.explanation)
        async with self.database.transaction() as session:
            request = await session.get_one(ApprovalRequest, request_id)
            before = await _open_proposal(session, request.conversation_id)
            proposal = await self.approvals.approve(session, request_id, by=by, digest=digest, note=note)
            if isinstance(proposal, NotApproved):
                raise ConflictError(proposal.explanation)
            message = await thread.append(
                session,
                request.conversation_id,
                author=AuthorKind.SYSTEM,
                text=APPROVED.format(name=account.name),
                proposal_id=proposal.id,
            )
            await session.flush()
            request.message_id = message.id
            if before:
                record_event(session, request.conversation_id, EventKind.PROPOSAL, ref=before)
            await self._note(session, account, request, note)
        self.hub.wake(request.conversation_id)
        return request

    async def refuse(
        self, account: StaffAccount, request_id: UUID, *, digest: str, note: str
    ) -> ApprovalRequest:
        """Say no, for the customer to read; `note` stays at the desk. Raises as `approve` does."""
        by = await self._approver(account, request_id)
        async with self.database.transaction() as session:
            request = await self.approvals.refuse(session, request_id, by=by, digest=digest, note=note)
            if isinstance(request, NotApproved):
                raise ConflictError(request.explanation)
            await thread.append(
                session,
                request.conversation_id,
                author=AuthorKind.SYSTEM,
                text=REFUSED.format(name=account.name, title=request.title),
                offer_person=True,
            )
            await self._note(session, account, request, note)
        self.hub.wake(request.conversation_id)
        return request

    async def expire(self) -> None:
        """Close what nobody has decided in time, and say so. Safe to repeat."""
        async with self.database.transaction() as session:
            expired = await self.approvals.expire_due(session)
            for request in expired:
                await thread.append(
                    session,
                    request.conversation_id,
                    author=AuthorKind.SYSTEM,
                    text=EXPIRED.format(title=request.title),
                    offer_person=True,
                )
        for request in expired:
            self.hub.wake(request.conversation_id)

    async def _approver(self, account: StaffAccount, request_id: UUID) -> Approver:
        async with self.database.reading() as session:
            request = await session.get(ApprovalRequest, request_id)
            if request is None:
                raise ConversationNotFoundError("request")
            return approver(account, await thread.find(session, request.conversation_id))

    async def _note(
        self, session: AsyncSession, account: StaffAccount, request: ApprovalRequest, note: str
    ) -> None:
        if note:
            await thread.append(
                session,
                request.conversation_id,
                author=AuthorKind.HUMAN,
                author_name=account.name,
                staff_id=account.id,
                kind=MessageKind.NOTE,
                audience=Audience.STAFF,
                text=f"{request.title} ({request.status}): {note}",
            )


def approver(account: StaffAccount, conversation: Conversation) -> Approver:
    """What this person may approve in this conversation. Nobody approves what they have asked for as a customer."""
    most = Money(account.approves_up_to, APPROVED_IN)
    own = (conversation.customer_email or "").strip().lower() == account.email
    return Approver(account.id, most, is_the_customer=own)


async def requests_of(session: AsyncSession, conversation_id: UUID) -> Sequence[ApprovalRequest]:
    """Every request of a conversation that a person had to decide, newest first."""
    query = select(ApprovalRequest).where(ApprovalRequest.conversation_id == conversation_id)
    return (await session.exec(query.order_by(col(ApprovalRequest.asked_at).desc()))).all()


async def _open_proposal(session: AsyncSession, conversation_id: UUID) -> UUID | None:
    query = select(Proposal.id).where(
        Proposal.conversation_id == conversation_id, Proposal.status == ProposalStatus.OPEN
    )
    return (await session.exec(query)).one_or_none()
