"""Queues over HTTP: who is there, who takes what, passing on and putting aside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.records import Role
from tests.api.problems import is_problem
from tests.conftest import World, world_in
from tests.people import HumanAgent

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday, and open
DANGER = "Your headlamp got so hot that it burned my hand, I am in hospital"


@pytest.fixture
async def world(data_dir):
    """The product at noon of a working day."""
    async with world_in(data_dir, clock=lambda: NOON) as made:
        yield made


async def agent(world: World, name: str, *, on: bool = True, **work: Any) -> HumanAgent:
    """A person who is there, with a role, skills, queues …"""
    person = await world.human_agent(name)
    if work:
        await world.parts.staff.set_work(person.account["email"], **work)
    if on:
        await world.parts.presence.set(await account(world, person), "online")
    return person


async def account(world: World, person: HumanAgent):
    return next(a for a in await world.parts.staff.accounts() if str(a.id) == person.account["id"])


async def post(by: HumanAgent, path: str, **body: Any):
    return await by.client.post(f"/v1/desk/{path}", json=body)


async def test_a_handoff_shows_where_it_went_why_and_by_when_a_word_is_due(world: World) -> None:
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    await maeve.ask(DANGER)

    [row] = await aoife.list("waiting")
    handoff = row["handoff"]

    assert (handoff["queue"], handoff["skills"], handoff["language"]) == ("care", ["care"], "en")
    due = (NOON + timedelta(minutes=5)).isoformat()
    assert handoff["first_response_due"] == due
    assert handoff["clock"] == {
        "state": "running",
        "since": NOON.isoformat(),
        "at_risk_from": (NOON + timedelta(minutes=3, seconds=45)).isoformat(),
        "due": due,
    }
    assert handoff["priority"] == 4.0
    told = (await maeve.thread())[-1]["text"]
    assert "call 112 first" in told
    assert row["case_number"] in told
    assert "People are at the desk until 20:00 (Dublin time)." in told
    assert "You can go on writing." in told


async def test_a_german_customer_is_told_in_german(world: World) -> None:
    await agent(world, "Aoife")
    maeve = await world.shopper()
    await maeve.ask("Ich möchte bitte mit einem Menschen sprechen")
    assert "Sie warten jetzt auf einen Menschen aus unserem Team." in (await maeve.thread())[-1]["text"]


async def test_presence_is_a_lease_and_the_queues_show_who_is_on(world: World) -> None:
    aoife = await agent(world, "Aoife", on=False, queues=["general", "payments"])
    set_online = await aoife.client.put("/v1/desk/presence", json={"status": "online"})
    assert set_online.json()["lease_until"] == (NOON + timedelta(minutes=3)).isoformat()
    await (await world.shopper(None)).talk_to_person()

    queues = {queue["name"]: queue for queue in (await aoife.client.get("/v1/desk/queues")).json()["items"]}
    assert queues["general"] == {
        "name": "general", "open": True, "opens": None, "members": 1, "on": 1, "waiting": 1, "at_risk": 0,
    }  # fmt: skip
    assert queues["care"]["on"] == 0
    [me] = (await aoife.client.get("/v1/desk/people")).json()["items"]
    assert (me["name"], me["on"], me["load"], me["capacity"]) == ("Aoife", True, 0, 4)
    is_problem(await aoife.client.put("/v1/desk/presence", json={"status": "invisible"}), 422)


async def test_take_next_gives_the_first_and_says_when_there_is_none(world: World) -> None:
    aoife = await agent(world, "Aoife")
    visitor, maeve = await world.shopper(None), await world.shopper()
    await visitor.talk_to_person()
    await maeve.ask(DANGER)

    first = (await post(aoife, "next")).json()
    assert (first["conversation"]["id"], first["why"]) == (maeve.conversation_id, "")
    assert first["conversation"]["holder"]["name"] == "Aoife"
    await post(aoife, "next")
    assert (await post(aoife, "next")).json() == {"conversation": None, "why": "Nobody is waiting for you."}


async def test_a_claim_without_the_skill_is_forbidden_with_the_reason_and_open_to_a_supervisor(
    world: World,
) -> None:
    maeve = await world.shopper()
    aoife, bo = await agent(world, "Aoife"), await agent(world, "Bo", role=Role.SUPERVISOR)
    await agent(world, "Cara", skills=["care"])
    await maeve.ask(DANGER)

    told = is_problem(await aoife.claim(maeve.conversation_id), 403)
    assert "it needs the skill “care”; Cara can take it" in told
    assert (await post(aoife, "next")).json()["conversation"] is None
    assert (await bo.claim(maeve.conversation_id)).status_code == 200


async def test_a_list_of_one_queue(world: World) -> None:
    aoife = await agent(world, "Aoife")
    visitor, maeve = await world.shopper(None), await world.shopper()
    await visitor.talk_to_person()
    await maeve.ask(DANGER)
    listed = await aoife.client.get("/v1/desk/conversations", params={"view": "waiting", "queue": "care"})
    assert [row["id"] for row in listed.json()["items"]] == [maeve.conversation_id]


async def test_a_conversation_is_passed_on_and_the_customer_reads_one_line_without_the_note(
    world: World,
) -> None:
    maeve, aoife, ben = await world.shopper(), await agent(world, "Aoife"), await agent(world, "Ben")
    await maeve.talk_to_person()
    claimed = (await aoife.claim(maeve.conversation_id)).json()
    path = f"conversations/{maeve.conversation_id}/transfer"

    moved = await post(
        aoife, path, epoch=claimed["epoch"], queue="payments", reason="wrong_queue", note="Chargeback"
    )
    assert (moved.json()["floor"], moved.json()["handoff"]["queue"]) == ("queue", "payments")
    again = await post(aoife, path, epoch=claimed["epoch"], queue="care", reason="other")
    assert "queue has the floor" in is_problem(again, 409).lower()
    texts = [message["text"] for message in await maeve.thread()]
    assert texts[-1].startswith("Aoife has passed your conversation on to colleagues")
    assert not [text for text in texts if "Chargeback" in text]

    claimed = (await ben.claim(maeve.conversation_id)).json()
    to_aoife = {"epoch": claimed["epoch"], "person": aoife.account["id"], "reason": "workload"}
    assert (await post(ben, path, **to_aoife)).json()["holder"]["name"] == "Aoife"
    again = await post(aoife, path, **to_aoife | {"epoch": claimed["epoch"] + 1})
    assert "Aoife has this conversation already" in is_problem(again, 409)
    assert (await maeve.conversation())["holder"] == {"name": "Aoife"}


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "other"},
        {"reason": "other", "queue": "care", "person": "00000000-0000-0000-0000-000000000000"},
        {"reason": "because", "queue": "care"},
        {"reason": "other", "queue": "nowhere"},
        {"reason": "other", "person": "00000000-0000-0000-0000-000000000000"},
        {"reason": "other", "queue": "care", "note": "x" * 2001},
    ],
    ids=str,
)
async def test_a_transfer_that_leads_nowhere_is_refused(world: World, body: dict[str, Any]) -> None:
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    await maeve.talk_to_person()
    claimed = (await aoife.claim(maeve.conversation_id)).json()
    path = f"conversations/{maeve.conversation_id}/transfer"
    is_problem(await post(aoife, path, epoch=claimed["epoch"], **body), 422)
    assert (await maeve.conversation())["holder"] == {"name": "Aoife"}


async def test_what_is_put_aside_wakes_when_the_customer_writes(world: World) -> None:
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)
    await aoife.reply(maeve.conversation_id, "I will ask the workshop.")
    path = f"conversations/{maeve.conversation_id}/snooze"
    until = (NOON + timedelta(hours=2)).isoformat()

    aside = (await post(aoife, path, until=until)).json()["handoff"]
    assert (aside["snoozed_until"], aside["clock"]["due"]) == (until, None)
    await maeve.ask("Thank you, and what about the zip?")
    [row] = await aoife.list("mine")
    assert (row["handoff"]["snoozed_until"], row["handoff"]["woken_at"]) == (None, NOON.isoformat())
    assert row["handoff"]["clock"]["due"] == (NOON + timedelta(minutes=45)).isoformat()

    is_problem(await post(aoife, path, until=NOON.isoformat()), 422)
    is_problem(await post(aoife, path, until="2026-11-27T14:00:00"), 422)  # of which zone?
    assert (await post(aoife, path, until=None)).status_code == 200


async def test_signing_out_returns_what_one_holds_at_the_next_round(world: World) -> None:
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)
    async with maeve.listening() as stream:
        await aoife.client.post("/v1/desk/sign-out")
        await world.parts.rounds.make()
        told = await stream.until("message", lambda data: "had to leave" in data["text"])
    assert told.data["author"]["kind"] == "system"
    assert (await maeve.conversation())["floor"] == "queue"


async def test_the_button_works_while_routing_is_broken(world: World, monkeypatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("escalation.routing.Routing.assign", broken)
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    handed = (await maeve.talk_to_person()).json()
    assert handed["floor"] == "queue"
    assert handed["case_number"] in handed["messages"][-1]["text"]
    [row] = await aoife.list("waiting")
    assert (row["handoff"]["queue"], row["handoff"]["clock"]["state"]) == ("general", "none")
    assert (await post(aoife, "next")).json()["conversation"]["id"] == maeve.conversation_id


async def test_the_console_hears_of_a_case_that_was_raised(world: World) -> None:
    maeve, aoife = await world.shopper(), await agent(world, "Aoife")
    await maeve.talk_to_person()
    async with aoife.listening() as stream:
        world.parts.dispatch.clock = lambda: NOON + timedelta(minutes=50)
        await world.parts.rounds.make()
        told = await stream.until(
            "conversation", lambda data: bool(data["handoff"]) and data["handoff"]["urgency"] == "high"
        )
    assert told.data["handoff"]["clock"]["state"] == "at_risk"
