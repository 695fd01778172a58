"""Without its reading model the product serves customers, fetches people for the gravest, and tells its operator."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from agent.heads import Heads
from agent.reader import BY_RULES_ONLY, WEIGHTS, Reader, load_reader
from knowledge.transformer import LocalTransformer
from tests.conftest import World, world_in
from tests.journeys.browser import Desk, Visit, chromium


@pytest.fixture
async def degraded_world(data_dir: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The product whose model.onnx is missing."""
    folder = Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))
    (folder / "model.onnx").unlink()
    async with world_in(data_dir, reader=load_reader(folder)) as made:
        yield made


async def health(world: World) -> dict:
    response = await world._client().get("/health")
    assert response.status_code == 200
    return response.json()


async def test_health_names_what_is_missing_and_customers_are_served(degraded_world: World) -> None:
    told = await health(degraded_world)
    assert told["status"] == "degraded"
    assert told["degraded"] == [
        f"{BY_RULES_ONLY}. The reason: weights/model.onnx is missing. Reinstall Candor, or restore the file from its package."
    ]
    maeve = await degraded_world.shopper()

    answer = await maeve.ask("How long does standard delivery to Germany take?")

    assert answer["author"]["kind"] == "ai"
    assert answer["citations"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("I want to talk to a real person", "asked_for_person"),
        ("I want to kill myself", "safety"),
        ("I will take you to court", "legal"),
        ("someone hacked my account and ordered a tent", "fraud"),
    ],
)
async def test_the_gravest_messages_still_fetch_a_person(
    degraded_world: World, words: str, reason: str
) -> None:
    maeve, aoife = await degraded_world.shopper(), await degraded_world.human_agent()

    await maeve.ask(words)

    [waiting] = await aoife.list("waiting")
    assert waiting["handoff"]["reason"] == reason
    [message] = [m for m in (await aoife.case(maeve.conversation_id))["messages"] if m["text"] == words]
    assert message["signals"]["emotion"] is None


class Lost(LocalTransformer):
    """A model whose session is lost while `lost` is set."""

    lost = False

    def run_alone(self, text):
        if self.lost:
            raise RuntimeError("the session is lost")
        return super().run_alone(text)


async def test_a_model_lost_in_the_middle_of_operation_is_told_and_comes_back(data_dir: Path) -> None:
    model = Lost(WEIGHTS, max_tokens=96)
    async with world_in(data_dir, reader=Reader(model, Heads.load(WEIGHTS))) as world:
        maeve, other = await world.shopper(), await world.shopper()
        assert await health(world) == {"status": "ok", "degraded": []}

        model.lost = True
        answer = await maeve.ask("How long does standard delivery to Germany take?")
        assert (answer["author"]["kind"], bool(answer["citations"])) == ("ai", True)
        assert (await health(world))["status"] == "degraded"
        await maeve.ask("I want to talk to a real person")
        assert (await maeve.conversation())["floor"] == "queue"

        model.lost = False
        await other.ask("How much is express delivery?")
        assert await health(world) == {"status": "ok", "degraded": []}


@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_the_console_says_that_messages_are_read_by_rules_only_and_whose_feeling_is_not_judged(
    degraded_world: World,
) -> None:
    await degraded_world.human_agent("Aoife")
    maeve = await degraded_world.shopper()
    await maeve.ask("Ich möchte mit einem Menschen sprechen")
    async with chromium() as browser:
        visit = await Visit.begin(browser, f"{degraded_world.address}/console", "desk")
        await Desk(visit).sign_in("aoife@desk.example", "a long enough password")

        told = visit.page.locator("#degraded")
        await expect(told).to_contain_text(BY_RULES_ONLY)
        await expect(told).to_contain_text("model.onnx is missing")
        await Desk(visit).rows.first.click()
        await expect(Desk(visit).transcript).to_contain_text("feeling not judged · German")
        await visit.look("degraded")

        degraded_world.parts.reader._why = None
        await visit.page.reload()
        await expect(visit.page.locator("#link")).to_have_text("Live")
        await expect(told).to_be_hidden()
    assert visit.errors == []
