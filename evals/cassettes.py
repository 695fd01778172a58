"""Recorded replies of language models, so that a suite that needs one runs without a network.

A cassette is a JSON file for each request, named by the hash of everything that was asked: messages, tools, model. A request that has no
cassette is an error that says which message, or which tool, has changed since the nearest one was recorded.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.models import ChatModel, Streams, Writer
from evals.plain import Plain

Asked = dict[str, Any]
"""`model`, `messages` [{by, text, calls}], `tools` [{…}], `more`: a request as it is hashed, without what is drawn at random."""
_SHOWN = 160  # characters around a difference


class StaleCassetteError(RuntimeError):
    """There is no recorded reply to this request. The message says what is different from the nearest one."""


@dataclass
class Cassettes:
    """Recorded replies in a folder; with `record` those that are missing are asked for and kept.

    `stale` are the requests that none fitted. The product answers such a turn without the model, so whoever runs a case asks here.
    """

    folder: Path
    record: bool = False
    stale: list[str] = field(default_factory=list)


def recorded(writer: Writer, cassettes: Cassettes) -> Writer:
    """The same writer, whose replies are recorded ones."""
    return replace(writer, model=CassetteModel(writer.model, writer.name, cassettes))


class CassetteModel:
    """A `ChatModel` that plays recorded replies, or records those of `inner`."""

    def __init__(
        self,
        inner: ChatModel | Streams,
        name: str,
        cassettes: Cassettes,
        *,
        tools: Sequence[Any] = (),
        more: Any = None,
    ) -> None:
        self._inner: Any = inner
        self._name = name
        self._cassettes = cassettes
        self._tools = tools
        self._more = more or {}

    def bind_tools(self, tools: Sequence[Any], /) -> Streams:
        """The model that may call these tools."""
        return self._bound(self._inner.bind_tools(tools), tools, self._more)

    def bind(self, **more: Any) -> Streams:
        """The model with more fields in each request."""
        return self._bound(self._inner.bind(**more), self._tools, self._more | more)

    def _bound(self, inner: Any, tools: Sequence[Any], more: Any) -> "CassetteModel":
        return CassetteModel(inner, self._name, self._cassettes, tools=tools, more=more)

    async def astream(self, messages: Sequence[BaseMessage], /) -> AsyncIterator[AIMessageChunk]:
        """The recorded reply. Raises `StaleCassetteError`."""
        asked = asked_of(self._name, messages, self._tools, self._more)
        file = self._cassettes.folder / f"{hash_of(asked)}.json"
        if file.exists():
            reply = json.loads(file.read_text(encoding="utf-8"))["reply"]
            for chunk in reply:
                yield AIMessageChunk(**chunk)
            return
        if not self._cassettes.record:
            stale = StaleCassetteError(what_changed(asked, self._cassettes.folder))
            self._cassettes.stale.append(str(stale))
            raise stale
        chunks = []
        async for chunk in self._inner.astream(messages):
            chunks.append(_kept(chunk))
            yield chunk
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            json.dumps({"asked": asked, "reply": chunks}, ensure_ascii=False, indent=1), encoding="utf-8"
        )


def _kept(chunk: AIMessageChunk) -> dict[str, Any]:
    return {
        "content": chunk.content,
        "tool_call_chunks": [dict(call) for call in chunk.tool_call_chunks],
        "response_metadata": {
            k: v for k, v in chunk.response_metadata.items() if k in ("finish_reason", "model_name")
        },
        **({"usage_metadata": dict(chunk.usage_metadata)} if chunk.usage_metadata else {}),
    }


def asked_of(model: str, messages: Sequence[BaseMessage], tools: Sequence[Any], more: Any) -> Asked:
    """A request in a form that is the same in every run."""
    plainly = Plain()
    return {
        "model": model,
        "messages": [
            {
                "by": message.type,
                "text": plainly.text(message.text),
                "calls": [
                    {"name": call["name"], "args": plainly.value(call["args"])}
                    for call in getattr(message, "tool_calls", [])
                ],
            }
            for message in messages
        ],
        "tools": [convert_to_openai_tool(tool)["function"] for tool in tools],
        "more": json.loads(json.dumps(more, default=str, sort_keys=True)),
    }


def hash_of(asked: Asked) -> str:
    """Names a request."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


def what_changed(asked: Asked, folder: Path) -> str:
    """In words: how a request differs from the recorded one that is most like it."""
    known = [json.loads(file.read_text(encoding="utf-8"))["asked"] for file in sorted(folder.glob("*.json"))]
    if not known:
        return f"no reply is recorded in {folder}: run once with --record"
    nearest = max(known, key=lambda other: _alike(asked, other))
    return f"no recorded reply fits; against the nearest, {_difference(asked, nearest)}. Run with --record to record it anew"


def _alike(asked: Asked, other: Asked) -> tuple[int, int]:
    """Messages that are the same, the system's counted last: a changed prompt changes it in all."""
    same = [one == two for one, two in zip(asked["messages"], other["messages"], strict=False)]
    as_long = -abs(len(asked["messages"]) - len(other["messages"]))
    return sum(same[1:]) * 10 + sum(same[:1]), as_long


def _difference(asked: Asked, other: Asked) -> str:
    if asked["model"] != other["model"]:
        return f"the model is {asked['model']} and was {other['model']}"
    for number, (now, before) in enumerate(zip(asked["messages"], other["messages"], strict=False), 1):
        if now == before:
            continue
        name = "the system prompt" if now["by"] == "system" else f"message {number} ({now['by']})"
        if now["by"] != before["by"]:
            return f"message {number} is of {now['by']} and was of {before['by']}"
        if now["calls"] != before["calls"]:
            return f"{name} calls {json.dumps(now['calls'])[:_SHOWN]} and called {json.dumps(before['calls'])[:_SHOWN]}"
        return f"{name} has changed: {_first_difference(before['text'], now['text'])}"
    if len(asked["messages"]) != len(other["messages"]):
        return f"there are {len(asked['messages'])} messages and were {len(other['messages'])}"
    names, were = ([tool["name"] for tool in one["tools"]] for one in (asked, other))
    if names != were:
        return f"the tools are {', '.join(names) or 'none'} and were {', '.join(were) or 'none'}"
    for tool, before in zip(asked["tools"], other["tools"], strict=True):
        if tool != before:
            return f"the tool {tool['name']} is told in other words"
    return f"more fields are sent: {json.dumps(asked['more'])[:_SHOWN]}, before {json.dumps(other['more'])[:_SHOWN]}"


def _first_difference(before: str, now: str) -> str:
    at = next(
        (n for n, (one, two) in enumerate(zip(before, now, strict=False)) if one != two),
        min(len(before), len(now)),
    )
    start = max(0, at - 40)
    return f"“…{before[start : at + _SHOWN // 2]}…” is now “…{now[start : at + _SHOWN // 2]}…”"
