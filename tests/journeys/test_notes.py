"""Notes that are for somebody, over HTTP: mentions and whispers."""

from typing import Any
from uuid import uuid4

from httpx import Response

from tests.conftest import World
from tests.desk_people import QUESTION, held, supervisor, waiting
from tests.people import HumanAgent

JSON = dict[str, Any]


async def mentions(agent: HumanAgent) -> JSON:
    listed: JSON = (await agent.client.get("/v1/desk/mentions")).json()
    return listed


async def whisper(agent: HumanAgent, conversation_id: str, text: str, client_id: str = "") -> Response:
    body = {"client_id": client_id or uuid4().hex, "text": text}
    return await agent.client.post(f"/v1/desk/conversations/{conversation_id}/whispers", json=body)


async def test_a_mention_is_in_the_colleagues_list_until_it_was_seen_and_never_at_the_customer(
    world: World,
) -> None:
    maeve, aoife = await held(world, QUESTION)
    declan = await world.human_agent("Declan")
    async with declan.listening() as desk:
        note = (await aoife.note(maeve.conversation_id, "@Declan and @Aoife: worn boots?")).json()
        told = await desk.until("message", lambda data: bool(data["message"].get("for")))

    assert note["for"] == [{"id": declan.account["id"], "name": "Declan", "whisper": False}]
    assert told.data["message"]["for"] == note["for"]
    listed = await mentions(declan)
    assert listed["unseen"] == 1
    assert [(one["by"], one["text"], one["seen"], one["whisper"]) for one in listed["items"]] == [
        ("Aoife", "@Declan and @Aoife: worn boots?", False, False)
    ]
    assert (await mentions(aoife))["items"] == []
    assert "Declan" not in str(await maeve.conversation())
    await declan.client.post(f"/v1/desk/conversations/{maeve.conversation_id}/mentions/seen")
    assert ((await mentions(declan))["unseen"], (await mentions(declan))["items"][0]["seen"]) == (0, True)


async def test_a_supervisor_whispers_to_the_holder_at_once_and_the_customer_hears_nothing(
    world: World,
) -> None:
    maeve, aoife = await held(world, QUESTION)
    niamh = await supervisor(world)
    async with aoife.listening() as desk, maeve.listening() as chat:
        said = await whisper(niamh, maeve.conversation_id, "Offer her €10.", "once")
        told = await desk.until("message", lambda data: data["message"]["text"] == "Offer her €10.")
        await aoife.reply(maeve.conversation_id, "One moment, please.")
        await chat.until("message", text="One moment, please.")

    assert said.status_code == 201
    assert said.json()["for"] == [{"id": aoife.account["id"], "name": "Aoife", "whisper": True}]
    assert told.data["message"]["audience"] == "staff"
    assert "€10" not in str([event.data for event in chat.events]) + str(await maeve.conversation())
    again = await whisper(niamh, maeve.conversation_id, "Offer her €10.", "once")
    assert again.json()["id"] == said.json()["id"]
    listed = await mentions(aoife)
    assert [(one["whisper"], one["by"]) for one in listed["items"]] == [(True, "Niamh")]
    shown = next(m for m in (await aoife.case(maeve.conversation_id))["messages"] if m["kind"] == "note")
    assert shown["for"] == said.json()["for"]


async def test_only_a_supervisor_whispers_and_only_to_a_colleague_who_has_the_conversation(
    world: World,
) -> None:
    maeve = await waiting(world, QUESTION)
    aoife, niamh = await world.human_agent("Aoife"), await supervisor(world)

    assert (await whisper(aoife, maeve.conversation_id, "Psst")).status_code == 403
    nobody = await whisper(niamh, maeve.conversation_id, "Psst")
    assert (nobody.status_code, "Leave an internal note" in nobody.json()["detail"]) == (409, True)
    await niamh.claim(maeve.conversation_id)
    assert (await whisper(niamh, maeve.conversation_id, "Note to self")).status_code == 409
    assert (await whisper(niamh, str(uuid4()), "Psst")).status_code == 404
