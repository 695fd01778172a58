"""Why the AI said what it said: the record of a turn as the desk reads it (law 12)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from typing_extensions import TypedDict

from agent.records import AuthorKind, Message, TurnRecord
from api.views.handoffs import DecisionView, decision_view
from api.views.shapes import Id, like
from api.views.writing import CutView
from escalation.thread import ConversationNotFoundError


class FoundView(TypedDict):
    """A passage that the search found."""

    url: Annotated[str, like("/help/returns?v=3&p=4be1c0ffee12")]
    score: Annotated[float, like(0.81)]
    cited: bool


class SearchedView(TypedDict):
    """What the search came to."""

    confidence: Annotated[float | None, like(0.8)]
    good_enough: bool | None
    passages: list[FoundView]


class ToolView(TypedDict):
    """A tool that was called, and the kind of its result."""

    name: Annotated[str, like("find_order")]
    result: Annotated[str, like("Order")]


# `in` is a word of Python's own.
TokensView = TypedDict("TokensView", {"in": int, "out": int})


class ModelView(TypedDict):
    """Who wrote it, and what that took."""

    name: Annotated[str | None, like("offline")]
    prompt: Annotated[str | None, like("5f0c3a52")]
    provider: Annotated[str | None, like("offline")]
    failed: Annotated[list[str], like([])]
    budget: Annotated[str | None, like(None)]
    tokens: TokensView | None
    cost: Annotated[str | None, like("0.0031 USD")]


class TurnView(TypedDict):
    """How an answer of the AI came about."""

    message_id: Id
    outcome: Annotated[str, like("answer")]
    question: Annotated[str | None, like("How long can I return it?")]
    search: SearchedView
    tools: list[ToolView]
    cut: list[CutView]
    passed: Annotated[int | None, like(2)]
    repaired: bool
    model: ModelView
    experiments: Annotated[dict[str, str], like({"surer-search": "B"}, "Variant by experiment.")]
    milliseconds: Annotated[dict[str, float], like({"read": 12, "search": 9, "total": 48})]
    decision: DecisionView | None


async def turn_view(session: AsyncSession, message_id: UUID) -> TurnView:
    """The turn behind a message of the AI. Raises `ConversationNotFoundError` for any other message.

    What a turn did not come to (no tool was called, nothing was cut) is empty; what its record does not tell is None.
    """
    message = await session.get(Message, message_id)
    if message is None or message.author_kind != AuthorKind.AI or message.in_reply_to is None:
        raise ConversationNotFoundError("turn")
    turn = await session.get(TurnRecord, message.in_reply_to)
    if turn is None:
        raise ConversationNotFoundError("turn")
    record, spent = turn.record, turn.record.get("spent")
    decision = record.get("decision")
    return {
        "message_id": str(message.id),
        "outcome": turn.outcome,
        "question": record.get("question"),
        "search": {
            "confidence": record.get("confidence"),
            "good_enough": record.get("good_enough"),
            "passages": [
                {
                    "url": passage["url"],
                    "score": passage["score"],
                    "cited": passage["hash"] in _cited(message),
                }
                for passage in record.get("passages", [])
            ],
        },
        "tools": record.get("tools", []),
        "cut": record.get("cut", []),
        "passed": record.get("passed"),
        "repaired": record.get("repaired", False),
        "model": {
            "name": record.get("model"),
            "prompt": record.get("prompt"),
            "provider": record.get("provider"),
            "failed": record.get("failed", []),
            "budget": record.get("budget"),
            "tokens": _tokens(spent),
            "cost": _cost(spent),
        },
        "experiments": record.get("experiments", {}),
        "milliseconds": {
            name.removesuffix("_ms"): value for name, value in record.items() if name.endswith("_ms")
        },
        "decision": decision_view(decision) if decision else None,
    }


def _cited(message: Message) -> set[str]:
    return {citation["hash"] for citation in message.citations}


def _tokens(spent: Mapping[str, Any] | None) -> TokensView | None:
    return {"in": spent["input"], "out": spent["output"]} if spent else None


def _cost(spent: Mapping[str, Any] | None) -> str | None:
    """Such as "0.0031 USD"; None where nothing was paid or no price is known."""
    if not spent or not spent.get("micros"):
        return None
    return f"{spent['micros'] / 1_000_000:.4f} {spent['currency']}"
