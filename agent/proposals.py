"""Proposals and the customer's word on them (law 1).

A confirmation, top to bottom: `confirm` → `_take` (compare-and-set and the intent, one transaction) →
`Execution.carry_out` (policy once more, the shop under one idempotency key, the receipt). After a crash `recover` goes
through `carry_out` again; the key makes it one effect.

Nothing here writes a message: outcomes are values, and the front desk says them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent import failpoints
from agent.actions import Action
from agent.approvals import Approvals, asking
from agent.changes import CHANGES
from agent.changes.entry import Entry
from agent.errors import FloorMovedError, NotVerifiedError
from agent.execution import Execution, idempotency_key
from agent.judge import Judge, Judged
from agent.offers import approval_behind, lock_conversation, signed_in_for, withdraw_open, withdraw_request
from agent.outcomes import Done, NotPossible, Outcome, Why, closed, not_possible
from agent.records import ApprovalRequest, Conversation, Effect, Floor, Proposal, ProposalStatus
from agent.rules import LIMITS, Limits
from agent.shop import Shop
from agent.verdicts import Objection
from knowledge.database import Database, utc_now

# Long enough to read it, short enough that prices and states have hardly moved.
LIFETIME = timedelta(minutes=15)


class Proposals:
    """Makes proposals, takes the customer's yes or no, and sees confirmed ones through."""

    def __init__(
        self,
        database: Database,
        shop: Shop,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits = LIMITS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._judge = Judge(database, shop, clock, limits)
        self._execution = Execution(database, shop, self._judge, clock)
        self.approvals = Approvals(database, self._judge, clock)
        # Within a process a second click waits for the first; between processes the key alone decides.
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def offers(self, kind: str) -> bool:
        """Whether the shop makes this kind of change, or has a rule that says why not."""
        return self._judge.knows(kind)

    async def propose(
        self, conversation: Conversation, action: Action
    ) -> Proposal | ApprovalRequest | Objection:
        """Work the action out and keep it as the conversation's one open proposal, or as a request that a person must
        approve first, or say why not.

        Raises `NotVerifiedError` without a verified customer, `FloorMovedError` if the AI no longer has the
        floor under the epoch of `conversation`, `ShopUnavailable`.
        """
        customer_id = conversation.customer_id
        if customer_id is None:
            raise NotVerifiedError("Only a verified customer can have an order changed.")
        judged = await self._judge.judge(
            customer_id,
            action,
            signed_in_for=signed_in_for(conversation, self._clock()),
            level=conversation.level,
        )
        if not isinstance(judged, Judged):
            return judged
        now, entry = self._clock(), CHANGES[action.kind]
        worked_out: dict[str, Any] = {
            "conversation_id": conversation.id,
            "customer_id": customer_id,
            "action": action.kind,
            "arguments": action.model_dump(mode="json"),
            "effects": judged.effects.to_json(),
            "title": entry.title(action),
            "lines": _lines(entry, judged),
            "digest": judged.digest,
            "policy_version": self._judge.version,
        }
        offer: Proposal | ApprovalRequest = (
            asking(worked_out, judged.to_approve, now)
            if judged.to_approve
            else Proposal(**worked_out, epoch=conversation.epoch, created_at=now, expires_at=now + LIFETIME)
        )
        async with self._database.transaction() as session:
            current = await lock_conversation(session, conversation.id)
            if current.customer_id != customer_id or not _ai_has_floor(current, conversation.epoch):
                raise FloorMovedError("The AI no longer has the floor of this conversation.")
            await withdraw_open(session, conversation.id, approved_too=True)
            await withdraw_request(session, conversation.id)
            session.add(offer)
        return offer

    async def confirm(self, proposal_id: UUID, *, customer_id: str, digest: str) -> Outcome:
        """The customer says yes to exactly this. Said again, it gives the same receipt and no second effect."""
        async with self._one_at_a_time(proposal_id):
            taken = await self._take(proposal_id, customer_id, digest)
            if not isinstance(taken, _Taken):
                return taken
            failpoints.hit("after_intent")
            return await self._execution.carry_out(taken.proposal, again=taken.again)

    async def decline(self, proposal_id: UUID, *, customer_id: str) -> Proposal | NotPossible:
        """The customer says no. Declining twice is declining once."""
        async with self._database.transaction() as session:
            proposal = await session.get(Proposal, proposal_id, with_for_update=True)
            if proposal is None or proposal.customer_id != customer_id:
                return not_possible(Why.NOT_FOUND)
            if proposal.status == ProposalStatus.OPEN:
                proposal.status = ProposalStatus.DECLINED
        return proposal if proposal.status == ProposalStatus.DECLINED else closed(proposal)

    async def expire_due(self, now: datetime) -> list[Proposal]:
        """Close the open proposals whose time is over; returns them."""
        query = select(Proposal).where(Proposal.status == ProposalStatus.OPEN, Proposal.expires_at <= now)
        async with self._database.transaction() as session:
            due = list((await session.exec(query.with_for_update(skip_locked=True))).all())
            for proposal in due:
                proposal.status = ProposalStatus.EXPIRED
        return due

    async def recover(self) -> list[Outcome]:
        """Settle every confirmed proposal that has no receipt: ask the shop first, then repeat with the same key.

        For start-up, and from time to time after an outage; what stays `Unknown` is tried again next time.
        """
        query = select(Proposal.id).where(Proposal.status == ProposalStatus.CONFIRMED)
        async with self._database.reading() as session:
            ids = (await session.exec(query.order_by(col(Proposal.created_at)))).all()
        outcomes: list[Outcome] = []
        for proposal_id in ids:
            async with self._one_at_a_time(proposal_id):
                async with self._database.reading() as session:
                    proposal = await session.get_one(Proposal, proposal_id)
                if proposal.status == ProposalStatus.CONFIRMED:
                    outcomes.append(await self._execution.carry_out(proposal, again=True))
        return outcomes

    async def _take(self, proposal_id: UUID, customer_id: str, digest: str) -> "_Taken | Outcome":
        """Open → confirmed and the intent, in one transaction; or what has become of it before."""
        now = self._clock()
        async with self._database.transaction() as session:
            found = await session.get(Proposal, proposal_id)
            if found is None or found.customer_id != customer_id:
                return not_possible(Why.NOT_FOUND)
            # The conversation first, then the proposal: whoever moves the floor locks in the same order.
            conversation = await lock_conversation(session, found.conversation_id)
            await session.refresh(found, with_for_update=True)
            if found.digest != digest:
                return not_possible(Why.CHANGED, found)
            if found.status != ProposalStatus.OPEN:
                return await _earlier(session, found)
            if now >= found.expires_at:
                found.status = ProposalStatus.EXPIRED
                return not_possible(Why.EXPIRED, found)
            # What a person has approved can be confirmed whoever has the floor; what the AI offered, only under its own.
            approved = await approval_behind(session, found.id) is not None
            if not approved and not _ai_has_floor(conversation, found.epoch):
                return not_possible(Why.FLOOR_MOVED, found)
            found.status = ProposalStatus.CONFIRMED
            session.add(
                Effect(idempotency_key=idempotency_key(found.id), proposal_id=found.id, intended_at=now)
            )
            await session.flush()
            failpoints.hit("in_intent")
        return _Taken(found, again=False)

    def _one_at_a_time(self, proposal_id: UUID) -> asyncio.Lock:
        lock = self._locks.get(proposal_id)
        if lock is None:
            lock = self._locks[proposal_id] = asyncio.Lock()
        return lock


def _lines(entry: Entry[Any], judged: Judged) -> list[dict[str, str]]:
    """What will be done, line by line: `[{"label": …, "value": …}]`."""
    order = judged.case.its_order
    first = [("Order", order.number)] if order else []
    rows = (*first, *entry.lines(judged.case, judged.effects))
    return [{"label": label, "value": value} for label, value in rows]


@dataclass(frozen=True)
class _Taken:
    """A confirmed proposal to be carried out; `again` if that was begun before."""

    proposal: Proposal
    again: bool


async def _earlier(session: AsyncSession, proposal: Proposal) -> _Taken | Outcome:
    """What a proposal that is no longer open has come to. A confirmed one is taken up again, by its key."""
    if proposal.status == ProposalStatus.CONFIRMED:
        return _Taken(proposal, again=True)
    effect = await session.get(Effect, idempotency_key(proposal.id))
    if effect is not None and effect.receipt is not None:
        return Done(effect.receipt["text"], proposal)
    if effect is not None:
        return not_possible(Why.FAILED, proposal, effect.error)
    return closed(proposal)


def _ai_has_floor(conversation: Conversation, epoch: int) -> bool:
    return conversation.floor == Floor.AI and conversation.epoch == epoch
