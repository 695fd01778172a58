"""Records as the JSON of the HTTP interface (docs/architecture.md). Those that need more than the record load it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.approvals import at_stake, beyond_authority
from agent.records import (
    ApprovalRequest,
    Audience,
    AuthorKind,
    Conversation,
    Message,
    Proposal,
    ProposalStatus,
)
from agent.signals import Signals
from api.centre_views import rating_view
from api.desk_views import for_view
from escalation import thread
from escalation.after.records import Rating
from escalation.approving import approver
from escalation.briefing import Line, Part
from escalation.briefing.lines import at_a_glance
from escalation.briefing.material import LIKELY
from escalation.desk import Case
from escalation.events import newest_event_id
from escalation.explanations import saw_in_words
from escalation.handoffs import LABELS
from escalation.histories import Step
from escalation.lists import CaseSummary, QueueStanding, Standing
from escalation.matching import Person
from escalation.mentions import For, whom_for
from escalation.records import Handoff, Reason, StaffAccount
from escalation.trajectory import Shape
from knowledge.database import utc_now
from knowledge.rendering import render_message

JSON = dict[str, Any]


def proposal_view(proposal: Proposal) -> JSON:
    """A proposal; one whose time is over shows as expired even before anybody has swept it."""
    over = proposal.status == ProposalStatus.OPEN and proposal.expires_at <= utc_now()
    return {
        "id": str(proposal.id),
        "action": proposal.action,
        "title": proposal.title,
        "lines": proposal.lines,
        "status": ProposalStatus.EXPIRED if over else proposal.status,
        "digest": proposal.digest,
        "expires_at": proposal.expires_at.isoformat(),
    }


def message_view(message: Message, proposal: Proposal | None) -> JSON:
    """A message as everyone may see it."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "author": {"kind": message.author_kind, "name": message.author_name},
        "kind": message.kind,
        "text": message.text,
        "html": html_of(message.text, message.citations),
        "citations": message.citations,
        # The card stands under the message that offered it; a receipt only names the proposal.
        "proposal": proposal_view(proposal) if proposal else None,
        "offer_person": message.offer_person,
        "audience": message.audience,
        "stream_id": str(message.stream_id) if message.stream_id else None,
        "in_reply_to": str(message.in_reply_to) if message.in_reply_to else None,
        # It corrects what was passed on to a person: the text of the line, "" for the whole.
        "corrects": message.corrects["text"] if message.corrects else None,
        # The sender's own id for it; what comes before a colon is our bookkeeping.
        "client_id": message.client_id.rpartition(":")[2] if message.client_id else None,
        "created_at": message.created_at.isoformat(),
    }


def draft_view(payload: Mapping[str, Any]) -> JSON:
    """A draft as the stream shows it."""
    return {
        "stream_id": payload["stream_id"],
        "text": payload["text"],
        "html": html_of(payload["text"], payload["citations"]),
    }


def html_of(text: str, citations: Sequence[Mapping[str, Any]]) -> str:
    """Message text rendered and cleaned, citations linked."""
    return render_message(text, {c["number"]: c["url"] for c in citations})


async def message_views(session: AsyncSession, messages: Sequence[Message]) -> list[JSON]:
    """Messages with the proposals that they show."""
    wanted = [m.proposal_id for m in messages if m.proposal_id]
    if not wanted:
        return [message_view(m, None) for m in messages]
    query = select(Proposal).where(col(Proposal.id).in_(wanted))
    proposals = {p.id: p for p in (await session.exec(query)).all()}
    approved = select(ApprovalRequest.message_id).where(col(ApprovalRequest.proposal_id).in_(wanted))
    showing = {id_ for id_ in (await session.exec(approved)).all() if id_}
    return [
        message_view(m, proposals.get(m.proposal_id) if m.proposal_id and _shows_card(m, showing) else None)
        for m in messages
    ]


