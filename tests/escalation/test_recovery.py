"""Nothing acknowledged is lost (law 11): a server killed with -9 goes on where it was."""

from pathlib import Path

from escalation.staff import Staff
from knowledge.database import Database
from tests.api.process import served
from tests.conftest import settings_in
from tests.people import HumanAgent, Shopper

PASSWORD = "a long enough password"


async def test_a_message_that_was_acknowledged_survives_kill_9_and_is_answered_exactly_once(
    data_dir: Path,
) -> None:
    question = "How long does standard delivery to Germany take?"
    async with served(data_dir) as (process, client):
        maeve = await Shopper.arrive(client, "cus_maeve")
        await maeve.begin()
        response = await maeve.send(question, client_id="c1", wait=0)
        process.kill()
        assert response.status_code == 201

    async with served(data_dir) as (_, client):
        client.headers["Authorization"] = maeve.client.headers["Authorization"]
        maeve.client = client
        async with maeve.listening() as stream:
            await stream.until("message", seq=3)
        again = await maeve.send(question, client_id="c1")

        thread = await maeve.thread()

    assert again.status_code == 200
    assert again.json()["message"]["id"] == response.json()["message"]["id"]
    assert [m["author"]["kind"] for m in thread] == ["system", "customer", "ai"]
    assert thread[1]["text"] == question
    assert "3–6 working days" in thread[2]["text"]
    assert [m["id"] for m in again.json()["replies"]] == [thread[2]["id"]]


async def test_an_import_that_was_running_at_kill_9_is_told_as_broken_off_by_the_next_server(
    data_dir: Path,
) -> None:
    files = [("files", (f"{n}.md", f"# Socks {n}\n\nWash them.")) for n in range(100)]
    database = Database(settings_in(data_dir).records_url)
    await Staff(database).create("ada@desk.example", "Ada", PASSWORD)
    await database.close()
    async with served(data_dir) as (process, client):
        await HumanAgent.sign_in(client, "ada@desk.example", PASSWORD)
        begun = (await client.post("/v1/kb/imports", files=files)).json()
        process.kill()
    async with served(data_dir) as (_, client):
        await HumanAgent.sign_in(client, "ada@desk.example", PASSWORD)
        now = (await client.get(f"/v1/kb/imports/{begun['id']}")).json()
        assert now["finished_at"] is not None
        assert "stopped in the middle" in now["failure"]
