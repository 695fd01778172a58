"""The tool calls of one model in one turn: what only looks runs side by side, proposals one at a time, nothing twice."""

import asyncio
import json
from collections.abc import Sequence

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import BaseTool

from agent.results import BadCall
from agent.tools import run_tool

AT_ONCE = 8  # calls of one reply; no question needs more, and a broken model sends hundreds
REPEATS = 2  # calls that were made before, until the model is taken to be going round in circles

_ASKED_BEFORE = "You have called exactly this before; its result stands above. Answer with it."
_ONE_PROPOSAL = "One proposal at a time: the customer decides about the first one before there is another."
_TOO_MANY = f"At most {AT_ONCE} calls at once."


class ToolCalls:
    """Runs the calls of each reply and remembers them."""

    def __init__(self, tools: Sequence[BaseTool]) -> None:
        self._tools = tools
        self._made: set[str] = set()
        self._repeats = 0

    @property
    def in_circles(self) -> bool:
        """Whether the model only asks again what it has been told."""
        return self._repeats > REPEATS

    async def run(self, calls: Sequence[ToolCall]) -> list[ToolMessage]:
        """The results of a reply's calls, in their order. What may not run gives a `BadCall` that says why."""
        proposed = False
        waiting: list[ToolMessage | asyncio.Task[ToolMessage]] = []
        async with asyncio.TaskGroup() as group:
            for place, call in enumerate(calls):
                proposes = call["name"].startswith("propose_")
                if place >= AT_ONCE:
                    waiting.append(_not_run(call, _TOO_MANY))
                elif proposes and proposed:
                    waiting.append(_not_run(call, _ONE_PROPOSAL))
                elif self._is_a_repeat(call):
                    waiting.append(_not_run(call, _ASKED_BEFORE))
                else:
                    waiting.append(group.create_task(run_tool(self._tools, call)))
                    proposed = proposed or proposes
        return [result if isinstance(result, ToolMessage) else result.result() for result in waiting]

    def _is_a_repeat(self, call: ToolCall) -> bool:
        key = json.dumps([call["name"], call["args"]], sort_keys=True, default=str)
        if key in self._made:
            self._repeats += 1
            return True
        self._made.add(key)
        return False


def _not_run(call: ToolCall, why: str) -> ToolMessage:
    return ToolMessage(
        json.dumps({"try_again": why}),
        artifact=BadCall(why),
        tool_call_id=call.get("id") or "",
        status="error",
    )
