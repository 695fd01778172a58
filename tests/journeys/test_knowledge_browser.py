"""An author changes what Candor says, through a real browser, and a reader sees it. See test_browser.py for settings."""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Dialog, expect

from knowledge.articles import Article
from tests.conftest import World
from tests.journeys.browser import Knowledge, Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PASSWORD = "a long enough password"


async def begin(world: World, browser: Browser, address: str, name: str = "Aoife") -> tuple[Visit, Knowledge]:
    await world.human_agent(name)
    visit = await Visit.begin(browser, f"{world.address}/console/knowledge#/{address}", f"knowledge-{name}")
    return visit, await Knowledge.sign_in(visit, f"{name.lower()}@desk.example", PASSWORD)


async def test_an_article_is_edited_published_read_and_rolled_back(world: World, browser: Browser) -> None:
    # A reader finds a passage and keeps its link, as an answer's citation does.
    reader = await Visit.begin(browser, f"{world.address}/help", "reader")
    await reader.page.get_by_label("Search for an answer").fill("How long can I return something?")
    await reader.page.get_by_role("button", name="Search").click()
    await reader.look("1-found")
    await reader.page.get_by_role("link", name="Returns › How long you have").click()
    await expect(reader.page.locator("section.cited")).to_contain_text("within 30 days of delivery")
    cited = reader.page.url

    # An author changes it and sees the preview before anything is saved.
    visit, knowledge = await begin(world, browser, "articles/returns")
    await expect(knowledge.main).to_contain_text("within 30 days of delivery")
    await knowledge.way("Edit")
    await knowledge.replace("within 30 days of delivery", "within 45 days of delivery")
    await expect(knowledge.preview).to_contain_text("within 45 days of delivery")
    await visit.look("1-editor")

    # Leaving warns; what was typed outlives a reload.
    asked = asyncio.Event()

    async def stay(dialog: Dialog) -> None:  # at once: the click may wait for it
        await dialog.dismiss()
        asked.set()

    visit.page.once("dialog", stay)
    await visit.page.get_by_role("link", name="Gaps").click()
    await asyncio.wait_for(asked.wait(), 30)
    await expect(knowledge.preview).to_contain_text("within 45 days of delivery")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    await visit.page.reload()
    await expect(knowledge.main).to_contain_text("What you typed before is here again")
    await expect(knowledge.preview).to_contain_text("within 45 days of delivery")

    await knowledge.press("Save draft")
    await expect(knowledge.main).to_contain_text("Draft, version 2")
    await reader.page.reload()
    await expect(reader.page.locator("section.cited")).to_contain_text("30 days")
    await knowledge.press("Publish…")
    await expect(knowledge.dialog.locator("del")).to_contain_text("30")
    await expect(knowledge.dialog.locator("ins")).to_contain_text("45")
    await visit.look("2-publish")
    await knowledge.answer("Publish")
    await expect(knowledge.notice).to_contain_text("returns is version 2, it was 1")
    await expect(knowledge.main).to_contain_text("within 45 days of delivery")

    # The old citation says that it has changed, and shows both.
    await reader.page.reload()
    await expect(reader.page.get_by_text("This article has changed since")).to_be_visible()
    await expect(reader.page.locator("section.cited")).to_contain_text("within 30 days of delivery")
    await expect(reader.page.get_by_role("region", name="What it says now")).to_contain_text("45 days")
    await reader.look("2-changed")
    await reader.page.goto(f"{world.address}/help?q=How+long+can+I+return+something")
    await expect(reader.page.get_by_text("within 45 days of delivery")).to_be_visible()

    # The author tries the search, and then goes back to what it said.
    await visit.page.get_by_role("link", name="Try the search").click()
    await visit.page.get_by_label("Question, as a customer").fill("How long can I return something?")
    await knowledge.press("Search")
    await expect(knowledge.main).to_contain_text("The AI would answer from this")
    await expect(knowledge.main).to_contain_text("within 45 days of delivery")
    await visit.page.goto(f"{world.address}/console/knowledge#/articles/returns/history")
    await knowledge.press("Publish version 1 again")
    await visit.look("3-roll-back")
    await knowledge.answer("Publish it again")
    await expect(knowledge.notice).to_contain_text("returns is version 3, it was 2")
    await visit.page.wait_for_timeout(4500)  # what was read goes away with the page
    await visit.page.get_by_role("link", name="Publications").click()
    await expect(knowledge.notice).to_be_hidden()
    await reader.page.goto(cited)
    await expect(reader.page.get_by_text("it still says the same")).to_be_visible()
    await expect(reader.page.locator("section.cited")).to_contain_text("within 30 days of delivery")
    assert visit.errors == []
    assert reader.errors == []


async def test_two_who_write_at_once_lose_nothing(world: World, browser: Browser) -> None:
    first, aoife = await begin(world, browser, "articles/returns/edit")
    second, mona = await begin(world, browser, "articles/returns/edit", "Mona")
    await aoife.replace("within 30 days of delivery", "within 45 days of delivery")
    await aoife.press("Save draft")
    await expect(aoife.main).to_contain_text("Draft, version 2")

    await mona.replace("within 30 days of delivery", "within 60 days of delivery")
    await mona.press("Save draft")

    await expect(mona.main).to_contain_text("Aoife has saved this article meanwhile")
    await second.look("conflict")
    await expect(mona.main.locator("mark").first).to_contain_text("45 days")
    await expect(mona.main.locator("mark").last).to_contain_text("60 days")
    assert "60 days" in await mona.text.input_value()
    await mona.press("Save mine over it")
    await expect(mona.main).to_contain_text("Draft, version 2")
    await first.page.reload()
    await expect(aoife.preview).to_contain_text("within 60 days of delivery")
    assert first.errors == []
    assert second.errors == []


