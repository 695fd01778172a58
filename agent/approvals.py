"""What a person approves: requests that only a limit, or a rule of the kind "a person looks at this", stands against.

An approval is for exactly what was asked: it is bound to the request by its digest, judged once more when it is given, and
good for the reasons that the person was told. It changes nothing: it makes the proposal that the customer then confirms.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.actions import ACTION
from agent.judge import Judge, Judged
from agent.money import Money
from agent.offers import lock_conversation, signed_in_for, withdraw_open
from agent.records import ApprovalRequest, ApprovalStatus, Conversation, Proposal
from agent.rules import Code
from agent.verdicts import NeedsPerson
from knowledge.database import Database

PENDING_FOR = timedelta(days=7)
# The customer may be away when a person gets to it; what has changed by then is found at the confirmation.
OPEN_FOR = timedelta(days=3)


class WhyNot(StrEnum):
    """Why a request cannot be approved."""

    NOT_FOUND = "not_found"
    CHANGED = "changed"
    DECIDED = "decided"
    OVER_AUTHORITY = "over_authority"
    OWN_REQUEST = "own_request"
    NO_LONGER_ALLOWED = "no_longer_allowed"


_SAYS: Mapping[WhyNot, str] = MappingProxyType(
    {
        WhyNot.NOT_FOUND: "There is no such request.",
        WhyNot.CHANGED: "This is not the request that was shown. Look at it again.",
        WhyNot.DECIDED: "This request is not open any more: {status}.",
        WhyNot.OVER_AUTHORITY: "You may approve up to {most}; this is about {amount}. Ask a colleague who may.",
        WhyNot.OWN_REQUEST: "This is your own order. Ask a colleague.",
        WhyNot.NO_LONGER_ALLOWED: "The order has changed since this was asked: {why}",
    }
)


@dataclass(frozen=True)
class NotApproved:
    """It stays as it is. `explanation` is for the person at the desk."""

    reason: WhyNot
    explanation: str


@dataclass(frozen=True)
class Approver:
    """A person of the desk: who they are, up to which amount they may approve, and whether the request is their own."""

    id: UUID
    up_to: Money
    is_the_customer: bool = False


class Approvals:
    """Decides requests. `objection` looks, `approve` and `refuse` act in the caller's transaction."""

    def __init__(self, database: Database, judge: Judge, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._judge = judge
        self._clock = clock

    async def objection(self, request_id: UUID, *, by: Approver, digest: str) -> NotApproved | None:
        """What stands against approving exactly this now: authority, or the order as it has become. Raises `ShopUnavailable`."""
        async with self._database.reading() as session:
            request = await session.get(ApprovalRequest, request_id)
        if request is None:
            return _not(WhyNot.NOT_FOUND)
        return (
            _not_as_it_was_seen(request, digest)
            or beyond_authority(request, by)
            or await self._no_longer_allowed(request)
        )

    async def approve(
        self, session: AsyncSession, request_id: UUID, *, by: Approver, digest: str, note: str
    ) -> Proposal | NotApproved:
        """Make the proposal that the customer can confirm, under any floor: a person stands behind it.

        Call `objection` first. An open proposal of the conversation gives way.
        """
        request = await self._locked(session, request_id)
        if found := _not_as_it_was_seen(request, digest) or beyond_authority(request, by):
            return found
        now, conversation = self._clock(), await lock_conversation(session, request.conversation_id)
        await withdraw_open(session, request.conversation_id, approved_too=True)
        proposal = Proposal(
            conversation_id=request.conversation_id,
            customer_id=request.customer_id,
            epoch=conversation.epoch,
            action=request.action,
            arguments=request.arguments,
            effects=request.effects,
            title=request.title,
            lines=request.lines,
            digest=request.digest,
            policy_version=request.policy_version,
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
        session.add(proposal)
        await session.flush()
        request.status, request.proposal_id = ApprovalStatus.APPROVED, proposal.id
        request.decided_by, request.decided_at, request.note = by.id, now, note
        await session.flush()
        return proposal

    async def refuse(
        self, session: AsyncSession, request_id: UUID, *, by: Approver, digest: str, note: str
    ) -> ApprovalRequest | NotApproved:
        """Anybody at the desk may say no."""
        request = await self._locked(session, request_id)
        if found := _not_as_it_was_seen(request, digest):
            return found
        request.status = ApprovalStatus.REFUSED
        request.decided_by, request.decided_at, request.note = by.id, self._clock(), note
        await session.flush()
        return request

    async def expire_due(self, session: AsyncSession) -> list[ApprovalRequest]:
        """Close the requests that nobody has decided in time; returns them."""
        query = select(ApprovalRequest).where(
            ApprovalRequest.status == ApprovalStatus.PENDING, ApprovalRequest.expires_at <= self._clock()
        )
        due = list((await session.exec(query.with_for_update(skip_locked=True))).all())
        for request in due:
            request.status = ApprovalStatus.EXPIRED
        return due

    async def _locked(self, session: AsyncSession, request_id: UUID) -> ApprovalRequest:
        """The conversation first, then the request: whoever moves the floor locks in the same order."""
        found = await session.get_one(ApprovalRequest, request_id)
        await lock_conversation(session, found.conversation_id)
        await session.refresh(found, with_for_update=True)
        return found

    async def _no_longer_allowed(self, request: ApprovalRequest) -> NotApproved | None:
        """Policy on the order as it is now: the same amounts, and no reason that the person was not told."""
        action = ACTION.validate_json(json.dumps(request.arguments))
        async with self._database.reading() as session:
            conversation = await session.get_one(Conversation, request.conversation_id)
        judged = await self._judge.judge(
            request.customer_id,
            action,
            signed_in_for=signed_in_for(conversation, request.asked_at),
            level=conversation.level,
        )
        if not isinstance(judged, Judged):
            return _not(WhyNot.NO_LONGER_ALLOWED, why=judged.explanation)
        if judged.digest != request.digest:
            return _not(WhyNot.NO_LONGER_ALLOWED, why="other amounts would come out now.")
        if judged.to_approve and not judged.to_approve.reasons <= reasons_of(request):
            return _not(WhyNot.NO_LONGER_ALLOWED, why=judged.to_approve.explanation)
        return None


def beyond_authority(request: ApprovalRequest, by: Approver) -> NotApproved | None:
    """Whether this person may not approve this, whatever the order is like."""
    if by.is_the_customer:
        return _not(WhyNot.OWN_REQUEST)
    amount = at_stake(request)
    if amount is not None and (amount.currency != by.up_to.currency or amount > by.up_to):
        return _not(WhyNot.OVER_AUTHORITY, most=by.up_to, amount=amount)
    return None


def _not_as_it_was_seen(request: ApprovalRequest, digest: str) -> NotApproved | None:
    if request.digest != digest:
        return _not(WhyNot.CHANGED)
    return None if request.status == ApprovalStatus.PENDING else _not(WhyNot.DECIDED, status=request.status)


def _not(reason: WhyNot, **values: object) -> NotApproved:
    return NotApproved(reason, _SAYS[reason].format(**values))


def asking(request_of: Mapping[str, Any], verdict: NeedsPerson, now: datetime) -> ApprovalRequest:
    """A request for what `verdict` would allow; `request_of` is what it has in common with a proposal."""
    amount = verdict.at_stake
    return ApprovalRequest(
        **request_of,
        reasons=[
            {"code": one.reason, "article": one.article, "explanation": one.explanation}
            for one in (verdict, *verdict.also)
        ],
        minor_units=amount.amount if amount else None,
        currency=amount.currency if amount else None,
        asked_at=now,
        expires_at=now + PENDING_FOR,
    )


def at_stake(request: ApprovalRequest) -> Money | None:
    """What a wrong approval would cost; None where no amount is at stake."""
    if request.minor_units is None or request.currency is None:
        return None
    return Money(request.minor_units, request.currency)


def reasons_of(request: ApprovalRequest) -> frozenset[Code]:
    """The reasons that its approval covers."""
    return frozenset(Code(reason["code"]) for reason in request.reasons)
