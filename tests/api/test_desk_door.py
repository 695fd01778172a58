"""The desk's door: no cookie, no header, no way in."""

import re
from uuid import uuid4

import pytest

from api.app import create_app
from tests.api.problems import is_problem
from tests.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASE = "/v1/desk/conversations/{id}"
READS = [
    "/v1/desk/me",
    "/v1/desk/conversations",
    CASE,
    "/v1/desk/events",
    "/v1/desk/messages/{id}/turn",
    f"{CASE}/customer",
    "/v1/desk/wrap-ups",
    "/v1/desk/people",
    "/v1/desk/queues",
    f"{CASE}/macros",
    f"{CASE}/passages",
    "/v1/desk/macros",
    "/v1/desk/mentions",
    "/v1/desk/centre",
    "/v1/desk/centre.csv",
    "/v1/desk/alerts",
    "/v1/desk/playbooks/{id}",
    "/v1/desk/attachments/{id}",
]
# The supervisors' pages on evaluations and experiments: test_qa.py, test_experiments.py and test_access.py knock at these.
SUPERVISORS = {
    "/v1/desk/qa/runs",
    "/v1/desk/qa/runs/{id}/report",
    "/v1/desk/qa/runs/{id}/comparison",
    "/v1/desk/qa/labels/next",
    "/v1/desk/qa/labels/{id}",
    "/v1/desk/qa/agreement",
    "/v1/desk/qa/conversations/{id}/case",
    "/v1/desk/qa/experiments",
    "/v1/desk/qa/experiments/{id}/results",
    "/v1/desk/qa/experiments/{id}/stop",
}
WRITES = {
    f"{CASE}/claim": {"epoch": 1},
    f"{CASE}/replies": {"client_id": "a", "text": "Hello"},
    f"{CASE}/notes": {"client_id": "a", "text": "Hello"},
    f"{CASE}/hand-back": {"note": ""},
    f"{CASE}/resolve": {},
    f"{CASE}/transfer": {"epoch": 1, "queue": "general", "reason": "other"},
    f"{CASE}/snooze": {"until": None},
    f"{CASE}/activity": {"doing": "viewing", "window": "a"},
    f"{CASE}/take-over": {"epoch": 1, "reason": "Because."},
    "/v1/desk/approvals/{id}/approve": {"digest": "0" * 64},
    "/v1/desk/approvals/{id}/refuse": {"digest": "0" * 64},
    f"{CASE}/whispers": {"client_id": "a", "text": "Hello"},
    f"{CASE}/suggestions": {},
    f"{CASE}/mentions/seen": {},
    "/v1/desk/macros/{id}": {"name": "a", "text": "Hello", "version": 1},
    "/v1/desk/tone": {"text": "Hello"},
    "/v1/desk/alerts/{id}/acknowledge": {"hours": 1},
    "/v1/desk/next": {},
    "/v1/desk/presence": {"status": "online"},
}


def method(path: str) -> str:
    return "PUT" if path.endswith(("/presence", "/macros/{id}")) else "POST"


async def test_this_test_knows_every_route_of_the_desk(house: World) -> None:
    paths = create_app(house.parts).openapi()["paths"]
    desk = {re.sub(r"{\w+}", "{id}", path) for path in paths if path.startswith("/v1/desk/")}
    assert desk == {*READS, *WRITES, *SUPERVISORS, "/v1/desk/sign-in", "/v1/desk/sign-out"}


@pytest.mark.parametrize("path", READS)
async def test_nobody_reads_without_signing_in(house: World, path: str) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    for cookie in (
        "",
        "candor_desk=",
        "candor_desk=guess",
        f"candor_desk={visitor.session['session_token']}",
    ):
        response = await visitor.client.get(
            path.format(id=visitor.conversation_id), headers={"Cookie": cookie}
        )
        assert "Sign in" in is_problem(response, 401)


@pytest.mark.parametrize("path", WRITES)
async def test_nobody_acts_without_signing_in(house: World, path: str) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    response = await visitor.client.request(
        method(path),
        path.format(id=visitor.conversation_id),
        json=WRITES[path],
        headers={"X-Candor-Desk": "1"},
    )
    is_problem(response, 401)
    assert len(await visitor.thread()) == 1


@pytest.mark.parametrize("path", WRITES)
async def test_a_call_that_a_foreign_page_could_send_is_refused_although_signed_in(
    house: World, path: str
) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    aoife = await house.human_agent(f"Aoife{uuid4().hex[:6]}")
    for value in (None, "", "0", "true"):
        aoife.client.headers.pop("X-Candor-Desk", None)
        headers = {} if value is None else {"X-Candor-Desk": value}
        response = await aoife.client.request(
            method(path), path.format(id=visitor.conversation_id), json=WRITES[path], headers=headers
        )
        assert "X-Candor-Desk" in is_problem(response, 403)
    conversation = await visitor.conversation()
    assert (conversation["floor"], len(conversation["messages"])) == ("ai", 1)


# A whisper is refused to whoever is no supervisor before anything is looked up; nothing to be seen is nothing seen.
ANYHOW = {f"{CASE}/whispers", f"{CASE}/mentions/seen"}


