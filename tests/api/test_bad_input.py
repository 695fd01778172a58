"""Whatever is thrown at the door gets a clear answer; nothing is written, nothing breaks (issue 2, Bad input)."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from agent.incoming import MAX_CHARACTERS
from tests.api.problems import is_problem
from tests.conftest import World
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def post(shopper: Shopper, body: bytes | str, **headers: str) -> Response:
    return await shopper.client.post(
        f"/v1/conversations/{shopper.conversation_id}/messages",
        content=body,
        headers={"Content-Type": "application/json"} | headers,
    )


async def someone(house: World) -> Shopper:
    visitor = await house.shopper(None)
    await visitor.begin()
    return visitor


BROKEN_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"hello",
    "half of JSON": b'{"client_id": "a", "text": ',
    "invalid UTF-8": b'{"client_id": "a", "text": "\xff\xfe\xfd"}',
    "invalid UTF-8 around": b"\xff\xfe",
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "deep": b"[" * 30_000,
    "text is missing": b'{"client_id": "a"}',
    "client_id is missing": b'{"text": "hi"}',
    "text is a number": b'{"client_id": "a", "text": 1}',
    "text is null": b'{"client_id": "a", "text": null}',
    "text is a list": b'{"client_id": "a", "text": ["hi"]}',
    "text is an object": b'{"client_id": "a", "text": {"$ne": 1}}',
    "client_id is a number": b'{"client_id": 1, "text": "hi"}',
    "client_id is empty": b'{"client_id": "", "text": "hi"}',
    "client_id is long": json.dumps({"client_id": "a" * 65, "text": "hi"}).encode(),
    "client_id has a colon": b'{"client_id": "staff:1", "text": "hi"}',
    "client_id has a line break": b'{"client_id": "a\\n", "text": "hi"}',
    "an unknown field": b'{"client_id": "a", "text": "hi", "author_kind": "ai"}',
    "text is empty": b'{"client_id": "a", "text": ""}',
    "text is only space": b'{"client_id": "a", "text": " \\n\\t "}',
    "text is only NUL": b'{"client_id": "a", "text": "\\u0000\\u0000"}',
    "text is too long": json.dumps({"client_id": "a", "text": "x" * (MAX_CHARACTERS + 1)}).encode(),
}


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES)
async def test_a_message_that_cannot_be_taken_is_refused_with_the_reason(house: World, body: bytes) -> None:
    visitor = await someone(house)

    response = await post(visitor, body)

    assert response.status_code in (400, 422)
    is_problem(response, response.status_code)
    assert len(await visitor.thread()) == 1


async def test_a_lone_surrogate_is_refused_or_dropped_and_never_breaks_anything(house: World) -> None:
    visitor = await someone(house)
    response = await post(visitor, b'{"client_id": "a", "text": "hi \\ud800 there"}')
    assert response.status_code in (201, 422)
    if response.status_code == 201:
        assert response.json()["message"]["text"] == "hi  there"
    else:
        is_problem(response, 422)


async def test_nul_bytes_in_a_message_are_dropped_and_the_rest_is_taken(house: World) -> None:
    visitor = await someone(house)
    response = await visitor.send("Where\0 is \x07my order?\r\n", wait=0)
    assert response.status_code == 201
    assert response.json()["message"]["text"] == "Where is my order?"


async def test_a_message_of_100_kb_is_refused_before_it_is_read(house: World) -> None:
    visitor = await someone(house)
    detail = is_problem(await visitor.send("x" * 100_000), 413)
    assert "64 kB" in detail
    assert len(await visitor.thread()) == 1


async def test_an_over_long_body_without_a_declared_length_is_refused_too(house: World) -> None:
    visitor = await someone(house)

    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"client_id": "a", "text": "'
        for _ in range(100):
            yield b"x" * 1000
        yield b'"}'

    response = await visitor.client.post(
        f"/v1/conversations/{visitor.conversation_id}/messages",
        content=pieces(),
        headers={"Content-Type": "application/json"},
    )

    assert "64 kB" in is_problem(response, 413)
    assert len(await visitor.thread()) == 1


async def test_the_longest_message_that_is_allowed_is_taken_whole(house: World) -> None:
    visitor = await someone(house)
    text = "é" * MAX_CHARACTERS
    response = await visitor.send(text, wait=0)
    assert response.status_code == 201
    assert response.json()["message"]["text"] == text


# --- what is not there, and what is not yours


async def test_someone_elses_conversation_answers_exactly_as_one_that_does_not_exist(house: World) -> None:
    maeve, jonas, visitor = await house.shopper(), await house.shopper("cus_jonas"), await house.shopper(None)
    await maeve.begin()

    for stranger in (jonas, visitor):
        for method, path in (
            ("GET", "/v1/conversations/{}"),
            ("POST", "/v1/conversations/{}/handoff"),
            ("POST", "/v1/conversations/{}/messages"),
            ("GET", "/v1/conversations/{}/events"),
        ):
            body: Any = {"client_id": "a", "text": "hi"} if path.endswith("messages") else None
            answers = [
                await stranger.client.request(method, path.format(identifier), json=body)
                for identifier in (maeve.conversation_id, uuid4())
            ]
            assert answers[0].json() == answers[1].json()
            is_problem(answers[0], 404)
    assert len(await maeve.thread()) == 1
    assert (await maeve.conversation())["floor"] == "ai"
    assert (await jonas.client.get("/v1/conversations")).json()["items"] == []


async def test_someone_elses_proposal_answers_exactly_as_one_that_does_not_exist(house: World) -> None:
    maeve, jonas = await house.shopper(), await house.shopper("cus_jonas")
    card = (await maeve.ask("Please cancel order TT-10429, I no longer need it."))["proposal"]
    assert card is not None

    for path in ("confirm", "cancel"):
        body = {"digest": card["digest"]} if path == "confirm" else None
        answers = [
            await jonas.client.post(f"/v1/proposals/{identifier}/{path}", json=body)
            for identifier in (card["id"], uuid4())
        ]
        assert answers[0].json() == answers[1].json()
        is_problem(answers[0], 404)

    assert (await maeve.thread())[-1]["proposal"]["status"] == "open"


@pytest.mark.parametrize("identifier", ["1", "null", "../../etc/passwd", "%00", "0" * 500, "ü"])
async def test_an_id_that_is_none_is_refused(house: World, identifier: str) -> None:
    visitor = await someone(house)
    response = await visitor.client.get(f"/v1/conversations/{identifier}")
    assert response.status_code in (404, 422)
    is_problem(response, response.status_code)


@pytest.mark.parametrize("cursor", ["-1", "99999999999999999999999", "abc", "9223372036854775807", "1e3"])
async def test_a_cursor_that_is_none_gives_a_list_or_a_refusal(house: World, cursor: str) -> None:
    visitor = await someone(house)
    response = await visitor.client.get("/v1/conversations", params={"cursor": cursor})
    if response.status_code != 200:
        is_problem(response, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("GET", "/v2/conversations", 404),
        ("DELETE", "/v1/conversations", 405),
        ("PUT", "/v1/sessions", 405),
        ("GET", "/widget/../../pyproject.toml", 404),
        ("GET", "/widget/%2e%2e/%2e%2e/pyproject.toml", 404),
        ("GET", "/console/nothing.js", 404),
    ],
)
async def test_an_address_that_is_none_gets_a_problem_document(
    house: World, method: str, path: str, status: int
) -> None:
    visitor = await someone(house)
    is_problem(await visitor.client.request(method, path), status)


async def test_a_wrong_method_is_told_the_right_one(house: World) -> None:
    visitor = await someone(house)
    response = await visitor.client.put("/v1/sessions")
    is_problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("given", ["abc", "-1", "1.5", "", "9" * 30, "٣", "0x10", "1 OR 1=1"])
async def test_a_last_event_id_that_is_none_replays_from_the_beginning(house: World, given: str) -> None:
    visitor = await someone(house)
    path = f"/v1/conversations/{visitor.conversation_id}/events"
    headers = {"Last-Event-ID": given.encode()}

    async with visitor.client.stream("GET", path, headers=headers) as response:
        assert response.status_code == 200
        lines = response.aiter_lines()
        async for line in lines:
            if line.startswith("data:"):
                break

    assert json.loads(line.removeprefix("data:"))["kind"] == "disclosure"


@pytest.mark.parametrize(
    "prefer", ["wait=-1", "wait=abc", "wait=0", "respond-async", "wait=", "wait=99999999"]
)
async def test_a_preference_that_is_none_is_ignored(house: World, prefer: str) -> None:
    visitor = await someone(house)
    response = await post(visitor, b'{"client_id": "a", "text": "hi"}', Prefer=prefer)
    assert response.status_code == 201
    assert response.json()["replies"] == []
