"""What the widget costs a page: `python -m evals.widget_cost [--loads 30]`.

An empty page of a shop is loaded again and again in a fresh Chromium, with the widget's script tag and without. Told are, as
medians: how long the main thread was busy with tasks (Chromium's own counter) and with scripts, the blocking time (the part of each
task that is over 50 ms, as Lighthouse counts it), and the longest task; and the bytes that come over the wire until the
launcher stands, and until the panel is open.
"""

import argparse
import asyncio
import gzip
import statistics
import tempfile
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from playwright.async_api import Browser, CDPSession, Page, Response, Route

from evals.widget.browser import chromium, demo_shop

TASKS = """
  window.tasks = [];
  new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask', buffered: true });
"""
BLOCKS_FROM = 50  # ms of a task, as Lighthouse counts
SETTLED = 700  # ms after the load: the loader boots then


@dataclass(frozen=True)
class Load:
    """One load of a page, in milliseconds of its main thread."""

    busy: float
    scripts: float
    blocking: float


async def loaded(browser: Browser, address: str, *, widget: bool) -> Load:
    """Load an empty page in a profile that was never here."""
    context = await browser.new_context()
    await context.add_init_script(TASKS)
    page = await context.new_page()
    tag = f'<script async src="{address}/widget.js" data-candor></script>' if widget else ""
    await _serve(page, f"<!doctype html><html lang=en><title>Empty</title>{tag}<p>A shop.</p></html>")
    session = await context.new_cdp_session(page)
    await session.send("Performance.enable")
    await page.goto(f"{address}/an-empty-page")
    if widget:
        await page.locator("button.launcher").wait_for()
    await page.wait_for_timeout(SETTLED)
    counters = await _counters(session)
    long: list[float] = await page.evaluate("tasks")
    await context.close()
    blocking = sum(duration - BLOCKS_FROM for duration in long)
    return Load(1000 * counters["TaskDuration"], 1000 * counters["ScriptDuration"], blocking)


async def transferred(browser: Browser, address: str) -> tuple[int, int]:
    """Compressed bytes until the launcher stands, and until the panel is open."""
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    sizes: list[int] = []

    async def weigh(response: Response) -> None:
        path = response.url.removeprefix(address)
        empty = response.status == HTTPStatus.NO_CONTENT
        if path.startswith(("/widget", "/v1")) and not path.endswith("/events") and not empty:
            sizes.append(len(gzip.compress(await response.body(), mtime=0)))

    page.on("response", weigh)
    tag = f'<script async src="{address}/widget.js" data-candor></script>'
    await _serve(page, f"<!doctype html><html lang=en><title>Empty</title>{tag}<p>A shop.</p></html>")
    await page.goto(f"{address}/an-empty-page")
    await page.locator("button.launcher").click()
    launcher = sum(sizes)
    await page.frame_locator("iframe.panel").locator("#field:enabled").wait_for()
    await page.wait_for_timeout(SETTLED)
    await context.close()
    return launcher, sum(sizes)


async def _serve(page: Page, document: str) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(body=document, content_type="text/html")

    await page.route("**/an-empty-page", answer)


async def _counters(session: CDPSession) -> dict[str, float]:
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}


async def main(loads: int) -> None:
    """Print what it costs."""
    with tempfile.TemporaryDirectory() as data:
        async with demo_shop(Path(data)) as address, chromium() as browser:
            await loaded(browser, address, widget=True)  # the server's first answers are not measured
            # In turn, so that whatever else this machine does weighs on both.
            pairs = [
                (await loaded(browser, address, widget=False), await loaded(browser, address, widget=True))
                for _ in range(loads)
            ]
            launcher, panel = await transferred(browser, address)
    added = {
        name: statistics.median(getattr(with_it, name) - getattr(without, name) for without, with_it in pairs)
        for name in ("busy", "scripts", "blocking")
    }
    print(
        f"{loads} loads of an empty page with the widget and as many without, median of what it adds: "
        f"main thread {added['busy']:.1f} ms, of that scripts {added['scripts']:.1f} ms, blocking time {added['blocking']:.1f} ms"
    )
    print(f"compressed: launcher {launcher / 1000:.1f} kB, with the panel open {panel / 1000:.1f} kB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--loads", type=int, default=30)
    asyncio.run(main(parser.parse_args().loads))
