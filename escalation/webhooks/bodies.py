"""The body of an event, made of the row that it is about."""

import json
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Conversation, Message, Proposal
from escalation.after.records import Rating
from escalation.records import Handoff
from escalation.webhooks.records import WebhookMessage


async def body_of(session: AsyncSession, event: WebhookMessage) -> str:
    """JSON with `type`, `timestamp` (when it happened) and `data`."""
    conversation = await session.get_one(Conversation, event.conversation_id)
    data = {
        "conversation_id": str(conversation.id),
        "case_number": conversation.case_number,
        **await _particulars(session, event),
    }
    return json.dumps({"type": event.type, "timestamp": event.created_at.isoformat(), "data": data})


async def _particulars(session: AsyncSession, event: WebhookMessage) -> dict[str, Any]:
    subject, _, what = event.type.partition(".")
    if subject == "proposal":
        proposal = await session.get_one(Proposal, event.ref)
        # As it was then: by now it may have gone on.
        status = "open" if what == "created" else what
        return {"proposal_id": str(proposal.id), "action": proposal.action, "status": status}
    if subject == "handoff":
        handoff = await session.get_one(Handoff, event.ref)
        return {
            "handoff_id": str(handoff.id),
            "reason": handoff.reason,
            "urgency": handoff.urgency,
            "queue": handoff.queue,
        }
    if what == "rated":
        rating = await session.get_one(Rating, event.ref)
        return {"solved": rating.solved, "satisfaction": rating.satisfaction, "effort": rating.effort}
    message = await session.get_one(Message, event.ref)
    return {
        "message_id": str(message.id),
        "seq": message.seq,
        "author": message.author_kind,
        "kind": message.kind,
        "staff_id": _text(message.staff_id),
    }


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
