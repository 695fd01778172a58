"""Tool calls for models that have none of their own: told in the prompt, answered as JSON, read strictly.

A reply is either text for the customer or one JSON object, fenced or not, that names a tool. Anything between the two is
`MalformedReplyError`: what a broken object was to mean is not guessed. Where the endpoint holds replies to a schema,
each is `{"step": {"tool", "arguments"}}` or `{"step": {"answer"}}`; the answer then comes whole, not token by token.
"""

import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.models import ToolMode
from agent.prompts import fence, render

LONGEST_CALL = 20_000  # characters of an object; arguments of our tools have a few hundred
_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)


class MalformedReplyError(ValueError):
    """The model's reply is neither a text nor a well-formed call."""


def in_words(messages: Sequence[BaseMessage], tools: Sequence[Any], mode: ToolMode) -> list[BaseMessage]:
    """The messages with the tools in the system prompt, and earlier calls and results as plain turns."""
    functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
    told = render(
        "tools_in_words.md",
        tools="\n".join(json.dumps(function, ensure_ascii=False) for function in functions),
        answers_in_json=mode is ToolMode.JSON_SCHEMA,
    )
    system, *others = messages
    spoken = [turn for message in others for turn in _plain(message, mode)]
    return [system.model_copy(update={"content": f"{system.content}\n\n{told}"}), *spoken]


def schema_of(tools: Sequence[Any]) -> dict[str, Any]:
    """`response_format` of a request: a step is an answer, or one of the tools with its arguments."""
    functions = [convert_to_openai_tool(tool)["function"] for tool in tools]
    steps = [
        _object(answer={"type": "string"}),
        *(
            _object(tool={"const": f["name"]}, arguments={**f["parameters"], "additionalProperties": False})
            for f in functions
        ),
    ]
    schema = _object(step={"anyOf": steps})
    return {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}


async def read(chunks: AsyncIterator[AIMessageChunk], mode: ToolMode) -> AsyncIterator[AIMessageChunk]:
    """A streamed reply with calls as `tool_call_chunks`. Text passes as it comes. Raises `MalformedReplyError`."""
    held = ""  # what may be an object; text is let go as soon as it cannot be one
    is_text = False
    async for chunk in chunks:
        if is_text:
            yield chunk
            continue
        held += chunk.text
        if len(held) > LONGEST_CALL:
            raise MalformedReplyError("longer than any call")
        if mode is ToolMode.PROMPT and held.strip() and not held.lstrip().startswith(("{", "`")):
            is_text = True
            yield chunk.model_copy(update={"content": held})
    if not is_text and held.strip():
        yield _step(held, mode)


def _step(text: str, mode: ToolMode) -> AIMessageChunk:
    whole = _object_in(text)
    told: Any = whole
    if mode is ToolMode.JSON_SCHEMA:
        told = whole["step"] if whole.keys() == {"step"} else None
    match told:
        case {"tool": str(name), "arguments": dict(arguments), **rest} if not rest:
            call = tool_call_chunk(name=name, args=json.dumps(arguments), id=f"call_{uuid4().hex}", index=0)
            return AIMessageChunk(content="", tool_call_chunks=[call])
        case {"answer": str(answer), **rest} if not rest and mode is ToolMode.JSON_SCHEMA:
            return AIMessageChunk(content=answer)
    raise MalformedReplyError("no call")


def _object_in(text: str) -> dict[str, Any]:
    """The one JSON object that the text is. Nothing may stand beside it, no name twice, no NaN."""
    bare = text.strip()
    if fenced := _FENCED.fullmatch(bare):
        bare = fenced[1]
    try:
        told = json.loads(bare, object_pairs_hook=_each_once, parse_constant=_refuse)
    # Brackets within brackets without end exhaust the parser.
    except (ValueError, RecursionError) as error:
        raise MalformedReplyError("not JSON") from error
    if not isinstance(told, dict):
        raise MalformedReplyError("not an object")
    return told


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name stands twice")
    return made


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _plain(message: BaseMessage, mode: ToolMode) -> list[BaseMessage]:
    """The message as plain turns. Beside the words stands what they were made of, for the veil; no endpoint is sent it."""
    match message:
        case ToolMessage():
            beside = {"candor": {"result": message.artifact}}
            return [HumanMessage(fence("tool_result", str(message.content)), additional_kwargs=beside)]
        case AIMessage(tool_calls=[_, *_]):
            steps = [{"tool": call["name"], "arguments": call["args"]} for call in message.tool_calls]
            return [
                AIMessage(
                    _as_said(step, mode), additional_kwargs={"candor": {"arguments": step["arguments"]}}
                )
                for step in steps
            ]
        case AIMessage() if mode is ToolMode.JSON_SCHEMA:
            return [AIMessage(_as_said({"answer": message.text}, mode))]
    return [message]


def _as_said(step: dict[str, Any], mode: ToolMode) -> str:
    return json.dumps({"step": step} if mode is ToolMode.JSON_SCHEMA else step, ensure_ascii=False)


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
