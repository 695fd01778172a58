"""What an attendance leaves behind: a record of each message attended to, and word of it to the streams.

Every function works in the caller's transaction.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import and_, col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Audience, Proposal, TurnRecord
from escalation.events import record_event
from escalation.records import EventKind, TurnOutcome
from escalation.standing import Standing
from escalation.turn_log import log_turns


async def show_replaced(session: AsyncSession, standing: Standing) -> None:
    """Tell the streams of a card that was open before the turn and is not any more: a new one has replaced it."""
    if (before := standing.open_proposal) is None:
        return
    now = await session.get_one(Proposal, before.id)
    if now.status != before.status:
        record_event(session, standing.conversation.id, EventKind.PROPOSAL, ref=now.id)


async def write_turns(
    session: AsyncSession, standing: Standing, outcome: str, record: dict[str, object]
) -> None:
    """One record for each message attended to, with what the triggers decided of it; the table allows no second one.

    A stale record makes room, its entry in the log stays: it answered nobody, and the AI attends to the message again if it gets the floor back. What
    it had used of language models was used all the same, and stays counted.
    """
    stale = and_(
        col(TurnRecord.message_id).in_([message.id for message in standing.asked]),
        col(TurnRecord.outcome) == TurnOutcome.STALE,
    )
    removed = delete(TurnRecord).where(stale).returning(col(TurnRecord.tokens), col(TurnRecord.cost_micros))
    counted = (await session.exec(removed)).all()
    tokens, micros = sum(row[0] for row in counted), sum(row[1] for row in counted)
    spent: Any = record.get("spent", {})
    folded = TurnOutcome.STALE if outcome == TurnOutcome.STALE else TurnOutcome.FOLDED
    turns = []
    for message in standing.asked:
        last = message is standing.asked[-1]
        decision = standing.decisions.get(message.id)
        turns.append(
            TurnRecord(
                message_id=message.id,
                conversation_id=standing.conversation.id,
                epoch=standing.conversation.epoch,
                outcome=outcome if last else folded,
                record=(record | standing.times if last else {})
                | ({"decision": decision.to_json()} if decision else {})
                | standing.tried,
                tokens=tokens + spent.get("tokens", 0) if last else 0,
                cost_micros=micros + spent.get("micros", 0) if last else 0,
            )
        )
    session.add_all(turns)
    await log_turns(session, turns)


def show_reading(session: AsyncSession, conversation_id: UUID, message_id: UUID) -> None:
    """Tell the desk that a message shows more than it did."""
    record_event(session, conversation_id, EventKind.READING, audience=Audience.STAFF, ref=message_id)


async def newest_turn(session: AsyncSession, conversation_id: UUID) -> UUID | None:
    """The message whose turn is the conversation's newest, if it has any."""
    turns = select(TurnRecord.message_id).where(TurnRecord.conversation_id == conversation_id)
    return (await session.exec(turns.order_by(col(TurnRecord.created_at).desc()).limit(1))).first()


async def book(session: AsyncSession, message_id: UUID, spent: Mapping[str, Any]) -> None:
    """Add what language models used beside the turns to one of them: budgets are read back from there."""
    await session.exec(
        update(TurnRecord)
        .where(col(TurnRecord.message_id) == message_id)
        .values(
            tokens=TurnRecord.tokens + spent.get("tokens", 0),
            cost_micros=TurnRecord.cost_micros + spent.get("micros", 0),
        )
    )
