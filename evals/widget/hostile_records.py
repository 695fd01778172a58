"""Payloads where the product or the shop keeps them: names of files, articles, what stands around a case."""

import base64
import json
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from playwright.async_api import APIRequestContext, Browser, FilePayload, expect

from evals.widget.browser import Colleague
from evals.widget.watching import Found, console_of, panel_of, watched_page
from knowledge.database import sqlite3

LONGEST_TITLE, LONGEST_COMMENT = 200, 1000  # characters
# A picture of one pixel, as PNG.
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
FILES_A_MESSAGE, FILES_A_CONVERSATION = 4, 60


@dataclass
class Asking:
    """A customer's own conversation by the calls of the widget, at the desk."""

    request: APIRequestContext
    address: str
    own: str
    headers: dict[str, str]

    @classmethod
    async def for_a_person(cls, request: APIRequestContext, address: str) -> "Asking":
        """Begin one as whoever is signed in at the shop, and ask for a person."""
        token = (await (await request.get(f"{address}/demo/identity")).json())["token"]
        session = await (await request.post(f"{address}/v1/sessions", data={"identity_token": token})).json()
        headers = {"Authorization": f"Bearer {session['session_token']}"}
        begun = await (await request.post(f"{address}/v1/conversations", headers=headers, data={})).json()
        asking = cls(request, address, f"{address}/v1/conversations/{begun['id']}", headers)
        await request.post(f"{asking.own}/handoff", headers=headers, data={})
        return asking

    @property
    def id(self) -> str:
        """The conversation's."""
        return self.own.rpartition("/")[2]

    async def say(self, text: str, **more: object) -> bool:
        """Whether a message was taken."""
        body = {"client_id": uuid4().hex, "text": text, **more}
        return (await self.request.post(f"{self.own}/messages", headers=self.headers, data=body)).ok

    async def rate(self, comment: str) -> None:
        """Say that it is solved, in words of one's own."""
        body = {"solved": True, "comment": comment[:LONGEST_COMMENT]}
        await self.request.post(f"{self.own}/rating", headers=self.headers, data=body)

    async def put_up(self, name: str, data: bytes) -> str:
        """A file for a message to come; its id."""
        file = FilePayload(name=name, mimeType="image/png", buffer=data)
        answer = await self.request.post(
            f"{self.own}/attachments", headers=self.headers, multipart={"file": file}
        )
        if not answer.ok:
            raise RuntimeError(f"a file was answered {answer.status}: {await answer.text()}")
        return str((await answer.json())["id"])


async def as_file_names(
    browser: Browser, address: str, colleague: Colleague, batch: list[str], found: Found
) -> None:
    """As names of files that were sent: in the widget and in the console."""
    for start in range(0, len(batch), FILES_A_CONVERSATION):
        names = batch[start : start + FILES_A_CONVERSATION]
        watched = await watched_page(browser, address, found)
        await watched.page.goto(f"{address}/?as=cus_maeve")
        asking = await Asking.for_a_person(watched.page.context.request, address)
        for first in range(0, len(names), FILES_A_MESSAGE):
            some = names[first : first + FILES_A_MESSAGE]
            ids = [await asking.put_up(f"{name}.png", DOT) for name in some]
            await asking.say("Here they are", attachments=ids)
        panel = await panel_of(watched)
        await expect(watched.page.frame_locator("iframe.panel").locator(".sent-files > *")).to_have_count(
            len(names)
        )
        await watched.inspect(panel, "file name in the widget", "/widget/panel")
        desk = await console_of(browser, address, found)
        await desk.page.goto(f"{address}/console#{asking.id}")
        await expect(desk.page.locator("#messages .message").last).to_be_attached()
        await desk.inspect(desk.page.main_frame, "file name in the console", "/console")
        found.shown += 2 * len(names)
        await colleague.claim(asking.id)
        await colleague.post(f"conversations/{asking.id}/resolve", wrap_up=None, note="")
        await desk.page.context.close()
        await watched.page.context.close()


async def as_articles(
    browser: Browser, address: str, colleague: Colleague, batch: list[str], found: Found
) -> None:
    """As title, heading, text, tag and owner of an article: in the help centre, the console's list, and the editor of the last."""
    desk = await console_of(browser, address, found)
    for payload in batch:
        slug = f"a-{uuid4().hex}"
        title = " ".join(payload.split())[:LONGEST_TITLE]
        article = {"title": title, "body": f"## {title}\n\n{payload}\n", "tags": [title], "owner": title}
        if not await colleague.publish(slug, article):
            continue  # control characters are refused in an article
        await desk.page.goto(f"{address}/help/{slug}")
        await desk.inspect(desk.page.main_frame, "article in the help centre", f"/help/{slug}")
        found.shown += 3
    await desk.page.goto(f"{address}/help")
    await desk.inspect(desk.page.main_frame, "titles in the help centre", "/help")
    await desk.page.goto(f"{address}/console/knowledge")
    await expect(desk.page.locator("main")).to_contain_text("Delivery")
    await desk.inspect(desk.page.main_frame, "articles in the console", "/console/knowledge")
    await desk.page.context.close()


async def as_the_records_have_them(
    browser: Browser, address: str, colleague: Colleague, batch: list[str], records: Path, found: Found
) -> None:
    """As every name and text around a case, one case for each payload: what the shop knows of the customer, who took it, what was
    noted when it ended, what the customer said of it, and a saved reply.
    """
    shopper, desk = await watched_page(browser, address, found), await console_of(browser, address, found)
    await shopper.page.goto(f"{address}/?as=cus_maeve")
    for payload in batch:
        with closing(sqlite3.connect(records)) as file, file:
            for change in HOSTILE_RECORDS:
                file.execute(
                    change, {"payload": payload, "parcel": json.dumps(dict.fromkeys(PARCEL, payload))}
                )
        asking = await Asking.for_a_person(shopper.page.context.request, address)
        await colleague.claim(asking.id)
        await colleague.reply(asking.id, "Hello")
        await colleague.post(f"conversations/{asking.id}/resolve", wrap_up=None, note=payload)
        await asking.rate(payload)
        await desk.page.goto(f"{address}/console#{asking.id}")
        await expect(desk.page.locator("#orders .order").first).to_be_attached()
        await desk.inspect(desk.page.main_frame, "the records in the console", "/console")
        found.shown += TEXTS
    await shopper.page.goto(f"{address}/")
    await shopper.inspect(shopper.page.main_frame, "the shop's own page", "/")
    await desk.page.context.close()
    await shopper.page.context.close()


PARCEL = ("carrier", "code", "url")
HOSTILE_RECORDS = (
    "UPDATE shop_customer SET name = :payload WHERE id = 'cus_maeve'",
    "UPDATE shop_order SET payment_label = :payload, tracking = :parcel WHERE customer_id = 'cus_maeve'",
    "UPDATE shop_order_item SET name = :payload, variant = :payload",
    'UPDATE shop_refund SET "to" = :payload',
    "UPDATE staff_account SET name = :payload",
)
TEXTS = 11  # customer's name, payment, carrier, parcel's code and address, product, variant, refund, colleague, closing note, rating
