"""`candor kb` in processes of its own: what an author reads there, and how each call ends."""

from pathlib import Path

import pytest

from knowledge.database import sqlite3
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("diff", "returns", "1", "9" * 20),
        ("diff", "returns", "9" * 20, "1"),
        ("roll-back", "returns", "9" * 20),
    ],
)
async def test_a_version_number_that_no_database_takes_is_told(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    status, told = await kb(tmp_path, *arguments)
    assert status == 2
    assert "2147483648" in told


async def test_an_export_onto_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    status, told = await kb(tmp_path, "export", "file")
    assert status == 2
    assert told.startswith("Cannot write to file: ")
    assert (tmp_path / "file").read_text() == "mine"


async def test_publishing_every_draft_where_there_is_none_says_so(tmp_path: Path) -> None:
    assert await kb(tmp_path, "publish", "--all") == (0, "There is no draft to publish.\n")


@pytest.mark.parametrize("source", ["", "x" * 5_000])
async def test_a_path_that_is_none_is_told_and_nothing_is_read(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nNobody named this folder.")
    status, told = await kb(tmp_path, "import", source)
    assert status == 2
    assert "is no folder" in told or "cannot be opened" in told
    assert "Secret" not in (await kb(tmp_path, "list"))[1]


async def test_a_full_disk_is_told_and_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "socks.md").write_text("# Socks\n\nWash them.")
    assert (await kb(tmp_path, "list"))[1].startswith("There is no article yet.")
    with sqlite3.connect(tmp_path / "candor.db") as records:
        records.execute(
            "CREATE TRIGGER full BEFORE INSERT ON article_version "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    status, told = await kb(tmp_path, "import", "help")
    assert status == 2
    assert "The disk is full." in told
    assert "make room" in told
    assert (await kb(tmp_path, "list"))[1].startswith("There is no article yet.")
