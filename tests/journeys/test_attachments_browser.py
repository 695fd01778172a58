"""A customer sends files in a real Chromium, and a person of the desk sees them.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import json
import re

import pytest
from playwright.async_api import Browser, FilePayload, Route, expect

from evals.widget.browser import Colleague
from evals.widget.walk import PHONE, new_page
from tests.conftest import World
from tests.files import image_file, pdf_file
from tests.journeys.browser import Chat, Visit
from tests.journeys.test_widget_accessibility import examined

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe.png"


def file(name: str, data: bytes, kind: str) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def test_files_go_with_a_message_and_a_person_sees_them(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "files")
    chat = await Chat.open_with_the_keyboard(shop)
    panel = chat.panel
    await expect(panel.get_by_role("button", name="Attach a file")).to_be_enabled()
    await panel.locator("#picker").set_input_files(
        [
            file(HOSTILE, image_file(size=(600, 400)), "image/png"),
            file("invoice.pdf", pdf_file(), "application/pdf"),
            file("drawing.png", b"<svg onload=alert(1)>", "image/png"),
        ]
    )
    await expect(panel.locator(".file.refused")).to_contain_text("only images and PDFs")
    await expect(panel.locator("#send")).to_be_disabled()
    await shop.look("1-refused")
    await panel.get_by_role("button", name=re.compile("Remove .*drawing")).press("Enter")
    await expect(panel.locator(".file")).to_have_count(2)
    await expect(panel.locator(".state").first).to_contain_text("is attached")
    await expect(panel.locator("#field")).to_be_focused()
    await expect(panel.locator("#send")).to_be_enabled()  # both have arrived
    await panel.locator("#field").press("Enter")
    mine = panel.locator(".message.customer[data-seq]")
    await expect(mine.locator(".body")).to_have_text("Here is the file.")
    await mine.locator(".picture").scroll_into_view_if_needed()  # it is fetched once it comes into sight
    await expect(mine.locator(".picture img")).to_have_js_property("naturalWidth", 600)
    await expect(chat.said("ai")).to_contain_text("cannot open files")
    await expect(chat.said("ai").locator(".offer")).to_be_visible()
    assert await mine.locator("img[onerror]").count() == 0
    await shop.look("2-sent")
    async with shop.page.expect_download() as coming:
        await mine.get_by_role("button", name=re.compile("Save .*invoice")).press("Enter")
    assert (await coming.value).suggested_filename == "invoice.pdf"

    await panel.locator("#talk").press("Enter")
    await expect(panel.locator(".note.handoff")).to_be_visible()
    colleague = await Colleague.sign_in(
        browser, world.address, "aoife@desk.example", "a long enough password"
    )
    case = await colleague.claim()
    desk = await new_page(browser)
    await desk.goto(f"{world.address}/console")
    await desk.get_by_label("E-mail").fill("aoife@desk.example")
    await desk.get_by_label("Password").fill("a long enough password")
    await desk.get_by_role("button", name="Sign in").click()
    await desk.goto(f"{world.address}/console#{case}")
    seen = desk.locator("#messages .sent-files")
    await seen.scroll_into_view_if_needed()
    await expect(seen.locator("img")).to_have_js_property("naturalWidth", 600)
    await expect(seen.locator("a[download]")).to_contain_text("invoice.pdf")
    assert await desk.locator("#messages img[onerror]").count() == 0
    assert await examined(desk) == []
    assert shop.errors == []


async def test_a_file_waits_for_the_connection_and_arrives_once(world: World, browser: Browser) -> None:
    shop = await Visit.begin(browser, f"{world.address}/?as=", "files-offline")
    chat = await Chat.open_with_the_keyboard(shop)
    panel = chat.panel
    await chat.say("How much is express delivery?")
    lost: list[int] = []

    async def lose_the_answer(route: Route) -> None:
        answer = await route.fetch()
        lost.append(answer.status)
        if len(lost) == 1:
            await route.abort()  # it was taken, but nobody heard
        else:
            await route.fulfill(response=answer)

    await shop.page.context.route("**/attachments", lose_the_answer)
    await panel.locator("#picker").set_input_files(file("a.png", image_file(), "image/png"))
    await expect(panel.locator(".state")).to_contain_text("a.png", timeout=15_000)
    assert lost == [201, 200]
    await panel.locator("#field").fill("Here it is")
    await panel.locator("#field").press("Enter")
    await expect(panel.locator(".message.customer .picture")).to_have_count(1)


async def test_files_are_pasted_dropped_and_counted(world: World, browser: Browser) -> None:
    shop = await Visit.begin(browser, f"{world.address}/?as=", "files-paste")
    chat = await Chat.open_with_the_keyboard(shop)
    panel = chat.panel
    bring = """(target, [kind, data, count]) => {
      const given = new DataTransfer();
      for (let n = 0; n < count; n++) given.items.add(new File([new Uint8Array(data)], `shot ${n}.png`, { type: "image/png" }));
      const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
      target.dispatchEvent(event);
    }"""
    await panel.locator("#field").evaluate(bring, ["paste", list(image_file()), 1])
    await panel.locator("#log").evaluate(bring, ["drop", list(image_file()), 4])
    await expect(panel.locator(".file")).to_have_count(4)
    await expect(panel.get_by_text("At most 4 files at a time.")).to_be_visible()
    await expect(panel.locator(".file progress")).to_have_count(0)
    await shop.look("1-four")
    frame = next(frame for frame in shop.page.frames if frame.url.endswith("/widget/panel"))
    for locale in ("en", "ar"):
        await shop.page.evaluate("locale => Candor('setLocale', locale)", locale)
        for scheme in ("light", "dark"):
            await shop.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await shop.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            assert await examined(frame) == []
            await shop.look(f"2-{locale}-{scheme}")


@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("size", [(640, 400), (320, 480), (320, 256)])
async def test_in_a_small_window_nothing_scrolls_sideways_and_the_field_can_be_reached(
    world: World, browser: Browser, locale: str, size: tuple[int, int]
) -> None:
    """640 × 400 is 1280 × 800 at 200 %; 320 × 256 is WCAG's reflow at 400 %."""
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "small")
    chat = await Chat.open_with_the_keyboard(shop)
    await shop.page.set_viewport_size({"width": size[0], "height": size[1]})
    await shop.page.evaluate("locale => Candor('setLocale', locale)", locale)
    await expect(chat.panel.locator("html")).to_have_attribute("lang", locale)
    await chat.panel.locator("#picker").set_input_files(file("a.png", image_file(), "image/png"))
    await expect(chat.panel.locator(".file progress")).to_have_count(0)
    frame = next(frame for frame in shop.page.frames if frame.url.endswith("/widget/panel"))
    wide = "() => [document.documentElement, ...document.querySelectorAll('#panel, #log, #composer')].map(e => e.scrollWidth - e.clientWidth)"
    assert max(await frame.evaluate(wide)) <= 0
    assert await shop.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.left >= 0 && r.right <= innerWidth; }"
    for control in ("#field", "#send", "#attach", "#talk"):
        assert await chat.panel.locator(control).evaluate(inside), control
    assert await chat.panel.locator("#log").evaluate("e => e.clientHeight") > 40


