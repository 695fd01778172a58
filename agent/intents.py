"""What was confirmed under a key: the intent row, read back by shops that keep no table of keys themselves (law 3)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlmodel import col, select

from agent.actions import ACTION, Action
from agent.records import Effect, Proposal
from agent.verdicts import Effects
from knowledge.database import Database


@dataclass(frozen=True)
class Intent:
    """A confirmed request. It is written down before the shop is asked to do anything."""

    customer_id: str
    action: Action
    effects: Effects


FindIntent = Callable[[str], Awaitable[Intent | None]]
"""The intent of an idempotency key; None if nothing was ever to be done under it."""


def intents_in(database: Database) -> FindIntent:
    """Looks intents up in our own records."""
    query = select(Proposal).join(Effect, col(Effect.proposal_id) == col(Proposal.id))

    async def find(key: str) -> Intent | None:
        async with database.reading() as session:
            row = (await session.exec(query.where(Effect.idempotency_key == key))).one_or_none()
        if row is None:
            return None
        action = ACTION.validate_json(json.dumps(row.arguments))
        return Intent(row.customer_id, action, Effects.from_json(row.effects))

    return find
