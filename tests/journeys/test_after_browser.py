"""The one question at the end in the chat, and the command centre, by mouse, keyboard and on a phone.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlmodel import update

from escalation.after.policy import AFTER_FILE
from escalation.assembly import assemble
from escalation.centre.periods import Period
from escalation.records import Handoff
from evals.bench_centre import fill
from knowledge.database import utc_now
from tests.conftest import World, serving, settings_in
from tests.journeys.browser import Chat, Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

QUESTION = "How long does delivery to Germany take?"


@pytest.fixture
async def impatient(data_dir: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The product with a policy that asks after three seconds of silence."""
    file = tmp_path / "after.yaml"
    words = AFTER_FILE.read_text("utf-8")
    file.write_text(words.replace("ask_after_minutes: 10", "ask_after_minutes: 0.05"))
    parts = assemble(settings_in(data_dir, after_file=file))
    async with serving(parts) as address:
        made = World(parts, address)
        yield made
        await made.close()


async def test_a_customer_who_falls_silent_is_asked_once_and_says_more_if_they_like(
    impatient: World, browser: Browser
) -> None:
    shop = await Visit.begin(browser, impatient.address, "rating")
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say(QUESTION)

    card = chat.panel.get_by_role("region", name="Did this solve it?")
    await expect(card).to_be_visible()
    await shop.look("1-question")
    await card.get_by_role("button", name="Yes").press("Enter")
    await expect(card.get_by_role("status")).to_be_focused()

    satisfaction = card.get_by_role("group", name="How satisfied are you?")
    await satisfaction.get_by_role("radio", name="4").check()
    effort = card.get_by_role("group", name="How much effort was it for you?")
    await effort.get_by_role("radio", name="1").press("Space")
    await card.get_by_label("Anything to add?").fill("<b>Quick</b>")
    await shop.look("2-marks")
    await card.get_by_role("button", name="Send").click()
    await expect(card.get_by_text("Thank you.").last).to_be_focused()
    await shop.look("3-thanks")

    [(rating, _)] = (await impatient.parts.centre.report(Period.TODAY)).words
    assert (rating.solved, rating.satisfaction, rating.effort) == (True, 4, 1)
    assert rating.comment == "<b>Quick</b>"

    # What comes next is never asked about again.
    await chat.say("How much is express delivery?")
    await chat.panel.get_by_role("button", name="Close chat").click()
    await expect(shop.page.locator("iframe.panel")).not_to_have_class("panel open")
    assert not shop.errors


async def test_somebody_who_closes_the_chat_is_asked_and_closes_it_with_the_next_press(
    world: World, browser: Browser
) -> None:
    shop = await Visit.begin(browser, world.address, "leaving", width=390, height=760)
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say(QUESTION)

    await chat.panel.get_by_role("button", name="Close chat").click()
    card = chat.panel.get_by_role("region", name="Did this solve it?")
    await expect(card).to_be_focused()
    await shop.look("1-question")
    await card.get_by_role("button", name="Not yet").click()
    await expect(card.get_by_text("Sorry about that.")).to_be_visible()
    await shop.look("2-not-yet")
    await chat.panel.locator("html").evaluate("root => { root.dataset.scheme = 'dark' }")
    await shop.look("3-dark")
    await card.get_by_role("button", name="Talk to a person").click()
    await expect(chat.floor).to_have_text("Waiting for a person")

    await chat.panel.get_by_role("button", name="Close chat").click()
    await expect(shop.page.locator("iframe.panel")).not_to_have_class("panel open")
    assert not shop.errors


async def test_the_question_is_still_there_after_a_reload_until_it_is_answered(
    world: World, browser: Browser
) -> None:
    shop = await Visit.begin(browser, world.address, "reloading")
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say(QUESTION)
    await chat.panel.get_by_role("button", name="Close chat").click()
    card = chat.panel.get_by_role("region", name="Did this solve it?")
    await expect(card).to_be_visible()

    await shop.page.reload()
    await expect(card).to_be_visible()
    await card.get_by_role("button", name="Yes").click()
    await expect(card.get_by_role("status")).to_be_focused()  # the server has it

    await shop.page.reload()
    await expect(chat.said("ai")).to_be_visible()
    await expect(card).to_have_count(0)
    assert not shop.errors


