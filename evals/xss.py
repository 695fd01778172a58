"""Does anything that others write run in the chat? `python -m evals.xss --data ../shared/data [--file more.jsonl]`.

Every payload goes through a real Chromium, in batches: as a customer's message and as a person's reply through the real server, in
the widget and in the console; and, given to the widget as an answer of the API, as article title, heading, quote, order line,
product name, person's name, shop's name and customer's name. The page's Content-Security-Policy is switched off, so that
nothing but the rendering stands between a payload and the page.

A payload has run if it called alert and its kin, asked another host for something, moved a frame, or left an element or an attribute
behind that could.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, Frame, Page, Request, Route, expect

from evals.widget.browser import EMAIL, PASSWORD, Colleague, chromium, demo_shop
from evals.widget.walk import DESKTOP
from knowledge.rendering import render_message

BATCH = 200
LONGEST = 4000  # characters of a message
MEDDLING = """
  window.ran = [];
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = (...args) => window.ran.push(`${name}(${args})`);
"""
# What cleaned text never holds, and what a person's hand might set off.
INSPECT = """() => {
  const found = [];
  const able = 'script, object, embed, iframe, frame, base, meta[http-equiv], math, foreignObject, image, audio, video, marquee';
  for (const body of document.querySelectorAll('.body, .author, .sources, .proposal, .note, .sent-files, #quote, #shop, #suggestions, #rows, #briefing')) {
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


def payloads_in(file: Path) -> Iterator[str]:
    """The texts of a file of records; a header has none."""
    for line in file.read_text(encoding="utf-8").split(
        "\n"
    ):  # splitlines would cut at a payload's own U+2028
        text = json.loads(line).get("text", "") if line else ""
        if text.strip() and len(text) <= LONGEST:
            yield text


async def tried(browser: Browser, address: str, colleague: Colleague, payloads: Iterable[str]) -> Found:
    """Every payload in every place."""
    every, found = list(payloads), Found()
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        found.payloads += len(batch)
        await _as_messages(browser, address, colleague, batch, found)
        await _as_fields(browser, address, batch, found)
    return found


async def _page(browser: Browser, address: str, found: Found) -> Watched:
    context = await browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="en-GB", bypass_csp=True
    )
    await context.add_init_script(MEDDLING)
    return Watched(await context.new_page(), address, found)


async def _panel(watched: Watched) -> Frame:
    page = watched.page
    await page.locator("button.launcher").press("Enter")
    await expect(page.frame_locator("iframe.panel").locator("#field")).to_be_enabled()
    return next(frame for frame in page.frames if frame.url.endswith("/widget/panel"))


async def _as_messages(
    browser: Browser, address: str, colleague: Colleague, batch: list[str], found: Found
) -> None:
    """Written by a customer and by a person, through the real server."""
    watched = await _page(browser, address, found)
    page = watched.page
    await page.goto(f"{address}/?as=cus_maeve")
    customer = page.context.request
    token = (await (await customer.get(f"{address}/demo/identity")).json())["token"]
    session = await (await customer.post(f"{address}/v1/sessions", data={"identity_token": token})).json()
    headers = {"Authorization": f"Bearer {session['session_token']}"}
    begun = await (await customer.post(f"{address}/v1/conversations", headers=headers, data={})).json()
    own = f"{address}/v1/conversations/{begun['id']}"
    await customer.post(f"{own}/handoff", headers=headers, data={})
    case = await colleague.claim()
    said = 0
    for text in batch:
        message = {"client_id": uuid4().hex, "text": text}
        said += (await customer.post(f"{own}/messages", headers=headers, data=message)).ok
        await colleague.reply(case, text)
        said += 1
    panel = await _panel(watched)
    await expect(page.frame_locator("iframe.panel").locator(".message[data-seq]")).to_have_count(said)
    await watched.inspect(panel, "message in the widget", "/widget/panel")
    found.shown += said
    desk = await _page(browser, address, found)
    await desk.page.goto(f"{address}/console")
    await desk.page.get_by_label("E-mail").fill(EMAIL)
    await desk.page.get_by_label("Password").fill(PASSWORD)
    await desk.page.get_by_role("button", name="Sign in").click()
    await desk.page.goto(f"{address}/console#{case}")
    await expect(desk.page.locator("#messages .message").nth(said - 1)).to_be_attached()
    await desk.inspect(desk.page.main_frame, "message in the console", "/console")
    found.shown += said
    await colleague.post(f"conversations/{case}/resolve", wrap_up=None, note="")
    await desk.page.context.close()
    await page.context.close()


async def _as_fields(browser: Browser, address: str, batch: list[str], found: Found) -> None:
    """In every text that the API gives the widget beside messages, and in what a shop's page tells it."""
    watched = await _page(browser, address, found)
    page = watched.page
    thread = _thread(batch)

    async def answer(route: Route) -> None:
        path = route.request.url.partition("/v1/")[2]
        if path.endswith("/events") or "/attachments/" in path:
            await route.abort()
        elif path.endswith("/briefing"):
            lines = [
                {"id": str(n), "part": "facts", "text": p, "correction": {"text": p}}
                for n, p in enumerate(batch)
            ]
            await route.fulfill(json={"lines": lines})
        else:
            await route.fulfill(json=thread if path.endswith("/of-payloads") else {"items": [thread]})

    await page.route("**/v1/conversations**", answer)
    await page.route("**/v1/conversations/**", answer)
    await page.goto(f"{address}/?as=cus_maeve")
    panel = await _panel(watched)
    chat = page.frame_locator("iframe.panel")
    await expect(chat.locator("[data-seq]")).to_have_count(len(thread["messages"]))
    await chat.locator(".passed-on summary").first.press("Enter")
    await expect(chat.locator(".passed-on li")).to_have_count(len(batch))
    for payload in batch:
        await page.evaluate(
            "product => Candor('update', {page: {title: product, url: product, product}})", payload
        )
    # What stands once on the screen, one payload after the other, by the product's own code.
    await panel.evaluate(
        """async payloads => {
            const { Log } = await import('/widget/log.js');
            const log = new Log({});
            for (const payload of payloads) {
                log.showDisclosure(payload);
                log.showTyping(payload);
                log.showDraft({ stream_id: payload, text: payload, html: '' });
                log.showPending({ client_id: payload, text: payload, state: 'failed', problem: payload });
            }
            for (const link of document.querySelectorAll('.sources a')) link.focus();
        }""",
        batch,
    )
    await watched.inspect(panel, "field in the widget", "/widget/panel")
    await watched.inspect(page.main_frame, "page in the loader", "/?as=" if "?" in page.url else "/")
    found.shown += len(batch) * len(FIELDS)
    await page.context.close()


FIELDS = (
    "author's name", "article title", "heading", "quote", "article address", "proposal title", "order line's label", "order line",
    "proposal's identifier", "corrected line", "briefing line", "system notice", "AI's answer", "shop's name", "page title",
    "product name", "typing name", "refusal", "file name",
)  # fmt: skip


def _thread(payloads: list[str]) -> dict[str, Any]:
    """A conversation with a payload in every text of it; `html` is what the server makes of one."""
    messages: list[dict[str, Any]] = []

    def add(author: str, payload: str, **more: Any) -> None:
        seq = len(messages) + 1
        messages.append(
            {
                "id": str(uuid4()), "seq": seq, "author": {"kind": author, "name": payload}, "kind": "text", "text": payload,
                "html": render_message(payload, {1: "/help/delivery"}), "citations": [], "proposal": None, "offer_person": False,
                "stream_id": None, "client_id": None, "corrects": None, "attachments": [], "created_at": "2026-11-29T00:00:00+00:00", **more,
            }
        )  # fmt: skip

    for payload in payloads:
        cited = {"title": payload, "heading": payload, "quote": payload, "article": payload, "hash": payload}
        proposal = {
            "id": payload, "action": payload, "title": payload, "lines": [{"label": payload, "value": payload}],
            "status": "open", "digest": payload, "expires_at": "2036-11-29T00:00:00+00:00",
        }  # fmt: skip
        add("human", payload)
        add(
            "ai", payload, citations=[{**cited, "number": 1, "version": 1, "url": payload}], proposal=proposal
        )
        files = [
            {"id": str(uuid4()), "name": payload, "media_type": kind, "size": 1, "width": 1, "height": 1}
            for kind in ("image/png", "application/pdf")
        ]
        add("customer", payload, corrects=payload, attachments=files)
        add("system", payload, kind="claim")
    add("system", payloads[0], kind="handoff")
    return {
        "id": "of-payloads", "case_number": payloads[0], "floor": "ai", "epoch": 1, "holder": {"name": payloads[0]},
        "resolved": False, "created_at": "2026-11-29T00:00:00+00:00", "messages": messages, "last_event_id": 0,
        "rating": {"asked": True, "after_seconds": 60},
    }  # fmt: skip


async def main(files: list[Path]) -> None:
    """Print what has run."""
    payloads = [text for file in files for text in payloads_in(file)]
    with tempfile.TemporaryDirectory() as data:
        async with demo_shop(Path(data)) as address, chromium() as browser:
            colleague = await Colleague.sign_in(browser, address, EMAIL, PASSWORD)
            found = await tried(browser, address, colleague, payloads)
    print(f"{found.payloads} payloads, shown {found.shown} times, {len(found.wrong)} ran or could have run")
    for wrong in found.wrong[:20]:
        print("  ", wrong)
    if found.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, help="the folder that holds bad_input/xss_dompurify.jsonl")
    parser.add_argument(
        "--file", type=Path, action="append", default=[], help="more payloads, one record with `text` a line"
    )
    given = parser.parse_args()
    own = [given.data / "bad_input" / "xss_dompurify.jsonl"] if given.data else []
    if not own and not given.file:
        parser.error("give --data or --file")
    asyncio.run(main([*own, *given.file]))
