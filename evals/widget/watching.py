"""A page on which nothing of a payload may happen, and what would tell that something has.

A payload has run if it called alert and its kin, asked another host for something, moved a frame, or left an element or an attribute
behind that could.
"""

from dataclasses import dataclass, field

from playwright.async_api import Browser, Frame, Page, Request, expect

from evals.widget.browser import EMAIL, PASSWORD
from evals.widget.walk import DESKTOP

MEDDLING = """
  window.ran = [];
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = (...args) => window.ran.push(`${name}(${args})`);
"""
# What cleaned text never holds, and what a person's hand might set off.
INSPECT = """() => {
  const found = [];
  const able = 'script, object, embed, iframe, frame, base, meta[http-equiv], math, foreignObject, image, audio, video, marquee';
  for (const body of document.querySelectorAll('main, dialog, .body, .author, .sources, .proposal, .note, .sent-files, #quote, #shop, #suggestions, #rows, #head, #briefing, #orders, #earlier, #picker')) {
    for (const element of body.querySelectorAll('*')) {
      if (element.matches(able)) found.push(`element ${element.outerHTML.slice(0, 80)}`);
      for (const { name, value } of element.attributes) {
        const code = /^on/.test(name) || /^\\s*(javascript|data|vbscript):/i.test(value);
        if (code && name !== 'data-say') found.push(`attribute ${name}=${value.slice(0, 60)}`);
      }
      for (const event of ['mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart', 'pointerenter'])
        element.dispatchEvent(new Event(event));
    }
  }
  return [...found, ...window.ran];
}"""


@dataclass
class Found:
    """What has gone wrong, and how much was looked at."""

    payloads: int = 0
    shown: int = 0
    wrong: list[str] = field(default_factory=list)


class Watched:
    """A page on which nothing of a payload may happen."""

    def __init__(self, page: Page, address: str, found: Found) -> None:
        self.page, self.address, self.found = page, address, found
        page.on("request", self._asked)
        page.on("dialog", lambda dialog: found.wrong.append(f"dialog {dialog.message}"))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "blob:", "data:")):
            self.found.wrong.append(f"request {request.url[:80]}")

    async def inspect(self, frame: Frame, where: str, stayed: str) -> None:
        """What is on the page now; `stayed` is the path where the frame must still be."""
        self.found.wrong += [f"{where}: {what}" for what in await frame.evaluate(INSPECT)]
        if stayed not in frame.url:
            self.found.wrong.append(f"{where}: moved to {frame.url[:80]}")


async def watched_page(browser: Browser, address: str, found: Found) -> Watched:
    """A window whose Content-Security-Policy is off, so that nothing but the rendering stands between a payload and the page."""
    context = await browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="en-GB", bypass_csp=True
    )
    await context.add_init_script(MEDDLING)
    return Watched(await context.new_page(), address, found)


async def panel_of(watched: Watched) -> Frame:
    """The chat's panel, opened."""
    page = watched.page
    await page.locator("button.launcher").press("Enter")
    await expect(page.frame_locator("iframe.panel").locator("#field")).to_be_enabled()
    return next(frame for frame in page.frames if frame.url.endswith("/widget/panel"))


async def console_of(browser: Browser, address: str, found: Found) -> Watched:
    """The console, signed in."""
    desk = await watched_page(browser, address, found)
    await desk.page.goto(f"{address}/console")
    await desk.page.get_by_label("E-mail").fill(EMAIL)
    await desk.page.get_by_label("Password").fill(PASSWORD)
    await desk.page.get_by_role("button", name="Sign in").click()
    await expect(desk.page.locator("#link")).to_have_text("Live")
    return desk
