"""The widget on a shop's page, in a real Chromium: how it is embedded, what it takes, and what it does not touch."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from evals.widget.walk import PHONE
from tests.conftest import World
from tests.journeys.browser import Chat, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TAG = '<script async src="{address}/widget.js" data-candor></script>'
QUEUE = "<script>window.Candor = window.Candor || function () { (Candor.q = Candor.q || []).push(arguments); };</script>"
BODY = "<h1>A shop</h1><p>Its page.</p><button>Buy</button>"
WITHOUT_STORAGE = """
  for (const name of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
  Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('denied', 'SecurityError'); } });
"""
FULL_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


async def shop_page(
    world: World, browser: Browser, head: str, *, policy: str = "", script: str = "", path: str = "/a-shop"
) -> Visit:
    """A page of a shop with this in its head. What its Content-Security-Policy refuses counts as an error of the page."""
    context = await browser.new_context(locale="en-GB")
    context.set_default_timeout(30_000)
    await context.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', event => refused.push(event.violatedDirective));"
        + script
    )
    visit = Visit(await context.new_page(), "shop")
    document = (
        f"<!doctype html><html lang=en><head><title>A shop</title>{head}</head><body>{BODY}</body></html>"
    )

    async def answer(route: Route) -> None:
        headers = {"content-security-policy": policy.format(address=world.address)} if policy else {}
        await route.fulfill(
            body=document.replace("{address}", world.address), content_type="text/html", headers=headers
        )

    await visit.page.route(f"**{path}", answer)
    await visit.page.goto(world.address + path)
    return visit


async def opened(page: Page) -> Chat:
    await page.locator("button.launcher").press("Enter")
    chat = Chat(Visit(page, "shop"))
    await expect(chat.panel.locator("#field")).to_be_enabled()
    return chat


async def test_it_works_under_the_strictest_policy_of_a_shop(world: World, browser: Browser) -> None:
    policy = (
        "default-src 'none'; script-src {address}; frame-src {address}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    shop = await shop_page(world, browser, TAG, policy=policy)
    chat = await opened(shop.page)
    await chat.say("How much is express delivery?")
    await expect(chat.said("ai")).to_contain_text("€12.95")
    assert await shop.page.evaluate("refused") == []
    assert shop.errors == []


async def test_commands_given_before_it_has_loaded_are_obeyed_in_their_order(
    world: World, browser: Browser
) -> None:
    early = (
        "<script>window.told = [];"
        "for (const name of ['ready', 'open', 'unread', 'message', 'floor', 'handoff', 'close'])"
        "  Candor('on', name, detail => told.push([name, detail ?? null]));"
        "Candor('setLocale', 'de'); Candor('setColorScheme', 'dark'); Candor('open');</script>"
    )
    shop = await shop_page(world, browser, QUEUE + early + TAG)
    panel = shop.page.frame_locator("iframe.panel")
    await expect(panel.locator("#field")).to_be_enabled()
    await expect(panel.locator("html")).to_have_attribute("lang", "de")
    await expect(panel.locator("html")).to_have_attribute("data-scheme", "dark")
    await expect(panel.locator(".disclosure")).to_contain_text(
        "KI-Assistenten, der für Tarn & Thistle spricht"
    )
    await shop.page.evaluate("Candor('talkToHuman')")
    await expect(panel.locator("#floor-text")).to_have_text("Warten auf einen Menschen")
    await shop.page.evaluate("Candor('close')")
    told = await shop.page.evaluate("told")
    names = [name for name, _ in told]
    assert names[:2] == ["open", "ready"]
    assert ["floor", {"floor": "queue"}] in told
    assert ["handoff", {}] in told
    assert names[-1] == "close"
    assert all(set(detail) == {"author", "kind"} for name, detail in told if name == "message")
    assert shop.errors == []


async def test_every_command_does_what_it_says(world: World, browser: Browser) -> None:
    shop = await shop_page(world, browser, QUEUE + TAG)
    page, panel = shop.page, shop.page.frame_locator("iframe.panel")
    launcher = page.locator("button.launcher")
    await expect(launcher).to_be_visible()
    await page.evaluate("Candor('hide')")
    await expect(launcher).to_be_hidden()
    await page.evaluate("Candor('open')")
    await expect(panel.locator("#field")).to_be_focused()
    await page.evaluate("Candor('show'); Candor('toggle')")
    await expect(launcher).to_be_focused()
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await page.evaluate("Candor('toggle'); Candor('setLocale', 'ar')")
    await expect(panel.locator("html")).to_have_attribute("dir", "rtl")
    box = await launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100  # mirrored
    await page.evaluate(
        "Candor('update', { locale: 'en', colorScheme: 'light', page: { product: 'A <b>tent</b>' } })"
    )
    await expect(panel.locator("html")).to_have_attribute("dir", "ltr")
    await panel.get_by_role("button", name="Ask about A <b>tent</b>").press("Enter")
    await expect(panel.locator("#field")).to_have_value("A <b>tent</b>: ")
    token = await (await world.shopper("cus_maeve")).client.get(
        "/demo/identity", headers={"Cookie": "demo_person=cus_maeve"}
    )
    await page.evaluate("token => Candor('identify', { identity: () => token })", token.json()["token"])
    await expect(panel.get_by_role("button", name="Where is my order?")).to_be_visible()
    await page.evaluate("Candor('logout')")
    await expect(panel.get_by_role("button", name="How can I pay?")).to_be_visible()
    await page.evaluate("Candor('nonsense')")
    assert shop.errors == []


async def test_it_adds_one_global_and_moves_nothing_and_twice_is_once(world: World, browser: Browser) -> None:
    watch = (
        "<script>window.moved = 0; window.before = new Set(); before = new Set(Object.getOwnPropertyNames(window));"
        "new PerformanceObserver(list => list.getEntries().forEach(entry => moved += entry.value))"
        ".observe({ type: 'layout-shift', buffered: true });</script>"
    )
    shop = await shop_page(world, browser, watch + TAG + TAG)
    page = shop.page
    await expect(page.locator("button.launcher")).to_be_visible()
    await page.evaluate(
        "address => document.head.append(Object.assign(document.createElement('script'), { src: address }))",
        f"{world.address}/widget.js",
    )
    await opened(page)
    assert await page.locator("[data-candor-launcher]").count() == 1
    assert await page.evaluate("Object.getOwnPropertyNames(window).filter(name => !before.has(name))") == [
        "Candor"
    ]
    assert await page.evaluate("moved") == 0
    assert shop.errors == []


@pytest.mark.parametrize("script", [WITHOUT_STORAGE, FULL_STORAGE], ids=["blocked", "full"])
async def test_blocked_or_full_storage_breaks_nothing(world: World, browser: Browser, script: str) -> None:
    shop = await shop_page(world, browser, TAG, script=script)
    chat = await opened(shop.page)
    await chat.say("How much is express delivery?")
    await expect(chat.said("ai")).to_contain_text("€12.95")
    # Who a visitor is is remembered as long as the page is there.
    await shop.page.evaluate("Candor('identify')")
    await expect(chat.field).to_be_enabled()
    await expect(chat.said("ai")).to_contain_text("€12.95")
    assert shop.errors == []


async def test_what_is_written_without_a_connection_arrives_once_and_in_order(
    world: World, browser: Browser
) -> None:
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "offline")
    chat = await opened(shop.page)
    await chat.say("How much is express delivery?")
    context: BrowserContext = shop.page.context
    await context.set_offline(True)
    await expect(chat.panel.locator("#notice-text")).to_contain_text("You are offline")
    for text in ("What does the return label cost?", "How long is the warranty on tents?"):
        await chat.field.fill(text)
        await chat.field.press("Enter")
    await expect(chat.panel.locator(".pending.later")).not_to_have_count(0)
    await context.set_offline(False)
    await expect(chat.panel.locator(".pending")).to_have_count(0)
    await expect(chat.panel.locator("#notice-text")).to_be_empty()
    await expect(chat.said("ai")).to_contain_text("tents")
    mine = await chat.panel.locator(".message.customer .body").all_inner_texts()
    assert mine == [
        "How much is express delivery?",
        "What does the return label cost?",
        "How long is the warranty on tents?",
    ]
    assert shop.errors == []


async def test_an_answer_is_read_aloud_once_when_it_is_finished(world: World, browser: Browser) -> None:
    shop = await Visit.begin(browser, f"{world.address}/?as=", "aloud")
    chat = await opened(shop.page)
    await chat.panel.locator("#log").evaluate(
        """log => new MutationObserver(changes => {
            for (const { addedNodes } of changes) for (const node of addedNodes)
                if (!node.closest?.('[aria-hidden=true], [aria-live=off]')) (log.heard ??= []).push(node.textContent);
        }).observe(log, { childList: true, subtree: true, characterData: true })"""
    )
    await chat.say("How much is express delivery?")
    await expect(chat.panel.locator(".draft")).to_have_count(0)
    heard = await chat.panel.locator("#log").evaluate(
        "log => log.heard.filter(text => text.includes('12.95'))"
    )
    assert len(heard) == 1
    assert shop.errors == []


async def test_on_a_phone_the_keyboard_stays_in_the_dialog_and_escape_leads_back(
    world: World, browser: Browser
) -> None:
    phone = await Visit.begin(browser, f"{world.address}/?as=", "phone", width=PHONE[0], height=PHONE[1])
    chat = await opened(phone.page)
    panel = chat.panel.locator("#panel")
    await expect(panel).to_have_attribute("aria-modal", "true")
    seen = []
    for _ in range(12):
        await phone.page.keyboard.press("Tab")
        seen.append(
            await panel.evaluate("panel => document.activeElement.id || document.activeElement.className")
        )
    assert {"talk", "more", "close", "log", "suggestion", "attach", "field"} == set(seen)
    assert seen.count("talk") > 1  # round and round
    await phone.page.keyboard.press("Shift+Tab")
    box = await phone.page.locator("iframe.panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
    await chat.panel.locator("#more").press("Enter")
    await phone.page.keyboard.press("Escape")  # the menu
    await expect(chat.panel.locator("#more")).to_be_focused()
    await phone.page.keyboard.press("Escape")  # the panel
    await expect(phone.page.locator("button.launcher")).to_be_focused()
    assert phone.errors == []


async def test_a_conversation_is_taken_along_begun_anew_and_saved(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    shop = await Visit.begin(browser, f"{world.address}/products/TT-JKT-CORRIB", "anew")
    page = shop.page
    await page.get_by_role("button", name="Ask about this product").press("Enter")
    chat = Chat(shop)
    await expect(chat.field).to_be_focused()
    await chat.panel.get_by_role("button", name="Ask about Corrib waterproof jacket").press("Enter")
    await page.keyboard.type("how do I wash this one?")
    await page.keyboard.press("Enter")
    await expect(chat.said("ai")).to_contain_text("Wash a waterproof jacket")
    await chat.say("I want to return something from order TT-10387")
    # What the AI asks to choose from can be chosen with a press.
    await chat.panel.locator(".suggestion", has_text="Merino base layer").press("Enter")
    await expect(chat.said("customer")).to_contain_text("2 × Merino base layer (M Black)")
    await expect(chat.said("ai")).not_to_contain_text("Which items")

    # A draft outlives the page.
    await chat.field.fill("Not sent yet")
    await page.goto(f"{world.address}/help")
    await expect(chat.field).to_have_value("Not sent yet")
    await expect(chat.panel.locator(".message.customer").first).to_contain_text("how do I wash this one?")
    await chat.field.fill("")

    await chat.panel.locator("#more").press("Enter")
    async with page.expect_download() as saving:
        await chat.panel.get_by_role("button", name="Save this conversation").press("Enter")
    saved = await saving.value
    await saved.save_as(tmp_path / "saved.txt")
    text = (tmp_path / "saved.txt").read_text(encoding="utf-8-sig")
    assert text.startswith("Conversation C-")
    assert "You:\nCorrib waterproof jacket: how do I wash this one?" in text
    assert "AI assistant:\n" in text
    assert "You are chatting with an AI assistant that speaks for Tarn & Thistle." in text
    assert f"{world.address}/help/care-waterproof" in text
    assert saved.suggested_filename.startswith("C-")

    await chat.panel.locator("#more").press("Enter")
    await chat.panel.get_by_role("button", name="Start a new conversation").press("Enter")
    await expect(chat.panel.locator(".message")).to_have_count(0)
    await expect(chat.panel.locator(".disclosure")).to_be_visible()
    await chat.say("How much is express delivery?")
    await page.reload()
    await expect(chat.panel.locator(".message.customer")).to_have_count(1)
    assert shop.errors == []


async def test_who_waits_for_a_person_can_stay_close_the_chat_or_leave_it(
    world: World, browser: Browser
) -> None:
    visit = await shop_page(world, browser, TAG)
    chat = await opened(visit.page)
    choices = chat.panel.locator(".suggestion")
    await chat.panel.locator("#talk").press("Enter")
    waiting = ["Wait here", "Close it and read the answer later", "Leave it, and go on with the AI"]
    await expect(choices).to_have_text(waiting)

    await choices.nth(1).press("Enter")
    await expect(visit.page.locator("iframe.panel")).to_be_hidden()
    await visit.page.locator("button.launcher").press("Enter")
    await choices.nth(2).press("Enter")
    await expect(chat.panel.locator("#floor-text")).to_have_text("AI assistant")
    await expect(chat.panel.locator("#log")).to_contain_text("You are no longer waiting for a person.")

    await chat.panel.locator("#talk").press("Enter")
    await expect(choices).to_have_text(waiting)
    await choices.nth(0).press("Enter")
    await expect(choices).to_have_count(0)
    await expect(chat.panel.locator("#floor-text")).to_have_text("Waiting for a person")
    assert visit.errors == []
