"""A suggested reply for the person who has the conversation: a turn of the AI that can only look, and that nobody but them reads.

It is the same machinery as a turn (retrieval, tools of the one customer, the check, the providers with veil and budgets,
the offline model last), without the tools that propose, and nothing of it is committed: the person puts it into
their reply, or does not.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agent.answers import Answer, Draft, NeedsPerson, Outcome, Situation
from agent.explicit import asks_for_person, asks_whether_ai
from agent.reader import Reader
from agent.records import AuthorKind, Message, MessageKind
from agent.results import AccountShown, OrderShown, OrdersShown, VariantsShown
from agent.signals import Intent, Signals
from agent.turn import Turn, TurnLimits
from escalation.standing import Standing, standing_of
from escalation.turns import book, newest_turn
from knowledge.database import Database, utc_now

LIMITS = TurnLimits(rounds=4, seconds=6.0, patient=False)  # the person has the customer waiting
OVERALL = 10.0  # seconds; a shop may be slow as well
# Words that only call for somebody or keep company are not what a draft could answer.
_NO_MATTER = {Intent.greeting, Intent.thanks, Intent.talk_to_person}
_LOOKED_UP = {kind.__name__ for kind in (OrdersShown, OrderShown, VariantsShown, AccountShown)}

NOTHING_ASKED = "The customer has not asked anything yet."
NOTHING_FOUND = "Neither the help centre nor the customer's orders have an answer to this."
TOO_SLOW = "This took too long. Try again, or search the knowledge base."


@dataclass(frozen=True)
class Suggestion:
    """A draft with its citations, or no text and `why`. `cut` are sentences that did not pass the check: {sentence, why}."""

    text: str = ""
    citations: Sequence[Mapping[str, Any]] = ()
    cut: Sequence[Mapping[str, str]] = ()
    why: str = ""
    written_by: str = ""

    @property
    def known(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.text)


class Copilot:
    """Suggests replies. `turn` asks the language models of the settings, `offline` none."""

    def __init__(
        self,
        database: Database,
        reader: Reader,
        turn: Turn,
        offline: Turn,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.reader = reader
        self.turn = turn
        self.offline = offline
        self.clock = clock

    async def suggest(self, conversation_id: UUID) -> Suggestion:
        """A draft for what the customer wants to know now. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            standing = await standing_of(session, conversation_id)
            booked_on = await newest_turn(session, conversation_id)
        asked = matter(standing.spoken, standing.readings)
        if not asked:
            return Suggestion(why=NOTHING_ASKED)
        # What a model uses is booked on a turn: without one nothing could be counted.
        turn = self.turn if booked_on else self.offline
        outcome = None
        with suppress(TimeoutError):
            async with asyncio.timeout(OVERALL):
                outcome = await turn.respond(await self._situation(standing, asked), _unheard)
        if outcome is None:
            return Suggestion(why=TOO_SLOW)
        if booked_on and "spent" in outcome.record:
            async with self.database.transaction() as session:
                await book(session, booked_on, outcome.record["spent"])
        return suggestion_of(outcome)

    async def _situation(self, standing: Standing, asked: Sequence[Message]) -> Situation:
        last = asked[-1]
        return Situation(
            conversation=standing.conversation,
            thread=standing.spoken,
            asked=asked,
            signals=standing.readings.get(last.id) or await self.reader.read(last.text),
            now=self.clock(),
            handback_note=standing.handback_note,
            open_proposal=standing.open_proposal,
        )


def matter(spoken: Sequence[Message], readings: Mapping[UUID, Signals]) -> list[Message]:
    """The customer's messages that a reply is due to: all since the last answer that ask something, or the last that did.

    "Get me a person" after an answer that did not help leads back to the question that was asked before.
    """
    answers = [m.seq for m in spoken if m.author_kind in (AuthorKind.AI, AuthorKind.HUMAN) and _speaks(m)]
    asking = [
        m
        for m in spoken
        if m.author_kind == AuthorKind.CUSTOMER
        and m.corrects is None
        and not asks_whether_ai(m.text)
        and not _is_no_matter(m, readings.get(m.id))
    ]
    due = [m for m in asking if m.seq > max(answers, default=0)]
    return due or asking[-1:]


def suggestion_of(outcome: Outcome) -> Suggestion:
    """What a turn would say, if it rests on a passage or on something looked up; a greeting needs no draft."""
    cut = outcome.record.get("cut", [])
    if isinstance(outcome, NeedsPerson):
        return Suggestion(cut=cut, why=outcome.why)
    if not outcome.known or not _is_grounded(outcome):
        return Suggestion(cut=cut, why=NOTHING_FOUND)
    return Suggestion(outcome.text, outcome.citations, cut, written_by=outcome.record.get("provider", ""))


def _is_grounded(answer: Answer) -> bool:
    looked_up = any(tool["result"] in _LOOKED_UP for tool in answer.record.get("tools", []))
    return bool(answer.cited) or looked_up


def _is_no_matter(message: Message, signals: Signals | None) -> bool:
    if signals is None or signals.abstained:
        return asks_for_person(message.text)
    return signals.intent in _NO_MATTER


def _speaks(message: Message) -> bool:
    return message.kind == MessageKind.TEXT


async def _unheard(_: Draft) -> None:
    """Nobody reads a draft while it grows."""
