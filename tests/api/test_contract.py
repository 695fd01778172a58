"""Every operation answers as the OpenAPI says: its example, sent by somebody who may. `evals/fuzz_api.py` tries the rest."""

from typing import Any

import jsonschema_rs
import pytest
import pytest_asyncio
from httpx import AsyncClient

from api.openapi import PARAMETERS, operations
from tests.conftest import World
from tests.desk_people import supervisor

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Streams never end, and signing out ends the caller's own session.
NOT_CALLED = {
    ("GET", "/v1/conversations/{conversation_id}/events"),
    ("GET", "/v1/desk/events"),
    ("POST", "/v1/desk/sign-out"),
    ("DELETE", "/v1/sessions/current"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers(house: World) -> list[tuple[tuple[str, str], dict[str, Any], Any, Any]]:
    """Operation, its description, the document, and what came."""
    maeve, niamh = await house.shopper(), await supervisor(house)
    await maeve.begin()
    await maeve.send("How long can I return something?")
    card = (await maeve.ask("Please cancel order TT-10432, I ordered it by mistake"))["proposal"]
    answer = next(m for m in await maeve.thread() if m["author"]["kind"] == "ai")
    ids = {"conversation_id": maeve.conversation_id, "proposal_id": card["id"], "message_id": answer["id"]}
    # Of what there is, so that answers have something in them.
    ids |= {"slug": "returns-how-to", "number": 1}
    niamh.client.timeout = 100  # checking every article against every other takes a while
    document = (await maeve.client.get("/openapi.json")).json()
    found = []
    for (method, path), operation in operations(document).items():
        if (method, path) in NOT_CALLED:
            continue
        client: AsyncClient = niamh.client if path.startswith(("/v1/desk", "/v1/kb")) else maeve.client
        parameters = operation.get("parameters", ())
        address = path
        for parameter in parameters:
            value = ids.get(parameter["name"], PARAMETERS[parameter["name"]][1])
            address = address.replace(f"{{{parameter['name']}}}", str(value))
        query = {p["name"]: p["example"] for p in parameters if p["in"] == "query" and p["required"]}
        media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        came = await client.request(method, address, params=query, json=media.get("example"))
        found.append(((method, path), operation, document, came))
    return found


async def test_every_answer_has_a_status_a_kind_and_a_shape_that_are_described(answers: list[Any]) -> None:
    for name, operation, document, came in answers:
        described = operation["responses"].get(str(came.status_code))
        assert described, (name, came.status_code, came.text)
        if "content" not in described:
            assert not came.content, name
            continue
        kind = came.headers["content-type"].partition(";")[0]
        assert kind in described["content"], (name, kind)
        schema = described["content"][kind]["schema"]
        if kind.endswith("json"):
            whole = {**schema, "components": document["components"]}
            errors = list(jsonschema_rs.validator_for(whole, validate_formats=True).iter_errors(came.json()))
            assert errors == [], (name, errors)


async def test_most_examples_are_taken_by_whoever_may_send_them(answers: list[Any]) -> None:
    taken = [name for name, _, _, came in answers if came.status_code < 300]
    assert len(taken) > len(answers) / 2, [(name, came.status_code) for name, _, _, came in answers]
