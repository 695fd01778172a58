"""One turn of the AI: retrieve → (model ↔ tools)* → check → `Answer | NeedsPerson`.

The turn changes nothing and commits nothing. It returns what it would say; the front desk, a room above,
decides whether it may still be said.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.tools import BaseTool

from agent import transcript
from agent.check import Evidence, Gate
from agent.models import Writer
from agent.prompts import prompt_hash
from agent.proposals import Proposals
from agent.records import AuthorKind, Conversation, Message, MessageKind
from agent.shop import Shop
from agent.signals import Signals
from agent.tools import HandOverAsked, PersonNeeded, Proposed, build_tools, run_tool
from knowledge.library import KnowledgeBase
from knowledge.search import Found


class PersonReason(StrEnum):
    """Why a turn ends with a person instead of an answer."""

    ASKED = "asked_for_person"
    APPROVAL = "approval_needed"
    STUCK = "ai_cannot_help"
    FAILED = "ai_failed"


@dataclass(frozen=True)
class Situation:
    """What a turn is given: the thread that the customer can see, the messages in it that nobody has
    attended to yet (`asked`, at least one), and the signals of the last of them.
    """

    conversation: Conversation
    thread: Sequence[Message]
    asked: Sequence[Message]
    signals: Signals
    now: datetime
    handback_note: str | None = None
    proposal_is_open: bool = False


@dataclass(frozen=True)
class Draft:
    """What has passed the check so far, cumulative, with the passages that its citations 1, 2, … mean."""

    text: str
    cited: tuple[Found, ...]

    @property
    def citations(self) -> list[dict[str, Any]]:
        """The cited passages as the thread keeps them."""
        return _as_citations(self.cited)


@dataclass(frozen=True)
class Answer:
    """The AI answers. `known` is False where it said that it does not know."""

    text: str
    cited: tuple[Found, ...]
    proposal_id: UUID | None
    offer_person: bool
    known: bool
    task: dict[str, Any] | None
    record: dict[str, Any]

    @property
    def citations(self) -> list[dict[str, Any]]:
        """The cited passages as the thread keeps them."""
        return _as_citations(self.cited)


@dataclass(frozen=True)
class NeedsPerson:
    """The AI asks for a person; the front desk does the rest."""

    reason: PersonReason
    why: str
    record: dict[str, Any]


EARLIER_QUESTIONS = 3  # that retrieval may use to understand the last one

Outcome = Answer | NeedsPerson
Say = Callable[[Draft], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """Bounds of one turn: model calls, and seconds until the backup takes over."""

    rounds: int = 6
    seconds: float = 30


class Turn:
    """Responds to a situation. `backup` answers when `writer` fails or is too slow."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        shop: Shop,
        proposals: Proposals,
        writer: Writer,
        *,
        backup: Writer,
        shop_name: str,
        limits: Limits,
    ) -> None:
        self.knowledge = knowledge
        self.shop = shop
        self.proposals = proposals
        self.writer = writer
        self.backup = backup
        self.shop_name = shop_name
        self.limits = limits
        self._faults: tuple[type[Exception], ...] = (TimeoutError, *writer.faults)

    async def respond(self, situation: Situation, say: Say) -> Outcome:
        """One turn. `say` is awaited with every longer draft that has passed the check."""
        work = await self._prepare(situation, say)
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._converse(self.writer, work)
        except self._faults as fault:
            work.note("failed", f"{self.writer.name}: {type(fault).__name__}")
        if work.proposal_id is not None:
            # It is worked out already; the customer only has to see it.
            return _conclude(AIMessage(content=""), work)
        return await self._converse(self.backup, work.afresh())

    async def _prepare(self, situation: Situation, say: Say) -> "_Work":
        """Look up what the question is about and lay out the tools and the messages."""
        started = time.monotonic()
        question = "\n".join(message.text for message in situation.asked)
        earlier = [m.text for m in situation.thread if _is_question(m) and m not in situation.asked]
        result = await self.knowledge.search(question, context=earlier[-EARLIER_QUESTIONS:])
        found = result.found if result.good_enough else ()
        conversation = situation.conversation
        messages = transcript.messages_for_model(
            situation.thread,
            situation.asked,
            found=found,
            signals=situation.signals,
            shop_name=self.shop_name,
            customer_name=conversation.customer_name if conversation.customer_id else None,
            handback_note=situation.handback_note,
            proposal_is_open=situation.proposal_is_open,
            today=situation.now,
        )
        evidence = Evidence(
            found,
            receipts=[m.text for m in situation.thread if m.kind == MessageKind.RECEIPT],
            own_words=[m.text for m in situation.thread if _is_question(m)],
        )
        record: dict[str, Any] = {
            "question": question,
            "confidence": round(result.confidence, 4),
            "good_enough": result.good_enough,
            "passages": [
                {"url": f.passage.url, "hash": f.passage.hash, "score": round(f.score, 4)}
                for f in result.found
            ],
            "prompt": prompt_hash(str(messages[0].content)),
            "retrieval_ms": round(1000 * (time.monotonic() - started), 1),
            "tools": [],
        }
        tools = build_tools(self.shop, self.proposals, conversation, conversation.customer_id)
        return _Work(tools, messages, evidence, say, record)

    async def _converse(self, writer: Writer, work: "_Work") -> Outcome:
        """Model and tools in turn, until the model has nothing more to look up."""
        started = time.monotonic()
        work.note("model", writer.name)
        model = writer.model.bind_tools(work.tools)
        for _ in range(self.limits.rounds):
            reply = await _listen(model.astream(work.messages), work)
            if not reply.tool_calls:
                work.note("model_ms", round(1000 * (time.monotonic() - started), 1))
                return _conclude(reply, work)
            work.messages.append(reply)
            for call in reply.tool_calls:
                result = await run_tool(work.tools, call)
                work.take(call["name"], result)
                match result.artifact:
                    case PersonNeeded(reason=reason):
                        return NeedsPerson(PersonReason.APPROVAL, reason, work.record)
                    case HandOverAsked(reason=reason):
                        return NeedsPerson(PersonReason.ASKED, reason, work.record)
                    case Proposed(proposal=proposal):
                        work.proposal_id = proposal.id
        return NeedsPerson(
            PersonReason.STUCK, f"no answer after {self.limits.rounds} model calls", work.record
        )