@pytest.mark.parametrize("path", [CASE, *(path for path in WRITES if "{id}" in path and path not in ANYHOW)])
async def test_a_case_that_does_not_exist_is_told_so(house: World, path: str) -> None:
    ben = await house.human_agent(f"Ben{uuid4().hex[:6]}")
    url = path.format(id=uuid4())
    asked = (
        ben.client.request(method(path), url, json=WRITES[path]) if path in WRITES else ben.client.get(url)
    )
    response = await asked
    is_problem(response, 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"epoch": "first"},
        {"epoch": None},
        {"epoch": 1.5},
        {"epoch": -1},
        {"epoch": 10**30},
        {"epoch": 1, "x": 1},
    ],
    ids=str,
)
async def test_a_claim_of_a_wrong_form_is_refused(house: World, body: dict) -> None:
    visitor, cara = await house.shopper(None), await house.human_agent(f"Cara{uuid4().hex[:6]}")
    await visitor.begin()
    response = await cara.client.post(CASE.format(id=visitor.conversation_id) + "/claim", json=body)
    is_problem(response, 422)
    assert (await visitor.conversation())["floor"] == "ai"


async def test_the_loser_of_a_claim_is_told_the_winners_name(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.talk_to_person()
    winner, loser = await house.human_agent("Winnie"), await house.human_agent("Lorcan")
    await winner.claim(visitor.conversation_id, epoch=2)

    response = await loser.claim(visitor.conversation_id, epoch=2)

    assert "Winnie has the floor" in is_problem(response, 409)
    assert response.json()["holder"] == {"id": winner.account["id"], "name": "Winnie"}


async def test_a_reply_without_the_floor_is_refused_and_never_reaches_the_customer(house: World) -> None:
    visitor, dan = await house.shopper(None), await house.human_agent("Daniel")
    await visitor.begin()

    response = await dan.reply(visitor.conversation_id, "Not my turn")

    is_problem(response, 409)
    assert "Not my turn" not in str(await visitor.thread())


@pytest.mark.parametrize("text", ["", "  ", "\0", "x" * 4001])
async def test_a_reply_or_note_that_cannot_be_taken_is_refused(house: World, text: str) -> None:
    visitor, eve = await house.shopper(None), await house.human_agent(f"Eve{uuid4().hex[:6]}")
    await visitor.begin()
    await eve.claim(visitor.conversation_id)
    is_problem(await eve.reply(visitor.conversation_id, text), 422)
    is_problem(await eve.note(visitor.conversation_id, text), 422)
    assert len(await visitor.thread()) == 2


async def test_a_note_never_reaches_the_customer_over_http(house: World) -> None:
    visitor, fay = await house.shopper(None), await house.human_agent("Fay")
    await visitor.begin()
    await fay.claim(visitor.conversation_id)
    async with visitor.listening() as stream:
        assert (await fay.note(visitor.conversation_id, "Secret of the desk")).status_code == 201
        await fay.reply(visitor.conversation_id, "Hello from Fay")
        await stream.until("message", text="Hello from Fay")

    assert "Secret of the desk" not in str(stream.events)
    assert "Secret of the desk" not in str(await visitor.conversation())
    assert "Secret of the desk" in str(await fay.case(visitor.conversation_id))


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody@desk.example", "password": "a long enough password"},
        {"email": "gina@desk.example", "password": "wrong"},
        {"email": "\ud800", "password": "x"},
        {"email": "gina@desk.example", "password": "x" * 1025},
        {"email": "gina@desk.example"},
        {"email": ["gina@desk.example"], "password": "x"},
    ],
    ids=lambda body: str(body)[:50].encode("ascii", "replace").decode(),
)
async def test_a_failed_sign_in_gives_no_cookie_and_does_not_repeat_the_password(
    house: World, body: dict
) -> None:
    import json

    response = await house._client().post(
        "/v1/desk/sign-in",
        content=json.dumps(body),
        headers={"X-Candor-Desk": "1", "Content-Type": "application/json"},
    )
    assert response.status_code in (401, 422)
    is_problem(response, response.status_code)
    assert "set-cookie" not in response.headers
    assert "a long enough password" not in response.text


async def test_an_unknown_address_and_a_wrong_password_look_the_same(house: World) -> None:
    await house.human_agent("Gina")
    client = house._client()
    client.headers["X-Candor-Desk"] = "1"
    answers = [
        await client.post("/v1/desk/sign-in", json={"email": email, "password": "not this one"})
        for email in ("gina@desk.example", "nobody@desk.example")
    ]
    assert answers[0].json() == answers[1].json()
    is_problem(answers[0], 401)


async def test_the_cookie_is_hidden_from_scripts_and_foreign_sites_and_ends_with_sign_out(
    house: World,
) -> None:
    hugh = await house.human_agent("Hugh")
    response = await hugh.client.post(
        "/v1/desk/sign-in", json={"email": "hugh@desk.example", "password": "a long enough password"}
    )
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    token = hugh.client.cookies["candor_desk"]

    assert (await hugh.client.post("/v1/desk/sign-out")).status_code == 204

    stolen = await house._client().get("/v1/desk/me", headers={"Cookie": f"candor_desk={token}"})
    is_problem(stolen, 401)