async def test_a_question_that_nobody_answered_goes_when_the_customer_goes_on(
    world: World, browser: Browser
) -> None:
    shop = await Visit.begin(browser, world.address, "going-on")
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say(QUESTION)
    await chat.panel.locator("#field").press("Escape")
    card = chat.panel.get_by_role("region", name="Did this solve it?")
    await expect(card).to_be_visible()

    await chat.say("How much is express delivery?")

    await expect(card).to_have_count(0)


async def test_the_command_centre_tells_how_it_goes_and_what_to_do(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    await fill(world.parts.database, 1_500, utc_now(), random.Random(7))
    maeve = await world.shopper()
    await maeve.ask(QUESTION)
    said = {"solved": False, "satisfaction": 2, "comment": "<img src=x onerror=alert(1)> still nothing"}
    await maeve.client.post(f"/v1/conversations/{maeve.conversation_id}/rating", json=said)
    await five_wait_too_long(world)

    office = await Visit.begin(
        browser, f"{world.address}/console/centre?period=7d", "centre", width=1440, height=1100
    )
    page = office.page
    await Desk(office).sign_in("aoife@desk.example", "a long enough password")

    # The sign-in leads back to the period that was asked for.
    week = page.get_by_role("navigation", name="Period").get_by_role("link", name="7 days")
    await expect(week).to_have_attribute("aria-current", "page")
    await expect(page.locator(".figures > .figure")).to_have_count(7)
    await expect(page.get_by_text("<img src=x onerror=alert(1)> still nothing")).to_be_visible()
    resolution = page.get_by_role("region", name="Resolution", exact=True)
    await expect(resolution.locator('[data-value="ai_confirmed"]')).to_contain_text("likely")
    await office.look("1-week")

    # Each figure says what counts, and has its chart as a table.
    await resolution.get_by_text("What counts", exact=True).click()
    await expect(resolution.get_by_text("24 hours have passed")).to_be_visible()
    await resolution.get_by_text("The chart as a table").click()
    await expect(resolution.get_by_role("row")).to_have_count(8)
    await office.look("2-details")

    await page.get_by_role("link", name="30 days").click()
    await expect(page).to_have_url(f"{world.address}/console/centre?period=30d")
    await expect(page.locator(".figures > .figure")).to_have_count(7)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Export as CSV").click()
    assert (await download.value).suggested_filename.startswith("candor-figures-30d-")

    # An alert stands until somebody takes it in hand; its playbook says what to do.
    alert = page.locator(".alert", has_text="People wait too long")
    await expect(alert).to_be_visible()
    await alert.get_by_role("link", name="What to do").click()
    await expect(page.get_by_role("heading", name="People wait too long")).to_be_visible()
    await office.look("3-playbook")
    await page.go_back()
    await alert.get_by_role("button", name="4 h", exact=True).click()
    await expect(alert).to_contain_text("Aoife sees to it until")
    await office.look("4-in-hand")

    theme = page.get_by_role("button", name="Theme")
    await theme.click()
    await theme.click()
    await expect(theme).to_have_text("Theme: dark")
    await office.look("5-dark")
    await page.set_viewport_size({"width": 390, "height": 844})
    await _fits(page)
    await office.look("6-phone")
    assert not office.errors


async def test_the_consoles_header_leads_to_what_has_left_its_band(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    await five_wait_too_long(world)

    office = await Visit.begin(browser, f"{world.address}/console", "header")
    await Desk(office).sign_in("aoife@desk.example", "a long enough password")

    await expect(office.page.locator("#alerts-link")).to_be_visible()
    await office.look("1-alerts")
    await office.page.locator("#alerts-link").click()
    await expect(office.page.locator("#alerts .alert").first).to_be_visible()


async def five_wait_too_long(world: World) -> None:
    """Five visitors have asked for a person, and were promised one an hour ago."""
    for _ in range(5):
        await (await world.shopper(None)).talk_to_person()
    async with world.parts.database.transaction() as session:
        late = utc_now() - timedelta(hours=1)
        await session.exec(update(Handoff).values(clock_from=late, clock_due=late + timedelta(minutes=1)))
    await world.parts.watch.look()


async def _fits(page: Page) -> None:
    """Nothing makes the page wider than the window."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
