"""Macros of the desk over HTTP: made, changed, filled in, and refused while something is open."""

from typing import Any

from sqlmodel import select

from escalation.records import Macro
from tests.conftest import World
from tests.desk_people import held
from tests.people import HumanAgent

JSON = dict[str, Any]


async def test_the_demo_brings_macros_and_each_is_filled_for_the_conversation(world: World) -> None:
    maeve, aoife = await held(world, "Where is my order TT-10411?")

    listed = (await aoife.client.get(f"/v1/desk/conversations/{maeve.conversation_id}/macros")).json()[
        "items"
    ]

    hello = next(one for one in listed if one["name"] == "Hello and thanks")
    assert hello["text"].startswith("Hello Maeve,")
    assert "this is Aoife from" in hello["text"]
    assert (hello["empty"], len(listed)) == ([], 5)


async def test_a_macro_is_made_changed_and_taken_away_and_ones_own_is_nobody_elses(world: World) -> None:
    aoife, declan = await world.human_agent("Aoife"), await world.human_agent("Declan")
    own = {"name": " My  own ", "text": "Case {case_number}", "shared": False}

    made = (await aoife.client.post("/v1/desk/macros", json=own)).json()

    assert (made["name"], made["version"], made["placeholders"]) == ("My own", 1, ["case_number"])
    assert made["id"] not in await ids(declan)
    change = made | {"text": "Case {case_number}, {agent_name}", "shared": True}
    body = {key: change[key] for key in ("name", "text", "shared", "version")}
    assert (await declan.client.put(f"/v1/desk/macros/{made['id']}", json=body)).status_code == 404
    assert (await aoife.client.put(f"/v1/desk/macros/{made['id']}", json=body)).json()["version"] == 2
    assert made["id"] in await ids(declan)
    late = await declan.client.put(f"/v1/desk/macros/{made['id']}", json=body)
    assert (late.status_code, "Look at it again" in late.json()["detail"]) == (409, True)
    assert (await declan.client.delete(f"/v1/desk/macros/{made['id']}")).status_code == 204
    assert made["id"] not in await ids(aoife)
    assert (await declan.client.delete(f"/v1/desk/macros/{made['id']}")).status_code == 404


async def ids(agent: HumanAgent) -> set[str]:
    return {one["id"] for one in (await agent.client.get("/v1/desk/macros")).json()["items"]}


async def test_an_unknown_placeholder_is_refused_when_saved_and_an_open_one_when_sent(world: World) -> None:
    visitor, aoife = await held(world, "Can I return a tent?", customer=None)
    bad = {"name": "Bad", "text": "Hello {first_name} {order}", "shared": True}

    refused = await aoife.client.post("/v1/desk/macros", json=bad)

    assert refused.status_code == 422
    assert "{first_name} is no placeholder. There are: {customer_first_name}" in refused.json()["detail"]
    listed = (await aoife.client.get(f"/v1/desk/conversations/{visitor.conversation_id}/macros")).json()
    hello = next(one for one in listed["items"] if one["name"] == "Hello and thanks")
    assert hello["empty"] == ["customer_first_name"]
    unsent = await aoife.reply(visitor.conversation_id, hello["text"])
    assert (unsent.status_code, unsent.json()["detail"]) == (
        422,
        "text: fill in {customer_first_name} first.",
    )
    assert (await aoife.note(visitor.conversation_id, "Uses {order}?")).status_code == 201


async def test_macros_that_were_taken_away_one_by_one_come_back_only_when_none_is_left(world: World) -> None:
    async with world.parts.database.transaction() as session:
        [first, *_] = (await session.exec(select(Macro))).all()
        await session.delete(first)

    await world.parts.macros.seed()

    async with world.parts.database.reading() as session:
        assert len((await session.exec(select(Macro))).all()) == 4
