"""Budgets of tokens and money, for a conversation and for a day (UTC), read back from the turn records.

Nothing is kept beside the records, so a restart forgets nothing. A turn that is under way is not yet recorded: several at
once can pass a budget by what each of them uses. What a killed process had used in an unfinished turn is not known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from agent.models.account import UNBOUNDED, Allowance, Bound, Spent
from agent.records import TurnRecord
from knowledge.database import Database, utc_now

THE_CONVERSATION = "the conversation's budget"
THE_DAY = "the day's budget"


@dataclass(frozen=True)
class Budget:
    """What language models may use. Both allowances unbounded: nothing is looked up."""

    database: Database
    conversation: Allowance = UNBOUNDED
    day: Allowance = UNBOUNDED
    clock: Callable[[], datetime] = utc_now

    async def bounds(self, conversation_id: UUID) -> tuple[Bound, ...]:
        """The budgets that are set, with what was spent of each."""
        midnight = self.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        asked = (
            (THE_CONVERSATION, self.conversation, col(TurnRecord.conversation_id) == conversation_id),
            (THE_DAY, self.day, col(TurnRecord.created_at) >= midnight),
        )
        return tuple(
            [
                Bound(name, allowed, await self._spent(of))
                for name, allowed, of in asked
                if allowed != UNBOUNDED
            ]
        )

    async def _spent(self, of: Any) -> Spent:
        sums = select(func.sum(TurnRecord.tokens), func.sum(TurnRecord.cost_micros)).where(of)
        async with self.database.reading() as session:
            tokens, micros = (await session.exec(sums)).one()
        return Spent(int(tokens or 0), int(micros or 0))
