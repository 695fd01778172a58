"""Chat models behind one LangChain interface: offline, hosted, scripted; and the providers in their order."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Streams(Protocol):
    """What a turn asks of a chat model that knows its tools: the reply in `AIMessageChunk`s."""

    def astream(self, messages: Any, /) -> AsyncIterator[Any]:
        """Stream the reply to these messages."""


class ChatModel(Protocol):
    """What a turn asks of a chat model; LangChain's are such."""

    def bind_tools(self, tools: Sequence[Any], /) -> Streams:
        """The model that may call these tools."""

    def bind(self, **more: Any) -> Streams:
        """The model with more fields in each request."""

    def astream(self, messages: Any, /) -> AsyncIterator[Any]:
        """Stream the reply to these messages, without tools."""


class ToolMode(StrEnum):
    """How a model is told of tools and calls them."""

    NATIVE = "native"  # the endpoint's own tool calls
    PROMPT = "prompt"  # described in the prompt; a call is a JSON object in place of an answer
    JSON_SCHEMA = "json_schema"  # the same, and the endpoint holds every reply to a schema


@dataclass(frozen=True)
class Pace:
    """How long a provider may keep a customer waiting, in seconds, and how often it is asked for one reply."""

    first_token: float = 15
    gap: float = 10  # between one token and the next
    tries: int = 2


def never_again(_: Exception) -> float | None:
    """Nothing that fails is tried again."""
    return None


@dataclass(frozen=True)
class Writer:
    """A chat model under the name that a turn's record gives, and what it may raise when it fails."""

    name: str
    model: ChatModel
    faults: tuple[type[Exception], ...] = ()
    # Its words are code's own, over typed results and verbatim quotes: nothing in them is there to be checked.
    written_by_code: bool = False
    provider: str = ""  # the operator's name for who serves it; empty: the model's name
    pace: Pace = Pace()
    # Seconds to wait before the same call is tried again after this fault; None: it would fail again.
    wait_after: Callable[[Exception], float | None] = never_again
    # Faults that lie in what was sent, not in the provider: they say nothing about the next conversation.
    own_faults: tuple[type[Exception], ...] = ()
    tools: ToolMode = ToolMode.NATIVE
    # Its last chunk gives a `finish_reason`. A stream that ends without one, in the middle of a word, was cut off.
    says_when_done: bool = False

    @property
    def served_by(self) -> str:
        """The provider's name in records and in `/health`."""
        return self.provider or self.name
