"""Queues at the console, in a real browser: being there, the next one, one queue only, and clocks.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import World
from tests.journeys.browser import Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_person_says_that_they_are_there_looks_at_one_queue_and_takes_the_next(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Aoife")
    visitor, maeve = await world.shopper(None), await world.shopper()
    await visitor.talk_to_person()
    await maeve.ask("Your headlamp got so hot that it burned my hand, I am in hospital")

    office = await Visit.begin(browser, f"{world.address}/console", "queues")
    desk, page = Desk(office), office.page
    await desk.sign_in("aoife@desk.example", "a long enough password")

    # Signing in is being there; the danger stands on top.
    switch = page.get_by_role("switch", name="Take conversations")
    await expect(switch).to_be_checked()
    await expect(desk.rows).to_have_count(2)
    await expect(desk.rows.first).to_contain_text("care")
    await office.look("1-waiting")

    # Only one queue.
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Filters").click()
    queue = page.get_by_role("combobox", name="Queue")
    await queue.select_option("general")
    await expect(desk.rows).to_have_count(1)
    await expect(desk.rows.first).to_contain_text("general")
    await queue.select_option("")
    await expect(desk.rows).to_have_count(2)

    # The next one is the first of the list, and opens by itself; then there is a word where there is none.
    await page.keyboard.press("Escape")
    await desk.rows.first.focus()
    await page.keyboard.press("t")
    await expect(desk.standing).to_contain_text("you have this conversation")
    await expect(page.locator("#title")).to_contain_text("Maeve Brennan")
    await page.get_by_role("button", name="Take next").click()
    await expect(desk.rows).to_have_count(0)
    await page.get_by_role("button", name="Take next").click()
    await expect(page.get_by_text("Nobody is waiting for you.")).to_be_visible()
    await office.look("2-taken")

    # Away is remembered by the server at once.
    await switch.click()
    await expect(switch).not_to_be_checked()
    people = await page.evaluate("fetch('/v1/desk/people').then(r => r.json())")
    assert [person["on"] for person in people["items"]] == [False]
    assert office.errors == []


async def test_a_row_shows_how_its_clock_stands(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    visitor = await world.shopper(None)
    # They came nine days ago: whatever the opening hours, a word has long been due.
    world.parts.dispatch.clock = lambda: datetime.now(UTC) - timedelta(days=9)
    await visitor.talk_to_person()
    world.parts.dispatch.clock = lambda: datetime.now(UTC)

    office = await Visit.begin(browser, f"{world.address}/console", "clock")
    desk = Desk(office)
    await desk.sign_in("aoife@desk.example", "a long enough password")

    clock = desk.rows.first.locator(".clock")
    await expect(clock).to_have_attribute("data-state", "broken")
    await expect(clock).to_contain_text("late")
    await office.look("1-late")
    assert office.errors == []
