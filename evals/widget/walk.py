"""Every state of the widget, one after the other, as a customer comes to it. Screenshots and axe-core look at each."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Frame,
    FrameLocator,
    Locator,
    Page,
    Route,
    expect,
)

from evals.widget.browser import Colleague

DESKTOP, PHONE = (1280, 860), (390, 844)
PHOTO = (600, 400)  # pixels of what is attached
REFUSED = {
    "type": "about:blank",
    "title": "Unprocessable",
    "status": 422,
    "detail": "The server refused this message.",
}
GROWING = "Standard delivery within Ireland takes 2–4 working days. Standard delivery to the rest of the European Union"

Look = Callable[["Walk", str], Awaitable[None]]


class Walk:
    """One customer's way through every state; `look` is awaited in each with its name."""

    def __init__(self, page: Page, address: str, colleague: Colleague, look: Look) -> None:
        self.page, self.address, self.colleague = page, address, colleague
        self._look = look
        self.chat: FrameLocator = page.frame_locator("iframe.panel")
        self.field: Locator = self.chat.locator("#field")
        self.states: list[str] = []

    @property
    def panel(self) -> Frame | None:
        """The document of the panel, once it is there."""
        return next((frame for frame in self.page.frames if frame.url.endswith("/widget/panel")), None)

    @property
    def in_panel(self) -> bool:
        """Whether the panel is what there is to see."""
        return self.panel is not None and not self.states[-1].startswith(("launcher", "shop"))

    async def at(self, name: str) -> None:
        """Be in a state, and look at it."""
        self.states.append(name)
        await self._look(self, name)

    async def whole(self) -> None:
        """From the launcher to the rating."""
        await self._before_the_first_word()
        await self._with_the_ai()
        await self._without_a_connection()
        await self._with_files()
        await self._with_a_person()
        await self._afterwards()
        await self._as_a_visitor()
        await self._unreachable()

    async def _before_the_first_word(self) -> None:
        await self.page.goto(f"{self.address}/?as=cus_maeve")
        await expect(self.page.locator("button.launcher")).to_be_visible()
        await self.at("launcher")
        await self.page.goto(f"{self.address}/products/TT-JKT-CORRIB")
        await self.at("shop-product")
        await self.page.locator("button.launcher").press("Enter")
        await expect(self.field).to_be_enabled()
        await expect(self.chat.locator(".suggestion")).to_have_count(4)
        await self.at("disclosure")
        await self.chat.locator("#more").press("Enter")
        await self.at("menu")
        await self.page.keyboard.press("Escape")
        await self.field.fill("word " * 740)
        await self.at("nearly-too-long")
        await self.field.fill("word " * 810)
        await self.at("too-long")
        await self.field.fill("")

    async def _with_the_ai(self) -> None:
        await self.say("How long does delivery to Germany take?")
        await self.at("answer")
        await self.chat.locator(".sources a").first.focus()
        await expect(self.chat.locator("#quote")).to_be_visible()
        await self.at("source")
        await self.page.keyboard.press("Escape")
        await self._in_the_log("log.showWorking(true)")
        await self.at("working")
        await self._in_the_log(f"log.showDraft({{stream_id: 'd', text: {GROWING!r}, html: ''}})")
        await self.at("draft")
        await self._in_the_log("document.querySelector('.draft').remove(); log.showWorking(false)")
        await self.say("I want to return something from order TT-10387")
        await expect(self.chat.locator(".suggestion").first).to_be_visible()
        await self.at("choices")
        await self.say("Please cancel order TT-10432, it was ordered by mistake")
        await expect(self.chat.locator(".proposal")).to_have_attribute("data-status", "open")
        await self.at("proposal")
        await self.chat.locator(".proposal .primary").press("Enter")
        await expect(self.chat.locator(".note.receipt")).to_be_visible()
        await self.at("receipt")
        await self.say("Can I pay with seashells?")
        await self.at("not-known")

    async def _without_a_connection(self) -> None:
        context = self.page.context
        await context.set_offline(True)
        await expect(self.chat.locator("#notice")).to_have_class("shown")  # it has reached the panel
        await self.field.fill("How much is express delivery?")
        await self.field.press("Enter")
        await expect(self.chat.locator(".pending.later")).to_be_visible()
        await self.at("offline")
        await context.set_offline(False)
        await expect(self.chat.locator(".pending")).to_have_count(0)
        await expect(self.chat.locator("#log > [data-seq]").last).to_have_class(re.compile(r"\bai\b"))

        async def refuse(route: Route) -> None:
            await route.fulfill(status=422, json=REFUSED, content_type="application/problem+json")

        await context.route("**/messages", refuse)
        await self.field.fill("A message that is refused")
        await self.field.press("Enter")
        await expect(self.chat.locator(".pending.failed")).to_be_visible()
        await self.at("refused")
        await context.unroute("**/messages")
        await self.chat.locator(".pending .plain").press("Enter")
        await expect(self.chat.locator(".pending")).to_have_count(0)
        await expect(self.chat.locator("#log > [data-seq]").last).to_have_class(re.compile(r"\bai\b"))
        await self.chat.locator("#more").press("Enter")
        async with self.page.expect_download():
            await self.chat.locator("#save").press("Enter")
        await self.at("saved")

    async def _with_files(self) -> None:
        async def lose(route: Route) -> None:
            await route.abort()

        picker = self.chat.locator("#picker")
        await self.page.context.route("**/attachments", lose)
        await picker.set_input_files(await self._photo("torn seam.png"))
        await expect(self.chat.locator(".file .state")).to_have_attribute("data-say", re.compile("later"))
        await self.at("file-later")
        await self.page.context.unroute("**/attachments", lose)
        await expect(self.chat.locator(".file progress")).to_have_count(0)
        drawing = FilePayload(name="drawing.png", mimeType="image/png", buffer=b"<svg/>")
        await picker.set_input_files(
            [await self._photo("a label with a long name, from the inside of the left sleeve.png"), drawing]
        )
        await expect(self.chat.locator(".file.refused")).to_be_visible()
        await expect(self.chat.locator(".file progress")).to_have_count(0)
        await self.at("file-refused")
        await self.chat.locator(".file.refused .remove").press("Enter")
        await self.field.press("Enter")
        sent = self.chat.locator(".message.customer[data-seq]").last.locator(".picture")
        await expect(sent).to_have_count(2)
        await sent.last.scroll_into_view_if_needed()  # a picture is fetched once it comes into sight
        await expect(sent.last.locator("img")).to_have_js_property("naturalWidth", PHOTO[0])
        await expect(self.chat.locator("#log > [data-seq]").last).to_have_class(re.compile(r"\bai\b"))
        await self.at("files-sent")

    async def _photo(self, name: str) -> FilePayload:
        """A picture to send: of the shop's page."""
        data = await self.page.screenshot(clip={"x": 0, "y": 0, "width": PHOTO[0], "height": PHOTO[1]})
        return FilePayload(name=name, mimeType="image/png", buffer=data)

    async def _with_a_person(self) -> None:
        await self.chat.locator("#talk").press("Enter")
        await expect(self.chat.locator(".note.handoff").last).to_be_visible()
        await expect(self.chat.locator(".suggestion")).to_have_count(3)
        await self.at("waiting")
        await self.chat.locator(".suggestion").last.press("Enter")
        await expect(self.chat.locator(".suggestion")).to_have_count(0)
        await self.at("waits-no-longer")
        await self.chat.locator("#talk").press("Enter")
        await expect(self.chat.locator(".suggestion")).to_have_count(3)
        await self.chat.locator(".suggestion").first.press("Enter")
        await self.chat.locator(".passed-on summary").last.press("Enter")
        await self.chat.locator(".passed-on button.plain").last.press("Enter")
        await self.at("passed-on")
        await self.chat.locator(".passed-on summary").last.press("Enter")
        case = await self.colleague.claim()
        await expect(self.chat.locator(".note.claim")).to_be_visible()
        await self.at("person")
        await self.colleague.writes(case)
        await expect(self.chat.locator("#working")).to_be_visible()
        await self.at("person-writing")
        await self.colleague.reply(
            case, "Hello Maeve, this is Aoife. Our sizes are here: [size guide](https://sizes.example/guide)"
        )
        await expect(self.chat.locator(".message.human")).to_be_visible()
        await self.at("person-answers")
        await self.chat.locator("#log").evaluate("log => log.scrollTo(0, 0)")
        await self.colleague.reply(case, "Is there anything else?")
        await expect(self.chat.locator("#newer")).to_be_visible()
        await self.at("newer-below")
        await self.chat.locator("#newer").press("Enter")
        await self.page.evaluate("Candor('close')")
        await self.colleague.reply(case, "I will be here for a while.")
        await expect(self.page.locator(".badge")).to_be_visible()
        await self.at("launcher-unread")
        await self.page.locator("button.launcher").press("Enter")
        await self.colleague.post(f"conversations/{case}/hand-back", note="")
        await expect(self.chat.locator(".note.handback")).to_be_visible()
        await self.at("handed-back")

    async def _afterwards(self) -> None:
        case = await self.colleague.claim()
        await self.colleague.post(f"conversations/{case}/resolve", wrap_up="solved", note="")
        await expect(self.chat.locator(".note.resolved")).to_be_visible()
        await expect(self.chat.locator(".rating")).to_be_visible()
        await self.at("rating")
        await self.chat.locator(".rating .secondary").first.press("Enter")
        await expect(self.chat.locator(".rating form")).to_be_visible()
        await self.at("rating-more")
        await self.chat.locator(".rating [type=submit]").press("Enter")
        await expect(self.chat.locator(".rating form")).to_have_count(0)
        await self.at("rated")

    async def _as_a_visitor(self) -> None:
        """Who they are is proven by a code; the demo shop's mails go nowhere, so none is the right one."""
        await self.page.goto(f"{self.address}/?as=")
        await self.page.evaluate("Candor('open')")
        await expect(self.field).to_be_enabled()
        await self.say("Where is my order TT-10412?")
        email, code = self.chat.locator("#step-up-email"), self.chat.locator("#step-up-code")
        problem = self.chat.locator("#step-up-problem")
        await expect(email).to_be_visible()
        await self.at("step-up")
        await email.fill("maeve")
        await email.press("Enter")
        await expect(problem).not_to_be_empty()
        await self.at("step-up-no-address")
        await email.fill("maeve.brennan@customers.example")
        await email.press("Enter")
        await expect(code).to_be_focused()
        await self.at("step-up-code")
        await code.fill("000000")
        await code.press("Enter")
        await expect(problem).not_to_be_empty()
        await self.at("step-up-wrong-code")

    async def _unreachable(self) -> None:
        await self.page.context.route("**/v1/sessions", lambda route: route.abort())
        await self.page.evaluate("Candor('identify')")
        await expect(self.chat.locator("#notice-again")).to_be_visible()
        await self.at("unreachable")
        await self.page.context.unroute("**/v1/sessions")

    async def say(self, text: str) -> None:
        """Write a message and wait until the AI has answered."""
        await self.field.fill(text)
        await self.field.press("Enter")
        mine = self.chat.locator(".message.customer[data-seq]").last
        await expect(mine).to_contain_text(text)
        seq = int(await mine.get_attribute("data-seq") or 0)
        await expect(self.chat.locator(f'[data-seq="{seq + 1}"]')).to_be_visible()

    async def _in_the_log(self, script: str) -> None:
        """What passes too quickly to be looked at, shown by the product's own code."""
        panel = self.panel
        if panel is None:
            raise RuntimeError("the panel is not there")
        await panel.evaluate(
            f"import('/widget/log.js').then(({{ Log }}) => {{ const log = new Log({{}}); {script}; }})"
        )


async def new_page(browser: Browser, *, locale: str = "en-GB") -> Page:
    """A window of somebody who was never here. No motion: a colour in the middle of a transition is no colour of ours."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale=locale, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    return await context.new_page()
