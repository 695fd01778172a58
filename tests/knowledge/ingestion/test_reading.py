"""Folders and uploads: what is read, under which names, and what is told of the rest."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.ingestion.documents import Document, Limits, Raw, Unreadable
from knowledge.ingestion.reading import clean_name, convert, read_files, read_folder
from tests.knowledge.ingestion.samples import SMALL


def put(folder: Path, path: str, text: str = "# Title\n\nText.\n") -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


async def reasons(folder: Path, limits: Limits = SMALL) -> dict[str, str | None]:
    """The paths of a folder in their order, each with why it was not read."""
    entries = await read_folder(folder, limits=limits)
    return {entry.path: entry.why if isinstance(entry, Unreadable) else None for entry in entries}


async def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path):
    for path in ("b.md", "a/z.txt", "a/b/c.html", "Übergröße.md", "返品.md"):
        put(tmp_path, path)
    assert list(await reasons(tmp_path)) == ["a/b/c.html", "a/z.txt", "b.md", "Übergröße.md", "返品.md"]


async def test_hidden_files_and_folders_are_passed_over(tmp_path: Path):
    for path in (".hidden.md", ".git/notes.md", "a/.cache/b.md", "seen.md"):
        put(tmp_path, path)
    assert list(await reasons(tmp_path)) == ["seen.md"]


async def test_documents_of_other_kinds_are_told_and_other_files_are_not(tmp_path: Path):
    for path in ("old.doc", "slides.pptx", "photo.png", "code.py", "LICENSE", "seen.md"):
        put(tmp_path, path)
    told = await reasons(tmp_path)
    assert list(told) == ["old.doc", "seen.md", "slides.pptx"]
    assert "Markdown, text, HTML, PDF, DOCX and CSV are" in (told["old.doc"] or "")


async def test_links_are_followed_inside_the_folder_only(tmp_path: Path):
    secret = put(tmp_path, "outside/secret.md", "# Secret\n\nDo not tell.\n")
    folder = tmp_path / "folder"
    real = put(folder, "real.md")
    (folder / "inside.md").symlink_to(real)
    (folder / "outside.md").symlink_to(secret)
    (folder / "nowhere.md").symlink_to(folder / "gone.md")
    (folder / "linked").symlink_to(secret.parent, target_is_directory=True)
    told = await reasons(folder)
    assert list(told) == ["inside.md", "nowhere.md", "outside.md", "real.md"]
    assert told["inside.md"] is None
    assert "leads out of the folder" in (told["outside.md"] or "")
    assert "cannot be opened" in (told["nowhere.md"] or "")


async def test_a_pipe_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.md")
    assert "no plain file" in ((await reasons(tmp_path))["pipe.md"] or "")


async def test_a_name_that_is_no_text_is_told(tmp_path: Path):
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("# A")
    (tmp_path / "two\nlines.md").write_text("# A")
    told = await reasons(tmp_path)
    assert list(told) == ["caf?.md", "two?lines.md"]
    assert all("rename it" in (why or "") for why in told.values())


async def test_a_decomposed_name_is_composed(tmp_path: Path):
    put(tmp_path, "Gro\u0308ße.md")
    assert list(await reasons(tmp_path)) == ["Größe.md"]


async def test_files_past_the_bounds_are_told_and_none_is_forgotten(tmp_path: Path):
    for number in range(4):
        put(tmp_path, f"{number}.md")
    put(tmp_path, "0.md", "x" * 5000)
    told = await reasons(tmp_path, replace(SMALL, sources=2, source_bytes=4000))
    assert told["1.md"] is None
    assert "larger than 4,000 bytes" in (told["0.md"] or "")
    assert "import them in parts" in (told["2.md"] or "")
    assert "import them in parts" in (told["3.md"] or "")


async def test_an_empty_folder_has_no_documents(tmp_path: Path):
    assert await read_folder(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../x.md", "x.md"),
        ("C:\\docs\\x.md", "x.md"),
        ("/etc/passwd", "passwd"),
        ("a\0b\n.md", "ab.md"),
        ("...", "unnamed"),
        ("", "unnamed"),
        (".htaccess.md", "htaccess.md"),
        ("Gro\u0308ße \u202egnp.md", "Größe gnp.md"),
        ("返品.md", "返品.md"),
        ("x" * 300 + ".md", "x" * 197 + ".md"),
    ],
)
def test_names_of_uploads_have_no_paths_and_no_control_characters(name: str, clean: str):
    assert clean_name(name) == clean


async def test_two_uploads_of_one_name_are_told_apart():
    first, second = await read_files(
        [("a/x.md", b"# One\n\nText."), ("b/x.md", b"# Two\n\nText.")], limits=SMALL
    )
    assert isinstance(first, Document)
    assert second == Unreadable("x.md", "has the same name as another of these files; rename one")


async def test_an_upload_of_another_kind_is_told():
    entries = await read_files(
        [("a.odt", b"PK"), ("gifar.gif", b"GIF89a/*\x00*/=1;alert(1)"), ("README", b"# Title\n\nText.")],
        limits=SMALL,
    )
    told = {entry.path: type(entry) for entry in entries}
    assert told == {"a.odt": Unreadable, "gifar.gif": Unreadable, "README": Document}


async def test_fetched_sources_are_read_as_what_their_sender_calls_them():
    entries = await convert(
        [
            Raw(
                "https://shop.example/help/returns",
                b"<h1>Returns</h1><p>Gr\xf6\xdfe</p>",
                "html",
                "iso-8859-1",
            ),
            Raw("https://shop.example/help/plain", "Größe".encode(), "text", "utf-8"),
        ],
        limits=SMALL,
    )
    assert [(entry.path, entry.text, entry.title) for entry in entries if isinstance(entry, Document)] == [
        ("https://shop.example/help/returns", "Größe\n", "Returns"),
        ("https://shop.example/help/plain", "Größe\n", None),
    ]
