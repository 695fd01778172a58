"""A real Chromium around the product: the shop's page with the chat, and the console."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

PATIENCE = 30_000  # ms; a machine may be busy with other things
LEFT_OUT = "The browser journey was left out: no Chromium on this machine. Install chromium to run it."
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's Chromium with a fresh profile. Without one the test is skipped, or fails where one is required."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        give_up = pytest.fail if os.environ.get("CANDOR_BROWSER_REQUIRED") == "1" else pytest.skip
        give_up(LEFT_OUT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        try:
            yield browser
        finally:
            await browser.close()


class Visit:
    """A person's window: one page in a profile of its own. A script error on it fails the test."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    @classmethod
    async def begin(
        cls, browser: Browser, url: str, name: str, *, width: int = 1280, height: int = 860
    ) -> Self:
        """Go to a page as somebody who was never here."""
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        context.set_default_timeout(PATIENCE)
        visit = cls(await context.new_page(), name)
        await visit.page.goto(url)
        return visit

    async def look(self, stage: str) -> None:
        """Keep a picture of this stage in the folder CANDOR_SCREENSHOTS; none if it is not set."""
        if folder := os.environ.get("CANDOR_SCREENSHOTS"):
            await self.page.screenshot(path=Path(folder) / f"{self.name}-{stage}.png")


class Chat:
    """The chat panel on a shop's page, as its customer uses it."""

    def __init__(self, visit: Visit) -> None:
        self.panel = visit.page.frame_locator("iframe.panel")
        self.field = self.panel.get_by_role("textbox", name="Your message")
        self.floor = self.panel.locator("#floor-text")
        self.messages = self.panel.locator("#log > [data-seq]")
        self.card = self.panel.locator(".proposal").last
        self.receipt = self.panel.locator(".note.receipt").last

    @classmethod
    async def open_with_the_keyboard(cls, visit: Visit) -> Self:
        """Press Enter on the launcher and wait until the customer can write."""
        await visit.page.get_by_role("button", name="Open chat").press("Enter")
        chat = cls(visit)
        await expect(chat.field).to_be_enabled()
        return chat

    def said(self, by: str) -> Locator:
        """The newest message of `ai`, `customer` or `human`."""
        return self.messages.and_(self.panel.locator(f".message.{by}")).last

    async def write(self, text: str) -> None:
        """Write a message; it stands in the record when this returns."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.said("customer")).to_contain_text(text)

    async def say(self, text: str) -> None:
        """Write a message and wait for what comes back."""
        await self.write(text)
        asked = await self.said("customer").get_attribute("data-seq")
        await expect(self.panel.locator(f'[data-seq="{int(asked or 0) + 1}"]')).to_be_visible()

    async def confirm(self) -> None:
        """Press Confirm on the newest card, with the keyboard."""
        await self.card.get_by_role("button", name="Confirm").press("Enter")
        await expect(self.card).to_have_attribute("data-status", "done")


class Desk:
    """The console, as a person of the desk uses it."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.rows = visit.page.locator("#rows .row")
        self.standing = visit.page.locator("#standing")
        self.transcript = visit.page.locator("#messages")
        self.briefing = visit.page.locator("#briefing")

    async def sign_in(self, email: str, password: str) -> None:
        """Fill the form."""
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def press(self, name: str) -> None:
        """Press a button above the transcript."""
        await self.page.locator("#actions").get_by_role("button", name=name).click()

    async def reply(self, text: str) -> None:
        """Write to the customer."""
        await self.page.get_by_role("textbox", name="Reply to").fill(text)
        await self.page.get_by_role("button", name="Send").click()
        await expect(self.transcript).to_contain_text(text)

    async def hand_back(self, note: str) -> None:
        """Give the conversation back to the AI."""
        await self.press("Hand back to the AI…")
        await self.page.get_by_label("Note for the AI").fill(note)
        await self.page.get_by_role("button", name="Hand back", exact=True).click()


class Knowledge:
    """The console's knowledge pages, as an author uses them."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.main = visit.page.locator("#main")
        self.text = visit.page.get_by_label("Text (Markdown)")
        self.preview = visit.page.get_by_role("region", name="Preview")
        self.dialog = visit.page.get_by_role("dialog")
        self.notice = visit.page.locator("#notice-text")

    @classmethod
    async def sign_in(cls, visit: Visit, email: str, password: str) -> Self:
        """Through the desk's sign-in, which leads back."""
        await Desk(visit).sign_in(email, password)
        knowledge = cls(visit)
        await expect(knowledge.main.get_by_role("heading", level=2).first).to_be_visible()
        return knowledge

    async def way(self, name: str) -> None:
        """To another page of the same article."""
        await self.main.get_by_role("navigation", name="This article").get_by_role("link", name=name).click()

    async def replace(self, old: str, new: str) -> None:
        """Change words of the text."""
        await self.text.fill((await self.text.input_value()).replace(old, new))

    async def press(self, name: str) -> None:
        """Press a button of the page."""
        await self.main.get_by_role("button", name=name, exact=True).click()

    async def answer(self, name: str) -> None:
        """Press a button of the dialog."""
        await self.dialog.get_by_role("button", name=name, exact=True).click()
        await expect(self.dialog).to_have_count(0)
