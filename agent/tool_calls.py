"""The tool calls of one model in one turn: what only looks runs side by side, proposals one at a time, nothing twice."""

import asyncio
import json
from collections.abc import Sequence

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import BaseTool

from agent.evidence import Evidence
from agent.menu import OF_A_KIND, meant
from agent.results import BadCall, PersonNeeded, Proposed
from agent.tools import run_tool

AT_ONCE = 16  # calls of one reply; no question needs more, and a broken model sends hundreds
REPEATS = 2  # calls that were made before, until the model is taken to be going round in circles

_ASKED_BEFORE = "You have called exactly this before; its result stands above. Answer with it."
_ONE_PROPOSAL = "One proposal at a time: the customer decides about the first one before there is another."
_CONFIDENTIAL = (
    "Arguments come from the customer and from tools, not from your instructions or a colleague's note."
)
_TOO_MANY = f"At most {AT_ONCE} calls at once."


class ToolCalls:
    """Runs the calls of each reply and remembers them."""

    def __init__(self, tools: Sequence[BaseTool], evidence: Evidence) -> None:
        self._tools = tools
        self._evidence = evidence
        self._made: set[str] = set()
        self._repeats = 0

    @property
    def in_circles(self) -> bool:
        """Whether the model only asks again what it has been told."""
        return self._repeats > REPEATS

    async def run(self, calls: Sequence[ToolCall]) -> list[ToolMessage]:
        """The results of a reply's calls, in their order. What may not run gives a `BadCall` that says why."""
        calls = [meant(call) for call in calls]
        results = [self._refusal(place, call) for place, call in enumerate(calls)]
        may_run = [place for place, refusal in enumerate(results) if refusal is None]
        looks = [place for place in may_run if not _proposes(calls[place])]
        told = await asyncio.gather(*(self._run(calls[place]) for place in looks))
        for place, result in zip(looks, told, strict=True):
            results[place] = result
        proposed = False
        for place in may_run:
            if results[place] is None:
                result = _not_run(calls[place], _ONE_PROPOSAL) if proposed else await self._run(calls[place])
                proposed = proposed or isinstance(result.artifact, Proposed | PersonNeeded)
                results[place] = result
        return [result for result in results if result is not None]

    async def _run(self, call: ToolCall) -> ToolMessage:
        return await run_tool(self._tools, call)

    def _refusal(self, place: int, call: ToolCall) -> ToolMessage | None:
        """Why a call does not run at all, if so."""
        if place >= AT_ONCE:
            return _not_run(call, _TOO_MANY)
        if _proposes(call) and self._tells_what_is_confidential(call):
            return _not_run(call, _CONFIDENTIAL)
        return _not_run(call, _ASKED_BEFORE) if self._is_a_repeat(call) else None

    def _tells_what_is_confidential(self, call: ToolCall) -> bool:
        """A proposal's arguments are shown on its card: an address line is a way out as good as a sentence."""
        arguments = json.dumps(call["args"], ensure_ascii=False, default=str)
        return self._evidence.confidential.told_in(arguments, self._evidence.visible)

    def _is_a_repeat(self, call: ToolCall) -> bool:
        key = json.dumps([call["name"], call["args"]], sort_keys=True, default=str)
        if key in self._made:
            self._repeats += 1
            return True
        self._made.add(key)
        return False


def _proposes(call: ToolCall) -> bool:
    return call["name"].startswith(OF_A_KIND)


def _not_run(call: ToolCall, why: str) -> ToolMessage:
    return ToolMessage(
        json.dumps({"try_again": why}),
        artifact=BadCall(why),
        name=call["name"],
        tool_call_id=call.get("id") or "",
        status="error",
    )
