"""The whole product through a real browser: a customer in the shop, a person at the desk.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage. CANDOR_BROWSER_REQUIRED=1 fails where no Chromium is.
"""

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import World
from tests.journeys.browser import Chat, Desk, Visit

# The timeout is for the machine that trains models at the same time; alone this takes a fraction of it.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_customer_is_served_by_the_ai_then_by_a_person_and_then_by_the_ai_again(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Aoife")
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "customer")
    await expect(shop.page.get_by_text("Signed in as Maeve Brennan")).to_be_visible()

    # The chat opens from the keyboard, and says first that it is an AI and for whom it speaks.
    chat = await Chat.open_with_the_keyboard(shop)
    await expect(chat.panel.get_by_text("AI assistant that speaks for Tarn & Thistle")).to_be_visible()
    await expect(chat.field).to_be_focused()
    await shop.look("1-disclosure")

    # A question is answered from the help centre; the citation opens the article at the passage.
    await chat.say("How long does delivery to Germany take?")
    await expect(chat.said("ai")).to_contain_text("3–6 working days")
    await shop.look("2-answer")
    await chat.said("ai").locator(".sources a").first.hover()
    await expect(chat.panel.locator("#quote")).to_contain_text("3–6 working days")
    async with shop.page.context.expect_page() as opening:
        await chat.said("ai").locator(".sources a").first.click()
    article = await opening.value
    passage = article.locator("section.cited")
    await expect(passage).to_contain_text("3–6 working days")
    await expect(passage).to_be_in_viewport()
    await Visit(article, "article").look("cited")
    await article.close()
    await shop.page.mouse.move(0, 0)

    # An order is cancelled after the customer's own Confirm, and stays so on the shop's page.
    await chat.say("Please cancel order TT-10432, it was ordered by mistake")
    await expect(chat.card).to_contain_text("€81.50 to your Visa •••• 4242")
    await shop.look("3-card")
    await chat.confirm()
    await expect(chat.receipt).to_contain_text("Order TT-10432 is cancelled")
    await expect(chat.card).to_be_focused()
    order = shop.page.locator(".orders > li", has_text="TT-10432")
    await expect(order.locator(".status")).to_have_text("cancelled")
    await shop.look("4-receipt")
    await shop.page.reload()
    await expect(order.locator(".status")).to_have_text("cancelled")
    await expect(chat.receipt).to_contain_text("Order TT-10432 is cancelled")
    await expect(chat.card).to_have_attribute("data-status", "done")
    await expect(chat.messages.first).to_contain_text("AI assistant")
    await shop.look("5-reloaded")

    # A part of a delivered order goes back; where the money goes is the customer's choice.
    await chat.say("I want to return one Merino base layer from order TT-10387")
    await expect(chat.said("ai")).to_contain_text("original payment (Visa •••• 4242), or to a gift card?")
    await chat.say("To my original payment")
    await expect(chat.card).to_contain_text("1 × Merino base layer (M Black)")
    await expect(chat.card).to_contain_text("€61.00 to your Visa •••• 4242")  # 64.95 less the label, 3.95
    await shop.look("6-return")
    await chat.confirm()
    await expect(chat.receipt).to_contain_text("return of 1 piece from order TT-10387")
    await shop.look("7-returned")

    # An angry customer asks for a person and is told that one will come.
    await chat.say("This is ridiculous, I am furious")
    await shop.look("8-angry")
    await chat.say("You are useless. Let me talk to a real person!")
    await expect(chat.floor).to_have_text("Waiting for a person")
    await shop.look("9-waiting")

    # The case waits at the desk with its reason and its briefing.
    office = await Visit.begin(browser, f"{world.address}/console", "desk")
    desk = Desk(office)
    await desk.sign_in("aoife@desk.example", "a long enough password")
    await expect(desk.rows).to_have_count(1)
    await expect(desk.rows).to_contain_text("Maeve Brennan")
    await expect(desk.rows).to_contain_text("Asked for a person")
    await office.look("1-waiting")
    await desk.rows.first.click()
    await expect(desk.briefing).to_contain_text("TT-10432")
    await expect(desk.briefing).to_contain_text("TT-10387")
    await office.look("2-briefing")

    # A person claims it; the customer sees their name and words at once.
    await desk.press("Claim")
    await expect(desk.standing).to_contain_text("you have this conversation")
    await expect(chat.floor).to_have_text("Aoife (person)")
    await office.look("3-claimed")
    await desk.reply("Hello Maeve, this is Aoife. I have read everything and will see to it.")
    await expect(chat.said("human")).to_contain_text("Aoife")
    await expect(chat.said("human")).to_contain_text("I have read everything")
    await shop.look("10-person")
    await chat.write("Thank you, Aoife.")
    await expect(desk.transcript).to_contain_text("Thank you, Aoife.")
    await office.look("4-replied")

    # It goes back to the AI with a note that the customer does not see, and the AI answers again.
    await desk.hand_back("The return label was sent again by e-mail. Go on as usual.")
    await expect(desk.standing).to_contain_text("the AI is answering")
    await expect(chat.floor).to_have_text("AI assistant")
    await office.look("5-handed-back")
    await chat.say("How much does it cost to repair a jacket?")
    await expect(chat.said("ai")).to_contain_text("€18")
    await expect(chat.panel.get_by_text("label was sent again")).to_have_count(0)
    await expect(desk.transcript).to_contain_text("How much does it cost to repair")
    await expect(desk.transcript.locator(".message.ai").last).to_contain_text("€18")
    await shop.look("11-ai-again")
    await office.look("6-ai-again")

    # Whoever asks why the AI said that is told what it searched, cited and wrote with.
    why = desk.transcript.locator(".message.ai .why").last
    await why.locator("summary").press("Enter")
    await expect(why).to_contain_text("“How much does it cost to repair a jacket?”")
    await expect(why).to_contain_text("good enough to answer from")
    await expect(why.locator("dt", has_text="Cited")).to_have_count(1)
    await office.look("7-why")
    assert shop.errors == []
    assert office.errors == []


async def test_a_person_can_be_asked_for_before_a_word_is_written(world: World, browser: Browser) -> None:
    phone = await Visit.begin(browser, f"{world.address}/?as=", "phone", width=390, height=844)
    await phone.look("1-shop")
    chat = await Chat.open_with_the_keyboard(phone)
    await phone.look("2-disclosure")

    await chat.panel.get_by_role("button", name="Talk to a person").press("Enter")

    await expect(chat.floor).to_have_text("Waiting for a person")
    await expect(chat.field).to_be_focused()
    await expect(chat.messages.last).to_contain_text("waiting for a person")
    await phone.look("3-waiting")
    await phone.page.reload()
    await phone.page.get_by_role("button", name="Open chat").click()
    await expect(chat.floor).to_have_text("Waiting for a person")
    [case] = await (await world.human_agent("Aoife")).list("waiting")
    assert case["customer"] is None
    assert phone.errors == []
