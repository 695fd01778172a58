"""The case side of the console in a real browser, by keyboard where a person would: two people and a supervisor at one desk.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every stage.
"""

import re

import pytest
from playwright.async_api import Browser, expect

from agent.errors import ShopUnavailable
from tests.conftest import World
from tests.desk_people import supervisor
from tests.journeys.browser import Chat, Desk, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PASSWORD = "a long enough password"


async def at_the_desk(world: World, browser: Browser, name: str, width: int = 1280) -> tuple[Visit, Desk]:
    """A person of the desk at their console."""
    visit = await Visit.begin(browser, f"{world.address}/console", f"case-{name}", width=width)
    desk = Desk(visit)
    await desk.sign_in(f"{name}@desk.example", PASSWORD)
    await expect(visit.page.locator("#link")).to_have_text("Live")
    return visit, desk


async def test_a_case_is_found_read_passed_on_put_aside_and_wrapped_up(
    world: World, browser: Browser
) -> None:
    aoife, brian = await world.human_agent("Aoife"), await world.human_agent("Brian")
    earlier = await world.shopper()
    await earlier.ask("Where is my parcel? It never arrived.")
    await earlier.talk_to_person()
    await aoife.claim(earlier.conversation_id)
    await aoife.client.post(
        f"/v1/desk/conversations/{earlier.conversation_id}/resolve", json={"wrap_up": "delivery_fault"}
    )
    maeve = await world.shopper()
    await maeve.ask("I want to change order TT-10432, please let me talk to a person")
    jonas = await world.shopper("cus_jonas")
    await jonas.ask("Ich möchte mit einem Menschen sprechen")
    office, desk = await at_the_desk(world, browser, "aoife")
    page = office.page

    # The search finds over every view; the address keeps it over a reload.
    await page.keyboard.press("/")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type("parcel never")
    await expect(desk.rows).to_have_count(1)
    await expect(desk.rows).to_contain_text("Resolved")
    await expect(page).to_have_url(re.compile(r"\?q=parcel\+never$"))
    await office.look("1-search")
    await page.reload()
    await expect(page.locator("#search")).to_have_value("parcel never")
    await expect(desk.rows).to_have_count(1)
    await page.keyboard.press("1")
    await expect(desk.rows).to_have_count(2)

    # A filter, by keyboard; in the address too.
    await page.keyboard.press("f")
    await expect(page.locator("#filter-queue")).to_be_focused()
    await page.get_by_label("Language").select_option("de")
    await expect(desk.rows).to_have_count(1)
    await expect(desk.rows).to_contain_text("Jonas")
    await expect(page).to_have_url(re.compile(r"\?language=de$"))
    await office.look("2-filter")
    await page.get_by_role("button", name="Clear all").press("Enter")
    await expect(desk.rows).to_have_count(2)
    await page.locator("#filters-toggle").press("Enter")

    # The customer's orders stand beside the case, the one that is spoken of unfolded; an earlier conversation is one Enter away.
    await desk.rows.filter(has_text="Maeve").press("Enter")
    await page.keyboard.press("o")
    order = desk.briefing.locator(".order", has_text="TT-10432")
    await expect(order).to_have_attribute("open", "")
    await expect(order).to_contain_text("Paid")
    await office.look("3-orders")
    was = desk.briefing.get_by_role("button", name="It never arrived")
    await expect(was).to_contain_text("Resolved: Delivery fault")
    await was.press("Enter")
    dialog = page.get_by_role("dialog", name="Resolved: Delivery fault")
    await expect(dialog).to_contain_text("Where is my parcel? It never arrived.")
    await office.look("4-earlier")
    await page.keyboard.press("Escape")
    await expect(was).to_be_focused()

    # Put aside until tomorrow, and taken up again.
    await page.locator("#thread").focus()
    await page.keyboard.press("c")
    await expect(page.locator("#composer-text")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await office.look("5-snooze")
    await page.get_by_role("button", name="Tomorrow morning").press("Enter")
    await expect(desk.standing).to_contain_text("snoozed until")
    await page.keyboard.press("5")
    await expect(desk.rows).to_have_count(1)
    await expect(desk.rows).to_contain_text("Snoozed until")
    await office.look("6-snoozed")
    await page.keyboard.press("s")
    await expect(desk.rows).to_have_count(0)
    await expect(desk.standing).to_contain_text("you have this conversation")

    # Passed on to a person who is there; the choice tells what they have.
    await brian.client.put("/v1/desk/presence", json={"status": "online"})
    await page.locator("#thread").focus()
    await page.keyboard.press("p")
    brians = page.locator("#transfer-to option", has_text="Brian")
    await expect(brians).to_have_text(re.compile(r"Brian – there, 0 of \d+"))
    await expect(page.locator("#transfer-to option", has_text="general")).to_contain_text("waiting")
    await page.locator("#transfer-to").select_option(await brians.get_attribute("value"))
    await page.get_by_label("Because").select_option("end_of_shift")
    await page.get_by_label("Note for whoever gets it").fill("She wants the other size.")
    await office.look("7-transfer")
    await page.get_by_role("button", name="Pass on").press("Enter")
    await expect(desk.standing).to_contain_text("Brian has this conversation")
    await expect(desk.transcript).to_contain_text(
        "Passed on to Brian (end of shift). She wants the other size."
    )
    await expect(page.locator("#lost li")).to_have_count(0)  # it was her own doing

    # The other one is resolved: a number chooses the code, Enter does it, and the last used is offered first.
    await page.keyboard.press("1")
    await desk.rows.filter(has_text="Jonas").press("Enter")
    await page.keyboard.press("c")
    await expect(page.locator("#composer-text")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.get_by_role("radio", name="Solved")).to_be_focused()
    await page.keyboard.press("3")
    await expect(page.get_by_role("radio", name="Information given")).to_be_checked()
    await office.look("8-wrap-up")
    await page.keyboard.press("Enter")
    await expect(desk.standing).to_contain_text("resolved")
    [trip] = (await aoife.case(jonas.conversation_id))["handoffs"]
    assert trip["wrap_up"] == "information_given"
    await jonas.talk_to_person()
    await expect(desk.standing).to_contain_text("waiting for a person")
    await page.keyboard.press("c")
    await expect(page.locator("#composer-text")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.get_by_role("radio", name="Information given")).to_be_focused()
    await page.keyboard.press("Escape")
    assert office.errors == []


async def test_signs_of_who_is_there_and_a_supervisor_who_takes_over(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    brian = await world.human_agent("Brian")
    await supervisor(world, "Niamh")
    shop = await Visit.begin(browser, f"{world.address}/?as=cus_maeve", "case-customer")
    chat = await Chat.open_with_the_keyboard(shop)
    await chat.panel.get_by_role("button", name="Talk to a person").press("Enter")
    await expect(chat.floor).to_have_text("Waiting for a person")
    office, desk = await at_the_desk(world, browser, "aoife")
    above, over = await at_the_desk(world, browser, "niamh", width=1920)
    company = office.page.locator("#company")

    # Niamh looks at it, and Aoife sees that before she opens it; the customer's typing is seen by both.
    await over.rows.first.press("Enter")
    await expect(desk.rows.first).to_contain_text("Niamh is looking")
    await desk.rows.first.press("Enter")
    await expect(company).to_have_text("Niamh is looking")
    await desk.press("Claim")
    await chat.field.press_sequentially("Hello, is anybody there", delay=10)
    await expect(company).to_contain_text("Maeve Brennan is typing…")

    # What Aoife writes shows in the chat, as a person's.
    await office.page.get_by_role("textbox", name="Reply to").press_sequentially("Hello", delay=10)
    await expect(chat.panel.get_by_text("Aoife is writing…")).to_be_visible()
    await shop.look("1-writing")
    await office.look("9-company")

    # Somebody else writes a reply too: both are warned before anything is sent.
    case = (await brian.list("open"))[0]["id"]
    sign = {"doing": "replying", "window": "w1"}
    await brian.client.post(f"/v1/desk/conversations/{case}/activity", json=sign)
    await expect(company).to_contain_text("Brian is writing a reply")
    await office.page.keyboard.press("Enter")
    await expect(office.page.locator("#composer-error")).to_contain_text(
        "Brian is writing a reply here at this moment"
    )
    await office.look("10-collision")
    await expect(chat.messages.filter(has_text="Hello").and_(chat.panel.locator(".human"))).to_have_count(0)
    await office.page.keyboard.press("Enter")  # all the same
    await expect(chat.said("human")).to_contain_text("Hello")
    await expect(chat.panel.get_by_text("Aoife is writing…")).to_be_hidden()

    # The supervisor sees all that is live, and takes over with a reason that Aoife is told.
    visitor = await world.shopper("cus_jonas")
    await visitor.ask("This is ridiculous, how much is express delivery?")
    await above.page.keyboard.press("6")
    await expect(over.rows).to_have_count(2)
    await expect(over.rows.filter(has_text="Jonas")).to_contain_text("With the AI")
    await above.look("1-live")
    await over.rows.filter(has_text="Maeve").press("Enter")
    await above.page.keyboard.press("x")
    await above.page.get_by_label("Why. Your colleague reads it").fill("A journalist has called about this.")
    await above.look("2-take-over")
    await above.page.get_by_role("button", name="Take over", exact=True).press("Enter")
    await expect(over.standing).to_contain_text("you have this conversation")
    lost = office.page.locator("#lost li")
    await expect(lost).to_contain_text("is with Niamh now")
    await expect(lost).to_contain_text("A journalist has called about this.")
    await expect(chat.floor).to_have_text("Niamh (person)")
    await office.look("11-lost")
    await lost.get_by_role("button", name="Dismiss").press("Enter")
    await expect(lost).to_have_count(0)
    assert (shop.errors, office.errors, above.errors) == ([], [], [])


async def test_a_shop_that_is_down_shows_a_plain_line_and_is_asked_again(
    world: World, browser: Browser
) -> None:
    await world.human_agent("Aoife")
    maeve = await world.shopper()
    await maeve.talk_to_person()
    orders = world.parts.shop.orders

    async def down(_: str):
        raise ShopUnavailable("down")

    world.parts.shop.orders = down
    office, desk = await at_the_desk(world, browser, "aoife")
    await desk.rows.first.press("Enter")
    await expect(desk.briefing).to_contain_text("The shop did not answer.")
    await office.look("12-shop-down")

    world.parts.shop.orders = orders
    await desk.briefing.get_by_role("button", name="Ask again").press("Enter")

    await expect(desk.briefing.locator(".order").first).to_contain_text("TT-")
    await expect(desk.briefing.locator("#orders")).to_be_focused()
    assert office.errors == []


async def test_rows_keep_their_places_under_a_hand_that_aims_and_the_focus_is_never_lost(
    world: World, browser: Browser
) -> None:
    brian = await world.human_agent("Brian")
    await world.human_agent("Aoife")
    maeve, jonas = await world.shopper("cus_maeve"), await world.shopper("cus_jonas")
    await maeve.talk_to_person()
    await jonas.talk_to_person()
    office, desk = await at_the_desk(world, browser, "aoife")
    await expect(desk.rows).to_have_count(2)

    # While the mouse moves over the second row, a more urgent case comes: it is added below, and no row moves.
    second = desk.rows.nth(1)
    name = await second.locator(".who").inner_text()
    await second.hover()
    hurt = await world.shopper(None)
    await hurt.ask("Your headlamp got so hot that it burned my hand, I am in hospital")
    box = await second.bounding_box()
    assert box is not None
    for step in range(20):
        await office.page.mouse.move(box["x"] + 20 + step, box["y"] + 10)
        if await desk.rows.count() == 3:
            break
        await office.page.wait_for_timeout(100)
    await expect(desk.rows).to_have_count(3)
    await expect(second.locator(".who")).to_have_text(name)
    await office.page.mouse.move(700, 400)
    await expect(desk.rows.first).to_contain_text("urgent")  # the hand is away: the urgent one is on top

    # The row with the focus goes to somebody else: the one in its place has the focus.
    await desk.rows.nth(0).focus()
    await brian.claim(hurt.conversation_id)
    await expect(desk.rows).to_have_count(2)
    await expect(desk.rows.nth(0)).to_be_focused()
    assert office.errors == []


TABLES = """async () => {
  const { read, written, fits, steady } = await import("/console/address.js");
  const { choices } = await import("/console/snooze.js");
  const id = "0b89e340-63a2-4a21-a0ed-a7dbe42fe93c";
  const views = ["waiting", "open"];
  const c = { handoff: { queue: "care", reason: "upset", urgency: "high", language: "de", clock: { at_risk_from: "2026-11-27T12:00:00Z" } }, holder: null };
  const at = (hour, filters, me) => fits(c, filters, me, Date.parse(`2026-11-27T${hour}:00:00Z`));
  const names = (y, m, d, h) => choices(new Date(y, m, d, h)).map((each) => each.label);
  return {
    read: [read(`#${id}`, views), read(`#${id}?view=open&q=lost+parcel`, views), read("#?view=everything&colour=red", views), read("#guess", views)],
    written: [written({ id: null, view: "waiting", filters: {} }), written({ id, view: "open", filters: { q: "a b" } })],
    fits: [at(11, {}), at(11, { queue: "care" }), at(11, { queue: "payments" }), at(11, { whose: "unclaimed" }), at(11, { whose: "mine" }, "me"),
      at(11, { at_risk: "true" }), at(12, { at_risk: "true" }), at(11, { language: "de", urgency: "low" })],
    steady: [steady(["a", "b"], ["c", "b"]), steady([], ["a"])],
    choices: [names(2026, 10, 27, 9), names(2026, 10, 27, 14), names(2026, 10, 29, 20), names(2026, 10, 30, 8)],
    wakes: choices(new Date(2026, 10, 27, 9)).map((each) => `${each.until.getDate()} ${each.until.getHours()}`),
  };
}"""


async def test_addresses_filters_orders_and_times_are_what_their_tables_say(
    world: World, browser: Browser
) -> None:
    office = await Visit.begin(browser, f"{world.address}/console", "case-tables")
    told = await office.page.evaluate(TABLES)
    conversation = "0b89e340-63a2-4a21-a0ed-a7dbe42fe93c"
    assert told["read"] == [
        {"id": conversation, "view": None, "filters": {}},
        {"id": conversation, "view": "open", "filters": {"q": "lost parcel"}},
        {"id": None, "view": None, "filters": {}},
        {"id": None, "view": None, "filters": {}},
    ]
    assert told["written"] == ["#", f"#{conversation}?view=open&q=a+b"]
    assert told["fits"] == [True, True, False, True, False, False, True, False]
    assert told["steady"] == [["a", "b", "c"], ["a"]]
    assert told["choices"] == [  # a Friday morning, a Friday afternoon, a Sunday evening, a Monday morning
        ["In an hour", "This afternoon", "Tomorrow morning", "Monday morning"],
        ["In an hour", "This evening", "Tomorrow morning", "Monday morning"],
        ["In an hour", "Tomorrow morning"],
        ["In an hour", "This afternoon", "Tomorrow morning", "Monday morning"],
    ]
    assert told["wakes"] == ["27 10", "27 15", "28 9", "30 9"]


async def test_the_help_names_every_key(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    office, _ = await at_the_desk(world, browser, "aoife")
    keys = await office.page.evaluate("import('/console/keys.js').then(({ keys }) => Object.keys(keys))")
    await office.page.keyboard.press("?")
    named = await office.page.locator("#keys-dialog dt kbd").all_inner_texts()
    await office.look("13-keys")

    assert set(keys) <= set(named)
