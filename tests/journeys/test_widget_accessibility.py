"""axe-core with the rules of WCAG 2.2 AA on every state of the widget: light and dark, desktop and phone, left and right."""

import itertools

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Frame, Page, expect

from evals.widget.browser import Colleague
from evals.widget.walk import DESKTOP, PHONE, Walk, new_page
from tests.conftest import World
from tests.journeys.looks import OPTIONS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

RUN = "options => axe.run(document, options).then(({ violations }) => violations)"
LOOKS = list(itertools.product((DESKTOP, PHONE), ("en", "ar"), ("light", "dark")))


async def examined(document: Page | Frame) -> list[str]:
    if not await document.evaluate("'axe' in window"):
        await document.evaluate(AXE_SCRIPT)
    return [
        f"{violation['id']} at {', '.join(str(node['target']) for node in violation['nodes'][:3])}"
        for violation in await document.evaluate(RUN, OPTIONS)
    ]


async def test_the_widget_has_no_violation_in_any_state_and_look(world: World, browser: Browser) -> None:
    await world.human_agent("Aoife")
    found: list[str] = []

    async def look(walk: Walk, name: str) -> None:
        page = walk.page
        for (width, height), locale, scheme in LOOKS:
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate("locale => Candor('setLocale', locale)", locale)
            if walk.panel:
                await expect(walk.chat.locator("html")).to_have_attribute("lang", locale)
            document = walk.panel if walk.in_panel else page
            assert document is not None
            found.extend(f"{name} {width} {locale} {scheme}: {what}" for what in await examined(document))
        await page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        await page.evaluate("Candor('setLocale', 'en')")

    colleague = await Colleague.sign_in(
        browser, world.address, "aoife@desk.example", "a long enough password"
    )
    walk = Walk(await new_page(browser), world.address, colleague, look)
    await walk.whole()

    assert found == []
    assert len(walk.states) == 37


async def test_the_playground_has_no_violation(world: World, browser: Browser) -> None:
    page = await new_page(browser)
    await page.goto(f"{world.address}/widget/playground")
    await page.get_by_role("button", name="open", exact=True).press("Enter")
    await expect(page.locator("#log li").first).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert await examined(page) == []