async def conversation_view(session: AsyncSession, conversation: Conversation, *, messages: bool) -> JSON:
    """A conversation as its customer sees it."""
    last_event_id = None
    if messages:
        # Read before the rest, the floor included: what happens meanwhile is told by the stream, twice if need be.
        last_event_id = await newest_event_id(session, conversation.id)
        conversation = await session.get_one(Conversation, conversation.id)
    holder = await session.get(StaffAccount, conversation.holder_id) if conversation.holder_id else None
    view = {
        "id": str(conversation.id),
        "case_number": conversation.case_number,
        **thread.floor_payload(conversation, holder.name if holder else None),
        "created_at": conversation.created_at.isoformat(),
    }
    if messages:
        spoken = await thread.messages_of(session, conversation.id, audience=Audience.EVERYONE)
        view["messages"] = await message_views(session, spoken)
        view["last_event_id"] = last_event_id
    return view


def summary_view(summary: CaseSummary) -> JSON:
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
        "handoff": _running_view(summary.handoff, summary.standing) if summary.handoff else None,
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


async def case_view(session: AsyncSession, case: Case, account: StaffAccount) -> JSON:
    """A conversation as this person of the desk sees it."""
    views = await message_views(session, case.messages)
    named = await whom_for(session, case.messages)
    rating = await session.get(Rating, case.summary.conversation.id)
    return {
        **summary_view(case.summary),
        "messages": [
            _with_signals(v, case.readings.get(m.id)) | {"for": _for(m, named)}
            for v, m in zip(views, case.messages, strict=True)
        ],
        "briefing": briefing_view(case.briefing, case.messages),
        "handoffs": [handoff_view(handoff) for handoff in case.handoffs],
        "approvals": [await approval_view(session, request, case, account) for request in case.approvals],
        "trajectory": trajectory_view(case.trajectory, case.shape),
        "rating": rating_view(rating) if rating and rating.rated_at else None,
        "last_event_id": case.last_event_id,
    }


def briefing_view(lines: Sequence[Line], messages: Sequence[Message]) -> JSON:
    """A briefing; beside a line stands the customer's correction of it, beside a correction what it corrects."""
    by_id = {str(m.id): m for m in messages}
    corrected = {(m.corrects["part"], m.corrects["text"]): m for m in messages if m.corrects}
    return {
        "at_a_glance": at_a_glance(lines),
        "lines": [_line_view(line, by_id, corrected) for line in lines],
    }


def _line_view(
    line: Line, by_id: Mapping[str, Message], corrected: Mapping[tuple[str, str], Message]
) -> JSON:
    correction = corrected.get((line.part.value, line.text))
    corrects = by_id[line.sources[0]].corrects if line.part is Part.CORRECTION else None
    return {
        "id": line.id,
        **line.to_json(),
        "correction": {"text": correction.text, "message_id": str(correction.id)} if correction else None,
        "corrects": corrects["text"] if corrects and corrects["text"] else None,
    }


async def approval_view(
    session: AsyncSession, request: ApprovalRequest, case: Case, account: StaffAccount
) -> JSON:
    """A request for approval, and what stands against this person's yes."""
    amount = at_stake(request)
    decider = await session.get(StaffAccount, request.decided_by) if request.decided_by else None
    beyond = beyond_authority(request, approver(account, case.summary.conversation))
    return {
        "id": str(request.id),
        "action": request.action,
        "title": request.title,
        "lines": request.lines,
        "reasons": [{"text": one["explanation"], "article": one["article"]} for one in request.reasons],
        "amount": str(amount) if amount and amount.amount else None,
        "digest": request.digest,
        "status": request.status,
        "why_not": beyond.explanation if beyond else None,
        "asked_at": request.asked_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "decided_by": {"id": str(decider.id), "name": decider.name} if decider else None,
        "decided_at": request.decided_at.isoformat() if request.decided_at else None,
        "note": request.note,
    }


async def desk_message_view(session: AsyncSession, message: Message, signals: Signals | None) -> JSON:
    """One message as the desk sees it."""
    [view] = await message_views(session, [message])
    return _with_signals(view, signals) | {"for": _for(message, await whom_for(session, [message]))}


