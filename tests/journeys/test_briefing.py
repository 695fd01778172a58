"""The briefing on both sides: the desk reads it at once, a model may better it, the customer reads and corrects it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from httpx import Response
from sqlmodel import select

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from agent.records import TurnRecord
from escalation.assembly import assemble
from tests.conftest import World, serving, settings_in
from tests.people import HumanAgent, Shopper

BETTER = json.dumps(
    {"part": "brief", "text": "Customer wants a person after asking about gifts.", "sources": [1]}
)
INVENTED = json.dumps({"part": "next_step", "text": "Call Callum on 0123.", "sources": [1]})


async def correct(shopper: Shopper, text: str, line: str | None = None, client_id: str = "") -> Response:
    body = {"client_id": client_id or uuid4().hex, "text": text} | ({"line": line} if line else {})
    return await shopper.client.post(
        f"/v1/conversations/{shopper.conversation_id}/briefing/corrections", json=body
    )


async def passed_on(shopper: Shopper) -> list[dict[str, Any]]:
    answer = await shopper.client.get(f"/v1/conversations/{shopper.conversation_id}/briefing")
    assert answer.status_code == 200, answer.text
    lines: list[dict[str, Any]] = answer.json()["lines"]
    return lines


async def test_a_customer_reads_what_was_passed_on_without_notes_feelings_and_advice(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("Where is my order TT-10411?")
    assert await passed_on(maeve) == []
    await maeve.ask("I have waited 17 days and I am furious, let me talk to a human!")
    await aoife.note(maeve.conversation_id, "Sounds like a difficult one, €5 at most.")

    lines = await passed_on(maeve)

    assert {line["part"] for line in lines} >= {"brief", "facts"}
    assert not {line["part"] for line in lines} & {"note", "feeling", "stakes", "next_step"}
    assert "difficult" not in str(lines)
    assert "€5" not in str(lines)
    own = {message["id"] for message in await maeve.thread()}
    assert all(set(line["sources"]) <= own for line in lines)


async def test_a_correction_is_the_customers_message_and_stands_first_at_the_desk(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("Where is my order TT-10411?")
    await maeve.talk_to_person()
    brief = next(line for line in await passed_on(maeve) if line["part"] == "brief")

    answer = await correct(maeve, "It is TT-10429 that I miss.", brief["id"], client_id="once")
    again = await correct(maeve, "It is TT-10429 that I miss.", brief["id"], client_id="once")

    assert (answer.status_code, again.status_code) == (201, 200)
    message = (await maeve.thread())[-1]
    assert message == answer.json()["message"] == again.json()["message"]
    assert (message["author"]["kind"], message["corrects"]) == ("customer", brief["text"])
    first, *others = (await aoife.case(maeve.conversation_id))["briefing"]["lines"]
    assert (first["part"], first["text"], first["corrects"]) == (
        "correction",
        "“It is TT-10429 that I miss.”",
        brief["text"],
    )
    told = next(line for line in others if line["part"] == "brief")
    assert told["text"] == brief["text"]
    assert told["correction"] == {"text": "It is TT-10429 that I miss.", "message_id": message["id"]}


async def test_the_whole_can_be_corrected_and_a_line_that_nobody_has_cannot(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("Where is my order TT-10411?")
    await maeve.talk_to_person()

    assert (await correct(maeve, "That was not me.")).json()["message"]["corrects"] == ""
    assert (await correct(maeve, "That was not me.", "0123456789ab")).status_code == 409
    assert (await correct(maeve, "That was not me.", "no id")).status_code == 422
    assert (await correct(maeve, "   ")).status_code == 422


async def test_nobody_elses_briefing_can_be_read_or_corrected(world: World) -> None:
    maeve, visitor = await world.shopper(), await world.shopper(None)
    await maeve.ask("Where is my order TT-10411?")
    await maeve.talk_to_person()
    visitor.conversation_id = maeve.conversation_id

    assert (
        await visitor.client.get(f"/v1/conversations/{maeve.conversation_id}/briefing")
    ).status_code == 404
    assert (await correct(visitor, "Hello")).status_code == 404


@asynccontextmanager
async def modelled(data_dir: Path, *script: Any, **more: Any) -> AsyncIterator[World]:
    model = ScriptedModel(script=list(script))
    settings = settings_in(data_dir, briefing_by_model=True, **more)
    parts = assemble(settings, writer=Writer("scripted", model))
    async with serving(parts) as address:
        made = World(parts, address)
        try:
            yield made
        finally:
            await made.close()
    model.assert_consumed()


async def settled(world: World, agent: HumanAgent, conversation_id: str) -> list[dict[str, Any]]:
    """The briefing once nobody writes at it any more."""
    await asyncio.gather(*world.parts.briefings._writing.values())
    lines: list[dict[str, Any]] = (await agent.case(conversation_id))["briefing"]["lines"]
    return lines


async def test_a_model_betters_the_first_line_and_what_it_invents_gives_way_to_the_codes(
    data_dir: Path,
) -> None:
    async with modelled(data_dir, "Hello!", f"{BETTER}\n{INVENTED}") as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.ask("Hello, do you have gifts?")
        await maeve.talk_to_person()

        lines = await settled(world, aoife, maeve.conversation_id)

        assert [(line["part"], line["by"]) for line in lines[:2]] == [
            ("brief", "model"),
            ("next_step", "code"),
        ]
        assert lines[0]["text"] == "Customer wants a person after asking about gifts."
        assert "Callum" not in str(lines)


async def test_what_the_model_used_is_booked_and_counts_against_the_budget(data_dir: Path) -> None:
    async with modelled(data_dir, "Hello!", BETTER) as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.ask("Hello, do you have gifts?")
        before = await tokens(world)
        await maeve.talk_to_person()
        await settled(world, aoife, maeve.conversation_id)
        assert await tokens(world) > before


async def tokens(world: World) -> int:
    async with world.parts.database.reading() as session:
        return sum((await session.exec(select(TurnRecord.tokens))).all())


async def test_where_the_budget_is_spent_no_model_is_asked(data_dir: Path) -> None:
    async with modelled(data_dir, "Hello!", budget_conversation_tokens=1) as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.ask("Hello, do you have gifts?")
        await maeve.talk_to_person()
        lines = await settled(world, aoife, maeve.conversation_id)
        assert {line["by"] for line in lines} == {"code"}


async def test_a_model_that_fails_or_never_answers_leaves_the_codes_lines(data_dir: Path) -> None:
    for reply in ([ConnectionError("down")], [asyncio.Event()], "no JSON at all"):
        async with modelled(data_dir, "Hello!", reply) as world:
            maeve, aoife = await world.shopper(), await world.human_agent("Aoife" + uuid4().hex[:6])
            await maeve.ask("Hello, do you have gifts?")
            handed = await maeve.talk_to_person()  # answers while the model is silent
            assert handed.json()["floor"] == "queue"
            assert {
                line["by"] for line in (await aoife.case(maeve.conversation_id))["briefing"]["lines"]
            } == {"code"}
            assert {line["by"] for line in await settled(world, aoife, maeve.conversation_id)} == {"code"}
            # Too slow for a briefing is no reason to leave a provider alone that answers customers.
            assert world.parts.attendance.turn.providers.degraded == []


async def test_before_the_first_words_there_is_nothing_for_a_model_to_write(data_dir: Path) -> None:
    async with modelled(data_dir) as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.talk_to_person()
        assert await settled(world, aoife, maeve.conversation_id) == []
