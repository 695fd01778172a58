"""A chat model behind a veil: it reads tokens in place of personal data, and whoever asks it reads the data."""

import html
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, SystemMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.utils.json import parse_partial_json

from agent.known import Known, Value, values_in, values_of, values_said
from agent.models import ChatModel, Streams, Writer
from agent.private import names_said
from agent.prompts import render
from agent.results import compact
from agent.veil import Uncovering, Veil

# What `agent.prompts.fence` makes; its text cannot hold another one.
_FENCE = re.compile(r"<(?P<kind>\w+)(?P<labels>(?: [\w-]+=\"[^\"<>]*\")*)>\n(?P<text>[^<>]*)\n</(?P=kind)>")
_PUBLIC = frozenset({"passage"})  # fences around what everybody may read


def veiled(writer: Writer) -> Writer:
    """The same writer, who is told no personal data."""
    return replace(writer, model=VeiledModel(writer.model))


class VeiledModel:
    """Streams what `inner` answers to the veiled messages, unveiled. A `ChatModel` that can be asked in no other way.

    Whose conversation it is stands in the system message (`additional_kwargs["candor"]["known"]`, a `Known`); without it
    the tokens change with every process. Typed results come with their tool messages. Raises what `inner` raises.
    """

    def __init__(self, inner: ChatModel | Streams, process: str = "") -> None:
        self._inner: Any = inner
        self._process = process or secrets.token_hex(16)

    def bind_tools(self, tools: Sequence[Any], /) -> Streams:
        """Tools are code's own words: they pass as they are."""
        return VeiledModel(self._inner.bind_tools(tools), self._process)

    def bind(self, **more: Any) -> Streams:
        """So are more fields of a request."""
        return VeiledModel(self._inner.bind(**more), self._process)

    async def astream(self, messages: Sequence[BaseMessage], /) -> AsyncIterator[AIMessageChunk]:
        """The reply, in one chunk for each that came: whoever listens knows that the model is still writing."""
        veil, sent = veil_over(messages, self._process)
        words = Uncovering(veil)
        calls: AIMessageChunk | None = None
        async with aclosing(self._inner.astream(sent)) as chunks:
            async for chunk in chunks:
                if chunk.tool_call_chunks:
                    # Arguments are uncovered as values, not as JSON: a provider may write "<" as "\u003c".
                    alone = AIMessageChunk(content="", tool_call_chunks=chunk.tool_call_chunks)
                    calls = alone if calls is None else calls + alone
                yield chunk.model_copy(
                    update={
                        "content": words.feed(chunk.text), "tool_call_chunks": [], "tool_calls": [], "invalid_tool_calls": [],
                        "additional_kwargs": _each(_said_beside(chunk), veil.uncover), "chunk_position": None,
                    }
                )  # fmt: skip
        yield AIMessageChunk(
            content=words.finish(), tool_call_chunks=_uncovered_calls(calls, veil) if calls else []
        )


def veil_over(messages: Sequence[BaseMessage], process: str) -> tuple[Veil, list[BaseMessage]]:
    """The veil of one request, and its messages as they leave."""
    known = _known(messages) or Known(process)
    values: list[Value] = list(values_of(known))
    names: list[str] = []
    for message in messages:
        # Where tools are told in words, typed values stand beside them.
        beside = message.additional_kwargs.get("candor", {})
        if isinstance(message, ToolMessage):
            values += values_in(message.artifact)
        elif isinstance(message, AIMessage):
            values += [value for call in message.tool_calls for value in values_said(call["args"])]
            values += values_said(beside.get("arguments"))
        elif "result" in beside:
            values += values_in(beside["result"])
        else:
            names += [name for text in _fenced(message.text) for name in names_said(text)]
    veil = Veil(known.conversation, values, names)
    covered = [_covered(message, veil) for message in messages]
    if not veil.empty and isinstance(covered[0], SystemMessage):
        covered[0] = SystemMessage(f"{covered[0].text}\n{render('tokens.md')}")
    return veil, covered


