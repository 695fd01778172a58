"""A sample of payloads through every text of the chat, in a real Chromium. `python -m evals.xss` tries them all."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from evals.widget.browser import Colleague
from evals.widget.mutations import mutations
from evals.widget.watching import Found, Watched
from evals.xss import payloads_in, tried
from tests.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SAMPLE = Path(__file__).with_name("xss_sample.jsonl")


async def test_nothing_that_others_write_runs_in_the_chat_or_at_the_desk(
    world: World, browser: Browser, data_dir: Path
) -> None:
    await world.human_agent("Aoife")
    colleague = await Colleague.sign_in(
        browser, world.address, "aoife@desk.example", "a long enough password"
    )
    found = await tried(browser, world.address, colleague, payloads_in(SAMPLE), data_dir / "candor.db")
    assert found.payloads == 30
    assert found.shown > 30
    assert found.wrong == []


async def test_a_payload_that_does_run_is_noticed(world: World, browser: Browser) -> None:
    page = await browser.new_page(bypass_csp=True)
    found = Found()
    watched = Watched(page, world.address, found)
    await page.goto(f"{world.address}/widget/playground")
    await page.evaluate("window.ran = []; window.alert = text => window.ran.push(text)")
    await page.evaluate("document.body.innerHTML = '<div class=body><img src=/x onerror=alert(1)></div>'")
    await page.evaluate("new Promise(done => setTimeout(done, 200))")
    await watched.inspect(page.main_frame, "a hole", "/widget/playground")
    assert any("onerror" in wrong for wrong in found.wrong)
    assert any(wrong.endswith(": 1") for wrong in found.wrong)


def test_made_payloads_are_many_and_the_same_each_time() -> None:
    made = list(mutations(6500))
    assert len(set(made)) == 6500
    assert made == list(mutations(6500))
    assert all(text.strip() and len(text) <= 4000 for text in made)
    assert "<svg onload=alert(1)>" in made, "undisguised, too"
