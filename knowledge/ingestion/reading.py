"""Sources of a folder, of an upload or from elsewhere, each read in the bounded child process."""

import asyncio
import os
import stat
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from knowledge.ingestion.child import Reader
from knowledge.ingestion.documents import Document, Limits, Progress, Raw, Unreadable
from knowledge.ingestion.kinds import READ, ending_of, is_other_document, kind_by_ending

__all__ = ["Raw", "convert", "read_files", "read_folder"]

_LONGEST_NAME = 200  # characters of an uploaded file's name
_NOT_READ = f"is of a kind that is not read; {READ}"
_NO_TEXT = {"Cc", "Cs"}  # control characters, and bytes that Python could not decode
_STANDARD = Limits()


async def read_folder(
    folder: Path, *, limits: Limits = _STANDARD, progress: Progress | None = None
) -> list[Document | Unreadable]:
    """The documents of a folder and those below it, by path. Hidden ones and files of other kinds are passed over."""
    found, problems = await asyncio.to_thread(_walk, folder)
    beyond = [_too_many(_shown(path), limits) for path in found[limits.sources :]]
    sources = [(_shown(path), partial(_load, folder, path, limits)) for path in found[: limits.sources]]
    entries = await _read(sources, limits, progress)
    return sorted([*entries, *problems, *beyond], key=_place)


async def read_files(
    files: Sequence[tuple[str, bytes]], *, limits: Limits = _STANDARD, progress: Progress | None = None
) -> list[Document | Unreadable]:
    """The documents of uploaded files, given by name and content. Of a name only its last part counts."""
    sources: list[tuple[str, Load]] = []
    beyond: list[Document | Unreadable] = []
    seen: set[str] = set()
    for name, data in files:
        path = clean_name(name)
        if len(seen) == limits.sources:
            beyond.append(_too_many(path, limits))
        elif path in seen:
            beyond.append(Unreadable(path, "has the same name as another of these files; rename one"))
        elif is_other_document(path):
            beyond.append(Unreadable(path, _NOT_READ))
        else:
            sources.append((path, partial(Raw, path, data)))
        seen.add(path)
    return [*await _read(sources, limits, progress), *beyond]


async def convert(
    raw: Sequence[Raw], *, limits: Limits = _STANDARD, progress: Progress | None = None
) -> list[Document | Unreadable]:
    """The documents of sources that have been fetched, in their order."""
    return await _read([(source.path, partial(_as_it_is, source)) for source in raw], limits, progress)


def clean_name(name: str) -> str:
    """The name of an uploaded file: no folders, no control characters, composed (NFC), and not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C"
    )
    plain = plain.strip().lstrip(".") or "unnamed"
    ending = ending_of(plain)[:20]
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - len(ending)] + ending


Load = Callable[[], Raw | Unreadable]


async def _read(
    sources: Sequence[tuple[str, Load]], limits: Limits, progress: Progress | None
) -> list[Document | Unreadable]:
    """Load and read one source after another: never more than one is in memory besides what was read."""
    entries: list[Document | Unreadable] = []
    async with Reader(limits) as reader:
        for done, (path, load) in enumerate(sources, start=1):
            raw = await asyncio.to_thread(load)
            if isinstance(raw, Unreadable):
                entries.append(raw)
            elif len(raw.data) > limits.source_bytes:
                entries.append(_too_large(path, limits))
            else:
                entries += await reader.read(raw)
            if progress is not None:
                progress(done, len(sources), path)
    return entries


def _as_it_is(raw: Raw) -> Raw:
    return raw


def _walk(folder: Path) -> tuple[list[str], list[Unreadable]]:
    """The paths of all documents below a folder, sorted, and what stands in the way of others."""
    found: list[str] = []
    problems: list[Unreadable] = []

    def not_listed(error: OSError) -> None:
        place = Path(error.filename).relative_to(folder).as_posix()
        problems.append(
            Unreadable(_shown(place), f"cannot be listed ({error.strerror}); allow it to be read")
        )

    for place, folders, names in os.walk(folder, onerror=not_listed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = (Path(place) / name).relative_to(folder).as_posix()
            if name.startswith(".") or not (kind_by_ending(name) or is_other_document(name)):
                continue
            if not _is_text(path):
                problems.append(
                    Unreadable(
                        _shown(path),
                        "has a name that is no text in UTF-8, or has control characters; rename it",
                    )
                )
            elif is_other_document(name):
                problems.append(Unreadable(_shown(path), _NOT_READ))
            else:
                found.append(path)
    return sorted(found), problems


def _load(folder: Path, path: str, limits: Limits) -> Raw | Unreadable:
    """A file of a folder. Links are followed inside the folder only, and what is no plain file is never opened."""
    name = _shown(path)
    try:
        file = (folder / path).resolve(strict=True)
        if not file.is_relative_to(folder.resolve()):
            return Unreadable(name, "is a link that leads out of the folder; put the file itself there")
        if not stat.S_ISREG(file.stat().st_mode):
            return Unreadable(name, "is no plain file; leave it out")
        with file.open("rb") as opened:
            data = opened.read(limits.source_bytes + 1)
    except OSError as error:
        return Unreadable(name, f"cannot be opened ({error.strerror}); allow it to be read, or leave it out")
    return Raw(name, data)


def _is_text(path: str) -> bool:
    return not any(unicodedata.category(sign) in _NO_TEXT for sign in path)


def _shown(path: str) -> str:
    """A path as it is written down: composed (NFC), as not every system does it; what is no text as question marks."""
    composed = unicodedata.normalize("NFC", path)
    return "".join("?" if unicodedata.category(sign) in _NO_TEXT else sign for sign in composed)


def _too_large(path: str, limits: Limits) -> Unreadable:
    return Unreadable(path, f"is larger than {limits.source_bytes:,} bytes; divide it")


def _too_many(path: str, limits: Limits) -> Unreadable:
    return Unreadable(path, f"is one of more than {limits.sources:,} sources; import them in parts")


def _place(entry: Document | Unreadable) -> str:
    return entry.path
