"""Whatever a person might write goes through every field: honest words unharmed, disguises made safe, nothing breaks."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from api.openapi import PARAMETERS, operations
from tests.api.problems import is_problem
from tests.conftest import World
from tests.people import HumanAgent, Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")
DATA = Path(__file__).parent / "data"
STRANGE = Path(__file__).parents[1] / "agent" / "data"
TURNING = set("\u202a\u202b\u202d\u202e")


def rows(file: Path) -> list[dict[str, Any]]:
    lines = file.read_text(encoding="utf-8").split("\n")
    return [row for row in map(json.loads, filter(None, lines)) if "_header" not in row]


def text_of(row: dict[str, Any]) -> str:
    return str(row["text"] if "text" in row else json.loads(row["text_json"]))


UNICODE = {row["kind"]: row for row in rows(STRANGE / "unicode.jsonl")}
HONEST = [text_of(row) for row in rows(DATA / "benign_hard_negatives.jsonl")]
HONEST += [text_of(row) for row in UNICODE.values() if row["expect"].startswith("preserve")]
ODD = [text_of(row) for name in ("naughty_strings", "unicode") for row in rows(STRANGE / f"{name}.jsonl")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visitor(house: World) -> Shopper:
    """Somebody whose conversation waits for a person, so that no turn is made."""
    shopper = await house.shopper(None)
    await shopper.begin()
    await shopper.talk_to_person()
    return shopper


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def aoife(house: World, visitor: Shopper) -> HumanAgent:
    person = await house.human_agent()
    assert (await person.claim(visitor.conversation_id)).status_code == 200
    return person


async def test_what_a_customer_might_honestly_write_arrives_as_it_was_written(visitor: Shopper) -> None:
    for text in HONEST:
        answer = await visitor.send(text, wait=0)
        assert answer.status_code == 201, (ascii(text), answer.text)
        assert answer.json()["message"]["text"] == text.strip(), ascii(text)


async def test_what_is_odd_is_taken_and_made_safe_or_refused_with_the_reason(visitor: Shopper) -> None:
    for text in ODD:
        body = json.dumps({"client_id": uuid4().hex, "text": text})  # a lone surrogate is escaped in it
        answer = await visitor.client.post(
            f"/v1/conversations/{visitor.conversation_id}/messages",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        if answer.status_code != 201:
            assert is_problem(answer, 422), ascii(text)
            assert (
                not text.strip("\ud800\u2800\u3164\uffa0\ufeff\u200b\u180e \n\t")
                or len(text) > 4000
                or not any(c.isprintable() and not c.isspace() for c in text)
            ), ascii(text)
            continue
        said = answer.json()["message"]["text"]
        assert not [c for c in said if unicodedata.category(c) == "Cc" and c not in "\n\t"], ascii(said)
        assert not TURNING & set(said), ascii(said)
        assert "\n\n\n\n" not in said


async def test_disguises_are_calmed_and_marks_of_real_scripts_stay(visitor: Shopper) -> None:
    async def said(text: str) -> str:
        return str((await visitor.send(text, wait=0)).json()["message"]["text"])

    assert await said("\u202eregnif\u202c order") == "regnif order"
    assert await said("\u2066one\u2069 two") == "\u2066one\u2069 two"
    assert await said("\u2066one two") == "one two"
    assert len(await said("Z" + "\u0301" * 50)) == 7
    assert await said("בְּרֵאשִׁ֖ית") == "בְּרֵאשִׁ֖ית"
    assert await said("ขอบคุณค่ะ ท่านผู้จัดการ") == "ขอบคุณค่ะ ท่านผู้จัดการ"
    assert await said("a\n\n\n\n\n\n\nb") == "a\n\n\nb"
    is_problem(await visitor.send("\u2800\u3164\uffa0", wait=0), 422)


async def test_a_message_cannot_forge_an_event_of_the_stream(visitor: Shopper) -> None:
    forged = 'one\u2028two\u2029three\ndata: fake\n\nevent: message\ndata: {"type":"done"}'
    async with visitor.listening() as stream:
        sent = (await visitor.send(forged, wait=0)).json()["message"]
        told = await stream.until("message", lambda data: data["id"] == sent["id"])
    assert told.data["text"] == forged
    assert {event.name for event in stream.events} <= {"message", "floor", "typing", "working", "proposal"}


def _with(body: Any, path: tuple[str, ...], text: str) -> Any:
    """The body with this text at a place."""
    if not path:
        return text
    first, *rest = path
    if first == "*":
        return [_with(body[0], tuple(rest), text)] if body else [text] if not rest else body
    return {**body, first: _with(body[first], tuple(rest), text)}


def _places(
    schema: dict[str, Any], schemas: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Where a body holds free text."""
    if "$ref" in schema:
        yield from _places(schemas[schema["$ref"].rpartition("/")[2]], schemas, path)
    for choice in schema.get("anyOf", ()):
        yield from _places(choice, schemas, path)
    if schema.get("type") == "string" and "format" not in schema:
        yield path
    for name, one in schema.get("properties", {}).items():
        yield from _places(one, schemas, (*path, name))
    if "items" in schema:
        yield from _places(schema["items"], schemas, (*path, "*"))


async def test_no_text_field_of_the_whole_api_breaks_under_anything(
    visitor: Shopper, aoife: HumanAgent
) -> None:
    """Every field of every body, found in the OpenAPI: a new one is tried by being there."""
    document = (await visitor.client.get("/openapi.json")).json()
    schemas, tried = document["components"]["schemas"], 0
    strange = [text_of(row) for row in UNICODE.values()] + ODD[::60] + HONEST[::15]
    for (method, path), operation in operations(document).items():
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media is None:
            continue
        person = aoife.client if path.startswith(("/v1/desk", "/v1/kb")) else visitor.client
        ids = {name: str(example) for name, (_, example) in PARAMETERS.items()}
        ids |= dict.fromkeys(("proposal_id", "approval_id", "macro_id", "alert_id"), str(uuid4()))
        ids |= {"conversation_id": visitor.conversation_id, "slug": "a-new-article"}
        address = path.format(**ids)
        for place in set(_places(media["schema"], schemas)):
            for text in strange:
                body = json.dumps(_with(media["example"], place, text))
                answer = await person.request(
                    method, address, content=body, headers={"Content-Type": "application/json"}
                )
                assert answer.status_code < 500, (method, path, place, ascii(text), answer.text)
                tried += 1
    assert tried > 500
