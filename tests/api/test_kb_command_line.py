"""`candor kb` when something stands in its way: one sentence with the mend, and nothing half done."""

import sqlite3
from pathlib import Path

import pytest

from tests.api.process import candor, outcome


async def kb(folder: Path, *arguments: str) -> tuple[int | None, str]:
    status, told = await outcome(await candor("kb", *arguments, folder=folder))
    assert "Traceback" not in told
    return status, " ".join(told.split())


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
    assert await kb(tmp_path, "publish", "--all") == (0, "There is no draft to publish.")


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
    assert await kb(tmp_path, "list") == (0, "")
    with sqlite3.connect(tmp_path / "candor.db") as records:
        records.execute(
            "CREATE TRIGGER full BEFORE INSERT ON article_version "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    status, told = await kb(tmp_path, "import", "help")
    assert status == 2
    assert "The disk is full." in told
    assert "make room" in told
    assert await kb(tmp_path, "list") == (0, "")
