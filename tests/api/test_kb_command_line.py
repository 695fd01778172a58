"""`candor kb` in processes of its own: what an author reads there, and how each call ends."""

from pathlib import Path

import pytest

from tests.api.process import candor, outcome

pytestmark = pytest.mark.timeout(180)

SHOES = "---\ntitle: Shoes\ntags: [wear]\n---\nShoes cost 20 euros.\n"
GERMAN = "---\nslug: shoes\nlocale: de\ntitle: Schuhe\n---\nSchuhe kosten 20 Euro.\n"


async def kb(folder: Path, *arguments: str) -> tuple[int | None, str]:
    """How a call ended, and what it said."""
    code, said = await outcome(await candor("kb", *arguments, folder=folder))
    assert "Traceback" not in said, said[-3000:]
    return code, said


async def test_an_author_is_told_at_each_step_what_happened_and_what_comes_next(tmp_path: Path) -> None:
    assert await kb(tmp_path, "list") == (
        0,
        "There is no article yet. `candor kb import` brings some in.\n",
    )
    source = tmp_path / "old-help"
    source.mkdir()
    (source / "shoes.md").write_text(SHOES)
    (source / "schuhe.md").write_text(GERMAN)

    code, said = await kb(tmp_path, "import", "old-help")
    assert (code, "new: shoes (de)" in said, "new: shoes (en)" in said) == (0, True, True)
    assert "`candor kb publish --all`" in said
    code, said = await kb(tmp_path, "list", "--drafts")
    assert "shoes (en)  Shoes  [draft by old-help]" in said

    assert (await kb(tmp_path, "publish", "--all"))[0] == 0
    assert await kb(tmp_path, "publish", "--all") == (0, "There is no draft to publish.\n")

    (source / "shoes.md").write_text(SHOES.replace("wear", "clothes, feet").replace("20", "30"))
    (source / "schuhe.md").unlink()
    code, said = await kb(tmp_path, "import", "old-help", "--publish")
    assert "source gone: shoes (de)" in said
    assert "`candor kb withdraw shoes --locale de`" in said
    code, said = await kb(tmp_path, "diff", "shoes", "2", "3")
    assert "tags: wear → clothes, feet" in said
    assert "[-20-]{+30+}" in said

    assert (await kb(tmp_path, "withdraw", "shoes", "--locale", "de"))[0] == 0
    code, said = await kb(tmp_path, "list")
    assert "shoes (de)  Schuhe  [withdrawn, its source is gone]" in said


async def test_a_file_that_is_named_alone_and_one_that_cannot_be_taken_are_told(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "untitled.txt").write_text("no title here")

    code, said = await kb(tmp_path, "import", "help/untitled.txt")
    assert (code, "name the folder that they are in" in said) == (2, True)

    code, said = await kb(tmp_path, "import", "help")
    assert (code, "not taken: untitled.txt: title: is missing" in said) == (1, True)
