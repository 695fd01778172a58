"""What language models have used is remembered by the turns themselves, over restarts and take-overs."""

import asyncio
from pathlib import Path
from uuid import UUID

from sqlmodel import select

from agent.models import Writer
from agent.models.breaker import Breaker, Fuse
from agent.models.providers import Providers
from agent.models.scripted import ScriptedModel
from agent.records import TurnRecord
from escalation.assembly import assemble
from tests.conftest import World, serving, settings_in


class DownError(Exception):
    """What the scripted model raises."""


async def served_by(world: World) -> list[str]:
    """Who answered, turn by turn."""
    async with world.parts.database.reading() as session:
        rows = (await session.exec(select(TurnRecord).order_by(TurnRecord.created_at))).all()
    return [row.record["provider"] for row in rows]


async def test_a_conversation_that_has_used_its_budget_stays_with_the_offline_model_after_a_restart(
    data_dir: Path,
) -> None:
    settings = settings_in(data_dir, budget_conversation_tokens=100)

    async def life(*script: str, conversation: str = "") -> tuple[str, list[str]]:
        parts = assemble(settings, writer=Writer("scripted", ScriptedModel(script=list(script))))
        async with serving(parts) as address:
            world = World(parts, address)
            maeve = await world.shopper()
            maeve.conversation_id = conversation
            await maeve.ask("Do you deliver to Germany?")
            seen = await served_by(world)
            await world.close()
        return maeve.conversation_id, seen

    conversation, seen = await life("Happy to help.")
    assert seen == ["scripted"]

    _, seen = await life(conversation=conversation)
    assert seen == ["scripted", "offline"]


async def test_what_a_reply_used_that_came_too_late_stays_counted(scripted) -> None:
    go_on = asyncio.Event()
    async with scripted(["I can look into that for you. I", go_on, " can tell."], "Happy to help.") as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.begin()
        async with maeve.listening() as stream:
            sending = asyncio.create_task(maeve.send("What about my parcel?"))
            await stream.until("draft")
            await aoife.claim(maeve.conversation_id)
            go_on.set()
            await sending
        before = (await spending(world))[0]
        await aoife.hand_back(maeve.conversation_id, "")
        await world.parts.attendance.until_attended(UUID(maeve.conversation_id), 30)

        (after,) = await spending(world)
        assert before.outcome == "stale"
        assert after.outcome != "stale"
        assert after.tokens == before.tokens + after.record["spent"]["tokens"]


async def spending(world: World) -> list[TurnRecord]:
    async with world.parts.database.reading() as session:
        return list((await session.exec(select(TurnRecord))).all())


async def test_health_names_a_language_model_that_is_left_alone(scripted) -> None:
    async with scripted() as world:
        turn = world.parts.attendance.turn
        down = Writer("some-model", ScriptedModel(script=[DownError()]), (DownError,), provider="near")
        turn.providers = Providers([down], backup=turn.providers.backup, breakers=[Breaker(Fuse(failures=1))])
        maeve = await world.shopper()

        answer = await maeve.ask("How long does standard delivery to Germany take?")

        assert answer["author"]["kind"] == "ai"
        told = (await world._client().get("/health")).json()
        assert told["status"] == "degraded"
        assert told["degraded"] == [
            "The language model “near” fails (DownError) and is left alone for a while; the next one answers, or the offline model."
        ]
