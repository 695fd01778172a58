"""Sessions hold where they should and end when they should: keys, hashes, origins, clocks, revocation, streams."""

import hashlib
import hmac
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
import pytest_asyncio
import time_machine

from api.identity import IDENTITY, SESSION
from escalation.assembly import assemble
from escalation.identity.revocations import Revocations
from evals.identity_vectors import SAMPLE, run
from knowledge.database import Database, utc_now
from tests.api.problems import is_problem
from tests.conftest import World, serving, settings_in
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")

OLD, NEW = "the old secret of the shop of 32 and more", "the new secret of the shop of 32 and more"
SHOP, ELSEWHERE = "https://shop.example", "https://elsewhere.example"


class Mailbox:
    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, to: str, subject: str, text: str) -> None:
        self.texts.append(text)


MAILBOX = Mailbox()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The product with a shop's own secrets, its pages, and hashes allowed."""
    folder = Path(shutil.copytree(prepared_data, tmp_path_factory.mktemp("shop") / "data"))
    settings = settings_in(
        folder,
        identity_secret=f"new:{NEW}, {OLD}",
        identity_issuer=SHOP,
        identity_hash=True,
        shop_origins=[SHOP],
    )
    parts = assemble(settings, mailer=MAILBOX)
    async with serving(parts) as address:
        world = World(parts, address)
        yield world
        await world.close()


def token(secret: str = NEW, kid: str | None = None, off: int = 0, **changes: Any) -> str:
    """A good token, made by a clock that is `off` seconds ahead, but for what is changed."""
    now = int(utc_now().timestamp()) + off
    claims = {"iss": SHOP, "aud": "identity", "sub": "cus_maeve", "iat": now, "exp": now + 300} | changes
    return jwt.encode(claims, secret, "HS256", headers={"kid": kid} if kid else None)


async def opened(shop: World, origin: str | None = None, **body: Any) -> Any:
    return await shop._client().post("/v1/sessions", json=body, headers={"Origin": origin} if origin else {})


async def customer(shop: World, origin: str | None = None) -> Shopper:
    session = (await opened(shop, origin, identity_token=token())).json()
    client = shop._client()
    client.headers["Authorization"] = f"Bearer {session['session_token']}"
    if origin:
        client.headers["Origin"] = origin
    return Shopper(client, session)


async def visitor(shop: World) -> Shopper:
    session = (await opened(shop)).json()
    client = shop._client()
    client.headers["Authorization"] = f"Bearer {session['session_token']}"
    made = Shopper(client, session)
    await made.begin()
    return made


# --- keys, hashes, shops -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "kid"), [(NEW, None), (NEW, "new"), (OLD, None)])
async def test_while_a_secret_is_changed_both_are_good(shop: World, secret: str, kid: str | None) -> None:
    response = await opened(shop, identity_token=token(secret, kid))
    assert (response.status_code, response.json()["level"]) == (201, "shop")


async def test_a_token_that_names_a_key_is_checked_with_that_key_only(shop: World) -> None:
    for secret, kid in (
        (OLD, "new"),
        (NEW, "unknown"),
        (NEW, "../../dev/null"),
        (NEW, "https://evil.example"),
    ):
        is_problem(await opened(shop, identity_token=token(secret, kid)), 401)


async def test_a_token_of_another_shop_is_refused_and_told_so(shop: World) -> None:
    forged = await opened(shop, identity_token=token("the secret of another shop of 32 and more"))
    assert "another shop" in is_problem(forged, 401)
    other = await opened(shop, identity_token=token(iss="https://other.example"))
    assert "another shop" in is_problem(other, 401)
    assert other.json()["why"] == "other_shop"


async def test_a_token_for_several_is_for_us_too(shop: World) -> None:
    assert (await opened(shop, identity_token=token(aud=["identity", "mail"]))).status_code == 201


async def test_a_hash_of_the_id_opens_a_weaker_session(shop: World) -> None:
    good = hmac.new(NEW.encode(), b"cus_maeve", hashlib.sha256).hexdigest()
    response = await opened(shop, user_id="cus_maeve", user_hash=good)
    assert (response.status_code, response.json()["level"]) == (201, "hash")
    for id_, given in (("cus_jonas", good), ("cus_maeve ", good), ("cus_maeve", "é" * 64), ("cus_maeve", "")):
        is_problem(await opened(shop, user_id=id_, user_hash=given), 401)


async def test_a_hash_is_not_accepted_unless_the_shop_says_so(house: World) -> None:
    secret = f"demo:{house.parts.settings.data_dir.joinpath('secret').read_text().strip()}"
    good = hmac.new(secret.encode(), b"cus_maeve", hashlib.sha256).hexdigest()
    detail = is_problem(await opened(house, user_id="cus_maeve", user_hash=good), 401)
    assert "CANDOR_IDENTITY_HASH" in detail


