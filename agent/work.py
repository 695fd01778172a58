"""What lies on a turn's desk: tools, messages, evidence; and what has come of a model's reply so far."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.tools import BaseTool

from agent import transcript
from agent.answers import Answer, Draft, Say
from agent.check import Evidence, Gate
from agent.claims import is_claim
from agent.repairing import repair_instruction
from agent.results import BadCall, HandOverAsked
from agent.saying import is_small_talk
from knowledge.sentences import sentence_spans

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Work:
    """One model's work on one turn. `record` goes on from model to model; `afresh` gives the next one a clean desk."""

    tools: list[BaseTool]
    messages: list[BaseMessage]
    evidence: Evidence
    say: Say
    record: dict[str, Any]
    proposal_id: UUID | None = None
    offer_step_up: bool = False
    repaired: bool = False
    checking: float = 0  # seconds
    since: float = field(default_factory=time.monotonic)  # when the turn began to write
    gate: Gate = field(init=False)
    begun: int = field(init=False)

    def __post_init__(self) -> None:
        self.gate = Gate(self.evidence)
        self.begun = len(self.messages)

    @property
    def looked_up(self) -> bool:
        """Whether a tool has told anything of the customer's own affairs."""
        return any(tool["result"] != HandOverAsked.__name__ for tool in self.record["tools"])

    @property
    def has_looked(self) -> bool:
        """Whether the model that is writing has been shown anything by a tool."""
        told = self.messages[self.begun :]
        return any(isinstance(m, ToolMessage) and not isinstance(m.artifact, BadCall) for m in told)

    def note(self, name: str, value: object) -> None:
        """Something for the turn's record."""
        self.record[name] = value

    def take(self, result: ToolMessage) -> None:
        """A tool's answer is the model's next message and evidence for its sentences."""
        self.messages.append(result)
        self.evidence.tool_results.append(str(result.content))
        self.record["tools"].append({"name": result.name, "result": type(result.artifact).__name__})

    def afresh(self) -> "Work":
        """The same desk for another model: nothing that the first one said is kept."""
        return Work(
            self.tools, self.messages[: self.begun], self.evidence, self.say, self.record, since=self.since
        )

    async def listen(self, chunks: AsyncIterator[Any]) -> AIMessage:
        """Collect one streamed reply; every sentence that passes the check is said at once."""
        taken: list[AIMessageChunk] = []
        async for chunk in chunks:
            taken.append(chunk)
            if chunk.text and await self._check(chunk.text):
                await self.say(Draft(self.gate.text, tuple(self.gate.cited)))
                self.record.setdefault("first_words_ms", round(1000 * (time.monotonic() - self.since), 1))
        return add_ai_message_chunks(*taken) if taken else AIMessage(content="")

    async def _check(self, piece: str) -> bool:
        if not self.gate.hears_an_end(piece):
            return self.gate.feed(piece)
        return await self._judge(self.gate.feed, piece)

    async def settle(self, reply: AIMessage) -> None:
        """A reply has ended: judge what is still held of it."""
        cut_short = reply.response_metadata.get("finish_reason") == "length"
        await self._judge(partial(self.gate.finish, broken_off=cut_short))

    async def _judge(self, judge: Callable[P, R], *given: P.args, **more: P.kwargs) -> R:
        """On a thread, so that other conversations go on: a local model reads some milliseconds a sentence."""
        started = time.monotonic()
        judged = await asyncio.to_thread(judge, *given, **more)
        self.checking += time.monotonic() - started
        return judged

    def asks_to_repair(self, reply: AIMessage) -> bool:
        """Whether the model is asked once more, for the sentences that did not pass; its next reply goes on from what did.

        Once a turn, and not beside a card: that speaks for itself, and another call might make a second one.
        """
        if self.repaired or self.proposal_id is not None:
            return False
        instruction = repair_instruction(
            self.gate.cuts, self.evidence, said=self.gate.text, bound=_asserts(self.gate.text)
        )
        if instruction is None:
            return False
        self.repaired = True
        self.note("repaired", True)
        self.messages += [reply, HumanMessage(instruction)]
        self.gate.go_on()
        return True

    def conclude(self, reply: AIMessage) -> Answer | None:
        """What is left after the check is the answer. None: nothing is left that answers, so another may.

        A courtesy around sentences that were cut is no answer: "Happy to help! Anything else?"
        """
        self.note("passed", self.gate.passed)
        self.note("check_ms", round(1000 * self.checking, 1))
        if self.gate.cuts:
            self.note("cut", [{"sentence": cut.sentence, "why": cut.why} for cut in self.gate.cuts])
        says_enough = _asserts(self.gate.text) or _asks(self.gate.text) or self.proposal_id is not None
        if not self.gate.text or (self.gate.cuts and not says_enough):
            return None
        told = reply.additional_kwargs.get("candor", {})
        known = told.get("known", True)
        # A hosted model does not say whether it knew: for the record, it did if its reply rests on something.
        self.note("known", told.get("known", bool(self.gate.cited) or self.looked_up))
        return Answer(
            text=self.gate.text,
            cited=tuple(self.gate.cited),
            proposal_id=self.proposal_id,
            offer_person=told.get("offer_person", not known),
            known=known,
            task=told.get("task"),
            record=self.record,
            offer_step_up=self.offer_step_up,
        )

    async def broken_off(self) -> Answer | None:
        """What the customer has read of a reply that broke off. None: it asserted nothing, so another model may answer.

        It has passed the check, so it stays; a second model would say it again, or the opposite.
        """
        if not _asserts(self.gate.text):
            return None
        rest = AIMessage("", response_metadata={"finish_reason": "length"})
        await self.settle(rest)
        answer = self.conclude(rest)
        if answer is None or self.repaired:
            return answer  # the reply itself was whole
        ending = transcript.PLEASE_CONFIRM if self.proposal_id else transcript.BROKE_OFF
        return replace(answer, text=f"{answer.text}\n\n{ending}", offer_person=self.proposal_id is None)

    def left_without_words(self) -> Answer:
        """No sentence is left: the card speaks for itself, or the AI does not know."""
        proposed = self.proposal_id is not None
        self.note("known", self.looked_up)
        return Answer(
            text=transcript.PLEASE_CONFIRM if proposed else transcript.DOES_NOT_KNOW,
            cited=(),
            proposal_id=self.proposal_id,
            offer_person=not proposed,
            known=proposed,
            task=None,
            record=self.record,
            offer_step_up=self.offer_step_up,
        )


def _asserts(text: str) -> bool:
    """Whether the customer has been told anything that would have to be taken back."""
    return any(is_claim(text[start:end]) for start, end in sentence_spans(text))


def _asks(text: str) -> bool:
    """Whether it asks the customer something that moves the matter on: more than "Anything else?"."""
    sentences = (text[start:end].strip() for start, end in sentence_spans(text))
    return any(sentence.endswith("?") and not is_small_talk(sentence) for sentence in sentences)
