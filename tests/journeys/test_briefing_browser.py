"""The briefing in a real browser: the customer reads what was passed on and puts it right, the desk reads that first.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import World
from tests.journeys.browser import Chat, Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_customer_puts_right_what_was_passed_on_and_the_desk_reads_it_first(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Aoife")
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "briefing-customer", height=1000)
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say("Where is my order TT-10411? <b>It was due on 3 March.</b>")
    await chat.panel.get_by_role("button", name="Talk to a person").first.press("Enter")
    await expect(chat.floor).to_have_text("Waiting for a person")

    # Closed at first; opened by keyboard; markup in a message stays text.
    passed_on = chat.panel.locator(".passed-on")
    await passed_on.get_by_text("What was passed on to our team").press("Enter")
    lines = passed_on.get_by_role("listitem")
    await expect(lines.first).to_contain_text("In brief")
    await expect(passed_on).to_contain_text("<b>It was due on 3 March.</b>")
    await expect(passed_on).not_to_contain_text("Feeling")
    brief = await lines.first.locator("span").last.inner_text()
    await shop.look("1-passed-on")
    opener = passed_on.get_by_role("button", name="Something is wrong? Tell us")
    await expect(opener).to_have_attribute("aria-expanded", "false")
    await opener.press("Enter")
    await passed_on.get_by_label("What is wrong?").select_option(index=1)
    await passed_on.get_by_label("How is it right?").fill("It is order TT-10429 that I miss.")
    await shop.look("2-correction")
    await passed_on.get_by_role("button", name="Send the correction").press("Enter")
    said = chat.said("customer")
    await expect(said).to_contain_text("It is order TT-10429 that I miss.")
    await expect(said.locator(".corrects")).to_contain_text("Correction")
    await expect(said.locator(".corrects q")).to_have_text(brief)
    await shop.look("3-sent")

    # The desk reads it before anything else, and beside the line that it corrects.
    office = await Visit.begin(browser, f"{world.address}/console", "briefing-desk", width=1440, height=1000)
    desk = Desk(office)
    await desk.sign_in("aoife@desk.example", "a long enough password")
    await desk.rows.first.click()
    first = desk.briefing.locator(".briefing-lines").first
    await expect(first.locator("dt").first).to_have_text("Corrected by the customer")
    await expect(first.locator("dd").first).to_contain_text("It is order TT-10429 that I miss.")
    await expect(first).to_contain_text(brief)
    await expect(first.locator("dt", has_text="Next step")).to_be_visible()
    await expect(first.locator(".corrected")).to_contain_text("The customer corrects")
    await office.look("4-desk")

    # What is not read at a glance is one click away, and every line leads to its message.
    await desk.briefing.get_by_text("More (").press("Enter")
    await expect(desk.briefing.locator("dt", has_text="Wants")).to_be_visible()
    await first.get_by_role("button", name="Show message").first.click()
    await expect(desk.transcript.locator(".flash")).to_have_count(1)
    await office.look("5-more")
    assert shop.errors == office.errors == []
