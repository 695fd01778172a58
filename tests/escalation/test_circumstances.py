"""What is known about a message besides its words, and what happens where it cannot be known."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from agent.money import Money
from agent.orders import Customer
from agent.records import AuthorKind, Conversation, Message, TurnRecord
from agent.signals import Intent
from escalation.circumstances import Circumstances, Lookup
from escalation.records import Circumstance
from knowledge.embedding import Embedder
from tests.conftest import World
from tests.escalation.makers import signals


class OneOrder:
    """A shop where cus_maeve has the order TT-10001 for €629."""

    async def order(self, customer_id: str, number: str) -> Any:
        if (customer_id, number) != ("cus_maeve", "TT-10001"):
            return None
        return type("Order", (), {"total": Money(629_00, "EUR")})

    async def customer(self, customer_id: str) -> Customer:
        return Customer(customer_id, "Maeve", "m@customers.example", "+353", "gold")


class SlowShop(OneOrder):
    async def order(self, customer_id: str, number: str) -> Any:
        await asyncio.sleep(60)

    async def customer(self, customer_id: str) -> Customer:
        raise RuntimeError("down")


class NoEmbedder(Embedder):
    async def embed(self, texts: Any) -> Any:
        raise RuntimeError("no model")


async def looked_up(
    *texts: str,
    customer_id: str | None = "cus_maeve",
    shop: Any = None,
    embedder: Embedder | None = None,
    seconds: float = 20,
    **read: Any,
) -> tuple[Circumstances, list[Message]]:
    """The circumstances of the last of a customer's messages."""
    conversation = Conversation(case_number="C-1", customer_id=customer_id, visitor_id="v")
    said = [
        Message(conversation_id=conversation.id, seq=n, author_kind=AuthorKind.CUSTOMER, text=text)
        for n, text in enumerate(texts, 2)
    ]
    lookup = Lookup(shop or OneOrder(), embedder or Embedder(), seconds=seconds)
    return await lookup.of(said[-1], conversation, said, {m.id: signals(**read) for m in said}), said


@pytest.mark.parametrize(
    ("texts", "total"),
    [
        (["Where is TT-10001?"], Money(629_00, "EUR")),
        (["Where is order 10001?", "Hello?"], Money(629_00, "EUR")),
        (
            ["Where is TT-10001?", "Or TT-77777?"],
            Money(629_00, "EUR"),
        ),  # no order of theirs: it tells nothing
        (["Where is my tent?"], None),
    ],
)
async def test_the_order_spoken_of_is_the_customers_own_that_was_named_last(
    texts: list[str], total: Money | None
) -> None:
    assert (await looked_up(*texts))[0].order_total == total


async def test_of_a_visitor_no_order_and_no_tier_is_known() -> None:
    found, _ = await looked_up("Where is TT-10001?", customer_id=None)
    assert (found.order_total, found.tier) == (None, None)


async def test_a_shop_and_a_model_that_fail_leave_unknown_what_they_would_have_told() -> None:
    found, _ = await looked_up(
        "Where is TT-10001, please?", shop=SlowShop(), embedder=NoEmbedder(), seconds=0.1
    )
    assert found == Circumstances()


async def test_a_question_is_compared_with_the_ones_before() -> None:
    found, (first, other, _) = await looked_up(
        "When do I get my refund?", "Do you sell tents in green?", "How long until I get my refund?"
    )
    assert found.likeness is not None
    assert found.likeness[first.id] > 0.7 > found.likeness[other.id]


async def test_a_request_for_another_order_is_not_the_same_question() -> None:
    found, (first, _) = await looked_up("Please cancel order TT-10001", "Please cancel order TT-10002")
    assert found.likeness == {}

    found, (first, _) = await looked_up("Please cancel order TT-10001", "Please cancel order TT-10001 now")
    assert found.likeness is not None
    assert found.likeness[first.id] > 0.7


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("TT-10001", {}),
        ("Thank you so much", {"intent": Intent.thanks}),
        ("Wann kommt mein Paket?", {"abstained": True}),
    ],
)
async def test_what_is_no_question_in_a_measured_language_is_compared_with_nothing(
    text: str, read: dict[str, Any]
) -> None:
    assert (await looked_up(text, text, **read))[0].likeness is None


@pytest.mark.parametrize(
    "known",
    [
        Circumstances(),
        Circumstances(Money(1, "JPY"), "gold", {}),
        Circumstances(tier="a", likeness={uuid4(): 0.5}),
    ],
)
def test_circumstances_survive_the_database(known: Circumstances) -> None:
    assert Circumstances.from_json(known.to_json()) == known


async def test_each_turn_records_what_the_rules_saw_also_where_none_rang(world: World) -> None:
    maeve = await world.shopper("cus_amina")
    await maeve.ask("How long does delivery to Germany take?")

    async with world.parts.database.reading() as session:
        [turn] = (await session.exec(select(TurnRecord))).all()
        circumstance = await session.get_one(Circumstance, turn.message_id)

    assert turn.record["decision"]["rule"] is None
    assert turn.record["decision"]["policy_version"] == world.parts.attendance.triggers.version
    assert turn.record["decision"]["inputs"]["times_asked"] == 1
    assert circumstance.facts["tier"] == "gold"


async def test_who_asks_the_same_three_times_gets_a_person(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    for question in (
        "How long does delivery to Germany take?",
        "How many days does the delivery to Germany take?",
        "So how long is delivery to Germany?",
    ):
        await maeve.ask(question)

    [row] = await aoife.list("waiting")

    assert row["handoff"]["why"] == "The customer has asked the same three times."
    async with world.parts.database.reading() as session:
        rows = (
            await session.exec(
                select(TurnRecord).where(TurnRecord.conversation_id == UUID(maeve.conversation_id))
            )
        ).all()
    assert [r.record["decision"]["rule"] for r in sorted(rows, key=lambda r: r.created_at)] == [
        None,
        None,
        "asked-again",
    ]
