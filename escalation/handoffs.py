"""Opening and ending a handoff: one trip of a conversation to the human side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.answers import NeedsPerson
from agent.errors import ConflictError
from agent.offers import withdraw_request
from agent.records import (
    ApprovalRequest,
    AuthorKind,
    Conversation,
    Floor,
    MessageKind,
)
from escalation import clocks, thread
from escalation.records import Handoff, Reason, StaffAccount, Urgency
from escalation.routing import Assignment, Routing
from escalation.triggers import Decision, Rule
from escalation.words import said

LABELS = {
    Reason.ASKED_FOR_PERSON: "Asked for a person",
    Reason.SAFETY: "Safety of a person",
    Reason.PRODUCT_SAFETY: "Product safety",
    Reason.FRAUD: "Possible fraud",
    Reason.BEREAVEMENT: "Bereavement",
    Reason.LEGAL: "Legal matter",
    Reason.COMPLAINT: "Complaint",
    Reason.PAYMENT_DISPUTE: "Payment dispute",
    Reason.HARDSHIP: "Financial hardship",
    Reason.UPSET: "Upset customer",
    Reason.APPROVAL_NEEDED: "Needs a person's approval",
    Reason.AI_CANNOT_HELP: "The AI could not help",
    Reason.AI_FAILED: "The AI failed",
    Reason.TAKEN_OVER: "Taken over by staff",
}


# Where only the customer is concerned, they may leave it at that. In every other matter somebody looks at it, whether they wait or not.
WITHDRAWABLE = frozenset(
    {
        Reason.ASKED_FOR_PERSON,
        Reason.COMPLAINT,
        Reason.UPSET,
        Reason.APPROVAL_NEEDED,
        Reason.AI_CANNOT_HELP,
        Reason.AI_FAILED,
    }
)


class NotWithdrawableError(ConflictError):
    """A person has to look at this matter."""

    def __init__(self) -> None:
        super().__init__("A person will look at this in any case. You need not wait here.")


@dataclass(frozen=True)
class Call:
    """A call for a person: everything a handoff opens with."""

    reason: Reason
    why: str
    urgency: Urgency
    queue: str
    decision: dict[str, Any]
    passed_on: str = ""
    """The request that a person is asked to approve, in words for the customer."""


def call_by_rule(rule: Rule, decision: Decision) -> Call:
    """The call of a rule that held."""
    return Call(rule.reason, rule.why, rule.urgency, rule.queue, decision.to_json())


def call_by_turn(outcome: NeedsPerson) -> Call:
    """The call of a turn that could not end in an answer."""
    return Call(
        Reason(outcome.reason),
        outcome.why,
        Urgency.NORMAL,
        "general",
        {"rule": f"turn:{outcome.reason}"},
        _in_words(outcome.request) if outcome.request else "",
    )


def _in_words(request: ApprovalRequest) -> str:
    # The title names the order.
    rows = [f"{row['label']}: {row['value']}" for row in request.lines if row["label"] != "Order"]
    return "; ".join([request.title, *rows])


ASKED_BY_BUTTON = Call(
    Reason.ASKED_FOR_PERSON,
    "The customer pressed “Talk to a person”.",
    Urgency.NORMAL,
    "general",
    {"rule": "button"},
)
TAKEN_OVER = Call(
    Reason.TAKEN_OVER, "A colleague took over from the AI.", Urgency.NORMAL, "general", {"rule": "desk"}
)


async def open_handoff(
    session: AsyncSession,
    conversation: Conversation,
    call: Call,
    *,
    epoch: int,
    assignment: Assignment,
    now: datetime,
) -> Handoff:
    """Move the floor to a queue. Raises `FloorTakenError` if the epoch is no longer the one the caller saw."""
    await thread.move_floor(session, conversation.id, epoch=epoch, to=Floor.QUEUE)
    handoff = Handoff(
        conversation_id=conversation.id,
        reason=call.reason,
        why=call.why,
        urgency=call.urgency,
        decision=call.decision | {"routing": assignment.to_json()},
        opened_at=now,
        clock_from=now,
        clock_due=assignment.due,
        first_response_due=assignment.due,
        **_assigned(assignment),
    )
    session.add(handoff)
    await session.flush()
    return handoff


async def tell_customer(session: AsyncSession, conversation: Conversation, text: str) -> None:
    """Say in the thread that a person is coming, in the transaction that made it true (law 5)."""
    await thread.append(
        session, conversation.id, author=AuthorKind.SYSTEM, kind=MessageKind.HANDOFF, text=text
    )


async def raise_handoff(
    session: AsyncSession,
    conversation_id: UUID,
    call: Call,
    *,
    assignment: Assignment,
    routing: Routing,
    now: datetime,
) -> bool:
    """Make a waiting handoff more urgent when a later message weighs more; it never becomes less urgent."""
    handoff = await open_handoff_of(session, conversation_id)
    ranks = list(Urgency)
    if handoff is None or ranks.index(call.urgency) <= ranks.index(Urgency(handoff.urgency)):
        return False
    handoff.reason, handoff.why, handoff.urgency = call.reason, call.why, call.urgency
    handoff.decision = call.decision | {"routing": assignment.to_json()}
    for name, value in _assigned(assignment).items():
        setattr(handoff, name, value)
    clocks.promise_sooner(handoff, routing, now)
    session.add(handoff)
    return True


def _assigned(assignment: Assignment) -> dict[str, Any]:
    return {
        "queue": assignment.queue,
        "skills": list(assignment.skills),
        "language": assignment.language,
        "emotional": assignment.emotional,
        "moved_from": assignment.moved_from,
    }


async def open_handoff_of(session: AsyncSession, conversation_id: UUID) -> Handoff | None:
    """The handoff that is going on, if any."""
    query = select(Handoff).where(Handoff.conversation_id == conversation_id, col(Handoff.ended_at).is_(None))
    return (await session.exec(query)).one_or_none()


async def running_handoff_of(session: AsyncSession, conversation_id: UUID) -> Handoff:
    """The handoff that is going on. Raises `FloorTakenError` where the AI has the conversation back."""
    handoff = await open_handoff_of(session, conversation_id)
    if handoff is None:
        raise thread.FloorTakenError(Floor.AI)
    return handoff


def claim_handoff(handoff: Handoff, account: StaffAccount, now: datetime) -> None:
    """Note who took it and when."""
    handoff.claimed_by, handoff.claimed_at = account.id, now


async def give_to_person(
    session: AsyncSession, handoff: Handoff, account: StaffAccount, *, epoch: int, now: datetime
) -> None:
    """Give the floor to a person, who is announced to the customer. Raises `FloorTakenError` for whoever comes late."""
    await thread.move_floor(session, handoff.conversation_id, epoch=epoch, to=Floor.HUMAN, holder=account)
    claim_handoff(handoff, account, now)
    session.add(handoff)
    await thread.append(
        session,
        handoff.conversation_id,
        author=AuthorKind.SYSTEM,
        kind=MessageKind.CLAIM,
        text=said("here", handoff.language, name=account.name),
    )


def end_handoff(handoff: Handoff, ended_as: str, now: datetime, note: str | None = None) -> None:
    """Note how it ended: 'handback' (with the note for the AI), 'resolved' or 'withdrawn'."""
    clocks.stop(handoff, now)
    handoff.ended_at, handoff.ended_as, handoff.handback_note = now, ended_as, note


async def may_withdraw(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the customer waits for somebody who has not come yet, and may leave it at that."""
    if conversation.floor != Floor.QUEUE:
        return False
    handoff = await open_handoff_of(session, conversation.id)
    return handoff is not None and handoff.reason in WITHDRAWABLE


