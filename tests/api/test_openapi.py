"""The OpenAPI tells everything that a client must know; a new route cannot be less."""

import re
from typing import Any

import jsonschema_rs
import pytest
from httpx import AsyncClient

from api.openapi import PROBLEM, SECURITY, TAGS, operations
from tests.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
JSON = dict[str, Any]


async def document_of(house: World) -> JSON:
    async with AsyncClient(base_url=house.address) as client:
        found: JSON = (await client.get("/openapi.json")).json()
        return found


def shape_of(document: JSON, schema: JSON) -> Any:
    """What checks values against a schema of the document, formats included."""
    return jsonschema_rs.validator_for(
        {**schema, "components": document["components"]}, validate_formats=True
    )


async def test_every_operation_has_a_summary_a_description_a_tag_and_a_name_of_its_own(house: World) -> None:
    found = operations(await document_of(house))
    tags = {tag["name"] for tag in TAGS}

    for name, operation in found.items():
        assert operation["summary"], name
        assert operation["description"].endswith((".", ")")), name
        assert operation["tags"], name
        assert set(operation["tags"]) <= tags, name
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)


async def test_every_answer_has_a_named_shape_and_an_example_that_fits_it(house: World) -> None:
    document = await document_of(house)
    for name, operation in operations(document).items():
        for status, response in operation["responses"].items():
            assert response["description"], (name, status)
            if status == "204":
                assert "content" not in response, name
                continue
            for media in response["content"].values():
                assert "$ref" in media["schema"] or media["schema"] == {"type": "string"}, (name, status)
                assert shape_of(document, media["schema"]).is_valid(media["example"]), (
                    name,
                    status,
                    media["example"],
                )


async def test_every_body_has_a_shape_and_an_example_that_fits_it(house: World) -> None:
    document = await document_of(house)
    for name, operation in operations(document).items():
        for kind, media in operation.get("requestBody", {}).get("content", {}).items():
            if kind != "multipart/form-data":
                assert shape_of(document, media["schema"]).is_valid(media["example"]), (
                    name,
                    media["example"],
                )


async def test_every_error_is_a_problem_document(house: World) -> None:
    for name, operation in operations(await document_of(house)).items():
        errors = {status for status in operation["responses"] if status >= "400"}
        assert {"429", "500"} <= errors, name
        for status in errors:
            content = operation["responses"][status]["content"]
            assert list(content) == [PROBLEM], (name, status)
            assert content[PROBLEM]["example"]["status"] == int(status)
        if "{" in name[1]:
            assert "404" in errors, name
        if "requestBody" in operation:
            assert {"413", "422"} <= errors, name


async def test_whoever_must_sign_in_is_told_how(house: World) -> None:
    document = await document_of(house)
    assert document["components"]["securitySchemes"] == SECURITY
    free = {name for name, operation in operations(document).items() if operation["security"] == []}
    assert free == {("GET", "/health"), ("POST", "/v1/sessions")}
    for name, operation in operations(document).items():
        if name not in free:
            assert "401" in operation["responses"] or name[1].endswith("sign-in"), name


async def test_every_parameter_and_every_field_of_words_says_what_it_is(house: World) -> None:
    document = await document_of(house)
    for name, operation in operations(document).items():
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])
            assert "example" in parameter, (name, parameter["name"])
    told = re.compile("examples|enum|format|\\$ref|const|anyOf")
    for name, schema in document["components"]["schemas"].items():
        for field, shape in schema.get("properties", {}).items():
            assert shape.get("type") != "string" or told.search(str(shape)), (name, field)
