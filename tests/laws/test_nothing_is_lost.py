"""What was acknowledged is kept and told, whoever goes away in between (law 11)."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import ReadTimeout

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from agent.records import AuthorKind, Message, TurnRecord
from escalation.events import follow
from escalation.records import EventKind
from tests.conftest import world_in
from tests.laws.stage import Stage
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_process_that_stops_in_the_middle_of_a_turn_answers_once_after_its_restart(
    data_dir: Path,
) -> None:
    never = asyncio.Event()
    stopped = ScriptedModel(script=[["I can help. One", never, " moment please."]])
    async with world_in(data_dir, writer=Writer("scripted", stopped)) as world:
        maeve = await world.shopper()
        await maeve.begin()
        async with maeve.listening() as stream:
            await maeve.send("How long does delivery take?", wait=0)
            await stream.until("draft")
        case = maeve.conversation_id

    started = ScriptedModel(script=["Good morning."])
    async with world_in(data_dir, writer=Writer("scripted", started)) as world:
        maeve = await world.shopper()
        maeve.conversation_id = case
        await world.parts.attendance.until_attended(UUID(case), 20)
        thread = await maeve.thread()
        rows = await Stage(world, started).rows(TurnRecord, case)

    assert [m["text"] for m in thread[1:]] == ["How long does delivery take?", "Good morning."]
    assert [row.outcome for row in rows] == ["answer"]


async def test_messages_that_come_while_the_ai_writes_are_each_attended_to_once(stage: Stage) -> None:
    writing = asyncio.Event()
    stage.says(["I can help. One", writing, " moment please."], "Good morning.")
    maeve = await stage.shopper()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("first"))
        await stream.until("draft")
        await asyncio.gather(maeve.send("second", wait=0), maeve.send("third", wait=0))
        writing.set()
        await sending

    replies = [m["in_reply_to"] for m in await maeve.thread() if m["author"]["kind"] == "ai"]
    turns = await stage.rows(TurnRecord, maeve.conversation_id)
    assert len(set(replies)) == 2
    assert sorted(t.outcome for t in turns) == ["answer", "answer", "folded"]
    assert "second" in str(stage.model.seen[-1][-1].content)
    assert "third" in str(stage.model.seen[-1][-1].content)


async def test_a_question_beside_are_you_a_robot_is_answered_too(stage: Stage) -> None:
    writing = asyncio.Event()
    stage.says(["I can help. One", writing, " moment please."], "Good morning.")
    maeve = await stage.shopper()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("first"))
        await stream.until("draft")
        await maeve.send("What does express delivery cost?", wait=0)
        await maeve.send("Are you a robot?", wait=0)
        writing.set()
        await sending

    last = (await maeve.thread())[-1]["text"]
    assert last.startswith("I am an AI assistant")
    assert last.endswith("Good morning.")
    assert "express" in str(stage.model.seen[-1][-1].content)


async def test_a_customer_who_stops_waiting_still_gets_the_answer(stage: Stage) -> None:
    writing = asyncio.Event()
    stage.says(["I can help. One", writing, " moment please."])
    maeve = await stage.shopper()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("first"))
        await stream.until("draft")
        sending.cancel()
        with pytest.raises((asyncio.CancelledError, ReadTimeout)):
            await sending
        writing.set()
        answer = await stream.until("message", author={"kind": "ai", "name": None})

    assert answer.data["text"] == (await maeve.thread())[-1]["text"]


async def test_two_conversations_that_talk_at_once_never_meet_in_a_stream_that_is_cut_again_and_again(
    stage: Stage,
) -> None:
    maeve, jonas, [aoife] = await stage.shopper(), await stage.shopper("cus_jonas"), await stage.desk()
    for shopper in (maeve, jonas):
        await shopper.talk_to_person()
        await aoife.claim(shopper.conversation_id)

    async def talk(shopper: Shopper, name: str) -> None:
        for number in range(15):
            await shopper.send(f"{name} {number}", wait=0)

    async def collect(shopper: Shopper, last_word: str) -> list[tuple[int, Any]]:
        """Read a stream that breaks after every few events."""
        told: list[tuple[int, Any]] = []
        while not told or last_word not in [data.get("text") for _, data in told]:
            following = follow(
                stage.parts.database,
                stage.parts.hub,
                told[-1][0] if told else 0,
                conversation_id=UUID(shopper.conversation_id),
            )
            async with asyncio.timeout(20):
                for _ in range(4):
                    event = await anext(following)
                    if getattr(event, "id", None) is not None:
                        told.append((event.id, await data_of(stage, event)))
                    if told and told[-1][1].get("text") == last_word:
                        break
            await following.aclose()
        return told

    seen = await asyncio.gather(
        collect(maeve, "maeve 14"), collect(jonas, "jonas 14"), talk(maeve, "maeve"), talk(jonas, "jonas")
    )

    for name, told in zip(("maeve", "jonas"), seen[:2], strict=True):
        ids = [event_id for event_id, _ in told]
        assert ids == sorted(set(ids))
        texts = [data["text"] for _, data in told if data.get("author") == AuthorKind.CUSTOMER]
        assert list(dict.fromkeys(texts)) == [f"{name} {number}" for number in range(15)]


async def data_of(stage: Stage, event: Any) -> dict[str, Any]:
    """The text and author of a message event."""
    if event.kind != EventKind.MESSAGE:
        return {}
    async with stage.parts.database.reading() as session:
        message = await session.get_one(Message, event.ref)
    return {"text": message.text, "author": message.author_kind}


async def test_what_happens_while_a_page_is_read_is_told_by_the_stream_that_follows_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    find = stage.parts.reception.find

    async def and_then_a_claim(*args: Any) -> Any:
        found = await find(*args)
        await aoife.claim(maeve.conversation_id, found.epoch)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(stage.parts.reception, "find", and_then_a_claim)
        page = await maeve.conversation()

    now = await maeve.conversation()
    assert page["last_event_id"] < now["last_event_id"] or page["floor"] == now["floor"] == "human"


async def test_thirty_conversations_at_once_are_all_answered(stage: Stage) -> None:
    stage.says(*["Good morning."] * 30)
    people = [await stage.shopper(None) for _ in range(30)]

    answers = await asyncio.gather(*(person.send("Good morning to you all") for person in people))

    assert {r.status_code for r in answers} == {201}
    assert [r.json()["replies"][0]["text"] for r in answers] == ["Good morning."] * 30
    assert {(await person.conversation())["floor"] for person in people} == {"ai"}
