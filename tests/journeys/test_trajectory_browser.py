"""The trajectory at the console: a small line beside the messages, in words too, by mouse and by keyboard.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import World
from tests.journeys.browser import Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_the_desk_sees_how_the_customer_felt_what_moved_it_and_which_rule_rang(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Aoife")
    maeve = await world.shopper("cus_jonas")
    await maeve.ask("How long does delivery to Germany take?")
    await maeve.ask("This is ridiculous, I have been waiting for weeks!")
    await maeve.ask("You are all useless and I am furious!!")
    await maeve.ask("It is a disgrace.")

    office = await Visit.begin(browser, f"{world.address}/console", "trajectory", width=1440, height=1000)
    desk = Desk(office)
    await desk.sign_in("aoife@desk.example", "a long enough password")
    await desk.rows.first.click()

    # Why it came: the rule of the policy with what it saw.
    decision = desk.briefing.locator(".decision")
    await expect(decision).to_contain_text(f"policy {world.parts.attendance.triggers.version}")
    await expect(decision).to_contain_text("The conversation is upset, and has not come to rest since (at 0.")

    # The line has its text alternative, and each point tells what it is under the mouse.
    line = desk.briefing.get_by_role(
        "img", name="How upset the customer was over 4 messages, from 0 to 100: now "
    )
    await expect(line).to_be_visible()
    await office.look("1-line")
    dots = line.locator("circle")
    await dots.nth(1).hover()
    moved = desk.briefing.locator(".moved")
    await expect(moved).to_contain_text("#4 frustration: up ")
    await expect(dots.nth(1)).to_have_class("calm pointed")

    # The same by keyboard: the list says it in words, points it out in the drawing, and leads to the message.
    await desk.briefing.get_by_text("What moved it").press("Enter")
    steps = desk.briefing.locator(".step")
    await expect(steps).to_have_count(4)
    await steps.nth(2).focus()
    await expect(moved).to_have_text(await steps.nth(2).inner_text())
    await expect(dots.nth(2)).to_have_class("upset pointed")
    await office.look("2-list")
    theme = office.page.get_by_role("button", name="Theme")
    await theme.click()
    await theme.click()
    await expect(theme).to_have_text("Theme: dark")
    await steps.nth(2).focus()
    await office.look("3-dark")
    await steps.nth(2).press("Enter")
    await expect(desk.transcript.locator("li.message").filter(has_text="furious")).to_be_focused()

    # What comes next redraws the line and leaves the list unfolded.
    await maeve.send("I am so angry.")
    await expect(steps).to_have_count(5)
    await expect(steps.nth(4)).to_be_visible()

    # After a hand-back the conversation begins anew; the customer's own line goes on.
    await desk.press("Claim")
    await desk.hand_back("Settled.")
    await maeve.ask("How much is express delivery?")
    await expect(steps.nth(5)).to_contain_text("stays at 0 of 100; begins anew after a person")
    await expect(desk.briefing.locator(".trajectory")).to_contain_text("Over all conversations (broken line)")
    await expect(desk.briefing.locator("polyline.level")).to_have_count(2)
    await expect(desk.briefing.locator("polyline.customer_level")).to_have_count(1)
    await office.look("4-anew")
    assert office.errors == []
