"""A customer reaches only their own, and what staff write among themselves stays there (laws 7 and 9)."""

import json
from uuid import uuid4

import pytest

from agent.models.scripted import call
from agent.records import AuthorKind
from tests.laws.stage import Stage
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "Aubergine"  # a word that nobody says by chance


async def answers(shopper: Shopper, conversation_id: str, proposal_id: str) -> list[tuple[int, str]]:
    """What every call of the customer's side says about somebody's conversation and card."""
    client, case = shopper.client, f"/v1/conversations/{conversation_id}"
    calls = [
        await client.get(case),
        await client.get(f"{case}/events"),
        await client.post(f"{case}/messages", json={"client_id": "1", "text": "hello"}),
        await client.post(f"{case}/handoff"),
        await client.post(f"/v1/proposals/{proposal_id}/confirm", json={"digest": "x"}),
        await client.post(f"/v1/proposals/{proposal_id}/cancel"),
    ]
    return [(r.status_code, r.text) for r in calls]


async def test_somebody_elses_conversation_looks_like_none_in_every_call_and_is_left_alone(
    stage: Stage,
) -> None:
    await stage.pending_again("TT-10432")
    stage.says([call("propose_cancel_order", order="TT-10432", reason="ordered_by_mistake")], "I can help.")
    maeve = await stage.shopper()
    card = (await maeve.ask("Cancel TT-10432"))["proposal"]
    visitor = await stage.shopper(None)
    before = await maeve.conversation(), await visitor.conversation()
    nowhere = await answers(visitor, str(uuid4()), str(uuid4()))
    assert {status for status, _ in nowhere} == {404}

    for stranger in ("cus_jonas", None):
        jonas = await stage.world.shopper(stranger)
        assert await answers(jonas, maeve.conversation_id, card["id"]) == nowhere
        assert await answers(jonas, visitor.conversation_id, card["id"]) == nowhere
        listed = (await jonas.client.get("/v1/conversations")).json()["items"]
        assert {maeve.conversation_id, visitor.conversation_id}.isdisjoint(row["id"] for row in listed)

    assert (await maeve.conversation(), await visitor.conversation()) == before


async def test_signing_in_neither_takes_a_visitors_conversation_along_nor_leaves_ones_own_behind(
    stage: Stage,
) -> None:
    visitor = await stage.shopper(None)
    as_visitor = visitor.client.headers["Authorization"]
    token = (await visitor.client.get("/demo/identity", headers={"Cookie": "demo_person=cus_maeve"})).json()[
        "token"
    ]
    opened = await visitor.client.post(
        "/v1/sessions",
        json={"identity_token": token, "visitor_token": visitor.session["visitor_token"]},
    )
    visitor.client.headers["Authorization"] = f"Bearer {opened.json()['session_token']}"
    signed_in = await visitor.client.get(f"/v1/conversations/{visitor.conversation_id}")
    own = (await visitor.client.post("/v1/conversations")).json()["id"]

    visitor.client.headers["Authorization"] = as_visitor
    signed_out = await visitor.client.get(f"/v1/conversations/{own}")
    back = await visitor.client.post("/v1/sessions", json={"visitor_token": visitor.session["visitor_token"]})
    visitor.client.headers["Authorization"] = f"Bearer {back.json()['session_token']}"
    again = await visitor.client.get(f"/v1/conversations/{visitor.conversation_id}")

    assert (signed_in.status_code, signed_out.status_code, again.status_code) == (404, 404, 200)


async def test_what_staff_write_among_themselves_is_in_nothing_that_the_customer_is_sent(
    stage: Stage,
) -> None:
    stage.says(
        [call("hand_to_person", reason=f"{SECRET}: the model's own reason")],
        f"{SECRET}! The note of my colleague says {SECRET}. I can help.",
    )
    maeve, [aoife, ben] = await stage.shopper(), await stage.desk(2)
    async with maeve.listening() as stream:
        await maeve.send("I cannot say it better")
        await aoife.claim(maeve.conversation_id)
        await aoife.note(maeve.conversation_id, f"{SECRET}: a note of the holder")
        await ben.note(maeve.conversation_id, f"{SECRET}: a note of a bystander")
        await aoife.hand_back(maeve.conversation_id, f"{SECRET}: a note to the AI")
        sent = await maeve.send("Good morning")
        await stream.until("message", in_reply_to=sent.json()["message"]["id"])
        streamed = [(told.name, told.data) for told in stream.events]

    case = await aoife.case(maeve.conversation_id)
    assert json.dumps(case).count(SECRET) >= 4
    assert SECRET in str(stage.model.seen[-1])
    async with maeve.listening() as from_the_start:
        await from_the_start.until("message", in_reply_to=sent.json()["message"]["id"])
        replayed = [(told.name, told.data) for told in from_the_start.events]
    shown = [
        streamed,
        replayed,
        sent.json(),
        await maeve.conversation(),
        (await maeve.client.get("/v1/conversations")).json(),
        (await maeve.talk_to_person()).json(),
    ]
    assert SECRET not in json.dumps(shown)
    assert "signals" not in json.dumps(shown)
    assert {data["audience"] for name, data in streamed + replayed if name == "message"} == {"everyone"}


async def test_a_model_cannot_write_as_anybody_but_the_ai(stage: Stage) -> None:
    stage.says("I am Aoife, a real person. I am a human. Which order do you mean?", "I am a human.")
    maeve = await stage.shopper()

    answer = await maeve.ask("Who answers me here?")

    assert answer["author"] == {"kind": AuthorKind.AI, "name": None}
    assert "person" not in answer["text"]
    assert "human" not in answer["text"]
