"""What the AI may not do alone, in a real browser: asked in the chat, decided at the console, confirmed in the chat.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import World
from tests.journeys.browser import Chat, Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_request_above_the_limit_goes_through_a_person_and_back_to_the_customers_yes(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Declan", approves=100_00)
    await world.human_agent("Aoife", approves=1_000_00)
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_jonas", "approval-customer")
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.say("Please cancel order TT-10430, I ordered it by mistake")
    await expect(chat.floor).to_have_text("Waiting for a person")
    await expect(chat.messages.last).to_contain_text("Your request was passed on as: Cancel order TT-10430")
    await shop.look("1-passed-on")

    # Declan sees what it is about, and that it is not his to approve.
    desk = Desk(await Visit.begin(browser, f"{world.address}/console", "approval-declan"))
    await desk.sign_in("declan@desk.example", "a long enough password")
    await desk.rows.first.click()
    await expect(desk.briefing.locator(".approval")).to_contain_text("At stake: €679.00")
    await desk.page.keyboard.press("a")
    dialog = desk.page.get_by_role("dialog", name="Cancel order TT-10430")
    await expect(dialog.get_by_role("alert")).to_contain_text("You may approve up to €100.00")
    await expect(dialog.get_by_role("button", name="Approve", exact=True)).to_be_disabled()

    # Aoife may, and the keyboard is enough for it.
    office = await Visit.begin(browser, f"{world.address}/console", "approval-aoife", width=1440, height=1000)
    desk = Desk(office)
    await desk.sign_in("aoife@desk.example", "a long enough password")
    await desk.rows.first.click()
    await expect(desk.briefing.locator(".approval")).to_be_visible()
    await office.look("2-side")
    await desk.page.keyboard.press("a")
    dialog = desk.page.get_by_role("dialog", name="Cancel order TT-10430")
    await dialog.get_by_label("Note for your colleagues").fill("Ordered twice, see TT-10368.")
    await office.look("3-dialog")
    await dialog.get_by_role("button", name="Approve", exact=True).press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(desk.briefing.locator(".approval")).to_contain_text("Approved")
    await expect(desk.transcript).to_contain_text("Ordered twice, see TT-10368.")
    await office.look("4-approved")

    # The customer reads who has approved it, and nothing is done before their own yes.
    await expect(chat.messages.last).to_contain_text("Aoife, a person on our team, has approved this")
    await shop.look("5-card")
    order = shop.page.locator(".orders > li", has_text="TT-10430")
    await expect(order.locator(".status")).to_have_text("pending")
    await chat.confirm()
    await expect(chat.receipt).to_contain_text("€679.00 goes back to your Mastercard")
    await expect(order.locator(".status")).to_have_text("cancelled")
    await shop.look("6-done")
    await expect(desk.transcript).to_contain_text("Order TT-10430 is cancelled")
    assert (shop.errors, office.errors) == ([], [])