def _known(messages: Sequence[BaseMessage]) -> Known | None:
    given = (message.additional_kwargs.get("candor", {}).get("known") for message in messages)
    return next((known for known in given if known is not None), None)


def _fenced(text: str) -> Iterator[str]:
    return (fence["text"] for fence in _FENCE.finditer(text) if fence["kind"] not in _PUBLIC)


def _covered(message: BaseMessage, veil: Veil) -> BaseMessage:
    """The message as it leaves: nothing but its words and its tool calls."""
    match message:
        case AIMessage():
            calls = [{**call, "args": _each(call["args"], veil.cover)} for call in message.tool_calls]
            broken = [{**call, "args": veil.cover(call["args"] or "")} for call in message.invalid_tool_calls]
            return AIMessage(_words(message, veil.cover), tool_calls=calls, invalid_tool_calls=broken)
        case ToolMessage():
            content = _words(message, lambda text: _result(text, veil))
            return ToolMessage(content, tool_call_id=message.tool_call_id, status=message.status)
        case SystemMessage():
            # Between its fences stand words of code, which are nobody's data.
            return SystemMessage(_words(message, lambda text: _prompt(text, veil, ours=True)))
    return type(message)(content=_words(message, lambda text: _prompt(text, veil)))


def _words(message: BaseMessage, cover: Callable[[str], str]) -> Any:
    return _each(message.content, cover)


def _prompt(text: str, veil: Veil, *, ours: bool = False) -> str:
    """Words with fences among them. What stands between those is covered too, unless it is `ours`."""
    parts, end = [], 0
    between = str if ours else veil.cover
    for fence in _FENCE.finditer(text):
        parts.append(between(text[end : fence.start()]))
        end = fence.end()
        if fence["kind"] in _PUBLIC:
            parts.append(fence[0])
        else:
            kind, inside = fence["kind"], _result(fence["text"], veil, fenced=True)
            parts.append(f"<{kind}{veil.cover(fence['labels'], fenced=True)}>\n{inside}\n</{kind}>")
    return "".join((*parts, between(text[end:])))


def _result(text: str, veil: Veil, *, fenced: bool = False) -> str:
    """A tool's result, JSON as a rule, whose every text is covered by itself."""
    plain = html.unescape(text) if fenced else text
    marked = None
    if plain.startswith(("{", "[")):
        with suppress(ValueError):  # it only looks like JSON
            marked = compact(_each(json.loads(plain), veil.marked))
    marked = veil.marked(plain) if marked is None else marked
    return veil.tokens(html.escape(marked, quote=False) if fenced else marked)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed; names of fields stay."""
    match value:
        case str():
            return change(value)
        case list():
            return [_each(part, change) for part in value]
        case dict():
            return {name: _each(part, change) for name, part in value.items()}
    return value


def _uncovered_calls(calls: AIMessageChunk, veil: Veil) -> list[Any]:
    """The tool calls with the values again. A token that stands for nothing becomes an empty text, which no tool takes."""
    return [
        tool_call_chunk(
            name=call["name"],
            args=_uncovered_arguments(call["args"] or "", veil),
            id=call["id"],
            index=call["index"],
        )
        for call in calls.tool_call_chunks
    ]


def _said_beside(chunk: AIMessageChunk) -> dict[str, Any]:
    """What an endpoint says beside its words, such as a refusal; raw copies of the calls are none of it."""
    return {k: v for k, v in chunk.additional_kwargs.items() if k not in ("tool_calls", "function_call")}


def _uncovered_arguments(arguments: str, veil: Veil) -> str:
    try:
        given = parse_partial_json(arguments)  # read as `AIMessageChunk` reads them, half ones too
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return arguments  # no tool is called with them
    return json.dumps(_each(given, lambda text: veil.uncover(text, unknown="")), ensure_ascii=False)
