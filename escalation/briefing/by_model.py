"""What a language model writes of a briefing: the first line and the next step, asked for once, when the handoff opens.

It is made in the background and stored, so that neither the handoff nor the desk waits for it; until it is there, and
wherever it fails, is late or does not rest on its sources, the code's lines stand
(docs/decisions/0020-briefing-by-code-then-by-model.md).
"""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from agent.known import known_of
from agent.models.providers import Attempts, Providers
from agent.prompts import fence, render
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind
from agent.saying import deeds_in, does
from escalation import thread
from escalation.briefing.backing import backed
from escalation.briefing.lines import Author, Line, Part
from escalation.briefing.loading import gather
from escalation.briefing.material import Material
from escalation.events import Hub
from escalation.histories import readings_of
from escalation.records import WrittenBriefing
from escalation.turns import book, newest_turn, show_reading
from knowledge.database import Database

log = structlog.get_logger()

SECONDS = 2.0  # for all providers together; then the code's lines stand
READ = 40  # texts that the model reads, the last ones
LONGEST_TEXT = 800  # characters of each of them
MOST_WORDS = {Part.BRIEF: 40, Part.NEXT_STEP: 20}
LABELS = {Part.BRIEF: "In brief", Part.NEXT_STEP: "Next step"}

_FENCES = {
    AuthorKind.CUSTOMER: "message",
    AuthorKind.AI: "answer",
    AuthorKind.HUMAN: "colleague",
    AuthorKind.SYSTEM: "receipt",
}
_SIDE = re.compile(r"\b(?:the )?(?:ai|agent|company|shop|team)(?P<has> has)?\b", re.IGNORECASE)


class BriefingWriter:
    """Has the providers write the first line and the next step of a handoff's briefing. Without providers: nothing."""

    def __init__(self, database: Database, hub: Hub, providers: Providers | None, *, shop_name: str) -> None:
        self._database = database
        self._hub = hub
        self._providers = providers if providers and providers.writers else None
        self._shop_name = shop_name
        self._writing: dict[UUID, asyncio.Task[None]] = {}

    def see_to(self, conversation_id: UUID) -> None:
        """Have it written soon; nobody waits for it."""
        if self._providers and conversation_id not in self._writing:
            self._writing[conversation_id] = asyncio.create_task(
                self._see_to(conversation_id, self._providers)
            )

    async def close(self) -> None:
        """Stop writing. The code's lines stand."""
        tasks = list(self._writing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _see_to(self, conversation_id: UUID, providers: Providers) -> None:
        try:
            await self._write(conversation_id, providers)
        # Whatever breaks, the briefing of the code is there, and no customer waits for this.
        except Exception as error:  # noqa: BLE001 - see above
            log.error("briefing_failed", conversation=str(conversation_id), error=type(error).__name__)
        finally:
            del self._writing[conversation_id]

    async def _write(self, conversation_id: UUID, providers: Providers) -> None:
        async with self._database.reading() as session:
            conversation = await thread.find(session, conversation_id)
            messages = await thread.messages_of(session, conversation_id)
            material = await gather(session, messages, await readings_of(session, messages))
            turn = await newest_turn(session, conversation_id)
        if turn is None:
            return  # nothing was said to the AI, and what a model uses is booked on a turn
        texts = _texts(material)
        asked = _request(conversation, texts, self._shop_name)
        # Our own time-out ends it, not the attempts': that somebody is too slow for this is no fault to leave them alone for.
        attempts = await providers.begin(conversation_id, 2 * SECONDS)
        lines: list[Line] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                lines = await _first_lines(attempts, asked, texts, material)
        record: dict[str, Any] = attempts.record()
        spent = record.get("spent", {})
        async with self._database.transaction() as session:
            await book(session, turn, spent)
            if lines:
                await session.merge(
                    WrittenBriefing(
                        conversation_id=conversation_id,
                        last_seq=messages[-1].seq,
                        lines=[line.to_json() for line in lines],
                        model=record["provider"],
                    )
                )
                show_reading(session, conversation_id, material.customer[-1].id)
        self._hub.wake(conversation_id)


async def _first_lines(
    attempts: Attempts, asked: Sequence[BaseMessage], texts: Sequence[Message], material: Material
) -> list[Line]:
    """What the first provider wrote of whom a line is left; nothing of the others."""
    for attempt in attempts:
        async with attempts.trying(attempt):
            said = "".join([chunk.text async for chunk in attempt.writer.model.astream(asked)])
            if lines := lines_in(said, texts, material):
                return lines
    return []


def lines_in(said: str, texts: Sequence[Message], material: Material) -> list[Line]:
    """The lines of a model's reply that are well formed and rest on their sources, one of each part."""
    found: dict[Part, Line] = {}
    for row in said.splitlines():
        if (line := _line_in(row, texts)) and line.part not in found and not _reports_a_deed(line, texts):
            found[line.part] = line
    return backed(list(found.values()), material.said)


def _texts(material: Material) -> list[Message]:
    """What the model reads: what was said, and receipts."""
    kinds = (MessageKind.TEXT, MessageKind.RECEIPT)
    read = [
        m
        for m in material.messages
        if m.audience == Audience.EVERYONE
        and m.kind in kinds
        and not (m.author_kind == AuthorKind.SYSTEM and m.kind == MessageKind.TEXT)
    ]
    return read[-READ:]


def _request(conversation: Conversation, texts: Sequence[Message], shop_name: str) -> list[BaseMessage]:
    told = [
        fence(_FENCES[AuthorKind(m.author_kind)], m.text[:LONGEST_TEXT], number=number)
        for number, m in enumerate(texts, start=1)
    ]
    whose = {"candor": {"known": known_of(conversation)}}
    system = SystemMessage(render("briefing.md", shop_name=shop_name), additional_kwargs=whose)
    return [system, HumanMessage("\n".join(told))]


def _line_in(row: str, texts: Sequence[Message]) -> Line | None:
    """A row of a reply as a line; None for anything but the object that was asked for."""
    try:
        told = json.loads(row)
    except (ValueError, RecursionError):
        return None
    match told:
        case {"part": ("brief" | "next_step") as name, "text": str(text), "sources": [*numbers], **rest} if (
            not rest
        ):
            part = Part(name)
            fits = (
                0 < len(text.split()) <= MOST_WORDS[part]
                and numbers
                and all(_is_place(n, texts) for n in numbers)
            )
            if fits:
                sources = tuple(dict.fromkeys(str(texts[number - 1].id) for number in numbers))
                return Line(part, LABELS[part], " ".join(text.split()), sources, Author.MODEL)
    return None


def _is_place(number: object, texts: Sequence[Message]) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= len(texts)


def _reports_a_deed(line: Line, texts: Sequence[Message]) -> bool:
    """Whether it says that something was done, and neither a receipt nor a person's word is among its sources (law 5)."""
    told = {m.id for m in texts if m.kind == MessageKind.RECEIPT or m.author_kind == AuthorKind.HUMAN}
    rests = any(str(id_) in line.sources for id_ in told)
    own = _SIDE.sub(lambda side: "we have" if side["has"] else "we", line.text)
    # That something was asked or told is no deed that needs a receipt.
    return not rests and bool({"deed", "report"} & does(own)) and bool(deeds_in(own) - {"tell"})
