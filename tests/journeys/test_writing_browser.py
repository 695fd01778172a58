"""What helps a person to write, in a real browser: draft, citation, macro, tone, mention, whisper; the keyboard is enough.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import pytest
from playwright.async_api import Browser, Page, Response, expect

from tests.conftest import World
from tests.desk_people import QUESTION, supervisor, waiting
from tests.journeys.browser import Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

FIRST_LOAD = 150_000  # bytes of scripts


async def console(world: World, browser: Browser, name: str, **window: int) -> tuple[Visit, Desk]:
    """Somebody's console, signed in, with the only conversation open."""
    visit = await Visit.begin(browser, f"{world.address}/console", f"writing-{name}", **window)
    desk = Desk(visit)
    await desk.sign_in(f"{name}@desk.example", "a long enough password")
    return visit, desk


async def claimed(desk: Desk) -> None:
    await desk.rows.first.click()
    await expect(desk.page.get_by_role("button", name="Claim")).to_be_visible()
    await desk.page.keyboard.press("c")
    await expect(desk.standing).to_contain_text("you have this conversation")


def reply_box(page: Page):
    return page.get_by_role("textbox", name="Reply to Maeve")


async def test_a_draft_a_passage_and_a_macro_come_into_the_reply_only_when_asked_for(
    world: World, browser: Browser
) -> None:
    maeve = await waiting(world, QUESTION)
    await world.human_agent("Aoife")
    visit, desk = await console(world, browser, "aoife")
    page, box = visit.page, reply_box(visit.page)
    await claimed(desk)

    # A draft stands beside what is typed, and goes below it when the person says so.
    await box.fill("Hello Maeve,")
    await page.keyboard.press("Alt+g")
    panel = page.get_by_role("region", name="Suggested reply")
    take = panel.get_by_role("button", name="Put it into the reply")
    await expect(take).to_be_focused()
    await expect(panel).to_contain_text("3–6 working days")
    assert await box.input_value() == "Hello Maeve,"
    await visit.look("1-suggestion")
    await page.keyboard.press("Enter")
    await expect(box).to_be_focused()
    assert (await box.input_value()).startswith("Hello Maeve,\n\n")
    sources = page.get_by_role("list", name="Sources of this reply")
    await expect(sources).to_contain_text("Delivery")

    # A passage comes with its citation, which counts on.
    count = await sources.get_by_role("listitem").count()
    await page.keyboard.press("Alt+i")
    search = page.get_by_role("searchbox", name="Search the knowledge base")
    await expect(search).to_be_focused()
    await search.fill("How much goodwill may I give?")
    await expect(page.locator("#aid")).to_contain_text("this customer cannot read it")
    await visit.look("2-passages")
    await search.fill("Do I have to pay customs duty?")
    insert = page.locator("#aid").get_by_role("button", name="Insert and cite: Customs")
    await expect(insert.first).to_be_visible()
    await insert.first.press("Enter")
    await expect(sources.get_by_role("listitem")).to_have_count(count + 1)
    assert f"[{count + 1}]" in await box.input_value()
    await visit.look("3-with-sources")
    await page.keyboard.press("Enter")
    await expect(desk.transcript).to_contain_text("Hello Maeve,")
    said = (await maeve.thread())[-1]
    assert [c["number"] for c in said["citations"]] == list(range(1, count + 2))
    assert said["html"].count('class="cite"') >= count + 1

    # A macro by its name; what is not known is marked, and is not sent.
    await box.type("/look")
    option = page.get_by_role("option", name="Looking into your order")
    await expect(option).to_have_attribute("aria-selected", "true")
    await visit.look("4-macro")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value(
        "I am looking into order {order} for you now. Please bear with me for a few minutes."
    )
    assert await box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "{order}"
    await page.keyboard.press("Control+Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="fill in {order} first")).to_be_visible()
    await page.keyboard.type("TT-10411")
    await page.keyboard.press("Enter")
    await expect(desk.transcript).to_contain_text("looking into order TT-10411")
    assert visit.errors == []


async def test_macros_are_made_in_the_console_and_a_wrong_one_is_not_kept(
    world: World, browser: Browser
) -> None:
    await waiting(world, QUESTION)
    await world.human_agent("Aoife")
    visit, desk = await console(world, browser, "aoife", width=1920, height=1080)
    page = visit.page
    await claimed(desk)

    await page.get_by_role("button", name="Macros").click()
    await expect(page.get_by_role("option", name="Hello and thanks")).to_be_visible()
    await page.get_by_role("option", name="Edit macros…").click()
    dialog = page.get_by_role("dialog", name="Macros")
    await dialog.get_by_label("Name").fill("Closing words")
    await dialog.get_by_label("Text").fill("Take care, {first_name}!")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("{first_name} is no placeholder")
    await visit.look("5-macro-dialog")
    await dialog.get_by_label("Text").fill("Take care, {customer_first_name}!")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("button", name="Closing words")).to_have_attribute("aria-current", "true")
    await dialog.get_by_role("button", name="Close").click()

    await reply_box(page).type("/closing")
    await expect(page.get_by_role("option", name="Closing words")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(reply_box(page)).to_have_value("Take care, Maeve!")
    assert visit.errors == []


async def test_a_hint_stands_beside_a_sharp_word_and_bars_nothing(world: World, browser: Browser) -> None:
    maeve = await waiting(world, QUESTION)
    await world.human_agent("Aoife")
    visit, desk = await console(world, browser, "aoife")
    page, box = visit.page, reply_box(visit.page)
    await page.emulate_media(color_scheme="dark")
    await claimed(desk)

    await box.fill("As I already told you, I have refunded €20. You should have waited.")
    hints = page.locator("#tone")
    await expect(hints).to_contain_text("No receipt in this conversation shows that this was done")
    await expect(hints).to_contain_text("the customer's fault")
    await visit.look("6-tone-dark")
    await box.fill("Thank you for waiting so long.")
    await expect(hints).to_have_text("")
    await box.fill("As I already told you, no.")
    await expect(hints).to_contain_text("sending the customer away")
    await page.keyboard.press("Enter")
    await expect(desk.transcript).to_contain_text("As I already told you, no.")
    assert (await maeve.thread())[-1]["text"] == "As I already told you, no."
    assert visit.errors == []


async def test_a_mention_and_a_whisper_reach_the_colleague_at_once(world: World, browser: Browser) -> None:
    maeve = await waiting(world, QUESTION)
    for name in ("Aoife", "Declan"):
        await world.human_agent(name)
    await supervisor(world)
    scripts: dict[str, int] = {}
    aoife, desk = await console(world, browser, "aoife")
    await claimed(desk)
    declan = await Visit.begin(browser, f"{world.address}/console", "writing-declan")

    async def weigh(response: Response) -> None:
        if response.request.resource_type == "script":
            scripts[response.url] = len(await response.body())

    declan.page.on("response", weigh)
    await declan.page.reload()
    await Desk(declan).sign_in("declan@desk.example", "a long enough password")
    await expect(declan.page.locator("#link")).to_have_text("Live")

    # Aoife asks Declan in a note.
    await aoife.page.keyboard.press("Escape")
    await aoife.page.keyboard.press("n")
    note = aoife.page.get_by_role("textbox", name="Internal note")
    await note.type("@dec")
    await expect(aoife.page.get_by_role("option", name="Declan")).to_be_visible()
    await aoife.page.keyboard.press("Tab")
    await note.type("may trampolines be returned?")
    await aoife.look("7-mention")
    await aoife.page.keyboard.press("Enter")
    await expect(desk.transcript).to_contain_text("Internal note for Declan")
    open_mentions = declan.page.get_by_role("button", name="Mentions, 1 not seen")
    await expect(open_mentions).to_be_visible()
    await declan.page.keyboard.press("@")
    entry = declan.page.get_by_role("dialog", name="Mentions").get_by_role("button", name="may trampolines")
    await expect(entry).to_be_visible()
    await declan.look("8-mentions")
    await entry.press("Enter")
    await expect(declan.page.locator("#messages")).to_contain_text("Internal note for you")
    await expect(declan.page.get_by_role("button", name="Mentions", exact=True)).to_be_visible()

    # Niamh, a supervisor, whispers; it is on Aoife's screen at once.
    niamh, other = await console(world, browser, "niamh")
    await niamh.page.locator("#views").get_by_role("button", name="Open").click()
    await other.rows.first.click()
    await expect(niamh.page.get_by_role("button", name="Whisper", exact=True).first).to_be_visible()
    await niamh.page.keyboard.press("Escape")
    await niamh.page.keyboard.press("w")
    await niamh.page.get_by_role("textbox", name="Whisper to Aoife").fill("Offer her a voucher of €10.")
    await niamh.look("9-whisper")
    await niamh.page.keyboard.press("Enter")
    banner = aoife.page.get_by_role("alert").filter(has_text="Niamh whispers: Offer her a voucher of €10.")
    await expect(banner).to_be_visible()
    await expect(desk.transcript).to_contain_text("Whisper to you")
    await aoife.look("10-whispered")
    await banner.get_by_role("button", name="Dismiss").click()
    await expect(banner).to_have_count(0)
    await expect(other.transcript).to_contain_text("Whisper to Aoife")
    assert "voucher" not in str(await maeve.conversation())
    assert "trampolines" not in str(await maeve.conversation())
    assert 0 < sum(scripts.values()) < FIRST_LOAD
    assert (aoife.errors, declan.errors, niamh.errors) == ([], [], [])
