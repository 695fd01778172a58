"""What helps a person of the desk to write, over HTTP: hints on tone; and who may ask for any of it."""

from typing import Any
from uuid import uuid4

from tests.conftest import World
from tests.desk_people import QUESTION, held, records
from tests.people import HumanAgent

JSON = dict[str, Any]


async def hints(agent: HumanAgent, text: str, conversation_id: str | None = None) -> list[str]:
    answer = await agent.client.post(
        "/v1/desk/tone",
        json={"text": text} | ({"conversation_id": conversation_id} if conversation_id else {}),
    )
    assert answer.status_code == 200, answer.text
    return [hint["rule"] for hint in answer.json()["hints"]]


async def test_a_draft_gets_its_hints_by_what_was_really_done_and_leaves_nothing_behind(world: World) -> None:
    maeve = await world.shopper()
    card = await maeve.ask("Please cancel order TT-10432, I ordered it by mistake")
    await maeve.confirm(card["proposal"])
    await maeve.talk_to_person()
    aoife = await world.human_agent()
    await aoife.claim(maeve.conversation_id)
    before = await records(world)

    assert await hints(aoife, "I have cancelled order TT-10432.") == ["deed"]
    assert await hints(aoife, "I have cancelled order TT-10432.", maeve.conversation_id) == []
    assert await hints(aoife, "You should have told us.", maeve.conversation_id) == ["blame"]
    assert await hints(aoife, "") == []
    assert await records(world) == before


async def test_nothing_of_it_is_open_to_somebody_who_is_not_signed_in(world: World) -> None:
    maeve, aoife = await held(world, QUESTION)
    stranger = await world.shopper(None)
    room = f"/v1/desk/conversations/{maeve.conversation_id}"
    calls = [
        ("POST", f"{room}/suggestions"), ("GET", f"{room}/passages?q=x"), ("GET", f"{room}/macros"),
        ("GET", "/v1/desk/macros"), ("POST", "/v1/desk/macros"), ("PUT", f"/v1/desk/macros/{uuid4()}"),
        ("DELETE", f"/v1/desk/macros/{uuid4()}"), ("POST", "/v1/desk/tone"), ("POST", f"{room}/whispers"),
        ("GET", "/v1/desk/mentions"), ("POST", f"{room}/mentions/seen"),
    ]  # fmt: skip

    for method, path in calls:
        body = {"name": "a", "text": "b", "version": 1, "client_id": "c"} if method != "GET" else None
        answer = await stranger.client.request(method, path, json=body, headers={"X-Candor-Desk": "1"})
        assert answer.status_code == 401, (method, path)
        if method != "GET":  # signed in, but from a foreign page, which cannot set the header
            foreign = await aoife.client.request(method, path, json=body, headers={"X-Candor-Desk": ""})
            assert foreign.status_code == 403, (method, path)
