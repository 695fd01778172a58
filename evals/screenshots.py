"""Pictures of every state of the widget: `python -m evals.screenshots FOLDER`.

Each state in four looks: light and dark on a desktop, light on a phone, dark on a phone written from right to left. The
demo shop is started for it, in a folder that is thrown away.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import expect

from evals.widget.browser import EMAIL, PASSWORD, Colleague, chromium, demo_shop
from evals.widget.walk import DESKTOP, PHONE, Walk, new_page

LOOKS = {
    "light": ("light", DESKTOP, "en"),
    "dark": ("dark", DESKTOP, "en"),
    "phone": ("light", PHONE, "en"),
    "rtl-phone-dark": ("dark", PHONE, "ar"),
    "rtl": ("light", DESKTOP, "ar"),
}


async def put_on(walk: Walk, scheme: str, size: tuple[int, int], locale: str) -> None:
    """Turn the widget into another look where it stands."""
    await walk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await walk.page.set_viewport_size({"width": size[0], "height": size[1]})
    await walk.page.evaluate("locale => Candor('setLocale', locale)", locale)
    if walk.panel:
        await expect(walk.chat.locator("html")).to_have_attribute("lang", locale)


async def main(folder: Path) -> None:
    """Take them all."""

    async def look(walk: Walk, name: str) -> None:
        for word, (scheme, size, locale) in LOOKS.items():
            await put_on(walk, scheme, size, locale)
            await walk.page.screenshot(path=folder / f"{len(walk.states):02}-{name}-{word}.png")
        await put_on(walk, *LOOKS["light"])

    with tempfile.TemporaryDirectory() as data:
        async with demo_shop(Path(data)) as address, chromium() as browser:
            colleague = await Colleague.sign_in(browser, address, EMAIL, PASSWORD)
            walk = Walk(await new_page(browser), address, colleague, look)
            await walk.whole()
    print(f"{len(walk.states)} states in {len(LOOKS)} looks: {folder}")


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and its folder
        raise SystemExit(__doc__)
    asyncio.run(main(Path(sys.argv[1])))
