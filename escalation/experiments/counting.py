"""What the records say of the conversations of an experiment: one short query for each kind of thing."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import Message, TurnRecord
from escalation.after.records import Pulse, Rating
from escalation.centre.steps import all_rows
from escalation.experiments.figures import Asked, Facts, Marked, TurnSeen
from escalation.experiments.lots import Variant
from escalation.experiments.records import Lot
from escalation.qa.records import AnswerLabel, Judgement
from escalation.records import Handoff


async def facts_of(session: AsyncSession, experiment: str) -> list[Facts]:
    """Every conversation of an experiment, the oldest first."""
    lots = await all_rows(
        session,
        select(col(Lot.conversation_id), col(Lot.variant), col(Lot.unit), col(Lot.at))
        .where(col(Lot.experiment) == experiment)
        .order_by(col(Lot.at), col(Lot.conversation_id)),
    )
    turns, asked = await _turns(session, experiment), await _asked(session, experiment)
    handed_over = await _first(session, experiment, Handoff.conversation_id, Handoff.opened_at)
    upset = await _first(session, experiment, Pulse.conversation_id, Pulse.at, col(Pulse.upset).is_(True))
    came_back = await _first(
        session, experiment, Pulse.again_of, Pulse.at, col(Pulse.again_of) != col(Pulse.conversation_id)
    )
    marked, judged = await _marked(session, experiment), await _judged(session, experiment)
    return [
        Facts(
            variant=Variant(variant),
            unit=unit,
            at=at,
            turns=turns[id_],
            asked=asked[id_],
            handed_over=handed_over.get(id_),
            upset=upset.get(id_),
            came_back=came_back.get(id_),
            marked=marked.get(id_),
            judged=tuple(judged[id_]),
        )
        for id_, variant, unit, at in lots
    ]


def _of(query: Any, conversation: Any, experiment: str) -> Any:
    """The query, narrowed to the conversations of an experiment."""
    lot = col(Lot.conversation_id) == col(conversation)
    return query.join(Lot, lot).where(col(Lot.experiment) == experiment)


async def _turns(session: AsyncSession, experiment: str) -> dict[UUID, list[TurnSeen]]:
    record = col(TurnRecord.record)
    query = _of(
        select(
            col(TurnRecord.conversation_id),
            col(TurnRecord.created_at),
            col(TurnRecord.outcome),
            record["known"].as_boolean(),
            record["cut"].as_json(),
            record["failed"].as_json(),
            record["first_words_ms"].as_float(),
            col(TurnRecord.tokens),
            col(TurnRecord.cost_micros),
        ).select_from(TurnRecord),
        TurnRecord.conversation_id,
        experiment,
    )
    found: defaultdict[UUID, list[TurnSeen]] = defaultdict(list)
    for id_, at, outcome, known, cut, failed, first_words, tokens, micros in await all_rows(
        session, query.order_by(col(TurnRecord.created_at))
    ):
        found[id_].append(TurnSeen(at, outcome, known, bool(cut), bool(failed), first_words, tokens, micros))
    return found


async def _asked(session: AsyncSession, experiment: str) -> dict[UUID, list[Asked]]:
    query = _of(
        select(col(Pulse.conversation_id), col(Pulse.at), col(TurnRecord.outcome))
        .select_from(Pulse)
        .outerjoin(TurnRecord, col(TurnRecord.message_id) == col(Pulse.message_id))
        .where(col(Pulse.asks)),
        Pulse.conversation_id,
        experiment,
    )
    found: defaultdict[UUID, list[Asked]] = defaultdict(list)
    for id_, at, outcome in await all_rows(session, query.order_by(col(Pulse.at))):
        found[id_].append(Asked(at, outcome))
    return found


async def _first(
    session: AsyncSession, experiment: str, conversation: Any, at: Any, *conditions: Any
) -> dict[UUID, datetime]:
    """When something first happened in, or to, each conversation."""
    query = _of(select(col(conversation), func.min(col(at))).where(*conditions), conversation, experiment)
    return dict(await all_rows(session, query.group_by(col(conversation))))


async def _marked(session: AsyncSession, experiment: str) -> dict[UUID, Marked]:
    query = _of(
        select(
            col(Rating.conversation_id), col(Rating.rated_at), col(Rating.solved), col(Rating.satisfaction)
        ).where(col(Rating.rated_at).is_not(None)),
        Rating.conversation_id,
        experiment,
    )
    return {id_: Marked(at, solved, mark) for id_, at, solved, mark in await all_rows(session, query)}


async def _judged(session: AsyncSession, experiment: str) -> dict[UUID, list[Judgement]]:
    query = _of(
        select(col(Message.conversation_id), col(AnswerLabel.judgement))
        .select_from(AnswerLabel)
        .join(Message, col(Message.id) == col(AnswerLabel.message_id)),
        Message.conversation_id,
        experiment,
    )
    found: defaultdict[UUID, list[Judgement]] = defaultdict(list)
    for id_, judgement in await all_rows(session, query):
        found[id_].append(Judgement(judgement))
    return found
