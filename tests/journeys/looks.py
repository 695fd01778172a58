"""axe-core with the rules of WCAG 2.2 AA, on what a page shows now, in every look that it can have."""

from collections.abc import Sequence

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
HEIGHT = 900  # pixels

Look = tuple[str, int]  # light or dark, and the width in pixels


async def violations(page: Page, looks: Sequence[Look]) -> list[str]:
    """What is wrong in which look. The page, which need not be walked again for each, ends in the first."""
    found = []
    for scheme, width in looks:
        await wear(page, (scheme, width))
        for one in (await Axe().run(page, options=OPTIONS)).response["violations"]:
            where = [" ".join(map(str, node["target"])) for node in one["nodes"][:4]]
            found.append(f"{scheme} {width}: {one['id']} at {', '.join(where)}")
    await wear(page, looks[0])
    return found


async def wear(page: Page, look: Look) -> None:
    """Take on a look, without the movement to it: a colour in the middle of a transition is no colour of ours."""
    scheme, width = look
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": HEIGHT})


async def too_wide(page: Page, looks: Sequence[Look]) -> list[int]:
    """The widths at which the page must be scrolled sideways."""
    wide = []
    for look in looks:
        await wear(page, look)
        if await page.evaluate("document.documentElement.scrollWidth") != look[1]:
            wide.append(look[1])
    await wear(page, looks[0])
    return wide
