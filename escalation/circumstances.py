"""What is known about a message besides its words: the order it speaks of, the customer's tier, what it resembles.

Looked up once, when the message is read, and kept: the shop and the models will have moved on when somebody asks what
a rule saw, or what another rule would have seen.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar
from uuid import UUID

import structlog

from agent.models.understanding import order_number
from agent.money import Money
from agent.records import AuthorKind, Conversation, Message
from agent.shop import Shop
from agent.signals import Intent, Signals
from knowledge.embedding import Embedder

log = structlog.get_logger()
T = TypeVar("T")

SECONDS = 2  # a shop that is slower is not waited for: a danger must not wait behind it
NUMBERS = 3  # of the orders that were named, so many are asked for, the last first
COMPARED = 10  # earlier questions that a new one is compared with
SHORTEST = 3  # words; less is no question that can be compared ("ok then", "TT-10432")

_COURTESIES = {Intent.greeting, Intent.thanks, Intent.confirm, Intent.decline, Intent.talk_to_person}


@dataclass(frozen=True)
class Circumstances:
    """What was known when the message was read. `likeness` is None for what is no comparable question."""

    order_total: Money | None = None
    tier: str | None = None
    likeness: Mapping[UUID, float] | None = None
    """Cosine to the customer's earlier questions in this conversation, by message id."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` is the inverse."""
        total = self.order_total
        alike = None if self.likeness is None else {str(k): round(v, 4) for k, v in self.likeness.items()}
        return {
            "order_total": {"amount": total.amount, "currency": total.currency} if total else None,
            "tier": self.tier,
            "likeness": alike,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or ValueError for what `to_json` did not write."""
        total, alike = data["order_total"], data["likeness"]
        return cls(
            order_total=Money(total["amount"], total["currency"]) if total else None,
            tier=data["tier"],
            likeness=None if alike is None else {UUID(k): float(v) for k, v in alike.items()},
        )


@dataclass(frozen=True)
class Lookup:
    """Looks circumstances up. Never raises: what cannot be found out is unknown."""

    shop: Shop
    embedder: Embedder
    seconds: float = field(default=SECONDS)

    async def of(
        self,
        message: Message,
        conversation: Conversation,
        spoken: Sequence[Message],
        readings: Mapping[UUID, Signals],
    ) -> Circumstances:
        """The circumstances of a message that has been read; `spoken` is the thread that the customer sees."""
        so_far = [m for m in spoken if m.seq <= message.seq]
        customer_id = conversation.customer_id
        total, tier, likeness = await asyncio.gather(
            self._unless_it_fails(self._order_total(customer_id, so_far)) if customer_id else _nothing(),
            self._unless_it_fails(self._tier(customer_id)) if customer_id else _nothing(),
            self._unless_it_fails(self._likeness(so_far, readings)),
        )
        return Circumstances(total, tier, likeness)

    async def _order_total(self, customer_id: str, so_far: Sequence[Message]) -> Money | None:
        """What was paid for the order of their own that the customer named last."""
        named = (order_number(m.text) for m in reversed(so_far) if m.author_kind == AuthorKind.CUSTOMER)
        for number in list(dict.fromkeys(filter(None, named)))[:NUMBERS]:
            if order := await self.shop.order(customer_id, number):
                return order.total
        return None

    async def _tier(self, customer_id: str) -> str | None:
        customer = await self.shop.customer(customer_id)
        return (customer.tier or None) if customer else None

    async def _likeness(
        self, so_far: Sequence[Message], readings: Mapping[UUID, Signals]
    ) -> dict[UUID, float] | None:
        asked = questions_of(so_far, readings)
        if not asked or asked[-1] is not so_far[-1]:
            return None
        *earlier, newest = asked
        compared = [message for message in earlier if not _of_another_order(message, newest)][-COMPARED:]
        vectors = await self.embedder.embed([m.text for m in [*compared, newest]])
        cosines = vectors[:-1] @ vectors[-1]
        return {m.id: float(cosine) for m, cosine in zip(compared, cosines, strict=True)}

    async def _unless_it_fails(self, looking: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(self.seconds):
                return await looking
        # A shop and a model raise what they like. The rules must decide without them.
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("circumstance_unknown", error=type(error).__name__)
            return None


def questions_of(spoken: Sequence[Message], readings: Mapping[UUID, Signals]) -> list[Message]:
    """The customer's messages that ask something of their own, in a language that the embedder was measured on.

    Not courtesies, not what only answers a question of the AI ("to my card, please"), nothing of a word or two.
    """
    return [
        m
        for before, m in zip([None, *spoken], spoken, strict=False)
        if m.author_kind == AuthorKind.CUSTOMER
        and m.id in readings
        and not readings[m.id].abstained
        and readings[m.id].intent not in _COURTESIES
        and len(m.text.split()) >= SHORTEST
        and (before is None or before.task is None)
    ]


def _of_another_order(one: Message, other: Message) -> bool:
    """Whether they name two orders: who cancels three orders one after the other has not asked the same three times."""
    numbers = {order_number(one.text), order_number(other.text)} - {None}
    return len(numbers) > 1


async def _nothing() -> None:
    return None
