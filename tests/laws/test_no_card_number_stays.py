"""Card numbers are masked at every door: none is stored, shown to anybody or sent to a model (law 10)."""

import json
import shutil
import unicodedata
from pathlib import Path

from httpx import Response

from agent.models import Writer
from agent.models.scripted import ScriptedModel
from agent.models.veiled import veiled
from tests.conftest import world_in
from tests.people import HumanAgent

PAN = Path(__file__).parents[1] / "agent" / "data" / "pan.jsonl"


def digits(text: str) -> str:
    """Every digit of a text, whatever script it is written in and whatever stands between."""
    return "".join(str(unicodedata.digit(c)) for c in unicodedata.normalize("NFKC", text) if c.isdigit())


async def passed_on(agent: HumanAgent, conversation_id: str, note: str) -> Response:
    """Back to its queue, with a note for whoever comes next."""
    seen = (await agent.case(conversation_id))["epoch"]
    moved = {"epoch": seen, "queue": "general", "reason": "workload", "note": note}
    return await agent.client.post(f"/v1/desk/conversations/{conversation_id}/transfer", json=moved)


async def test_whoever_writes_a_card_number_anywhere_it_is_neither_stored_nor_sent(
    prepared_data: Path, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in PAN.read_text("utf-8").split("\n") if line][1:]
    cards = [(row["text"], row["pan"]) for row in rows if row["expect"] == "mask"]
    assert len(cards) > 15
    folder = Path(shutil.copytree(prepared_data, tmp_path / "data"))
    model = ScriptedModel(script=[lambda messages: f"You wrote: {messages[-1].content}"] * (len(cards) + 4))
    stored: list[str] = []
    async with world_in(folder, writer=veiled(Writer("scripted", model))) as world:
        shopper = await world.shopper()
        for text, _ in cards:
            await shopper.send(text)
            await shopper.begin()  # a conversation for each, so that no rule takes it to a person
        aoife = await world.human_agent()
        for text, _ in cards:
            assert (await aoife.note(shopper.conversation_id, text)).status_code == 201
        await shopper.talk_to_person()
        await aoife.claim(shopper.conversation_id)
        for text, _ in cards:
            assert (await aoife.reply(shopper.conversation_id, text)).status_code == 201
        for text, _ in cards:
            assert (await passed_on(aoife, shopper.conversation_id, text)).status_code == 200
            assert (await aoife.claim(shopper.conversation_id)).status_code == 200
        await aoife.hand_back(shopper.conversation_id, f"They pay with {cards[0][0]}")
        async with world.parts.database.engine.connect() as connection:
            tables = (
                await connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
            ).all()
            for (table,) in tables:
                found = (await connection.exec_driver_sql(f'SELECT * FROM "{table}"')).all()  # noqa: S608 - our own names
                stored += [str(value) for row in found for value in row]
    sent = [str(message.content) for request in model.seen for message in request]

    assert any("•••• 4242" in text for text in stored)
    assert any("<CARD_" in text for text in sent)
    everything = [text for text in (*stored, *sent) if len(digits(text)) >= 13]
    for text, number in cards:
        assert not [kept for kept in everything if number in digits(kept)], text
