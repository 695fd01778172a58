"""Which disclosure was shown to whom is on record, once, and stays there."""

import csv
import io
import json
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import delete, update
from typer.testing import CliRunner

from api.cli import app
from escalation.disclosures.records import DisclosureShown
from tests.conftest import World


async def shown(world: World) -> list[dict]:
    return [row async for row in world.parts.showings.since()]


async def test_whoever_opens_a_conversation_is_on_record_with_the_language_of_its_disclosure(
    world: World,
) -> None:
    visitor, maeve = await world.shopper(None), await world.shopper("cus_maeve")
    begun = (await visitor.client.post("/v1/conversations", json={"language": "pl"})).json()
    await maeve.begin()
    assert begun["messages"][0]["text"].startswith("Rozmawiasz z asystentem AI")
    rows = await shown(world)
    assert [(r["way"], r["language"], r["disclosure"], r["version"]) for r in rows] == [
        ("api", "pl", "chat", 1),
        ("api", "en", "chat", 1),
    ]
    assert rows[0]["conversation_id"] == begun["id"]
    assert rows[0]["subject"].startswith("visitor ")
    assert rows[1]["subject"] == "customer cus_maeve"
    assert "Maeve" not in str(rows)


async def test_the_same_opening_and_the_same_showing_again_are_one(world: World) -> None:
    maeve = await world.shopper("cus_maeve")
    body = {"client_id": "s-1", "id": "chat", "version": 1, "language": "de"}
    for _ in range(3):
        await maeve.client.post("/v1/conversations", headers={"Idempotency-Key": "k"})
        assert (await maeve.client.post("/v1/disclosures", json=body)).status_code == 204
    assert [(r["way"], r["client_id"]) for r in await shown(world) if r["way"] == "widget"] == [
        ("widget", "s-1")
    ]
    assert len(await shown(world)) == 2


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"version": 0}, {"id": "<b>"}, {"client_id": ""}, {"more": 1}]
)
async def test_what_was_never_said_cannot_be_put_on_record(world: World, wrong: dict) -> None:
    maeve = await world.shopper("cus_maeve")
    body = {"client_id": "s-1", "id": "chat", "version": 1, "language": "de"} | wrong
    assert (await maeve.client.post("/v1/disclosures", json=body)).status_code == 422
    assert await shown(world) == []


@pytest.mark.parametrize("change", [update(DisclosureShown).values(version=2), delete(DisclosureShown)])
async def test_nobody_changes_the_record(world: World, change) -> None:
    await (await world.shopper(None)).begin()
    with pytest.raises(IntegrityError, match="append-only"):
        async with world.parts.database.transaction() as session:
            await session.exec(change)
    assert len(await shown(world)) == 1


async def test_it_is_exported_as_csv_and_as_lines_of_json(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = await (await world.shopper(None)).begin()
    monkeypatch.setenv("CANDOR_DATA_DIR", str(world.parts.settings.data_dir))
    import asyncio

    async def exported(*more: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["disclosures", "export", *more])
        assert result.exit_code == 0, result.output
        return result.stdout

    [row] = csv.DictReader(io.StringIO(await exported()))
    [line] = (await exported("--format", "jsonl")).splitlines()
    assert row["conversation_id"] == json.loads(line)["conversation_id"] == begun["id"]
    assert UUID(row["conversation_id"])
    assert await exported("--since", "2100-01-01", "--format", "jsonl") == ""
    assert await exported("--until", "2001-01-01", "--format", "jsonl") == ""
