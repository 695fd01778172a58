"""A desk over a database, at a time of its own: for tests of who takes what, and of what happens when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agent.records import Conversation
from escalation.cases import Cases
from escalation.desk import Desk
from escalation.events import Hub
from escalation.handoffs import open_handoff_of
from escalation.moving import Moving
from escalation.presence import Presence
from escalation.records import Handoff, StaffAccount, Status
from escalation.rounds import Rounds
from knowledge.database import Database
from tests.escalation.makers import account, begin, dispatch, wait

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
MINUTE = timedelta(minutes=1)


class DeskFloor:
    """A desk over a database, at a time of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.time = NOON
        ours = dispatch(database, clock=self.clock)
        self.desk = Desk(database, Hub(), ours)
        self.cases = Cases(database, ours)
        self.moving = Moving(database, Hub(), ours)
        self.presence = Presence(database, self.clock)
        self.rounds = Rounds(database, Hub(), ours)

    def clock(self) -> datetime:
        return self.time

    async def waiting(self, **need: Any) -> Conversation:
        """A conversation that waits."""
        conversation = await begin(self.database)
        async with self.database.transaction() as session:
            await wait(session, conversation, now=self.time, **need)
        return conversation

    async def held(self, by: StaffAccount) -> Conversation:
        """A conversation that somebody has."""
        conversation = await self.waiting()
        await self.desk.claim(by, conversation.id, epoch=2)
        return conversation

    async def handoff(self, conversation: Conversation) -> Handoff:
        async with self.database.reading() as session:
            found = await open_handoff_of(session, conversation.id)
        assert found is not None
        return found

    async def person(self, name: str, **fields: Any) -> StaffAccount:
        """Somebody who is there."""
        made = await account(self.database, name, **fields)
        await self.presence.set(made, Status.ONLINE)
        return made