async def test_what_was_seen_is_on_record_once(world: World, browser: Browser) -> None:
    sent: list[dict] = []
    page = await new_page(browser, locale="de-DE")
    page.on(
        "request",
        lambda r: sent.append(json.loads(r.post_data or "{}")) if r.url.endswith("/disclosures") else None,
    )
    await page.goto(f"{world.address}/?as=cus_maeve")
    await page.wait_for_timeout(1500)
    assert sent == []  # the panel is closed: nobody has seen it
    async with page.expect_response("**/v1/disclosures") as answer:
        await page.locator("button.launcher").press("Enter")
    assert (await answer.value).status == 204
    await page.reload()
    await expect(page.frame_locator("iframe.panel").locator("#field")).to_be_enabled()
    rows = [row async for row in world.parts.showings.since()]
    assert [(r["subject"], r["way"], r["language"], r["version"]) for r in rows] == [
        ("customer cus_maeve", "widget", "de", 1)
    ]


async def test_files_that_were_put_up_are_still_there_after_a_reload(world: World, browser: Browser) -> None:
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "files")
    chat = await Chat.open_with_the_keyboard(shop)
    await expect(chat.panel.get_by_role("button", name="Attach a file")).to_be_enabled()
    await chat.panel.locator("#picker").set_input_files(
        [
            file("seam.png", image_file(size=(600, 400)), "image/png"),
            file("invoice.pdf", pdf_file(), "application/pdf"),
        ]
    )
    await expect(chat.panel.locator("#send")).to_be_enabled()

    await shop.page.reload()
    waiting = chat.panel.locator(".file")
    await expect(waiting).to_have_count(2)
    await expect(waiting.locator("img")).to_have_js_property("naturalWidth", 600)
    await waiting.nth(1).get_by_role("button", name=re.compile("Remove .*invoice")).press("Enter")
    await chat.panel.locator("#field").press("Enter")
    sent = chat.panel.locator(".message.customer[data-seq] .sent-files > *")
    await expect(sent).to_have_count(1)

    await shop.page.reload()
    await expect(sent).to_have_count(1)
    await expect(waiting).to_have_count(0)
    assert shop.errors == []
