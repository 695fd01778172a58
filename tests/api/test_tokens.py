"""Who asks? Tokens that are broken, old, foreign or forged open nothing."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
import time_machine

from agent.records import Conversation
from api.identity import SESSION
from escalation.assembly import secret_of
from knowledge.database import utc_now
from tests.api.problems import is_problem
from tests.conftest import World
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")


def claims(**changes: Any) -> dict[str, Any]:
    """A good identity token's claims, but for what is given; None leaves a claim out.

    Times are given from now, in seconds; as text they are written as text.
    """
    moment = int(utc_now().timestamp())
    for name in changes.keys() & {"iat", "exp", "nbf"}:
        match changes[name]:
            case int(seconds):
                changes[name] = moment + seconds
            case str(seconds) if seconds.startswith("+"):
                changes[name] = str(moment + int(seconds))
    good = {"sub": "cus_maeve", "aud": "identity", "iat": moment, "exp": moment + 600}
    return {name: value for name, value in (good | changes).items() if value is not None}


def identity_secret(house: World) -> str:
    return f"demo:{secret_of(house.parts.settings)}"


def signed(house: World, **changes: Any) -> str:
    return jwt.encode(claims(**changes), identity_secret(house), algorithm="HS256")


def unsigned(algorithm: str) -> str:
    header, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": algorithm, "typ": "JWT"}, claims())
    )
    return f"{header}.{body}."


async def open_with(house: World, token: Any) -> Any:
    return await house._client().post("/v1/sessions", json={"identity_token": token})


async def test_a_token_tells_when_the_customer_has_signed_in_and_each_message_keeps_it(house: World) -> None:
    moment = int(utc_now().timestamp()) - 300
    session = (await open_with(house, signed(house, auth_time=moment))).json()
    maeve = Shopper(house._client(), session)
    maeve.client.headers["Authorization"] = f"Bearer {session['session_token']}"
    await maeve.begin()
    assert await signed_in_at(house, maeve) == moment
    later = (await open_with(house, signed(house, auth_time=moment + 200))).json()
    maeve.client.headers["Authorization"] = f"Bearer {later['session_token']}"
    await maeve.send("Hello")
    assert await signed_in_at(house, maeve) == moment + 200
    silent = (await open_with(house, signed(house))).json()
    maeve.client.headers["Authorization"] = f"Bearer {silent['session_token']}"
    await maeve.send("Hello again")
    assert await signed_in_at(house, maeve) is None


async def signed_in_at(house: World, shopper: Shopper) -> float | None:
    async with house.parts.database.reading() as session:
        found = (await session.get_one(Conversation, UUID(shopper.conversation_id))).signed_in_at
    return found.timestamp() if found else None


@pytest.mark.parametrize("auth_time", ["1700000000", True, -1, 1e12, float("nan"), [1], {}])
async def test_a_sign_in_at_no_possible_time_is_refused(house: World, auth_time: Any) -> None:
    is_problem(await open_with(house, signed(house, auth_time=auth_time)), 401)


async def test_a_token_of_the_shop_opens_a_session_for_its_customer(house: World) -> None:
    response = await open_with(house, signed(house))
    assert response.status_code == 201
    assert response.json()["customer"] == {"name": "Maeve Brennan"}


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", "HS256", "RS256"])
async def test_an_unsigned_token_opens_nothing(house: World, algorithm: str) -> None:
    is_problem(await open_with(house, unsigned(algorithm)), 401)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": -7200},
        {"exp": None},
        {"iat": None},
        {"aud": None},
        {"sub": None},
        {"aud": "session"},
        {"aud": ["session"]},
        {"aud": ["identity", 7]},
        {"aud": []},
        {"sub": ""},
        {"sub": ["cus_maeve"]},
        {"sub": 7},
        {"sub": "cus_nobody"},
        {"sub": "cus_\u200bmaeve"},
        {"sub": "cus_maeve\0"},
        {"iat": +3600},
        {"exp": +365 * 86400},
        {"exp": "+300"},
        {"iat": "+0"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 10**30},
        {"exp": "soon"},
        {"exp": {}},
        {"nbf": +3600},
    ],
    ids=str,
)
async def test_a_signed_token_with_bad_claims_opens_nothing(house: World, changes: dict[str, Any]) -> None:
    is_problem(await open_with(house, signed(house, **changes)), 401)


async def test_a_token_signed_with_another_key_or_algorithm_opens_nothing(house: World) -> None:
    secret = identity_secret(house)
    for key, algorithm in (
        ("x" * 40, "HS256"),
        (secret + " ", "HS256"),
        (secret_of(house.parts.settings), "HS256"),
        (secret, "HS384"),
        (secret, "HS512"),
    ):
        is_problem(await open_with(house, jwt.encode(claims(), key, algorithm=algorithm)), 401)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "hello", "ü.ü.ü", "e30.e30.e30", "\0", "x" * 4096]
)
async def test_what_is_no_token_opens_nothing(house: World, token: str) -> None:
    is_problem(await open_with(house, token), 401)


@pytest.mark.parametrize("token", [7, [], {}, True, "x" * 4097, "x" * 60_000])
async def test_a_token_of_a_wrong_type_or_size_is_refused(house: World, token: Any) -> None:
    is_problem(await open_with(house, token), 422)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 4096])
async def test_a_broken_visitor_token_only_means_a_new_visitor(house: World, token: str) -> None:
    response = await house._client().post("/v1/sessions", json={"visitor_token": token})
    assert response.status_code == 201
    assert response.json()["customer"] is None


async def test_a_visitor_token_finds_the_visitors_own_conversation_again(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    again = await house._client().post(
        "/v1/sessions", json={"visitor_token": visitor.session["visitor_token"]}
    )
    bearer = {"Authorization": f"Bearer {again.json()['session_token']}"}

    response = await house._client().get(f"/v1/conversations/{visitor.conversation_id}", headers=bearer)

    assert response.status_code == 200


async def test_tokens_of_one_kind_do_not_serve_as_another(house: World) -> None:
    visitor = await house.shopper(None)
    session, comeback = visitor.session["session_token"], visitor.session["visitor_token"]

    is_problem(await open_with(house, session), 401)
    is_problem(await open_with(house, comeback), 401)
    for token in (comeback, signed(house)):
        bearer = {"Authorization": f"Bearer {token}"}
        is_problem(await house._client().get("/v1/conversations", headers=bearer), 401)


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"Bearer",
        b"Bearer x",
        b"Basic YTpi",
        b"Bearer \xff\xfe",
        b"x" * 20_000,
        b"Bearer " + b"y" * 20_000,
    ],
    ids=lambda header: header[:12],
)
async def test_a_call_without_a_good_session_token_is_refused(house: World, header: bytes) -> None:
    for method, path in (("GET", "/v1/conversations"), ("POST", "/v1/conversations")):
        response = await house._client().request(method, path, headers={"Authorization": header})
        is_problem(response, 401)


async def test_a_session_token_ends_by_itself(house: World) -> None:
    visitor = await house.shopper(None)
    with time_machine.travel(utc_now() + SESSION + timedelta(minutes=2)):
        detail = is_problem(await visitor.client.get("/v1/conversations"), 401)
    assert "expired" in detail


async def test_no_answer_to_a_bad_token_repeats_the_token(house: World) -> None:
    response = await open_with(house, signed(house, aud="session"))
    assert signed(house)[:20] not in response.text
