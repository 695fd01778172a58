"""A person at the console in a real Chromium, with the keyboard alone, and a camera."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Page, async_playwright, expect

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PATIENCE = 30_000  # ms
SIZES = ((1280, 800), (1920, 1080))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


class Console:
    """The console as somebody uses it who does not touch the mouse."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self._folder = folder
        self._looks = 0
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def sign_in(self, email: str, password: str) -> None:
        """Through the form; then this person takes conversations."""
        await self.page.get_by_label("E-mail").press_sequentially(email)
        await self.page.keyboard.press("Tab")
        await self.page.keyboard.type(password)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#link")).to_have_text("Live")

    async def look(self, stage: str) -> None:
        """Keep a picture in every size and scheme."""
        self._looks += 1
        for width, height in SIZES:
            await self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                await self.page.emulate_media(color_scheme=scheme)
                name = f"{self._looks:02}-{stage}-{width}-{scheme}.png"
                await self.page.screenshot(path=self._folder / name)
        width, height = SIZES[0]
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.emulate_media(color_scheme=SCHEMES[0])

    async def go_to(self, view: str, case_number: str) -> None:
        """Walk down a view, by its number, to the row of a case, and open it."""
        await self.leave_the_box()
        await self.page.keyboard.press(view)
        await expect(self.page.locator("#rows .row", has_text=case_number).first).to_be_visible()
        for key in "k" * 15 + "j" * 15:  # from the open row up to the first one, then down
            await self.page.keyboard.press(key)
            row = self.page.locator("#rows .row:focus")
            if await row.count() and case_number in (await row.text_content() or ""):
                await self.page.keyboard.press("Enter")
                await expect(self.page.locator("#rows .row[aria-current]")).to_contain_text(case_number)
                await expect(self.page.locator("#messages > li").first).to_be_visible()
                return
        raise LookupError(f"no row of {case_number} in view {view}")

    async def claim(self) -> None:
        """Claim what is open: then the box waits for a reply."""
        await self.page.keyboard.press("c")
        await expect(self.page.locator("#composer-text")).to_be_focused()

    async def leave_the_box(self) -> None:
        """Out of a text field; what is typed stays."""
        if await self.page.locator(":is(textarea, input, select):focus").count():
            await self.page.keyboard.press("Escape")

    async def key(self, key: str) -> None:
        """A single-letter shortcut."""
        await self.leave_the_box()
        await self.page.keyboard.press(key)

    async def write(self, text: str) -> None:
        """Type into the box and send."""
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#messages")).to_contain_text(text)

    async def macro(self, words: str) -> None:
        """Choose a saved reply with the slash; it stands in the box, to be edited."""
        await self.page.keyboard.type(f"/{words}")
        await expect(self.page.locator("#picker [role=option]").first).to_be_visible()
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#composer-text")).not_to_have_value(re.compile("^/"))

    async def standing(self, words: str) -> None:
        """Wait until the head says this."""
        await expect(self.page.locator("#standing")).to_contain_text(words)


@asynccontextmanager
async def opened(address: str, folder: Path) -> AsyncIterator[Console]:
    """A console in a fresh profile; its pictures go to the folder."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise SystemExit("There is no Chromium on this machine; install chromium.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        width, height = SIZES[0]
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        await page.goto(f"{address}/console")
        yield Console(page, folder)
        await browser.close()
