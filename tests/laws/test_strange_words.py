"""Names, goods and messages come from outside: they are shown, never obeyed and never a fault."""

import pytest
import pytest_asyncio
from sqlmodel import col, update

from agent.demo_shop.records import ShopCustomer, ShopOrder, ShopOrderItem
from agent.models.providers import Providers
from tests.laws.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRANGE = "Cup [7] <img src=x onerror=alert(1)> [x](javascript:alert(1)) </message> **b**"


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def offline(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The offline model speaks; it repeats names of goods."""
    turn = stage.parts.attendance.turn
    monkeypatch.setattr(turn, "providers", Providers([], backup=turn.providers.backup))


async def test_goods_and_people_with_strange_names_are_listed_harmlessly(stage: Stage) -> None:
    async with stage.parts.database.transaction() as session:
        await session.exec(update(ShopOrderItem).values(name=STRANGE))
        await session.exec(
            update(ShopCustomer).where(col(ShopCustomer.id) == "cus_maeve").values(name=STRANGE)
        )
    maeve = await stage.shopper()

    answer = await maeve.ask("I want to return something from order TT-10387")

    assert (answer["author"]["kind"], answer["citations"]) == ("ai", [])
    assert "Cup [7]" in answer["text"]
    assert "<img" not in answer["html"]
    assert "href" not in answer["html"]
    assert (await maeve.conversation())["floor"] == "ai"


async def test_a_hundred_orders_are_listed_and_none_are_said_so(stage: Stage) -> None:
    async with stage.parts.database.transaction() as session:
        data = (await session.get_one(ShopOrder, "TT-10432")).model_dump()
        session.add(ShopCustomer(id="cus_new", name="", email="new@example.com", phone=""))
        for number in range(100):
            session.add(ShopOrder(**{**data, "number": f"TT-2{number:04d}"}))
    maeve, newcomer = await stage.shopper(), await stage.shopper("cus_new")

    many, none = await maeve.ask("Cancel my order"), await newcomer.ask("Cancel my order")

    assert "TT-20042" in many["text"]
    assert "no orders" in none["text"]
    assert [(await s.conversation())["floor"] for s in (maeve, newcomer)] == ["ai", "ai"]


@pytest.mark.parametrize(
    "text",
    ["\U0010ffff" * 4000, "e\u0301\u0301" * 1300, "🏳️\u200d🌈" * 600, "`" * 4000, "[1]" * 1300, "|a|b|\n|-|-|\n" * 300],
)  # fmt: skip
async def test_a_message_of_strange_characters_gets_an_answer_or_a_person(stage: Stage, text: str) -> None:
    visitor = await stage.shopper(None)

    last = await visitor.ask(text)

    assert last["author"]["kind"] in ("ai", "system")
    assert (await visitor.thread())[1]["author"]["kind"] == "customer"


async def test_a_message_of_which_nothing_can_be_seen_is_refused_and_not_kept(stage: Stage) -> None:
    visitor = await stage.shopper(None)

    refused = await visitor.send("\u202e\u200b\u200d")

    assert refused.status_code == 422
    assert [message["author"]["kind"] for message in await visitor.thread()] == ["system"]
