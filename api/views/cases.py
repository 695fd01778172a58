"""Conversations as the desk sees them: rows of lists, and one case with all that stands around it."""

from collections.abc import Sequence
from typing import Annotated

from sqlmodel.ext.asyncio.session import AsyncSession
from typing_extensions import TypedDict

from agent.approvals import at_stake, beyond_authority
from agent.records import ApprovalRequest, ApprovalStatus, AuthorKind, Floor
from api.views.briefings import BriefingView, briefing_view
from api.views.conversations import RatingView, rating_view
from api.views.handoffs import HandoffView, RunningHandoffView, handoff_view, running_view
from api.views.messages import CardLine, DeskMessageView, desk_message_views
from api.views.shapes import CaseNumber, Email, Id, Reference, Time, in_iso, like, one_of
from escalation.after.records import Rating
from escalation.approving import approver
from escalation.cases import Case
from escalation.histories import Step
from escalation.lists import CaseSummary
from escalation.records import StaffAccount
from escalation.trajectory import Shape


class CustomerView(TypedDict):
    """A verified customer."""

    name: Annotated[str | None, like("Maeve Byrne")]
    email: Email | None


class LastMessageView(TypedDict):
    """The newest message that everyone sees."""

    text: Annotated[str, like("Where is my order?")]
    author_kind: Annotated[str, one_of(AuthorKind)]
    created_at: Time


class EmotionView(TypedDict):
    """How the customer's newest message reads."""

    label: Annotated[str, like("annoyance")]
    valence: Annotated[float, like(-0.4)]


class SummaryView(TypedDict):
    """A row of the console's lists. A visitor has no `customer`."""

    id: Id
    case_number: CaseNumber
    customer: CustomerView | None
    floor: Annotated[str, one_of(Floor)]
    epoch: Annotated[int, like(2)]
    holder: Reference | None
    resolved: bool
    created_at: Time
    handoff: RunningHandoffView | None
    last_message: LastMessageView | None
    emotion: EmotionView | None


class ReasonView(TypedDict):
    """Why code may not allow it, and the article that states the rule."""

    text: Annotated[str, like("The order was delivered more than 30 days ago.")]
    article: Annotated[str | None, like("returns")]


class ApprovalView(TypedDict):
    """A request for approval, and what stands against this person's yes."""

    id: Id
    action: Annotated[str, like("return_items")]
    title: Annotated[str, like("Return a scarf of order TT-10423")]
    lines: list[CardLine]
    reasons: list[ReasonView]
    amount: Annotated[str | None, like("€49.00")]
    digest: Annotated[str, like("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    status: Annotated[str, one_of(ApprovalStatus)]
    why_not: Annotated[str | None, like("It is more than you may approve.")]
    asked_at: Time
    expires_at: Time
    decided_by: Reference | None
    decided_at: Time | None
    note: Annotated[str | None, like("A loyal customer.")]


class PointView(TypedDict):
    """One judged message of the trajectory."""

    message_id: Id
    seq: Annotated[int, like(2)]
    emotion: Annotated[str, like("annoyance")]
    level: Annotated[float, like(0.42)]
    moved: Annotated[float, like(0.12)]
    upset: bool
    customer_level: Annotated[float, like(0.42)]
    customer_upset: bool
    starts_anew: bool


class TrajectoryView(TypedDict):
    """How the customer felt, message by message; levels run from 0 (fine) to 1 (very upset)."""

    ring_at: Annotated[float, like(0.6)]
    rest_below: Annotated[float, like(0.4)]
    points: list[PointView]


class CaseView(SummaryView):
    """A conversation as this person of the desk sees it."""

    messages: list[DeskMessageView]
    briefing: BriefingView
    handoffs: list[HandoffView]
    approvals: list[ApprovalView]
    trajectory: TrajectoryView
    rating: RatingView | None
    last_event_id: Annotated[int, like(17)]


class NextView(TypedDict):
    """What was taken; null where there is nothing, and `why` says why."""

    conversation: SummaryView | None
    why: Annotated[str | None, like("Nobody waits.")]


def summary_view(summary: CaseSummary) -> SummaryView:
    """A row of the console's list."""
    conversation, last, signals = summary.conversation, summary.last_message, summary.last_signals
    known = conversation.customer_id is not None
    return {
        "id": str(conversation.id),
        "case_number": conversation.case_number,
        "customer": {"name": conversation.customer_name, "email": conversation.customer_email}
        if known
        else None,
        "floor": conversation.floor,
        "epoch": conversation.epoch,
        "holder": {"id": str(summary.holder.id), "name": summary.holder.name} if summary.holder else None,
        "resolved": conversation.resolved_at is not None,
        "created_at": conversation.created_at.isoformat(),
        "handoff": running_view(summary.handoff, summary.standing) if summary.handoff else None,
        "last_message": {
            "text": last.text,
            "author_kind": last.author_kind,
            "created_at": last.created_at.isoformat(),
        }
        if last
        else None,
        "emotion": {"label": signals.emotion, "valence": signals.valence}
        if signals and not signals.abstained
        else None,
    }


async def case_view(session: AsyncSession, case: Case, account: StaffAccount) -> CaseView:
    """A conversation as this person of the desk sees it."""
    rating = await session.get(Rating, case.summary.conversation.id)
    return {
        **summary_view(case.summary),
        "messages": await desk_message_views(session, case.messages, case.readings),
        "briefing": briefing_view(case.briefing, case.messages),
        "handoffs": [handoff_view(handoff) for handoff in case.handoffs],
        "approvals": [await approval_view(session, request, case, account) for request in case.approvals],
        "trajectory": trajectory_view(case.trajectory, case.shape),
        "rating": rating_view(rating) if rating and rating.rated_at else None,
        "last_event_id": case.last_event_id,
    }


async def approval_view(
    session: AsyncSession, request: ApprovalRequest, case: Case, account: StaffAccount
) -> ApprovalView:
    """A request for approval, and what stands against this person's yes."""
    amount = at_stake(request)
    decider = await session.get(StaffAccount, request.decided_by) if request.decided_by else None
    beyond = beyond_authority(request, approver(account, case.summary.conversation))
    return {
        "id": str(request.id),
        "action": request.action,
        "title": request.title,
        "lines": [{"label": line["label"], "value": line["value"]} for line in request.lines],
        "reasons": [{"text": one["explanation"], "article": one["article"]} for one in request.reasons],
        "amount": str(amount) if amount and amount.amount else None,
        "digest": request.digest,
        "status": request.status,
        "why_not": beyond.explanation if beyond else None,
        "asked_at": request.asked_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "decided_by": {"id": str(decider.id), "name": decider.name} if decider else None,
        "decided_at": in_iso(request.decided_at),
        "note": request.note,
    }


def trajectory_view(steps: Sequence[Step], shape: Shape) -> TrajectoryView:
    """How the customer felt, judged message by judged message."""
    return {
        "ring_at": shape.ring_at,
        "rest_below": shape.rest_below,
        "points": [
            {
                "message_id": str(step.message.id),
                "seq": step.message.seq,
                "emotion": step.signals.emotion,
                "level": round(step.conversation.level, 4),
                "moved": round(step.conversation.moved, 4),
                "upset": step.conversation.upset,
                "customer_level": round(step.customer.level, 4),
                "customer_upset": step.customer.upset,
                "starts_anew": step.starts_anew,
            }
            for step in steps
        ],
    }
