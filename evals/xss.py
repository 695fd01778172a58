"""Does anything that others write run in the chat? `python -m evals.xss --data ../shared/data [--file more.jsonl]`.

Every payload goes through a real Chromium, in batches: as a customer's message and as a person's reply through the real server, in
the widget and in the console; from the shop's own records, as the customer's name and in every text of an order beside the case;
and, given to the widget as an answer of the API, as article title, heading, quote, order line, product name, person's name and
shop's name. The page's Content-Security-Policy is switched off, so that
nothing but the rendering stands between a payload and the page.

A payload has run if it called alert and its kin, asked another host for something, moved a frame, or left an element or an attribute
behind that could.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from playwright.async_api import APIRequestContext, Browser, Frame, Page, Request, Route, expect

from evals.widget.browser import EMAIL, PASSWORD, Colleague, chromium, demo_shop
from evals.widget.hostile_thread import FIELDS, thread_of
from evals.widget.walk import DESKTOP
from knowledge.database import sqlite3

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
  for (const body of document.querySelectorAll('.body, .author, .sources, .proposal, .note, .sent-files, #quote, #shop, #suggestions, #rows, #head, #briefing, #orders, #earlier')) {
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


async def tried(
    browser: Browser, address: str, colleague: Colleague, payloads: Iterable[str], records: Path
) -> Found:
    """Every payload in every place. `records` is the database of the demo shop."""
    every, found = list(payloads), Found()
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        found.payloads += len(batch)
        await _as_messages(browser, address, colleague, batch, found)
        await _as_the_shop_has_them(browser, address, batch, records, found)
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
    own, headers = await _asks_for_a_person(customer, address)
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
    desk = await _desk(browser, address, found)
    await desk.page.goto(f"{address}/console#{case}")
    await expect(desk.page.locator("#messages .message").nth(said - 1)).to_be_attached()
    await desk.inspect(desk.page.main_frame, "message in the console", "/console")
    found.shown += said
    await colleague.post(f"conversations/{case}/resolve", wrap_up=None, note="")
    await desk.page.context.close()
    await page.context.close()


async def _asks_for_a_person(customer: APIRequestContext, address: str) -> tuple[str, dict[str, str]]:
    """A conversation of the one who is signed in at the shop, waiting at the desk: its address, and what opens it."""
    token = (await (await customer.get(f"{address}/demo/identity")).json())["token"]
    session = await (await customer.post(f"{address}/v1/sessions", data={"identity_token": token})).json()
    headers = {"Authorization": f"Bearer {session['session_token']}"}
    begun = await (await customer.post(f"{address}/v1/conversations", headers=headers, data={})).json()
    own = f"{address}/v1/conversations/{begun['id']}"
    await customer.post(f"{own}/handoff", headers=headers, data={})
    return own, headers


async def _desk(browser: Browser, address: str, found: Found) -> Watched:
    """The console, signed in."""
    desk = await _page(browser, address, found)
    await desk.page.goto(f"{address}/console")
    await desk.page.get_by_label("E-mail").fill(EMAIL)
    await desk.page.get_by_label("Password").fill(PASSWORD)
    await desk.page.get_by_role("button", name="Sign in").click()
    await expect(desk.page.locator("#link")).to_have_text("Live")
    return desk


async def _as_the_shop_has_them(
    browser: Browser, address: str, batch: list[str], records: Path, found: Found
) -> None:
    """As the customer's name and in every text of their orders, in the console, one case for each payload."""
    shopper, desk = await _page(browser, address, found), await _desk(browser, address, found)
    await shopper.page.goto(f"{address}/?as=cus_maeve")
    for payload in batch:
        with closing(sqlite3.connect(records)) as shop, shop:
            for text in HOSTILE_RECORDS:
                shop.execute(text, {"payload": payload, "parcel": json.dumps(dict.fromkeys(PARCEL, payload))})
        own, _ = await _asks_for_a_person(shopper.page.context.request, address)
        await desk.page.goto(f"{address}/console#{own.rpartition('/')[2]}")
        await expect(desk.page.locator("#orders .order").first).to_be_attached()
        await desk.inspect(desk.page.main_frame, "the shop's records in the console", "/console")
        found.shown += SHOP_TEXTS
    await desk.page.context.close()
    await shopper.page.context.close()


PARCEL = ("carrier", "code", "url")
HOSTILE_RECORDS = (
    "UPDATE shop_customer SET name = :payload WHERE id = 'cus_maeve'",
    "UPDATE shop_order SET payment_label = :payload, tracking = :parcel WHERE customer_id = 'cus_maeve'",
    "UPDATE shop_order_item SET name = :payload, variant = :payload",
    'UPDATE shop_refund SET "to" = :payload',
)
SHOP_TEXTS = 8  # customer's name, payment, carrier, parcel's code and address, product, variant, refund


async def _as_fields(browser: Browser, address: str, batch: list[str], found: Found) -> None:
    """In every text that the API gives the widget beside messages, and in what a shop's page tells it."""
    watched = await _page(browser, address, found)
    page = watched.page
    thread = thread_of(batch)

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


async def main(files: list[Path]) -> None:
    """Print what has run."""
    payloads = [text for file in files for text in payloads_in(file)]
    with tempfile.TemporaryDirectory() as data:
        hurry = {"CANDOR_RATE_MESSAGES": "100000/minute", "CANDOR_RATE_SESSIONS": "100000/minute"}
        async with demo_shop(Path(data), hurry) as address, chromium() as browser:
            colleague = await Colleague.sign_in(browser, address, EMAIL, PASSWORD)
            found = await tried(browser, address, colleague, payloads, Path(data) / "candor.db")
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