def _is_question(message: Message) -> bool:
    return message.author_kind == AuthorKind.CUSTOMER


@dataclass
class _Work:
    """The turn's desk: what is laid out, and what has come of it."""

    tools: list[BaseTool]
    messages: list[BaseMessage]
    evidence: Evidence
    say: Say
    record: dict[str, Any]
    proposal_id: UUID | None = None
    gate: Gate = field(init=False)
    begun: int = field(init=False)

    def __post_init__(self) -> None:
        self.gate = Gate(self.evidence)
        self.begun = len(self.messages)

    def note(self, name: str, value: object) -> None:
        self.record[name] = value

    def take(self, tool: str, result: ToolMessage) -> None:
        """A tool's answer is the model's next message and evidence for its sentences."""
        self.messages.append(result)
        self.evidence.tool_results.append(str(result.content))
        self.record["tools"].append({"name": tool, "result": type(result.artifact).__name__})

    def afresh(self) -> "_Work":
        """The same desk for another model: nothing that the first one said is kept."""
        return _Work(self.tools, self.messages[: self.begun], self.evidence, self.say, self.record)


async def _listen(chunks: Any, work: _Work) -> AIMessage:
    """Collect one streamed reply; every sentence that passes the check is said at once."""
    whole: AIMessageChunk | None = None
    async for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
        if chunk.text and work.gate.feed(chunk.text):
            await work.say(Draft(work.gate.text, tuple(work.gate.cited)))
    return whole if whole is not None else AIMessage(content="")


def _conclude(reply: AIMessage, work: _Work) -> Outcome:
    """What is left after the check is the answer; if nothing is left, the AI does not know."""
    work.gate.finish()
    if work.gate.cuts:
        work.note("cut", [{"sentence": cut.sentence, "why": cut.why} for cut in work.gate.cuts])
    if reply.usage_metadata:
        work.note("tokens", dict(reply.usage_metadata))
    said, note = work.gate.text, reply.additional_kwargs.get("candor", {})
    known = bool(said or work.proposal_id) and note.get("known", True)
    if not said:
        said = transcript.PLEASE_CONFIRM if work.proposal_id else transcript.DOES_NOT_KNOW
    return Answer(
        text=said,
        cited=tuple(work.gate.cited),
        proposal_id=work.proposal_id,
        offer_person=note.get("offer_person", not known),
        known=known,
        task=note.get("task"),
        record=work.record,
    )


def _as_citations(cited: Sequence[Found]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "article": found.passage.article,
            "version": found.passage.version,
            "title": found.passage.title,
            "heading": " › ".join(found.passage.heading_path),
            "quote": found.passage.text,
            "url": found.passage.url,
            "hash": found.passage.hash,
        }
        for number, found in enumerate(cited, start=1)
    ]
