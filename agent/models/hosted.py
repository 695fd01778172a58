"""Any OpenAI-compatible endpoint, by base URL, key and model name. The only door to openai and langchain."""

from agent.models import Writer


def hosted_writer(name: str, *, base_url: str | None, api_key: str, seconds: float) -> Writer:
    """A writer at an OpenAI-compatible endpoint.

    `seconds` bounds each read from the endpoint; the turn bounds the whole. One retry before the first byte
    is the SDK's; after that the turn's backup takes over.
    """
    # Imported here: together they take 4-5 s, and the default install never needs them.
    import openai
    from langchain.chat_models import init_chat_model

    model = init_chat_model(
        name,
        model_provider="openai",
        base_url=base_url,
        api_key=api_key,
        timeout=seconds,
        max_retries=1,
        temperature=0,
        stream_usage=True,
    )
    # langchain reads what an endpoint sends without checking it first: malformed JSON and a stream without a
    # generation end in a ValueError, an event that is no object in one of the others.
    unreadable = (ValueError, TypeError, AttributeError, LookupError)
    return Writer(name, model, (openai.OpenAIError, OSError, *unreadable))
