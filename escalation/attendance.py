"""What happens to a customer message once it is written down, top to bottom.

Read it; ask the triggers; recognise a plain yes; let the AI respond; commit what it says, if the floor has not
moved meanwhile.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.answers import Answer, Draft, NeedsPerson, Outcome, PersonReason, Say, Situation
from agent.consent import Consent
from agent.errors import ConflictError
from agent.reader import Reader
from agent.records import Audience, AuthorKind, Conversation, Floor, Message, MessageKind, Proposal, Reading
from agent.turn import Turn
from escalation import thread
from escalation.after.pulses import Pulses
from escalation.briefing.by_model import BriefingWriter
from escalation.circumstances import Lookup
from escalation.dispatch import Arrival, Dispatch
from escalation.events import Hub
from escalation.experiments.way import Way
from escalation.experiments.ways import Ways
from escalation.handoffs import Call, call_by_rule, call_by_turn, open_handoff, raise_handoff, tell_customer
from escalation.histories import readings_of
from escalation.records import Circumstance, TurnOutcome, Urgency
from escalation.settlement import Settlement
from escalation.standing import Standing, standing_of
from escalation.thread import FloorTakenError
from escalation.triggers import Triggers
from escalation.turns import show_reading, show_replaced, write_turns
from knowledge.database import Database, utc_now

log = structlog.get_logger()


class Attendance:
    """Attends to conversations, one message after the other in each."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        reader: Reader,
        lookup: Lookup,
        ways: Ways,
        settlement: Settlement,
        dispatch: Dispatch,
        *,
        briefings: BriefingWriter,
        pulses: Pulses,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.hub = hub
        self.reader = reader
        self.lookup = lookup
        self.ways = ways
        self.settlement = settlement
        self.dispatch = dispatch
        self.briefings = briefings
        self.pulses = pulses
        self.clock = clock
        self._attending: dict[UUID, asyncio.Task[None]] = {}
        self._news: set[UUID] = set()

    @property
    def triggers(self) -> Triggers:
        """The policy in use; an experiment may have another beside it."""
        return self.ways.control.triggers

    @property
    def turn(self) -> Turn:
        """The turn in use; as above."""
        return self.ways.control.turn

    async def close(self) -> None:
        """Stop attending. What is left unattended is taken up by the next process."""
        tasks = list(self._attending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def see_to(self, conversation_id: UUID) -> None:
        """Attend to a conversation soon. Never two attendances of one conversation at once."""
        self._news.add(conversation_id)
        if conversation_id not in self._attending:
            self._attending[conversation_id] = asyncio.create_task(self._attend_all(conversation_id))

    async def until_attended(self, conversation_id: UUID, seconds: float) -> None:
        """Wait until nothing is left to attend to, or until the time is up."""
        if task := self._attending.get(conversation_id):
            await asyncio.wait({task}, timeout=seconds)

    async def _attend_all(self, conversation_id: UUID) -> None:
        try:
            while conversation_id in self._news:
                self._news.discard(conversation_id)
                await self._attend(conversation_id)
        # Whatever breaks, the customer gets a person and not silence.
        except Exception as error:  # noqa: BLE001 - see above
            await self._give_up(conversation_id, error)
        finally:
            # No await since the last look at _news: a message that comes later starts a new task.
            del self._attending[conversation_id]

    async def _attend(self, conversation_id: UUID) -> None:
        """One attendance, to all that waits; what comes meanwhile is news."""
        async with self.database.reading() as session:
            standing = await standing_of(session, conversation_id)
        way = await self.ways.of(standing.conversation, begins=not standing.history.outcomes)
        standing.tried.update(way.told())
        await self._read(standing, way)
        if not standing.waits_for_ai:
            return
        if call := self._must_hand_over(standing, way, standing.asked):
            await self._call_person(standing, call, {})
        elif consent := standing.consent:
            await self._settle(standing, *consent)
        else:
            self.hub.pass_on(conversation_id, "working", {"working": True})
            try:
                await self._respond(standing, way)
            finally:
                self.hub.pass_on(conversation_id, "working", {"working": False})

    async def _read(self, standing: Standing, way: Way) -> None:
        """Read every customer message that has not been, whoever has the floor: the desk wants to see it too.

        What is written while waiting can make the case more urgent: a danger must not sleep in a queue. That stands
        in the transaction of the readings, so that no crash can part them.
        """
        fresh = standing.unread
        if not fresh:
            return
        conversation, history = standing.conversation, standing.history
        started = time.monotonic()
        for message in fresh:
            history.readings[message.id] = await self.reader.read(message.text)
        standing.times["reading_ms"] = round(1000 * (time.monotonic() - started), 1)
        # All at once: a slow shop is waited for once.
        looked_up = await asyncio.gather(
            *(self.lookup.of(m, conversation, history.spoken, history.readings) for m in fresh)
        )
        history.circumstances.update(zip((m.id for m in fresh), looked_up, strict=True))
        # What was written before has been weighed when it was read.
        call = self._must_hand_over(standing, way, fresh) if conversation.floor == Floor.QUEUE else None
        arrival = await self.dispatch.arrange(conversation, call, history) if call else None
        pulses = await self.pulses.of(conversation, history, fresh)
        async with self.database.transaction() as session:
            if call and arrival:
                await self._raise(session, conversation, call, arrival)
            read_meanwhile = await readings_of(session, fresh)  # by another process, which kept all of it
            for message, pulse in zip(fresh, pulses, strict=True):
                if message.id in read_meanwhile:
                    continue
                read, known = history.readings[message.id], history.circumstances[message.id]
                row = Reading(message_id=message.id, signals=read.to_json(), model_version=read.version)
                session.add_all([row, Circumstance(message_id=message.id, facts=known.to_json()), pulse])
                show_reading(session, conversation.id, message.id)
        self.hub.wake(conversation.id)

    def _must_hand_over(self, standing: Standing, way: Way, among: Sequence[Message]) -> Call | None:
        """Ask the triggers about each of these that waits; the most urgent decision counts, the first of equals."""
        decided = {id_: way.triggers.decide(moment) for id_, moment in standing.moments(among).items()}
        standing.decisions.update(decided)
        calls = [call_by_rule(d.rule, d) for d in decided.values() if d.rule]
        return max(calls, key=lambda call: list(Urgency).index(call.urgency), default=None)

    async def _settle(self, standing: Standing, proposal: Proposal, consent: Consent) -> None:
        said = None
        try:
            if consent is Consent.YES:
                await self.settlement.confirm(proposal, digest=proposal.digest)
            else:
                await self.settlement.decline(proposal)
        except ConflictError as conflict:
            said = str(conflict)
        async with self.database.transaction() as session:
            if said:
                await thread.append(session, standing.conversation.id, author=AuthorKind.SYSTEM, text=said)
            await write_turns(session, standing, f"consent:{consent}", {"proposal": str(proposal.id)})
        self.hub.wake(standing.conversation.id)

    async def _respond(self, standing: Standing, way: Way) -> None:
        """Let the AI respond, and commit what it says if the floor is still its own."""
        conversation, stream_id = standing.conversation, uuid4()

        async def say(draft: Draft) -> None:
            if await self._still(conversation):
                payload = {
                    "stream_id": str(stream_id),
                    "text": draft.text,
                    "citations": draft.citations,
                }
                self.hub.pass_on(conversation.id, "draft", payload)

        outcome = await self._outcome(standing, way, say)
        if isinstance(outcome, NeedsPerson):
            self.hub.pass_on(conversation.id, "draft_withdrawn", {"stream_id": str(stream_id)})
            await self._call_person(standing, call_by_turn(outcome), outcome.record)
            return
        try:
            await self._commit(standing, outcome, stream_id)
        except FloorTakenError:
            await self._keep_as_note(standing, outcome)
            self.hub.pass_on(conversation.id, "draft_withdrawn", {"stream_id": str(stream_id)})
        self.hub.wake(conversation.id)

    async def _give_up(self, conversation_id: UUID, error: Exception) -> None:
        # The type only: a message may carry what a customer wrote.
        log.error("attendance_failed", conversation=str(conversation_id), error=type(error).__name__)
        outcome = NeedsPerson(PersonReason.FAILED, type(error).__name__, {"error": type(error).__name__})
        async with self.database.reading() as session:
            standing = await standing_of(session, conversation_id)
        if standing.waits_for_ai:
            await self._call_person(standing, call_by_turn(outcome), outcome.record)

    async def _outcome(self, standing: Standing, way: Way, say: Say) -> Outcome:
        situation = Situation(
            conversation=standing.conversation,
            thread=standing.spoken,
            asked=standing.asked,
            signals=standing.readings[standing.asked[-1].id],
            now=self.clock(),
            handback_note=standing.handback_note,
            open_proposal=standing.open_proposal,
        )
        return await way.turn.respond(situation, say)

    async def _commit(self, standing: Standing, answer: Answer, stream_id: UUID) -> None:
        """Transaction 2. Raises `FloorTakenError` if somebody took the floor since the turn began."""
        conversation = standing.conversation
        async with self.database.transaction() as session:
            await thread.hold(session, conversation.id, floor=Floor.AI, epoch=conversation.epoch)
            await thread.append(
                session,
                conversation.id,
                author=AuthorKind.AI,
                text=answer.text,
                citations=answer.citations,
                proposal_id=answer.proposal_id,
                offer_person=answer.offer_person,
                offer_step_up=answer.offer_step_up,
                task=answer.task,
                stream_id=stream_id,
                in_reply_to=standing.asked[-1].id,
            )
            outcome = TurnOutcome.ANSWER if answer.known else TurnOutcome.UNKNOWN
            await write_turns(session, standing, outcome, answer.record)
            await show_replaced(session, standing)

    async def _keep_as_note(self, standing: Standing, answer: Answer) -> None:
        """A reply that came too late is never shown to the customer; the person may find it useful."""
        async with self.database.transaction() as session:
            await thread.append(
                session,
                standing.conversation.id,
                author=AuthorKind.AI,
                kind=MessageKind.NOTE,
                audience=Audience.STAFF,
                text=f"Unsent draft of the AI: {answer.text}",
                citations=answer.citations,
                in_reply_to=standing.asked[-1].id,
            )
            await write_turns(session, standing, TurnOutcome.STALE, answer.record)
            await show_replaced(session, standing)

    async def _call_person(self, standing: Standing, call: Call, record: dict[str, object]) -> None:
        """Move the floor to a queue, unless somebody has taken it already."""
        conversation, outcome = standing.conversation, f"person:{call.reason}"
        arrival = await self.dispatch.arrange(conversation, call, standing.history)
        async with self.database.transaction() as session:
            await show_replaced(session, standing)
            try:
                await open_handoff(
                    session,
                    conversation,
                    call,
                    epoch=conversation.epoch,
                    assignment=arrival.assignment,
                    now=self.clock(),
                )
                await tell_customer(session, conversation, arrival.text)
            except FloorTakenError:
                # The button was quicker, or a colleague: what this call weighs still counts for the open case.
                log.info("handoff_overtaken", conversation=str(conversation.id), reason=call.reason)
                if await self._raise(session, conversation, call, arrival):
                    show_reading(session, conversation.id, standing.asked[-1].id)
                outcome = TurnOutcome.STALE
            await write_turns(session, standing, outcome, record)
        self.hub.wake(conversation.id)
        self.briefings.see_to(conversation.id)

    async def _raise(
        self, session: AsyncSession, conversation: Conversation, call: Call, arrival: Arrival
    ) -> bool:
        return await raise_handoff(
            session,
            conversation.id,
            call,
            assignment=arrival.assignment,
            routing=self.dispatch.routing,
            now=self.clock(),
        )

    async def _still(self, conversation: Conversation) -> bool:
        async with self.database.reading() as session:
            now = await thread.find(session, conversation.id)
        return now.floor == Floor.AI and now.epoch == conversation.epoch