async def test_the_vectors_of_others_are_judged_as_they_say(tmp_path: Path) -> None:
    results = await run(SAMPLE, tmp_path)
    assert {name: wrong for name, (_, wrong) in results.items() if wrong} == {}
    assert all(count > 0 for count, _ in results.values())


# --- clocks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "why", "words"), [(600, "clock_differs", "ahead"), (-600, "expired", "behind")]
)
async def test_a_clock_ten_minutes_off_is_told_as_such(shop: World, off: int, why: str, words: str) -> None:
    response = await opened(shop, identity_token=token(off=off))
    detail = is_problem(response, 401)
    assert response.json()["why"] == why
    assert "10 minutes" in detail
    assert "clock" in detail
    assert words in detail
    assert "UTC" in detail


async def test_a_token_that_lives_too_long_is_told_how_long_it_may(shop: World) -> None:
    now = int(utc_now().timestamp())
    long = token(exp=now + int(IDENTITY.total_seconds()) + 61)
    assert "10 minutes" in is_problem(await opened(shop, identity_token=long), 401)


# --- origins -----------------------------------------------------------------------------------------------------


async def test_a_session_serves_only_the_origin_that_it_was_opened_on(shop: World) -> None:
    maeve = await customer(shop, SHOP)
    assert (await maeve.client.get("/v1/conversations")).status_code == 200
    response = await maeve.client.get("/v1/conversations", headers={"Origin": ELSEWHERE})
    is_problem(response, 401)
    assert response.json()["why"] == "other_origin"
    from_a_server = await customer(shop)
    is_problem(await from_a_server.client.get("/v1/conversations", headers={"Origin": SHOP}), 401)


async def test_the_chat_opens_no_session_on_a_page_of_nobody(shop: World) -> None:
    assert (await opened(shop, shop_page=SHOP)).status_code == 201
    is_problem(await opened(shop, shop_page=ELSEWHERE), 401)
    is_problem(await opened(shop, shop_page="not an origin"), 422)


async def test_only_the_shops_pages_may_embed_the_chat(shop: World, house: World) -> None:
    policy = (await shop._client().get("/widget/panel")).headers["content-security-policy"]
    assert f"frame-ancestors 'self' {SHOP}" in policy
    for page in ("/console", "/help", "/widget/panel.html"):
        policy = (await shop._client().get(page)).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self'")
    alone = (await house._client().get("/widget/panel")).headers["content-security-policy"]
    assert alone.endswith("frame-ancestors 'self'")


async def test_only_the_shops_pages_may_call_from_a_browser_and_no_cookie_counts(shop: World) -> None:
    async def allowed(path: str, origin: str) -> str | None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        headers = (await shop._client().options(path, headers=asked)).headers
        assert "access-control-allow-credentials" not in headers
        return headers.get("access-control-allow-origin")

    assert await allowed("/v1/sessions", SHOP) == SHOP
    assert await allowed("/v1/conversations", SHOP) == SHOP
    assert await allowed("/v1/sessions", ELSEWHERE) is None
    assert await allowed("/v1/desk/sign-in", SHOP) is None
    assert await allowed("/v1/kb/articles", SHOP) is None


# --- the end of a session ----------------------------------------------------------------------------------------


async def test_a_sign_out_ends_the_token_and_its_stream(shop: World) -> None:
    maeve = await customer(shop)
    await maeve.begin()
    async with maeve.listening() as stream:
        assert (await maeve.client.delete("/v1/sessions/current")).status_code == 204
        over = await stream.until("session_ended", seconds=5)
    assert (over.data, over.id) == ({"why": "revoked"}, None)
    response = await maeve.client.get("/v1/conversations")
    is_problem(response, 401)
    assert response.json()["why"] == "revoked"


async def test_the_visitor_token_of_who_has_signed_out_finds_nothing(shop: World) -> None:
    someone = await visitor(shop)
    await someone.client.delete("/v1/sessions/current")
    again = (await opened(shop, visitor_token=someone.session["visitor_token"])).json()
    bearer = {"Authorization": f"Bearer {again['session_token']}"}
    found = await shop._client().get(f"/v1/conversations/{someone.conversation_id}", headers=bearer)
    assert found.status_code == 404


async def test_the_shop_ends_a_customers_sessions_and_their_streams_within_five_seconds(shop: World) -> None:
    maeve, other = await customer(shop), await visitor(shop)
    old = token(off=-5)
    await maeve.begin()
    word = token(aud="revocation")
    async with maeve.listening() as stream, other.listening() as untouched:
        response = await shop._client().post(
            "/v1/sessions/revocations", headers={"Authorization": f"Bearer {word}"}
        )
        assert response.status_code == 204
        await stream.until("session_ended", seconds=5)
        assert untouched.of("session_ended") == []
    is_problem(await maeve.client.get("/v1/conversations"), 401)
    is_problem(await opened(shop, identity_token=old), 401)
    assert (await other.client.get("/v1/conversations")).status_code == 200
    assert (await opened(shop, identity_token=token(off=1))).status_code == 201


