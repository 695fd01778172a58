"""The QA page and the pages of runs, in a real browser: what a supervisor does there, and axe-core in every state."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from escalation.experiments.figures import FIGURES
from escalation.experiments.lots import Variant
from evals.reports.comparing import compare
from evals.reports.page import comparison_html, report_html
from evals.runs.result import CaseResult
from evals.runs.store import read_run
from tests.conftest import World
from tests.desk_people import supervisor
from tests.escalation.experiments.lived import lived
from tests.escalation.experiments.plans import plan
from tests.evals.runs_made import result, unscored, written
from tests.journeys.browser import Desk, Visit
from tests.journeys.looks import HEIGHT, too_wide, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LOOKS = [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]


def rows(*, good: int) -> list[CaseResult]:
    """Thirty cases of two suites, told twice, of which so many pass; one differs between tries and one is lost."""
    made = [
        result(f"case-{n}", n < good, suite=("knowledge", "escalation_must")[n % 2], scorer=("did_not_answer", "missed_handoff")[n % 2],
               repeat=repeat, confidence=n / 30, tokens=900, cost="0.002 USD")
        for n in range(30) for repeat in (0, 1)
    ]  # fmt: skip
    return [*made, result("shaky", True), result("shaky", False, repeat=1), unscored("lost"), unscored("lost", repeat=1)]  # fmt: skip


async def test_reports_and_comparisons_have_no_violation_and_fit_the_screen(
    tmp_path: Path, browser: Browser
) -> None:
    before, after = (
        read_run(written(tmp_path / name, rows(good=good), repeats=2, model="m")) for name, good in (("r1", 20), ("r2", 24))
    )  # fmt: skip
    context = await browser.new_context(viewport={"width": LOOKS[0][1], "height": HEIGHT})
    pages = {
        "report": report_html([before, after]),
        "better": comparison_html(compare(before, after)),
        "worse": comparison_html(compare(after, before)),
    }
    for name, html in pages.items():
        visit = Visit(await context.new_page(), f"qa-{name}")
        await visit.page.set_content(html)
        await visit.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        await visit.look("page")
        assert await violations(visit.page, LOOKS) == [], name
        assert await too_wide(visit.page, LOOKS) == [], name
        assert visit.errors == []
    await context.close()


async def test_a_supervisor_reads_runs_labels_answers_and_sees_how_two_agree(
    world: World, browser: Browser
) -> None:
    folder = world.parts.settings.runs_folder
    folder.mkdir(parents=True)
    for name, good in (("20261127", 20), ("20261128", 24)):
        written(folder / name, rows(good=good), repeats=2)
    shopper = await world.shopper("cus_maeve")
    await shopper.ask("How long can I return a scarf?")
    answer = next(m for m in await shopper.thread() if m["author"]["kind"] == "ai" and m["seq"] > 1)
    oisin = await supervisor(world, "Oisin")
    await oisin.client.put(f"/v1/desk/qa/labels/{answer['id']}", json={"judgement": "right"})
    await supervisor(world, "Niamh")
    context = await browser.new_context(
        viewport={"width": LOOKS[0][1], "height": HEIGHT}, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    visit = Visit(await context.new_page(), "qa-console")
    page = visit.page

    await page.goto(f"{world.address}/console/qa")
    await Desk(visit).sign_in("niamh@desk.example", "a long enough password")
    await expect(page.get_by_role("row")).to_have_count(3)
    await visit.look("runs")
    assert await violations(page, LOOKS) == []
    async with context.expect_page() as opened:
        await page.get_by_role("link", name="Report of 20261128").click()
    report = await opened.value
    await expect(report.get_by_role("heading", level=1)).to_have_text("How well does the support agent do?")
    assert await report.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") == "10px"
    async with context.expect_page() as opened:
        await page.get_by_role("button", name="Compare").click()
    await expect((await opened.value).get_by_role("heading", level=1)).to_have_text(
        "Is 20261128 better than 20261127?"
    )

    await page.get_by_role("link", name="Label answers").click()
    await expect(page.get_by_role("heading", name="Is this answer right? (1 left for you)")).to_be_visible()
    await visit.look("label")
    assert await violations(page, LOOKS) == []
    await page.get_by_label("Why").fill("It leaves out the final sale.")
    await page.get_by_role("button", name="Wrong").click()
    await expect(page.get_by_role("heading", name="Nothing to label")).to_be_visible()
    assert await violations(page, LOOKS) == []

    await page.get_by_role("link", name="Agreement").click()
    await expect(page.get_by_role("heading", name="Disagreements (1)")).to_be_visible()
    await expect(page.get_by_text("wrong Niamh: It leaves out the final sale.")).to_be_visible()
    await visit.look("agreement")
    assert await violations(page, LOOKS) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download as a case").click()
    assert (await download.value).suggested_filename.endswith(".yaml")
    assert await too_wide(page, LOOKS) == []
    assert visit.errors == []
    await context.close()


async def test_a_supervisor_watches_an_experiment_and_stops_it(world: World, browser: Browser) -> None:
    await world.parts.experiments.start(plan(share=0.4), by="command line")
    await lived(world.parts.database, "surer-search", 120, unknown={Variant.A: 0.05, Variant.B: 0.4})
    await supervisor(world, "Niamh")
    context = await browser.new_context(
        viewport={"width": LOOKS[0][1], "height": HEIGHT}, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    visit = Visit(await context.new_page(), "qa-experiments")
    page = visit.page

    await page.goto(f"{world.address}/console/qa?view=experiments")
    await Desk(visit).sign_in("niamh@desk.example", "a long enough password")
    await expect(page.get_by_role("heading", name="surer-search runs")).to_be_visible()
    await expect(page.get_by_role("row")).to_have_count(1 + len(FIGURES))
    await expect(page.get_by_role("row", name="Resolved without a person")).to_contain_text("worse")
    await expect(page.get_by_text("Broken Was told that nothing was found")).to_be_visible()
    await visit.look("runs")
    assert await violations(page, LOOKS) == []

    await page.get_by_text("Stop it").click()
    await page.get_by_label("Why").fill("The new articles are live.")
    await visit.look("stopping")
    assert await violations(page, LOOKS) == []
    await page.get_by_role("button", name="Stop surer-search for good").click()
    await expect(page.get_by_role("heading", name="surer-search ended")).to_be_visible()
    await expect(page.get_by_text("by Niamh: The new articles are live.")).to_be_visible()
    await page.get_by_text("What it came to").click()
    await expect(page.get_by_role("row")).to_have_count(1 + len(FIGURES))
    await visit.look("ended")
    assert await violations(page, LOOKS) == []
    assert await too_wide(page, LOOKS) == []
    assert visit.errors == []
    await context.close()


async def test_where_nothing_was_tried_the_page_says_how_to_begin(world: World, browser: Browser) -> None:
    await supervisor(world, "Niamh")
    context = await browser.new_context()
    visit = Visit(await context.new_page(), "qa-experiments-none")
    await visit.page.goto(f"{world.address}/console/qa?view=experiments")
    await Desk(visit).sign_in("niamh@desk.example", "a long enough password")
    await expect(visit.page.get_by_role("heading", name="No experiment yet")).to_be_visible()
    assert await violations(visit.page, LOOKS) == []
    assert visit.errors == []
    await context.close()