async def test_a_new_article_is_named_after_its_title_and_a_mistake_is_told_at_its_field(
    world: World, browser: Browser
) -> None:
    visit, knowledge = await begin(world, browser, "new")
    await knowledge.page.get_by_label("Title").fill("Größe & what’s “fit”?")
    await expect(knowledge.page.get_by_label("Short name")).to_have_value("grosse-whats-fit")
    await knowledge.press("Save draft")
    await expect(knowledge.text).to_have_attribute("aria-invalid", "true")
    await expect(knowledge.text).to_be_focused()
    await knowledge.text.fill("Our sizes run **small**.")
    await expect(knowledge.preview.locator("strong")).to_have_text("small")

    await knowledge.press("Save draft")

    await expect(knowledge.main).to_contain_text("Draft, version 1")
    assert visit.page.url.endswith("#/articles/grosse-whats-fit/edit")
    await visit.page.goto(f"{world.address}/console/knowledge#/articles?q=grosse")
    await expect(knowledge.main.locator(".article-row:visible")).to_have_count(1)
    await expect(knowledge.main).to_contain_text("1 of 53 articles")
    assert visit.errors == []


async def test_a_folder_is_imported_under_its_own_name_and_what_is_gone_from_it_is_told(
    world: World, browser: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "old-help"
    folder.mkdir()
    (folder / "kites.md").write_text("# Kites\n\nWe sell kites.")
    (folder / "drachen.md").write_text("---\nlocale: de\n---\n# Drachen\n\nWir verkaufen Drachen.")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    visit, knowledge = await begin(world, browser, "import")

    await visit.page.get_by_label("Folder, for example").set_input_files(folder)
    await expect(visit.page.get_by_label("Remember as").first).to_have_value("old-help")
    await knowledge.press("Import a folder")
    await expect(knowledge.main).to_contain_text("2 new articles, 0 changed, 0 as they were.")
    await visit.look("import")
    await knowledge.main.get_by_text("New (2)").click()
    await knowledge.main.get_by_role("link", name="drachen (German)").click()
    await expect(knowledge.main).to_contain_text("Wir verkaufen Drachen")

    (folder / "kites.md").unlink()
    await visit.page.goto(f"{world.address}/console/knowledge#/import")
    await visit.page.get_by_label("Folder, for example").set_input_files(folder)
    await knowledge.press("Import a folder")
    await expect(knowledge.main).to_contain_text("Gone from the source (1)")
    assert visit.errors == []


async def test_another_language_begins_with_what_there_is_to_translate(
    world: World, browser: Browser
) -> None:
    visit, knowledge = await begin(world, browser, "articles/returns")
    await knowledge.main.get_by_role("link", name="Add a language").click()
    await expect(knowledge.text).to_have_value(re.compile("within 30 days of delivery"))
    await visit.page.get_by_label("Title").fill("Rückgabe")
    await knowledge.press("Save draft")
    await expect(visit.page.get_by_label("Language")).to_be_focused()  # which one, nobody else knows

    await visit.page.get_by_label("Language").fill("de")
    await knowledge.press("Save draft")

    await expect(visit.page).to_have_url(re.compile(r"#/articles/returns/edit\?locale=de$"))
    await visit.page.goto(f"{world.address}/console/knowledge#/articles/returns")
    await expect(knowledge.main.locator(".article-head h2")).to_have_text("Returns")
    assert visit.errors == []


async def test_an_article_is_withdrawn_by_keyboard_and_the_focus_stays_in_the_page(
    world: World, browser: Browser
) -> None:
    visit, knowledge = await begin(world, browser, "articles/returns")
    await knowledge.main.get_by_role("button", name="Withdraw…").press("Enter")
    await expect(knowledge.dialog).to_contain_text("Nobody was answered from it in the last 30 days")
    await knowledge.dialog.get_by_role("button", name="Withdraw", exact=True).press("Enter")

    await expect(knowledge.notice).to_contain_text(
        "returns is withdrawn. Nobody is answered from it any more."
    )
    await expect(knowledge.main.locator(".article-head h2")).to_be_focused()
    assert visit.errors == []


async def test_of_many_drafts_the_warnings_stand_before_the_list(world: World, browser: Browser) -> None:
    drafts = world.parts.knowledge.drafts
    for number in range(5):
        link = "See [more](/help/no-such-article)."
        await drafts.save(Article(f"note-{number}", f"Note {number}", link), by="Aoife", base=None)
    visit, knowledge = await begin(world, browser, "articles?state=draft")

    await knowledge.press("Choose all drafts shown")
    await knowledge.press("Publish 5 drafts…")

    await expect(knowledge.dialog).to_contain_text("Dead links (5)")
    await expect(knowledge.dialog.get_by_text("10 warnings, see above")).to_be_in_viewport()
    async with visit.page.context.expect_page():  # and the question stays
        await knowledge.dialog.get_by_role("link", name="Note 4").first.click()
    words = await knowledge.dialog.inner_text()
    assert words.index("Dead links (5)") < words.index("Note 4 new")
    await knowledge.answer("Publish 5")
    await expect(knowledge.notice).to_contain_text("note-0 is published as version 1")
    assert visit.errors == []
