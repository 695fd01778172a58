"""Tokens: what a provider says it counted, or an estimate that needs no download.

The estimate is a third of a token for an ASCII letter or space, half of one for its other characters and three quarters
for every byte of the rest. Against cl100k it lies above the truth for each of our kinds of text, by 5 to 49 % in Latin
scripts and twofold in others (`docs/measurements.md`): a budget is met a little early, hardly ever late. A tokeniser of
each provider's own would need its tables, and most publish none.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

_MARKS = re.compile(r"[!-@\[-`{-~]")  # ASCII, neither letter nor space
_TOLD: dict[tuple[str, str], int] = {}
FRAME = 4  # tokens around each message, in every chat format that we know of


@dataclass(frozen=True)
class Used:
    """Tokens of one or more calls. `cached` is the part of `input` that the provider read from its cache."""

    input: int = 0
    cached: int = 0
    output: int = 0
    estimated: bool = False

    def __add__(self, other: "Used") -> "Used":
        return Used(
            self.input + other.input,
            self.cached + other.cached,
            self.output + other.output,
            self.estimated or other.estimated,
        )

    @property
    def total(self) -> int:
        """Input and output together."""
        return self.input + self.output


def estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few."""
    octets = len(text.encode("utf-8", "surrogatepass"))
    ascii_ones = octets if octets == len(text) else sum(map(str.isascii, text))
    marks = len(_MARKS.findall(text))
    return -(-(4 * (ascii_ones - marks) + 6 * marks + 9 * (octets - ascii_ones)) // 12)


def counted(usage: Mapping[str, Any]) -> Used | None:
    """A provider's count (`usage_metadata`); None where it counts nothing, or no numbers."""
    details = usage.get("input_token_details") or {}
    numbers = (usage.get("input_tokens"), details.get("cache_read") or 0, usage.get("output_tokens"))
    if not all(isinstance(number, int) and number >= 0 for number in numbers):
        return None
    read, cached, written = (int(number or 0) for number in numbers)
    return Used(read, min(cached, read), written) if read else None


def estimated(
    messages: Sequence[BaseMessage], tools: Sequence[Mapping[str, Any] | BaseTool], output: str
) -> Used:
    """What a call used whose provider sent no count, or broke off before it could."""
    sent = sum(FRAME + estimate(_as_sent(message)) for message in messages)
    told = sum(map(_of_tool, tools))
    return Used(sent + told, 0, estimate(output), estimated=True)


def _of_tool(tool: Mapping[str, Any] | BaseTool) -> int:
    # Name and description tell our tools apart; the schema behind them is made by code and never changes.
    function = (
        tool["function"]
        if isinstance(tool, Mapping)
        else {"name": tool.name, "description": tool.description}
    )
    key = function["name"], function["description"]
    if key not in _TOLD:
        _TOLD[key] = estimate(json.dumps(convert_to_openai_tool(tool)))
    return _TOLD[key]


def _as_sent(message: BaseMessage) -> str:
    calls = json.dumps(message.tool_calls) if isinstance(message, AIMessage) and message.tool_calls else ""
    return str(message.content) + calls
