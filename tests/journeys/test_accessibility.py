"""axe-core with the rules of WCAG 2.2 AA on every page and state of the console, light and dark, at 1280 and 1920.

CANDOR_SCREENSHOTS=<folder> keeps a picture of every state.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from agent.errors import ShopUnavailable
from tests.conftest import World
from tests.desk_people import supervisor
from tests.journeys.browser import Desk, Knowledge, Visit
from tests.journeys.looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PASSWORD = "a long enough password"
DEGRADED = {"status": "degraded", "degraded": ["Feelings are judged by rules alone: the model is missing."]}
LOOKS = [("light", 1280), ("dark", 1280), ("light", 1920), ("dark", 1920)]


class Examined:
    """A console whose states are examined one after the other; what axe finds is kept with the state's name."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page, self.desk = visit, visit.page, Desk(visit)
        self.found: list[str] = []
        self.states = 0

    async def state(self, name: str) -> None:
        """Examine what is on screen, in every look."""
        self.states += 1
        await self.visit.look(f"{self.states:02}-{name}")
        self.found += [f"{name}, {one}" for one in await violations(self.page, LOOKS)]

    async def dialog(self, key: str, name: str) -> None:
        """Examine the dialog that a key opens, and close it."""
        await self.page.keyboard.press(key)
        await expect(self.page.locator("dialog[open]")).to_be_visible()
        await self.state(name)
        await self.page.keyboard.press("Escape")
        await expect(self.page.locator("dialog[open]")).to_have_count(0)

    async def chosen(self, text: str) -> None:
        """Open the conversation whose row has this text."""
        await self.desk.rows.filter(has_text=text).press("Enter")
        await expect(self.page.locator("#conversation")).to_have_attribute("data-open", "true")
        await expect(self.page.locator("#orders")).not_to_contain_text("Asking the shop…")


