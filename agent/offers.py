"""What a conversation has on offer: its one open proposal, and its one request that waits for a person's approval.

Every function works in the caller's transaction.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import ApprovalRequest, ApprovalStatus, Conversation, Proposal, ProposalStatus


async def lock_conversation(session: AsyncSession, conversation_id: UUID) -> Conversation:
    """The conversation, its row locked. Always before a proposal or request of it, so that nobody waits in a ring."""
    query = select(Conversation).where(Conversation.id == conversation_id)
    return (await session.exec(query.with_for_update())).one()


def signed_in_for(conversation: Conversation, when: datetime) -> timedelta | None:
    """How long its customer had been signed in by then; None if the shop does not say."""
    return when - conversation.signed_in_at if conversation.signed_in_at else None


async def withdraw_open(
    session: AsyncSession, conversation_id: UUID, *, approved_too: bool = False
) -> list[UUID]:
    """Withdraw the open proposal, if any; returns its id. One that a person has approved stays, whoever gets the floor,
    unless `approved_too`.
    """
    query = select(Proposal).where(
        Proposal.conversation_id == conversation_id, Proposal.status == ProposalStatus.OPEN
    )
    if not approved_too:
        approved = select(ApprovalRequest.proposal_id).where(col(ApprovalRequest.proposal_id).is_not(None))
        query = query.where(col(Proposal.id).not_in(approved))
    found = (await session.exec(query.with_for_update())).all()
    for proposal in found:
        proposal.status = ProposalStatus.WITHDRAWN
    await session.flush()
    return [proposal.id for proposal in found]


async def withdraw_request(session: AsyncSession, conversation_id: UUID) -> None:
    """Withdraw what waits for an approval, if anything."""
    query = select(ApprovalRequest).where(
        ApprovalRequest.conversation_id == conversation_id, ApprovalRequest.status == ApprovalStatus.PENDING
    )
    for request in (await session.exec(query.with_for_update())).all():
        request.status = ApprovalStatus.WITHDRAWN
    await session.flush()


async def approval_behind(session: AsyncSession, proposal_id: UUID) -> ApprovalRequest | None:
    """The approval that stands behind a proposal, if it needed one."""
    query = select(ApprovalRequest).where(ApprovalRequest.proposal_id == proposal_id)
    return (await session.exec(query)).one_or_none()
