"""One provider in one turn: its stream is held to its pace, counted, and asked again while nothing has come of it.

A call is tried again only before its first piece has been passed on: from then on the customer may have read it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from langchain_core.messages import AIMessageChunk, BaseMessage, ToolMessage

from agent.models import Streams, ToolMode, Writer
from agent.models.account import Account
from agent.models.prompted import MalformedReplyError, in_words, read, schema_of
from agent.models.tokens import Used, counted, estimated

LONGEST_REPLY = (
    20_000  # characters, three times what the check lets through; more is neither read nor paid for
)


class NoTokenError(Exception):
    """The provider did not begin in time."""


class StalledError(Exception):
    """The provider began, and then nothing came for too long."""


class CutShortError(Exception):
    """The stream ended like a whole one, in the middle of a sentence and without a word that it was done."""


class EmptyReplyError(Exception):
    """The reply has neither a word nor a call."""


class BudgetSpentError(Exception):
    """A budget ends in the middle of the turn."""


# Faults that a customer's words can bring about; they tell nothing about the provider.
OF_THE_REPLY: tuple[type[Exception], ...] = (EmptyReplyError, MalformedReplyError, BudgetSpentError)
FAULTS: tuple[type[Exception], ...] = (NoTokenError, StalledError, CutShortError, *OF_THE_REPLY)


class Caller:
    """A chat model, as far as a turn needs one, over that of a `Writer`. Raises the writer's faults and `FAULTS`."""

    def __init__(self, writer: Writer, account: Account, tools: Sequence[Any] = ()) -> None:
        self._writer = writer
        self._account = account
        self._tools = tools
        self.fault: Exception | None = (
            None  # the one that was raised last: it came from the provider and nowhere else
        )

    def bind_tools(self, tools: Sequence[Any], /) -> Streams:
        """The same caller, which offers these tools to the model."""
        self._tools = tools
        return self

    def bind(self, **_: Any) -> Streams:
        """Nothing can be added to its requests."""
        return self

    async def astream(self, messages: Sequence[BaseMessage], /) -> AsyncIterator[AIMessageChunk]:
        """One reply, after another try where the first one came to nothing."""
        tries = 0
        while True:
            tries += 1
            passed_on = False
            try:
                if self._account.exhausted:
                    raise BudgetSpentError
                async with aclosing(self._reply(messages)) as chunks:
                    async for chunk in chunks:
                        passed_on = True
                        yield chunk
            except (*FAULTS, *self._writer.faults) as fault:
                wait = None if passed_on or tries >= self._writer.pace.tries else self._wait_after(fault)
                if wait is None:
                    self.fault = fault
                    raise
            else:
                return
            await asyncio.sleep(wait)

    def _wait_after(self, fault: Exception) -> float | None:
        # What was slow once has used up the customer's patience; what a budget forbids stays forbidden.
        if isinstance(fault, EmptyReplyError | MalformedReplyError):
            return 0
        return None if isinstance(fault, FAULTS) else self._writer.wait_after(fault)

    async def _reply(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[AIMessageChunk, None]:
        """The reply's chunks, from the first that says something on. Raises `EmptyReplyError` if none does."""
        held: list[AIMessageChunk] = []
        begun = False
        chunks = self._counted(messages)
        mode = self._writer.tools
        async with aclosing(chunks):
            async for chunk in read(chunks, mode) if self._in_words else chunks:
                if begun:
                    yield chunk
                    continue
                held.append(chunk)
                if _says_something(chunk):
                    begun = True
                    for ready in held:
                        yield ready
        # After a tool's result, silence is an answer: the card speaks for itself.
        if not begun and not isinstance(messages[-1], ToolMessage):
            raise EmptyReplyError

    async def _counted(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[AIMessageChunk, None]:
        """The provider's own chunks, each in time, with its tokens booked however the call ends."""
        sent = in_words(messages, self._tools, self._writer.tools) if self._in_words else list(messages)
        said: list[str] = []
        length = 0
        answered = done = False
        text_ends = ""  # the last of the text, without calls
        usage: Used | None = None
        clock = asyncio.get_running_loop().time
        self._account.calls += 1
        began = clock()
        stream: Any = self._model.astream(sent)
        due = began + self._writer.pace.first_token
        late: type[Exception] = NoTokenError
        try:
            async with aclosing(stream):
                while (chunk := await _next(stream, due, late)) is not None:
                    answered = True
                    usage = (counted(chunk.usage_metadata) if chunk.usage_metadata else None) or usage
                    done = done or bool(chunk.response_metadata.get("finish_reason"))
                    text = chunk.text
                    text_ends = text.strip()[-1:] or text_ends
                    words = text + _calls_of(chunk) if chunk.tool_call_chunks else text
                    # Only what says something counts as a token: an endpoint may send empty chunks for ever.
                    if words.strip():
                        if self._account.first_token_ms is None:
                            self._account.first_token_ms = round(1000 * (clock() - began), 1)
                        due, late = clock() + self._writer.pace.gap, StalledError
                        said.append(words)
                        length += len(words)
                    yield chunk
                    if length > LONGEST_REPLY:
                        done = True
                        break
            # Not every endpoint gives a reason: what ends like a sentence is taken for whole.
            if self._writer.says_when_done and not done and text_ends.isalnum():
                raise CutShortError
        finally:
            if answered:  # a provider that refuses the call takes nothing for it
                told = () if self._in_words else self._tools
                self._account.book(self._writer.name, usage or estimated(sent, told, "".join(said)))

    @property
    def _in_words(self) -> bool:
        return self._writer.tools is not ToolMode.NATIVE and bool(self._tools)

    @property
    def _model(self) -> Streams:
        if not self._tools:
            return self._writer.model
        match self._writer.tools:
            case ToolMode.NATIVE:
                return self._writer.model.bind_tools(self._tools)
            case ToolMode.PROMPT:
                return self._writer.model
            case ToolMode.JSON_SCHEMA:
                # Past the SDK's own reading of structured replies, which raises on one that is cut off.
                return self._writer.model.bind(extra_body={"response_format": schema_of(self._tools)})


async def _next(
    stream: AsyncGenerator[AIMessageChunk, None], due: float, late: type[Exception]
) -> AIMessageChunk | None:
    """The next chunk; None at the end. Raises `late` if neither has come until `due` (of the loop's clock)."""
    try:
        async with asyncio.timeout_at(due):
            return await anext(stream, None)
    except TimeoutError as error:
        raise late from error


def _says_something(chunk: AIMessageChunk) -> bool:
    return bool(chunk.tool_call_chunks) or bool(chunk.text.strip())


def _calls_of(chunk: AIMessageChunk) -> str:
    return "".join(f"{call.get('name') or ''}{call.get('args') or ''}" for call in chunk.tool_call_chunks)
