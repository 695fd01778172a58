"""Conversations of an experiment as if they had been, written into the records at once."""

import random
from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from agent.records import AuthorKind, Conversation, Message, MessageKind, TurnRecord
from escalation.after.records import Pulse
from escalation.experiments.lots import Variant
from escalation.experiments.records import Lot
from escalation.records import TurnOutcome
from knowledge.database import Database, utc_now


async def lived(
    database: Database,
    experiment: str,
    customers: int,
    *,
    unknown: Mapping[Variant, float],
    ago: timedelta = timedelta(days=2),
    seed: int = 1,
) -> None:
    """So many customers of each variant, one conversation each; `unknown` is the share that was told that nothing was found."""
    chance, at = random.Random(seed), utc_now() - ago
    conversations, messages, rest = [], [], []
    for place in range(2 * customers):
        variant = list(Variant)[place % 2]
        moment = at + timedelta(milliseconds=place)
        conversation = Conversation(
            id=uuid4(),
            case_number=f"C-{uuid4().hex[:10]}",
            visitor_id=uuid4().hex,
            last_seq=2,
            created_at=moment,
        )
        disclosure = Message(
            conversation_id=conversation.id, seq=1, author_kind=AuthorKind.SYSTEM, kind=MessageKind.DISCLOSURE,
            text="An AI.", created_at=moment,
        )  # fmt: skip
        asked = Message(
            id=uuid4(), conversation_id=conversation.id, seq=2, author_kind=AuthorKind.CUSTOMER, text="Why?", created_at=moment
        )  # fmt: skip
        found = chance.random() >= unknown.get(variant, 0.0)
        turn = TurnRecord(
            message_id=asked.id, conversation_id=conversation.id, epoch=1,
            outcome=TurnOutcome.ANSWER if found else TurnOutcome.UNKNOWN,
            record={"known": found, "first_words_ms": 100.0, "cut": [] if found else [{"sentence": "", "why": ""}]},
            tokens=100, cost_micros=50, created_at=moment,
        )  # fmt: skip
        pulse = Pulse(message_id=asked.id, conversation_id=conversation.id, at=moment, asks=True, upset=False)
        lot = Lot(
            conversation_id=conversation.id,
            experiment=experiment,
            variant=variant,
            unit=uuid4().hex,
            at=moment,
        )
        conversations.append(conversation)
        messages += [disclosure, asked]
        rest += [turn, pulse, lot]
    for rows in (conversations, messages, rest):
        async with database.transaction() as session:
            session.add_all(rows)
