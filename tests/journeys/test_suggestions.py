"""Suggested replies for a person of the desk, over HTTP: grounded, never sent by themselves."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlmodel import select

from agent.records import TurnRecord
from escalation import copilot as copilots
from tests.conftest import World
from tests.desk_people import QUESTION, held, records, waiting
from tests.people import HumanAgent

JSON = dict[str, Any]


async def suggested(agent: HumanAgent, conversation_id: str) -> JSON:
    answer = await agent.client.post(f"/v1/desk/conversations/{conversation_id}/suggestions")
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


async def test_a_suggestion_quotes_the_help_centre_and_leaves_nothing_behind(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    before = await records(world)

    draft = await suggested(aoife, maeve.conversation_id)

    assert "3–6 working days" in draft["text"]
    assert draft["known"]
    assert draft["citations"][0]["url"].startswith("/help/delivery")
    assert 'class="cite"' in draft["html"]
    assert draft["written_by"] == "offline"
    assert await records(world) == before


async def test_a_suggestion_knows_the_customers_own_order_and_asks_for_a_change_of_nothing(
    world: World,
) -> None:
    maeve, aoife = await held(world, "Where is my order TT-10411?")
    assert "TT-10411" in (await suggested(aoife, maeve.conversation_id))["text"]
    before = await records(world)

    await maeve.send("Please cancel order TT-10432, I ordered it by mistake", wait=0)
    change = await suggested(aoife, maeve.conversation_id)

    assert (change["text"], change["known"]) == ("", False)
    assert "cancel" in change["why"]
    assert (await records(world))[1] == before[1]


async def test_a_visitors_suggestion_never_tells_of_orders_and_without_a_question_there_is_none(
    world: World,
) -> None:
    visitor, aoife = await held(world, "Where is my order TT-10411?", customer=None)
    assert not (await suggested(aoife, visitor.conversation_id))["known"]

    silent = await waiting(world, customer=None)
    assert (await suggested(aoife, silent.conversation_id))["why"] == copilots.NOTHING_ASKED
    missing = await aoife.client.post(f"/v1/desk/conversations/{uuid4()}/suggestions")
    assert missing.status_code == 404


async def test_a_model_drafts_for_the_person_and_what_rests_on_nothing_is_cut(
    scripted: Callable[..., Any],
) -> None:
    draft = "Standard delivery to Germany takes 3–6 working days [1]. I have refunded €50 to your card."
    async with scripted("Hello!", draft) as world:
        maeve, aoife = await held(world, "Hello, do you have gifts?")
        await maeve.send(QUESTION, wait=0)
        before = await tokens(world)
        told = await suggested(aoife, maeve.conversation_id)

        assert told["text"] == "Standard delivery to Germany takes 3–6 working days [1]."
        assert {row["sentence"] for row in told["cut"]} >= {"I have refunded €50 to your card."}
        assert await tokens(world) > before
        system = world.parts.copilot.turn.providers.writers[0].model.seen[1][0].content
        assert "You draft a reply for a colleague" in system
        assert "propose_" not in system


async def test_a_model_that_never_answers_gives_way_to_the_offline_draft(
    scripted: Callable[..., Any],
) -> None:
    async with scripted("Hello!", [asyncio.Event()]) as world:
        maeve, aoife = await held(world, "Hello, do you have gifts?")
        await maeve.send(QUESTION, wait=0)
        world.parts.copilot.turn.limits = copilots.TurnLimits(rounds=4, seconds=0.2, patient=False)

        told = await suggested(aoife, maeve.conversation_id)

        assert "3–6 working days" in told["text"]
        assert told["written_by"] == "offline"


async def tokens(world: World) -> int:
    async with world.parts.database.reading() as session:
        return sum((await session.exec(select(TurnRecord.tokens))).all())
