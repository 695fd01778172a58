"""A visitor proves who they are in the chat, with the keyboard, and the answer comes without asking again.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from escalation.assembly import assemble
from tests.conftest import World, serving, settings_in
from tests.journeys.browser import Chat, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = {
    "de": "E-Mail-Adresse bestätigen",
    "pl": "Potwierdź swój adres e-mail",
    "fr": "Confirmez votre adresse e-mail",
    "ar": "تأكيد عنوان بريدك الإلكتروني",
}


class Mailbox:
    """Keeps what was sent."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, to: str, subject: str, text: str) -> None:
        self.texts.append(text)


MAILBOX = Mailbox()


@pytest.fixture
async def mailing(data_dir: Path) -> AsyncIterator[World]:
    """The product with a mailbox that a test can read."""
    parts = assemble(settings_in(data_dir), mailer=MAILBOX)
    async with serving(parts) as address:
        made = World(parts, address)
        yield made
        await made.close()


async def visitor(browser: Browser, world: World, name: str) -> tuple[Visit, Chat]:
    shop = await Visit.begin(browser, f"{world.address}/?as=", name)
    return shop, await Chat.open_with_the_keyboard(shop)


async def accessible(page: Page) -> list[str]:
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    return [f"{v['id']}: {n['target']}" for v in found.response["violations"] for n in v["nodes"]]


async def test_a_visitor_proves_who_they_are_and_reads_where_their_order_is(
    mailing: World, browser: Browser
) -> None:
    shop, chat = await visitor(browser, mailing, "step-up")
    await chat.say("Where is my order TT-10412?")
    form = chat.panel.get_by_role("region", name="Confirm your e-mail address")
    address = form.get_by_label("E-mail address")
    await expect(address).to_be_visible()
    await shop.look("1-address")
    assert await accessible(shop.page) == []

    await address.fill("maeve")
    await address.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("name@example.com")
    await expect(address).to_be_focused()
    await shop.look("2-no-address")
    await address.fill("maeve.brennan@customers.example")
    await address.press("Enter")

    code = form.get_by_label("Code (6 digits)")
    await expect(code).to_be_focused()
    await mailing.parts.step_up.close()
    sent = re.search(r"\d{6}", MAILBOX.texts[-1])
    assert sent
    await code.fill(f"{(int(sent[0]) + 1) % 10**6:06}")
    await code.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("2 more times")
    await shop.look("3-wrong-code")
    assert await accessible(shop.page) == []
    await code.fill(sent[0])
    await code.press("Enter")

    await expect(chat.panel.get_by_text("The e-mail address was confirmed with a code.")).to_be_visible()
    await expect(chat.said("ai")).to_contain_text("TT-10412")
    await expect(form).to_have_count(0)
    await expect(chat.field).to_be_focused()
    await shop.look("4-confirmed")
    await chat.say("And how much is express delivery?")  # its stream goes on under the new session
    await expect(chat.said("ai")).to_contain_text("€")
    await expect(chat.panel.locator("#notice")).not_to_have_class("shown")
    assert shop.errors == []


async def test_the_form_speaks_the_language_of_the_page(mailing: World, browser: Browser) -> None:
    shop, chat = await visitor(browser, mailing, "step-up-languages")
    await chat.say("Where is my order TT-10412?")
    for language, title in LANGUAGES.items():
        await shop.page.evaluate("language => Candor('setLocale', language)", language)
        form = chat.panel.locator(".step-up")
        await expect(form.get_by_role("heading")).to_have_text(title)
        await shop.look(language)


async def test_the_form_is_there_again_after_a_reload(mailing: World, browser: Browser) -> None:
    shop, chat = await visitor(browser, mailing, "step-up-reload")
    await chat.say("Where is my order TT-10412?")
    await shop.page.reload()
    await expect(chat.panel.get_by_role("region", name="Confirm your e-mail address")).to_be_visible()
    await chat.say("How much is express delivery?")  # they go on with something else
    await expect(chat.panel.locator(".step-up")).to_have_count(0)


async def test_who_does_not_want_to_can_put_the_form_away(mailing: World, browser: Browser) -> None:
    _, chat = await visitor(browser, mailing, "step-up-skip")
    await chat.say("Where is my order TT-10412?")
    form = chat.panel.locator(".step-up")
    await form.get_by_role("button", name="Not now").press("Enter")
    await expect(form).to_have_count(0)
