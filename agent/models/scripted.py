"""A chat model that says what a script says, for tests and evals. Strict: it fails on an unexpected call, and
`assert_consumed` fails on a leftover.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCall
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict, Field, PrivateAttr

# One reply: text, tool calls, or pieces: text pieces are streamed one by one, an event is waited for in
# between (so that a test can act while the model writes), an exception is raised there.
Piece = str | asyncio.Event | Exception
Reply = str | list[Piece] | list[ToolCall] | Callable[[Sequence[BaseMessage]], "str | list[ToolCall]"]


class UnscriptedCallError(AssertionError):
    """The model was called once more than the script foresaw."""


class ScriptedModel(BaseChatModel):
    """Gives `script`'s replies one by one; `seen` keeps the messages of every call."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    script: list[Any]
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    _next: int = PrivateAttr(0)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools change nothing: the script decides."""
        return self

    def assert_consumed(self) -> None:
        """Raise AssertionError if replies are left over."""
        left = len(self.script) - self._next
        if left:
            raise AssertionError(
                f"{left} scripted replies were never asked for: {self.script[self._next :]!r}"
            )

    def _take(self, messages: Sequence[BaseMessage]) -> list[Piece] | list[ToolCall]:
        self.seen.append(list(messages))
        if self._next >= len(self.script):
            raise UnscriptedCallError(
                f"Call {self._next + 1} is not in the script. Last message: {messages[-1]!r}"
            )
        reply: Any = self.script[self._next]
        self._next += 1
        if callable(reply):
            reply = reply(messages)
        pieces: Any = [reply] if isinstance(reply, str | Exception) else reply
        return list(pieces)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for index, piece in enumerate(self._take(messages)):
            if isinstance(piece, asyncio.Event):
                await piece.wait()
                continue
            yield ChatGenerationChunk(message=_chunk(piece, index))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for index, piece in enumerate(self._take(messages)):
            if isinstance(piece, asyncio.Event):
                raise TypeError("A script that waits for an event can only be streamed asynchronously.")
            yield ChatGenerationChunk(message=_chunk(piece, index))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks = [chunk.message for chunk in self._stream(messages, stop, run_manager, **kwargs)]
        whole = AIMessageChunk(content="")
        for chunk in chunks:
            whole += chunk  # type: ignore[assignment]
        return ChatResult(
            generations=[
                ChatGeneration(message=AIMessage(content=whole.content, tool_calls=whole.tool_calls))
            ]
        )


def call(name: str, **arguments: Any) -> ToolCall:
    """A scripted tool call."""
    return ToolCall(name=name, args=arguments, id=f"call_{name}")


def _chunk(piece: Any, index: int) -> AIMessageChunk:
    if isinstance(piece, Exception):
        raise piece
    if isinstance(piece, str):
        return AIMessageChunk(content=piece)
    return AIMessageChunk(
        content="",
        tool_call_chunks=[
            tool_call_chunk(
                name=piece["name"], args=json.dumps(piece["args"]), id=f"{piece['id']}_{index}", index=index
            )
        ],
    )