async def withdraw_handoff(session: AsyncSession, conversation: Conversation, now: datetime) -> None:
    """The customer does not wait any longer: the AI has the floor again, and the thread says so.

    Raises `NotWithdrawableError`, and `FloorTakenError` where a person has come first.
    """
    handoff = await running_handoff_of(session, conversation.id)
    if handoff.reason not in WITHDRAWABLE:
        raise NotWithdrawableError
    await thread.move_floor(session, conversation.id, epoch=conversation.epoch, to=Floor.AI)
    end_handoff(handoff, "withdrawn", now)
    session.add(handoff)
    await withdraw_request(session, conversation.id)
    words = [said(phrase, handoff.language) for phrase in ("withdrawn", "handed_back")]
    await thread.append(session, conversation.id, author=AuthorKind.SYSTEM, text=" ".join(words))


async def language_spoken(session: AsyncSession, conversation_id: UUID) -> str | None:
    """The customer's language, as the last handoff found it; None if there was none or it was not known."""
    query = (
        select(Handoff.language)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(col(Handoff.opened_at).desc())
        .limit(1)
    )
    return (await session.exec(query)).one_or_none()


async def last_handback_note(session: AsyncSession, conversation_id: UUID) -> str | None:
    """What the last person said to the AI when handing back."""
    query = (
        select(Handoff.handback_note)
        .where(Handoff.conversation_id == conversation_id, Handoff.ended_as == "handback")
        .order_by(col(Handoff.ended_at).desc())
        .limit(1)
    )
    return (await session.exec(query)).one_or_none()
