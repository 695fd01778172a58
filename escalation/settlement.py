"""The customer's yes or no to a proposal, and what the thread says of it.

The proposal's own steps (law 3) are in `agent/proposals.py`; here each outcome becomes one entry of the thread.
What was settled but not yet told is found in the records, so a crash in between loses no receipt.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from agent.errors import ConflictError
from agent.outcomes import NotPossible, Why
from agent.proposals import Proposals
from agent.records import ApprovalRequest, AuthorKind, Effect, Message, MessageKind, Proposal, ProposalStatus
from escalation import thread
from escalation.events import Hub, record_event
from escalation.records import EventKind
from knowledge.database import Database, utc_now

DECLINED = "All right, nothing was changed."
FAILED = "This could not be done. Nothing was changed."
STILL_OPEN = (
    "The shop's system has not answered yet. Your confirmation is kept, and the result will appear here. "
    "It will not be carried out twice."
)


# The proposal was taken and failed: the thread says so. Every other "not possible" is a conflict for the caller.
_FAILED = frozenset({Why.NO_LONGER_ALLOWED, Why.NEEDS_PERSON, Why.SHOP_REFUSED, Why.FAILED})


class Settlement:
    """Confirms and declines proposals and tells the customer the outcome."""

    def __init__(
        self, database: Database, hub: Hub, proposals: Proposals, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.database = database
        self.hub = hub
        self.proposals = proposals
        self.clock = clock

    async def confirm(self, proposal: Proposal, *, digest: str) -> Proposal:
        """Carry out a proposal on its customer's yes. Raises `ConflictError` if it can no longer be confirmed."""
        outcome = await self.proposals.confirm(proposal.id, customer_id=proposal.customer_id, digest=digest)
        if isinstance(outcome, NotPossible) and outcome.reason not in _FAILED:
            if outcome.reason is Why.EXPIRED:
                await self._show_again(proposal)
            raise ConflictError(outcome.explanation)
        return await self._tell(proposal.id)

    async def decline(self, proposal: Proposal) -> Proposal:
        """Drop a proposal on its customer's no. Raises `ConflictError` if it is not open any more."""
        outcome = await self.proposals.decline(proposal.id, customer_id=proposal.customer_id)
        if isinstance(outcome, NotPossible):
            raise ConflictError(outcome.explanation)
        return await self._tell(proposal.id)

    async def recover(self) -> None:
        """Settle what is confirmed but unsettled (a killed process, a shop that was away), close what has expired,
        and tell what was settled but not told. Safe to repeat; runs at start and from time to time.
        """
        await self.proposals.recover()
        await self._expire()
        # "Not answered yet" is not yet the outcome.
        shows_approved = select(ApprovalRequest.message_id).where(
            col(ApprovalRequest.message_id).is_not(None)
        )
        told = select(Message.proposal_id).where(
            Message.author_kind == AuthorKind.SYSTEM,
            col(Message.proposal_id).is_not(None),
            Message.text != STILL_OPEN,
            col(Message.id).not_in(shows_approved),
        )
        settled = (ProposalStatus.DONE, ProposalStatus.FAILED)
        query = select(Proposal.id).where(col(Proposal.status).in_(settled), col(Proposal.id).not_in(told))
        async with self.database.reading() as session:
            untold = (await session.exec(query)).all()
        for proposal_id in untold:
            await self._tell(proposal_id)

    async def _expire(self) -> None:
        for proposal in await self.proposals.expire_due(self.clock()):
            await self._show_again(proposal)

    async def _show_again(self, proposal: Proposal) -> None:
        """Tell the streams that its status has changed."""
        async with self.database.transaction() as session:
            record_event(session, proposal.conversation_id, EventKind.PROPOSAL, ref=proposal.id)
        self.hub.wake(proposal.conversation_id)

    async def _tell(self, proposal_id: UUID) -> Proposal:
        """Write the outcome into the thread, once."""
        async with self.database.transaction() as session:
            proposal = await session.get_one(Proposal, proposal_id)
            effect = (
                await session.exec(select(Effect).where(Effect.proposal_id == proposal_id))
            ).one_or_none()
            told = (
                await session.exec(
                    select(Message).where(
                        Message.proposal_id == proposal_id, Message.author_kind == AuthorKind.SYSTEM
                    )
                )
            ).all()
            text, kind = _outcome_text(proposal, effect)
            if text and not any(message.text == text for message in told):
                await thread.append(
                    session,
                    proposal.conversation_id,
                    author=AuthorKind.SYSTEM,
                    kind=kind,
                    text=text,
                    proposal_id=proposal_id,
                    offer_person=proposal.status == ProposalStatus.FAILED,
                )
                record_event(session, proposal.conversation_id, EventKind.PROPOSAL, ref=proposal_id)
        self.hub.wake(proposal.conversation_id)
        return proposal


def _outcome_text(proposal: Proposal, effect: Effect | None) -> tuple[str | None, MessageKind]:
    """What the thread says of a proposal's outcome; None while there is nothing to say."""
    match ProposalStatus(proposal.status):
        case ProposalStatus.DONE if effect and effect.receipt:
            return str(effect.receipt["text"]), MessageKind.RECEIPT
        case ProposalStatus.FAILED:
            return effect.error if effect and effect.error else FAILED, MessageKind.TEXT
        case ProposalStatus.CONFIRMED:
            return STILL_OPEN, MessageKind.TEXT
        case ProposalStatus.DECLINED:
            return DECLINED, MessageKind.TEXT
    return None, MessageKind.TEXT