@asynccontextmanager
async def examined(world: World, browser: Browser, path: str) -> AsyncIterator[Examined]:
    """A page of the console. Whatever axe has found by the end fails the test."""
    context = await browser.new_context(
        viewport={"width": LOOKS[0][1], "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    visit = Visit(await context.new_page(), "axe")
    await visit.page.goto(f"{world.address}{path}")
    found = Examined(visit)
    yield found
    await context.close()
    assert found.found == []
    assert visit.errors == []


async def furnish(world: World) -> None:
    """Conversations in every stage: waiting, held by this and another person, with the AI, resolved, with a request to approve."""
    await world.human_agent("Aoife", approves=1_000_00)
    brian = await world.human_agent("Brian")
    await brian.client.put("/v1/desk/presence", json={"status": "online"})
    old = await world.shopper("cus_maeve")
    await old.ask("Where is my parcel? It never arrived.")
    await old.talk_to_person()
    await brian.claim(old.conversation_id)
    await brian.client.post(
        f"/v1/desk/conversations/{old.conversation_id}/resolve", json={"wrap_up": "solved"}
    )
    maeve = await world.shopper("cus_maeve")
    await maeve.ask("How long does delivery to Germany take?")
    await maeve.ask("Please cancel order TT-10432, I ordered it by mistake")
    await maeve.ask("You people are useless and I am absolutely furious!!")
    await maeve.talk_to_person()
    jonas = await world.shopper("cus_jonas")
    await jonas.ask("Please cancel order TT-10430, I ordered it by mistake")
    visitor = await world.shopper(None)
    await visitor.ask("How much is express delivery?")
    await visitor.talk_to_person()
    await brian.claim(visitor.conversation_id)
    await brian.note(visitor.conversation_id, "A *note* for colleagues.")


async def test_the_desk_has_no_violation_in_any_state(world: World, browser: Browser) -> None:
    await furnish(world)
    await supervisor(world, "Niamh")
    async with examined(world, browser, "/console") as at:
        page, desk = at.page, at.desk
        await at.state("sign-in")
        await desk.sign_in("niamh@desk.example", "wrong password")
        await expect(page.locator("#sign-in-error")).to_contain_text("do not belong together")
        await at.state("sign-in-refused")
        await desk.sign_in("niamh@desk.example", PASSWORD)
        await expect(page.locator("#link")).to_have_text("Live")
        await expect(desk.rows).to_have_count(2)
        await at.state("waiting")
        for key, name in (
            ("2", "mine-empty"),
            ("3", "open"),
            ("4", "resolved"),
            ("5", "snoozed-empty"),
            ("6", "live"),
        ):
            await page.keyboard.press(key)
            await at.state(name)
        await page.keyboard.press("f")
        await at.state("filters")
        await page.get_by_label("Urgency").select_option(index=1)
        await at.state("filtered")
        await page.get_by_role("button", name="Clear all").press("Enter")
        await page.locator("#filters-toggle").press("Enter")
        await page.keyboard.press("/")
        await page.keyboard.type("no such word anywhere")
        await expect(page.locator("#rows-empty")).to_have_text("Nothing fits.")
        await at.state("search-without-a-hit")
        await page.locator("#search").fill("")
        await page.locator("#thread").blur()
        await page.evaluate("document.activeElement.blur()")

        await page.keyboard.press("1")
        await at.chosen("Maeve")
        await at.state("case-waiting")
        for summary in await page.locator("#messages summary").all():
            await summary.press("Enter")
        await expect(page.locator("#messages")).not_to_contain_text("Loading…")
        await desk.briefing.get_by_text("What moved it").press("Enter")
        await at.state("case-unfolded")
        await desk.briefing.get_by_role("button", name="It never arrived").press("Enter")
        await expect(page.locator("#earlier-messages")).to_contain_text("It never arrived.")
        await at.state("earlier-conversation")
        await page.keyboard.press("Escape")
        await page.locator("#thread").focus()
        await page.keyboard.press("c")
        await expect(desk.standing).to_contain_text("you have this conversation")
        await expect(page.locator("#composer-text")).to_be_focused()
        await page.keyboard.type("A reply that is not sent yet")
        await at.state("case-held-writing")
        await page.keyboard.press("Escape")
        await page.keyboard.press("n")
        await page.keyboard.type("A note")
        await at.state("case-held-note")
        await page.keyboard.press("Escape")
        for key, name in (
            ("p", "transfer"),
            ("s", "snooze"),
            ("h", "hand-back"),
            ("e", "wrap-up"),
            ("?", "help"),
        ):
            await at.dialog(key, name)
        await page.keyboard.press("s")
        await page.get_by_role("button", name="In an hour").press("Enter")
        await expect(desk.standing).to_contain_text("snoozed until")
        await page.keyboard.press("5")
        await at.state("snoozed")

        await page.keyboard.press("1")
        await at.chosen("Jonas")
        await at.dialog("a", "approval")
        await page.keyboard.press("6")
        await at.chosen("Visitor")
        await at.state("case-of-a-colleague")
        await at.dialog("x", "take-over")
        assert at.states == 25


async def test_the_desk_has_no_violation_when_something_is_wrong(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    brian, niamh = await world.human_agent("Brian"), await supervisor(world, "Niamh")
    maeve = await world.shopper()
    await maeve.talk_to_person()
    case = f"/v1/desk/conversations/{maeve.conversation_id}"

    async def down(_: str):
        raise ShopUnavailable("down")

    world.parts.shop.orders = down
    async with examined(world, browser, "/console") as at:
        page, desk = at.page, at.desk
        await page.route("**/health", lambda route: route.fulfill(json=DEGRADED))
        await desk.sign_in("aoife@desk.example", PASSWORD)
        await expect(page.locator("#degraded")).to_be_visible()
        await brian.client.post(f"{case}/activity", json={"doing": "viewing", "window": "w"})
        await expect(desk.rows).to_have_count(1)
        await at.state("somebody-looks")
        await at.chosen("Maeve")
        await expect(desk.briefing).to_contain_text("The shop did not answer.")
        await page.keyboard.press("c")
        await expect(desk.standing).to_contain_text("you have this conversation")
        await expect(page.locator("#composer-text")).to_be_focused()
        await page.keyboard.type("Hello")
        await brian.client.post(f"{case}/activity", json={"doing": "replying", "window": "w"})
        await expect(page.locator("#company")).to_contain_text("Brian is writing a reply")
        await page.keyboard.press("Enter")
        await expect(page.locator("#composer-error")).to_be_visible()
        await at.state("collision-and-shop-down")
        epoch = (await niamh.case(maeve.conversation_id))["epoch"]
        await niamh.client.post(f"{case}/take-over", json={"epoch": epoch, "reason": "A complaint."})
        await expect(page.locator("#lost li")).to_have_count(1)
        await at.state("taken-over")
        await page.evaluate("location.hash = '#0b89e340-63a2-4a21-a0ed-a7dbe42fe93c'")
        await expect(page.locator("#nothing")).to_have_text("There is no such conversation.")
        await at.state("no-such-conversation")


async def test_the_knowledge_pages_have_no_violation(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    maeve = await world.shopper()
    await maeve.ask("Can I pay with seashells?")  # a gap
    async with examined(world, browser, "/console/knowledge") as at:
        page = at.page
        knowledge = Knowledge(at.visit)
        main = knowledge.main
        await at.desk.sign_in("aoife@desk.example", PASSWORD)
        for section in ("Articles", "Gaps", "Check", "Try the search", "Import", "Publications"):
            await page.locator("#sections").get_by_role("link", name=section).press("Enter")
            await expect(main.get_by_role("heading", level=2).first).to_be_visible()
            await expect(main).not_to_contain_text("Loading…")
            await at.state(f"knowledge-{section.lower().replace(' ', '-')}")
        await page.evaluate("location.hash = '#/articles/returns'")
        ways = main.get_by_role("navigation", name="This article").get_by_role("link")
        await expect(ways.first).to_be_visible()
        for name in await ways.all_inner_texts():
            await ways.filter(has_text=name).first.press("Enter")
            await expect(ways.first).to_be_visible()
            await expect(main).not_to_contain_text("Loading…")
            await at.state(f"article-{name.lower().replace(' ', '-')}")
        await page.evaluate("location.hash = '#/search'")
        await page.get_by_label("Question, as a customer").fill("How long can I return something?")
        await knowledge.press("Search")
        await expect(main).to_contain_text("The AI would answer from this")
        await at.state("search-with-an-answer")
        await page.evaluate("location.hash = '#/articles/returns/edit'")
        await knowledge.replace("within 30 days of delivery", "within 45 days of delivery")
        await at.state("article-changed")
        await knowledge.press("Save draft")
        await expect(main).to_contain_text("Draft, version 2")
        await at.state("article-draft")
        await knowledge.press("Publish…")
        await expect(knowledge.dialog.locator("ins")).to_contain_text("45")
        await at.state("publish")
        await knowledge.answer("Publish")
        await expect(knowledge.notice).to_contain_text("returns is version 2")
        await at.state("published")
        await page.evaluate("location.hash = '#/new'")
        await expect(main.get_by_role("heading", level=2).first).to_be_visible()
        await at.state("new-article")
        assert at.states > 14
