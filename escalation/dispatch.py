"""Decides where a conversation goes and what its customer is told, when it goes to a person. Never raises.

Routing in use, what is known of the conversation, and who is there come together here, before the transaction that opens the
handoff: a fault in any of them must not keep anybody from a person (law 6).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.records import AuthorKind, Conversation
from agent.signals import Stake
from escalation.handoffs import Call
from escalation.histories import History, history_of
from escalation.policy_files import PolicyError, version_of
from escalation.presence import crews_of, people_of
from escalation.routing import Assignment, Need, Routing
from escalation.spoken import SPOKEN, most_written
from escalation.trajectory import Shape, end_of
from escalation.waiting import Outlook, outlook_of
from escalation.words import arrival, plain_arrival
from knowledge.database import Database, utc_now

log = structlog.get_logger()

SECONDS = 2  # a slow look at history and presence is not waited for


@dataclass(frozen=True)
class Arrival:
    """Where a conversation goes, and what its customer reads."""

    assignment: Assignment
    text: str


class Dispatch:
    """Routing in use, and what it says."""

    def __init__(
        self,
        database: Database,
        routing: Routing,
        shape: Shape,
        *,
        file: Path | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.routing = routing
        self.shape = shape
        self.file = file
        self.clock = clock
        self._refused = ""  # the version of a broken file that has been told of

    def refresh(self) -> None:
        """Take up the operator's file if it has changed. A broken one changes nothing and is told in the log, once."""
        if self.file is None:
            return
        version = "unreadable"
        try:
            version = version_of(self.file.read_text(encoding="utf-8"))
            if version in (self.routing.version, self._refused):
                return
            routing = Routing.load(self.file)
        except (PolicyError, OSError, UnicodeDecodeError) as error:
            self._refused = version
            log.error("routing_file_is_wrong", file=self.file.name, problem=str(error))
            return
        log.info("routing_changed", before=self.routing.version, now=routing.version)
        self.routing, self._refused = routing, ""

    async def arrange(
        self, conversation: Conversation, call: Call, history: History | None = None
    ) -> Arrival:
        """Where a conversation goes now, and what to tell; without `history` it is looked up."""
        language = None
        try:
            async with asyncio.timeout(SECONDS), self.database.reading() as session:
                history = history or await history_of(session, conversation)
                need = need_of(call, history, self.shape)
                language = need.language
                assignment, outlook = await self._look(session, need)
            text = arrival(
                call.reason, language, outlook, case_number=conversation.case_number, passed_on=call.passed_on
            )
            return Arrival(assignment, text)
        # Anything may be wrong with a file of rules, a clock or a look-up. The way to a person is open all the same.
        except Exception as error:  # noqa: BLE001 - see above
            log.error("routing_failed", conversation=str(conversation.id), error=type(error).__name__)
            text = plain_arrival(language, case_number=conversation.case_number, passed_on=call.passed_on)
            return Arrival(self._plain(call), text)

    async def outlook(self, session: AsyncSession, urgency: str, queue: str) -> Outlook:
        """What can be said of waiting in a queue from now on."""
        now = self.clock()
        crews = crews_of(await people_of(session, self.routing, now), self.routing)
        return await outlook_of(session, self.routing, urgency, queue, now, crews)

    async def _look(self, session: AsyncSession, need: Need) -> tuple[Assignment, Outlook]:
        now, routing = self.clock(), self.routing
        people = await people_of(session, routing, now)
        crews = crews_of(people, routing)
        assignment = routing.assign(need, now, crews)
        return assignment, await outlook_of(session, routing, need.urgency, assignment.queue, now, crews)

    def _plain(self, call: Call) -> Assignment:
        """Without any look-up: the queue that was asked for, or the default one. No promise, because none was worked out."""
        queue = call.queue if call.queue in self.routing.queues else self.routing.default
        return Assignment(queue=queue, version=self.routing.version)


def need_of(call: Call, history: History, shape: Shape) -> Need:
    """What is known of the conversation, for routing."""
    written = [m for m in history.read if m.author_kind == AuthorKind.CUSTOMER]
    here = history.stretch(history.spoken[-1]) if history.spoken else []
    readings = [history.readings[m.id] for m in here if m.id in history.readings]
    known = [history.circumstances[m.id] for m in written if m.id in history.circumstances]
    languages = [history.readings[m.id].language for m in written[-SPOKEN:]]
    return Need(
        reason=call.reason,
        urgency=call.urgency,
        queue=call.queue,
        language=most_written(languages),
        stakes={stake: max((r.stakes.get(stake, 0.0) for r in readings), default=0.0) for stake in Stake},
        tier=next((one.tier for one in reversed(known) if one.tier), None),
        amount=next((one.order_total for one in reversed(known) if one.order_total), None),
        upset=end_of(history.feelings(here), shape).upset,
    )