def trajectory_view(steps: Sequence[Step], shape: Shape) -> JSON:
    """How the customer felt, judged message by judged message; levels run from 0 (fine) to 1 (very upset)."""
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


def handoff_view(handoff: Handoff) -> JSON:
    """A handoff as the desk sees it."""
    return {
        "id": str(handoff.id),
        "reason": handoff.reason,
        "reason_label": LABELS[Reason(handoff.reason)],
        "why": handoff.why,
        "urgency": handoff.urgency,
        "queue": handoff.queue,
        "opened_at": handoff.opened_at.isoformat(),
        "claimed_at": _time(handoff.claimed_at),
        "ended_at": _time(handoff.ended_at),
        "handback_note": handoff.handback_note,
        "wrap_up": handoff.wrap_up,
        "wrap_up_note": handoff.wrap_up_note,
        "skills": handoff.skills,
        "language": handoff.language,
        "moved_from": handoff.moved_from,
        "first_response_due": _time(handoff.first_response_due),
        "answered_at": _time(handoff.answered_at),
        "kept": handoff.kept,
        "broken": handoff.broken,
        "snoozed_until": _time(handoff.snoozed_until),
        "woken_at": _time(handoff.woken_at),
        "decision": decision_view(handoff.decision),
    }


def _running_view(handoff: Handoff, standing: Standing | None) -> JSON:
    """The open handoff: also how its clock stands, and its place among others (more comes first)."""
    clock = {
        "state": standing.clock.state if standing else "none",
        "since": _time(handoff.clock_from),
        "at_risk_from": _time(standing.at_risk_from) if standing else None,
        "due": _time(handoff.clock_due),
    }
    return {
        **handoff_view(handoff),
        "clock": clock,
        "priority": round(standing.priority, 4) if standing else 0.0,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def person_view(person: Person) -> JSON:
    """A person of the desk as colleagues see them."""
    return {
        "id": str(person.id),
        "name": person.name,
        "role": person.role,
        "on": person.on,
        "load": person.load,
        "capacity": person.capacity,
        "queues": list(person.queues),
        "skills": sorted(person.skills),
        "languages": sorted(person.languages),
    }


def queue_view(queue: QueueStanding) -> JSON:
    """A queue as the desk sees it."""
    return {
        "name": queue.name,
        "open": queue.is_open,
        "opens": _time(queue.opens),
        "members": queue.crew.members,
        "on": queue.crew.on,
        "waiting": queue.waiting,
        "at_risk": queue.at_risk,
    }


def decision_view(decision: Mapping[str, Any]) -> JSON:
    """What led to a handoff: a rule of the policy with what it saw, in words, or a button, a turn, the desk;
    and the route of the routing that sent it where it went.
    """
    return {
        "rule": decision["rule"],
        "policy_version": decision.get("policy_version"),
        "saw": saw_in_words(decision),
        "route": decision.get("routing", {}).get("route"),
        "routing_version": decision.get("routing", {}).get("routing_version"),
    }


def _shows_card(message: Message, showing: AbstractSet[UUID]) -> bool:
    """The AI offers it, or word came that a person has approved it (`showing`)."""
    return message.author_kind == AuthorKind.AI or message.id in showing


def _for(message: Message, named: Mapping[UUID, Sequence[For]]) -> list[JSON]:
    """Whom an internal note is for; nobody in particular for most."""
    return [for_view(one) for one in named.get(message.id, ())]


def _with_signals(view: JSON, signals: Signals | None) -> JSON:
    if signals is None:
        return {**view, "signals": None}
    return {
        **view,
        "signals": {
            "emotion": None if signals.abstained else signals.emotion,
            "valence": signals.valence,
            "intensity": signals.intensity,
            "intent": signals.intent,
            "stakes": [stake for stake, probability in signals.stakes.items() if probability >= LIKELY],
            "wants_person": signals.wants_person >= LIKELY,
            "language": signals.language,
        },
    }
