"""What comes after a conversation: the one question, coming back, the figures and the alerts, over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlmodel import select

from escalation.after.records import Pulse, Rating
from escalation.centre.periods import Period
from knowledge.database import utc_now
from tests.conftest import World, world_in
from tests.people import HumanAgent, Shopper


async def ask(shopper: Shopper, *, closing: bool = True) -> bool:
    """Whether the customer is asked, as the widget asks the server."""
    path = f"/v1/conversations/{shopper.conversation_id}/rating/ask"
    answer = await shopper.client.post(path, json={"closing": closing})
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["ask"])


async def rate(shopper: Shopper, **said: Any) -> Response:
    return await shopper.client.post(f"/v1/conversations/{shopper.conversation_id}/rating", json=said)


async def figures(agent: HumanAgent, period: str = "today") -> dict[str, Any]:
    answer = await agent.client.get("/v1/desk/centre", params={"period": period})
    assert answer.status_code == 200, answer.text
    return {value["name"]: value for figure in answer.json()["figures"] for value in figure["values"]}


async def test_a_customer_who_leaves_with_an_answer_is_asked_once(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("How long does delivery to Germany take?")
    assert (await maeve.conversation())["rating"] == {"asked": False, "open": False, "after_seconds": 600}

    assert not await ask(maeve, closing=False)  # they may still be reading
    assert await ask(maeve)
    assert not await ask(maeve)
    # A window that is loaded anew shows the question again, until it is answered.
    assert (await maeve.conversation())["rating"]["open"]

    first = await rate(maeve, solved=True)
    more = await rate(maeve, solved=True, satisfaction=5, effort=1, comment=" Quick! 4111 1111 1111 1111 ")
    again = await rate(maeve, solved=True, satisfaction=5, effort=1, comment=" Quick! 4111 1111 1111 1111 ")
    assert (first.status_code, more.status_code, again.status_code) == (201, 200, 200)
    assert again.json() == more.json()
    assert more.json()["comment"] == "Quick! •••• 1111"
    assert (await maeve.conversation())["rating"] == {"asked": True, "open": False, "after_seconds": 600}
    seen = (await aoife.case(maeve.conversation_id))["rating"]
    assert (seen["solved"], seen["satisfaction"], seen["comment"]) == (True, 5, "Quick! •••• 1111")
    found = await figures(aoife)
    assert (found["ai_confirmed"]["count"], found["ai_confirmed"]["of"]) == (1, 1)
    assert (found["satisfied"]["count"], found["effort"]["value"]) == (1, 1)


async def test_two_windows_that_ask_at_once_ask_once(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("How long does delivery to Germany take?")

    assert sorted(await asyncio.gather(*(ask(maeve) for _ in range(8)))) == [False] * 7 + [True]


async def test_nobody_is_asked_in_the_middle_while_they_wait_or_of_what_is_not_theirs(world: World) -> None:
    maeve, stranger = await world.shopper(), await world.shopper(None)
    await maeve.begin()
    assert not await ask(maeve)  # nothing was asked
    assert (await rate(maeve, solved=True)).status_code == 409
    await maeve.ask("I am furious, let me talk to a human!")
    assert not await ask(maeve)
    assert (await rate(maeve, solved=False)).status_code == 409

    stranger.conversation_id = maeve.conversation_id
    assert (await rate(stranger, solved=True)).status_code == 404
    path = f"/v1/conversations/{maeve.conversation_id}/rating/ask"
    assert (await stranger.client.post(path, json={})).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"solved": None},
        {"solved": True, "satisfaction": 6},
        {"solved": True, "effort": 0},
        {"solved": True, "comment": "x" * 4001},
        {"solved": True, "stars": 5},
    ],
)
async def test_a_rating_that_is_none_is_refused(world: World, said: dict[str, Any]) -> None:
    maeve = await world.shopper()
    await maeve.ask("How long does delivery to Germany take?")

    assert (await rate(maeve, **said)).status_code == 422
    assert not (await maeve.conversation())["rating"]["asked"]


async def test_what_a_person_resolved_is_asked_at_once_and_is_the_peoples(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("I want to talk to a person about my delivery.")
    await aoife.claim(maeve.conversation_id)
    await aoife.reply(maeve.conversation_id, "It comes tomorrow.")
    assert not await ask(maeve)
    await aoife.resolve(maeve.conversation_id)

    assert await ask(maeve, closing=False)
    await rate(maeve, solved=False, comment="<b>It did not come</b>")

    found = await figures(aoife)
    assert (found["not_solved"]["count"], found["ai_confirmed"]["count"]) == (1, 0)
    assert (found["contained"]["count"], found["contained"]["of"]) == (0, 1)
    words = (await aoife.client.get("/v1/desk/centre")).json()["words"]
    assert [word["comment"] for word in words] == ["<b>It did not come</b>"]
    export = await aoife.client.get("/v1/desk/centre.csv")
    assert export.headers["content-type"].startswith("text/csv")
    assert "did not come" not in export.text


async def test_a_rating_holds_until_the_next_question(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("How long does delivery to Germany take?")
    await rate(maeve, solved=True)
    await maeve.ask("Thanks!")
    world.parts.centre._reports.clear()
    assert (await figures(aoife))["ai_confirmed"]["count"] == 1

    await maeve.ask("How much is express delivery?")

    assert (await rate(maeve, solved=False)).status_code == 409  # that card belongs to what was before
    world.parts.centre._reports.clear()
    assert (await figures(aoife))["ai_confirmed"]["count"] == 0


async def test_whoever_comes_back_with_the_same_order_undoes_the_resolution(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("Where is my order TT-10432?")
    assert (await rate(maeve, solved=True)).status_code == 201
    first = maeve.conversation_id
    await maeve.begin()
    await maeve.ask("How do I wash a merino shirt?")
    assert (await figures(aoife))["ai_confirmed"]["count"] == 1
    world.parts.centre._reports.clear()

    await maeve.ask("Where is order TT-10432, it still has not come?")

    async with world.parts.database.reading() as session:
        taken = (await session.exec(select(Pulse.again_of).order_by(Pulse.at))).all()
    assert taken == [None, None, UUID(first)]
    found = await figures(aoife)
    assert (found["ai_confirmed"]["count"], found["came_back"]["count"]) == (0, 1)
    assert (found["repeats"]["count"], found["repeats"]["of"]) == (1, 2)


async def test_an_alert_rings_is_taken_in_hand_and_rests(data_dir) -> None:
    now = utc_now()
    async with world_in(data_dir, clock=lambda: now) as world:
        aoife, watch = await world.human_agent(), world.parts.watch
        for _ in range(5):
            shopper = await world.shopper(None)
            await shopper.talk_to_person()
        now += timedelta(days=4)
        await watch.look()
        await watch.look()
        alerts = (await aoife.client.get("/v1/desk/alerts")).json()["items"]
        [waiting] = [alert for alert in alerts if alert["name"] == "people-wait-too-long"]
        assert (waiting["value"], waiting["quiet"], waiting["playbook"]) == (5, False, "promises")

        path = f"/v1/desk/alerts/{waiting['id']}/acknowledge"
        assert (await aoife.client.post(path, json={"hours": 1})).status_code == 200
        standing = await watch.standing()
        assert [
            (one.quiet, one.by.name if one.by else None)
            for one in standing
            if one.alert.name == waiting["name"]
        ] == [(True, "Aoife")]
        now += timedelta(hours=2)
        assert not any(one.quiet for one in await watch.standing())

        for row in await aoife.list("waiting"):
            await aoife.claim(row["id"])
            await aoife.resolve(row["id"])
        now += timedelta(minutes=3)
        await watch.look()
        assert waiting["name"] not in {one.alert.name for one in await watch.standing()}
        assert (await aoife.client.post(path, json={"hours": 1})).status_code == 404


async def test_every_alert_has_a_playbook_and_only_staff_reads_any_of_it(world: World) -> None:
    aoife, visitor = await world.human_agent(), await world.shopper(None)
    for band in world.parts.watch.bands.alerts:
        page = await aoife.client.get(f"/v1/desk/playbooks/{band.playbook}")
        assert "What to do" in page.json()["html"], band.alert
    for path in ("centre", "centre.csv", "alerts", "playbooks/promises"):
        assert (await visitor.client.get(f"/v1/desk/{path}")).status_code == 401
    for name in ("nothing", "..%2f..%2fREADME", "%00"):
        assert (await aoife.client.get(f"/v1/desk/playbooks/{name}")).status_code in (404, 422)
    assert (await aoife.client.get("/v1/desk/centre", params={"period": "1y"})).status_code == 422


async def test_a_look_whose_model_fails_costs_nobody_their_answer(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("Where is my order TT-10432?")
    await maeve.begin()

    async def fail(_: object) -> None:
        raise RuntimeError("the model is gone")

    world.parts.attendance.pulses.embedder = type("Broken", (), {"embed": staticmethod(fail)})()
    answer = await maeve.ask("Where is order TT-10432 now?")

    assert answer["author"]["kind"] == "ai"
    async with world.parts.database.reading() as session:
        assert len((await session.exec(select(Pulse))).all()) == 2
        assert (await session.exec(select(Rating))).all() == []
    assert (await world.parts.centre.report(Period.TODAY)).values["repeats"].count == 0
