"""Any OpenAI-compatible endpoint, by base URL, key and model name. The only door to openai and langchain."""

from typing import Any

from agent.models import Pace, ToolMode, Writer

LONGEST_WAIT = (
    2.0  # seconds that a customer waits because an endpoint asks for it; beyond, the next one is asked
)
PAUSE = 0.3  # seconds before another try, where the endpoint names none


def hosted_writer(
    name: str,
    *,
    base_url: str | None,
    api_key: str,
    provider: str = "",
    pace: Pace = Pace(),  # noqa: B008 - frozen
    tools: ToolMode = ToolMode.NATIVE,
) -> Writer:
    """A writer at an OpenAI-compatible endpoint. Tries, and time-outs for tokens, are the caller's (`calling.py`)."""
    # Imported here: together they take 4-5 s, and the default install never needs them.
    import openai
    from langchain.chat_models import init_chat_model

    model = init_chat_model(
        name,
        model_provider="openai",
        base_url=base_url,
        api_key=api_key,
        timeout=max(pace.first_token, pace.gap),  # of each read; an upper bound where nothing at all arrives
        max_retries=0,  # the SDK would wait up to a minute, and cannot know that another provider stands ready
        stream_chunk_timeout=None,  # ours also sees chunks that say nothing
        temperature=0,
        stream_usage=True,
    )
    model.async_client = _PlainChunks(model.root_async_client)  # type: ignore[attr-defined]

    def wait_after(fault: Exception) -> float | None:
        if isinstance(fault, openai.APITimeoutError):
            return None
        if isinstance(fault, openai.APIStatusError):
            passing = fault.status_code in {408, 409, 429} or fault.status_code >= 500  # noqa: PLR2004 - HTTP's own numbers
            return _asked_for(dict(fault.response.headers)) if passing else None
        return PAUSE

    # langchain reads what an endpoint sends without checking it first: malformed JSON and a stream without a
    # generation end in a ValueError, an event that is no object in one of the others.
    unreadable = (ValueError, TypeError, AttributeError, LookupError)
    return Writer(
        name,
        model,
        (openai.OpenAIError, OSError, *unreadable),
        provider=provider,
        pace=pace,
        wait_after=wait_after,
        own_faults=(openai.BadRequestError, openai.UnprocessableEntityError),
        tools=tools,
        says_when_done=True,
    )


class _PlainChunks:
    """The SDK's chat completions, which makes no objects of a stream's chunks: langchain reads plain JSON as well.

    Those objects, made of every token and at once taken apart again, were three quarters of what a call computed.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    async def create(self, *, extra_body: dict[str, Any] | None = None, **request: Any) -> Any:
        """The stream of one completion, in dictionaries. Raises what the SDK raises."""
        import openai

        return await self._client.post(
            "/chat/completions",
            body={**request, **(extra_body or {})},
            cast_to=object,
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )


def _asked_for(headers: dict[str, str]) -> float | None:
    """Seconds that an answer's headers ask to wait; None where that is too long. A date as `Retry-After` is not read."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        return wait if 0 <= wait <= LONGEST_WAIT else None
    return PAUSE
