"""Past conversations under both variants: what is compared, and that nothing of it reaches the live records, the shop or anybody."""

import asyncio
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.actions import CancelOrder
from agent.errors import ShopRefused
from agent.verdicts import Effects
from api.cli import app
from evals.replays.paper_shop import PaperShop
from evals.replays.replaying import ReadOnly, WouldWriteError, past_conversations
from knowledge.database import Database, sqlite3
from tests.conftest import World, settings_in, world_in
from tests.escalation.experiments.plans import SURER, written

QUESTION = "How long does standard delivery to Germany take?"


@pytest.fixture(scope="module")
def lived_in(prepared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with four conversations: two questions, a cancelled order, and one that went to a person who answered."""
    import shutil

    folder = Path(shutil.copytree(prepared_data, tmp_path_factory.mktemp("lived") / "data"))

    async def live() -> None:
        async with world_in(folder) as world:
            await converse(world)

    asyncio.run(live())
    return folder


async def converse(world: World) -> None:
    for question in (QUESTION, "Do you sell submarines in purple?"):
        await (await world.shopper(None)).ask(question)
    maeve = await world.shopper("cus_maeve")
    card = (await maeve.ask("Please cancel order TT-10432, I ordered it by mistake"))["proposal"]
    assert card["action"] == "cancel_order"
    await maeve.ask("yes")
    tom = await world.shopper("cus_jonas")
    await tom.ask("I want to talk to a human being please")
    aoife = await world.human_agent()
    await aoife.claim(tom.conversation_id)
    await aoife.reply(tom.conversation_id, "Hello, what is it?")
    await tom.send("My boots have come apart")


def candor(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: object) -> tuple[int, str]:
    monkeypatch.setenv("CANDOR_DATA_DIR", str(folder))
    result = CliRunner().invoke(app, ["experiment", *map(str, arguments)])
    return result.exit_code, result.output


def rows_of(folder: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(folder / "candor.db")) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608 - our own names


def test_both_variants_meet_the_same_words_and_the_live_records_stay_as_they_were(
    lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(lived_in)

    status, output = candor(lived_in, monkeypatch, "replay", written(tmp_path))

    assert status == 0, output
    assert "B is: search.enough_alone: 0.999" in output
    assert "4 conversations, 2 with other words of the AI." in output
    assert "Was told that nothing was found: A 25.0 %, B 50.0 %" in output
    assert re.search(
        r"\+25\.0 points, likely .* 1 worse and 0 better of 4\n    otherwise: C-[0-9A-F]{8}\n", output
    )
    assert "Went to a person: A 25.0 %, B 25.0 %" in output
    assert "Maeve" not in output
    assert rows_of(lived_in) == before


async def test_a_customer_is_played_up_to_where_a_person_spoke(lived_in: Path) -> None:
    database = ReadOnly(settings_in(lived_in).records_url)
    past = await past_conversations(database, since=None, most=10)
    assert [one.texts for one in past] == [
        (QUESTION,),
        ("Do you sell submarines in purple?",),
        ("Please cancel order TT-10432, I ordered it by mistake", "yes"),
        ("I want to talk to a human being please",),
    ]
    assert [one.owner.customer_id for one in past] == [None, None, "cus_maeve", "cus_jonas"]
    assert len(await past_conversations(database, since=None, most=2)) == 2
    assert await past_conversations(database, since=datetime(2100, 1, 1, tzinfo=UTC), most=2) == []
    with pytest.raises(WouldWriteError):
        async with database.transaction():
            pass
    await database.close()


def test_an_experiment_that_was_started_is_replayed_by_its_name(
    lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = {"triggers": {"unanswered": {"unanswered": 1}}}
    assert candor(lived_in, monkeypatch, "start", written(tmp_path, variants={"B": change}))[0] == 0
    status, output = candor(lived_in, monkeypatch, "replay", SURER["experiment"], "--most", 2)
    assert status == 0, output
    assert "2 conversations, 0 with other words of the AI." in output
    candor(lived_in, monkeypatch, "stop", SURER["experiment"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing-of-this-name",), "is neither a file nor an experiment that was started"),
        (("{tone}",), "B.tone: the offline model quotes articles and reads no tone"),
    ],
)
def test_what_cannot_be_replayed_is_told(
    lived_in: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    file = written(tmp_path, variants={"B": {"tone": "Brief."}})
    status, output = candor(lived_in, monkeypatch, "replay", *(one.format(tone=file) for one in arguments))
    assert status == 2
    assert told in output


async def test_a_paper_shop_reads_and_changes_nothing(lived_in: Path) -> None:
    from agent.demo_shop.shop import DemoShop
    from knowledge.database import utc_now

    database = Database(settings_in(lived_in).records_url)
    real = DemoShop(database)
    paper = PaperShop(real, utc_now)
    orders = await real.orders("cus_jonas")
    action = CancelOrder(order=orders[0].number)

    first = await paper.change("cus_jonas", action, Effects(), idempotency_key="k")
    again = await paper.change("cus_jonas", action, Effects(), idempotency_key="k")

    assert first == again == await paper.receipt("k")
    assert await real.receipt("k") is None
    assert await paper.orders("cus_jonas") == orders == await real.orders("cus_jonas")
    with pytest.raises(ShopRefused):
        await paper.change("cus_maeve", action, Effects(), idempotency_key="k")
    await database.close()