async def test_another_process_can_end_them_too(shop: World) -> None:
    maeve = await customer(shop)
    await maeve.begin()
    elsewhere = Database(shop.parts.settings.records_url)
    async with maeve.listening() as stream:
        await Revocations(elsewhere).end("customer:cus_maeve")
        await stream.until("session_ended", why="revoked", seconds=5)
    await elsewhere.close()


async def test_nobody_else_can_end_sessions(shop: World) -> None:
    maeve = await customer(shop)
    for word in (token(), token("x" * 40, aud="revocation"), maeve.session["session_token"]):
        response = await shop._client().post(
            "/v1/sessions/revocations", headers={"Authorization": f"Bearer {word}"}
        )
        is_problem(response, 401)
    assert (await maeve.client.get("/v1/conversations")).status_code == 200


async def test_an_expired_session_ends_its_stream_and_a_new_one_goes_on_without_a_gap(shop: World) -> None:
    maeve = await customer(shop)
    await maeve.ask("How much is express delivery?")
    async with maeve.listening() as stream:
        await stream.until("message", author={"kind": "ai", "name": None})
        with time_machine.travel(utc_now() + SESSION + timedelta(seconds=1)):
            over = await stream.until("session_ended", seconds=5)
            fresh = (await opened(shop, identity_token=token())).json()
            maeve.client.headers["Authorization"] = f"Bearer {fresh['session_token']}"
            last = max(told.id for told in stream.events if told.id is not None)
            await maeve.ask("And a pick-up point?")
            async with maeve.listening(last) as second:
                await second.until("message", author={"kind": "ai", "name": None})
                whole = [message["id"] for message in await maeve.thread()]
    assert over.data == {"why": "expired"}
    assert [t.data["id"] for s in (stream, second) for t in s.of("message")] == whole


# --- the step-up -------------------------------------------------------------------------------------------------


async def begin(who: Shopper, email: str = "maeve.brennan@customers.example") -> Any:
    return await who.client.post(
        f"/v1/conversations/{who.conversation_id}/step-up", json={"email": email, "language": "de"}
    )


async def test_a_visitor_who_asks_for_an_order_proves_who_they_are_and_gets_it(shop: World) -> None:
    someone = await visitor(shop)
    offered = await someone.ask("Where is my order TT-10412?")
    assert offered["offer_step_up"] is True
    begun = await begin(someone)
    assert begun.status_code == 202
    await shop.parts.step_up.close()
    path = f"/v1/conversations/{someone.conversation_id}/step-up/{begun.json()['id']}"
    code = re.search(r"\d{6}", MAILBOX.texts[-1])
    assert code
    wrong = await someone.client.post(path, json={"code": f"{(int(code[0]) + 1) % 10**6:06}"})
    is_problem(wrong, 409)
    assert (wrong.json()["why"], wrong.json()["tries_left"]) == ("wrong_code", 2)

    async with someone.listening() as stream:
        session = await someone.client.post(path, json={"code": code[0]})
        assert session.json()["level"] == "email"
        await stream.until("session_ended")
    is_problem(await someone.client.get(f"/v1/conversations/{someone.conversation_id}"), 401)
    someone.client.headers["Authorization"] = f"Bearer {session.json()['session_token']}"
    answer = await someone.ask("Where is my order TT-10412?")

    assert answer["offer_step_up"] is False
    assert "TT-10412" in answer["text"]
    assert someone.session["customer"] is None
    assert "confirmed" in [m["text"] for m in await someone.thread() if m["author"]["kind"] == "system"][-1]


async def test_the_answer_to_an_unknown_address_is_like_any_other(shop: World) -> None:
    known, unknown = await visitor(shop), await visitor(shop)
    first = await begin(known, "jonas.weber@customers.example")
    second = await begin(unknown, f"{uuid4().hex}@customers.example")
    assert first.status_code == second.status_code == 202
    assert first.json().keys() == second.json().keys()


async def test_too_many_codes_are_told_how_long_to_wait(shop: World) -> None:
    someone = await visitor(shop)
    responses = [await begin(someone, "tomasz.nowak@customers.example") for _ in range(4)]
    assert [response.status_code for response in responses] == [202, 202, 202, 429]
    assert int(responses[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", 123456])
async def test_what_is_no_code_costs_no_try(shop: World, code: Any) -> None:
    someone = await visitor(shop)
    begun = (await begin(someone, f"{uuid4().hex}@customers.example")).json()
    path = f"/v1/conversations/{someone.conversation_id}/step-up/{begun['id']}"
    is_problem(await someone.client.post(path, json={"code": code}), 422)
    assert (await someone.client.post(path, json={"code": "000000"})).json()["tries_left"] == 2
