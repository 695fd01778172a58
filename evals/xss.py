"""Does anything that others write run in the chat? `python -m evals.xss --data ../shared/data [--file more.jsonl] [--made 3000]`.

Every payload goes through a real Chromium, in batches: as a customer's message, the page where it was written, a person's reply and
note, through the real server, in the widget and in the console; where the product or the shop keeps it (`evals/widget/hostile_records.py`);
and, given to the widget as an answer of the API, as article title, heading, quote, order line, product name, person's name and
shop's name. `--made` adds so many of our own (`evals/widget/mutations.py`). What tells that one has run: `evals/widget/watching.py`.
"""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from playwright.async_api import Browser, Route, expect

from evals.widget.browser import EMAIL, PASSWORD, Colleague, chromium, demo_shop
from evals.widget.hostile_records import Asking, as_articles, as_file_names, as_the_records_have_them
from evals.widget.hostile_thread import FIELDS, thread_of
from evals.widget.mutations import mutations
from evals.widget.watching import Found, console_of, panel_of, watched_page

BATCH = 200
LONGEST = 4000  # characters of a message
A_WHILE = 20  # messages, seconds even on a busy machine


def payloads_in(file: Path) -> Iterator[str]:
    """The texts of a file of records; a header has none."""
    for line in file.read_text(encoding="utf-8").split(
        "\n"
    ):  # splitlines would cut at a payload's own U+2028
        text = json.loads(line).get("text", "") if line else ""
        if text.strip() and len(text) <= LONGEST:
            yield text


async def tried(
    browser: Browser,
    address: str,
    colleague: Colleague,
    payloads: Iterable[str],
    records: Path,
    *,
    quick: bool = False,
) -> Found:
    """Every payload in every place. `records`: the database of the demo shop. `quick`: without the places of `hostile_records`, of which many hold one at a time."""
    every, found = list(payloads), Found()
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        found.payloads += len(batch)
        await _as_messages(browser, address, colleague, batch, found)
        await _as_fields(browser, address, batch, found)
        if not quick:
            await as_file_names(browser, address, colleague, batch, found)
            await as_articles(browser, address, colleague, batch, found)
            await as_the_records_have_them(browser, address, colleague, batch, records, found)
    return found


async def _as_messages(
    browser: Browser, address: str, colleague: Colleague, batch: list[str], found: Found
) -> None:
    """Written by a customer, with the page where they were, and by a person, as reply and as note."""
    watched = await watched_page(browser, address, found)
    page = watched.page
    await page.goto(f"{address}/?as=cus_maeve")
    asking = await Asking.for_a_person(page.context.request, address)
    case = await colleague.claim(asking.id)
    said = noted = 0
    for number, text in enumerate(batch):
        if number % A_WHILE == 0:
            await colleague.stays()
        said += await asking.say(text, page=dict.fromkeys(("title", "url", "product"), text[:200]))
        await colleague.reply(case, text)
        await colleague.post(f"conversations/{case}/notes", client_id=uuid4().hex, text=text)
        said, noted = said + 1, noted + 1
    panel = await panel_of(watched)
    await expect(page.frame_locator("iframe.panel").locator(".message[data-seq]")).to_have_count(said)
    await watched.inspect(panel, "message in the widget", "/widget/panel")
    found.shown += said
    desk = await console_of(browser, address, found)
    await desk.page.goto(f"{address}/console#{case}")
    await expect(desk.page.locator("#messages .message").nth(said + noted - 1)).to_be_attached()
    await desk.inspect(desk.page.main_frame, "message in the console", "/console")
    found.shown += said + noted
    await colleague.post(f"conversations/{case}/resolve", wrap_up=None, note="")
    await desk.page.context.close()
    await page.context.close()


async def _as_fields(browser: Browser, address: str, batch: list[str], found: Found) -> None:
    """In every text that the API gives the widget beside messages, and in what a shop's page tells it."""
    watched = await watched_page(browser, address, found)
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
    panel = await panel_of(watched)
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


async def main(payloads: list[str], *, quick: bool) -> None:
    """Print what has run."""
    with tempfile.TemporaryDirectory() as data:
        hurry = {
            f"CANDOR_RATE_{what}": "100000/minute"
            for what in ("MESSAGES", "SESSIONS", "REQUESTS", "ATTACHMENTS")
        }
        async with demo_shop(Path(data), hurry) as address, chromium() as browser:
            colleague = await Colleague.sign_in(browser, address, EMAIL, PASSWORD)
            found = await tried(browser, address, colleague, payloads, Path(data) / "candor.db", quick=quick)
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
    parser.add_argument("--made", type=int, default=0, help="how many payloads of our own making to add")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out files, articles and records: many of them hold one payload at a time",
    )
    given = parser.parse_args()
    files = [*([given.data / "bad_input" / "xss_dompurify.jsonl"] if given.data else []), *given.file]
    if not files and not given.made:
        parser.error("give --data, --file or --made")
    asyncio.run(
        main(
            [*(text for file in files for text in payloads_in(file)), *mutations(given.made)],
            quick=given.quick,
        )
    )
