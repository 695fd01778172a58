"""From what a source says to the article that it becomes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from knowledge.front_matter import ArticleError, parse_article
from knowledge.importing import NotTaken, Sourced
from knowledge.ingestion import Document, Progress, Unreadable, read_folder, read_web
from knowledge.slugs import slug_of_path

_SHOWN = 200  # characters of a path in an error


class Read(NamedTuple):
    """What reading gave: articles, what could not be read, and whether these are all sources of their root."""

    sources: list[Sourced]
    unread: list[NotTaken]
    complete: bool


class SourceError(ValueError):
    """A source cannot be read at all. The message says what to do."""


async def read_source(source: str, *, web: bool, progress: Progress | None = None) -> Read:
    """The articles of a folder, or of a web page or sitemap where `web` allows it, and what could not be read.

    Raises `SourceError`.
    """
    if is_web(source):
        if not web:
            raise SourceError(
                f"Web pages are not imported unless CANDOR_IMPORT_WEB=true says so. Nothing was fetched from {source}."
            )
        return await articles_of(await read_web([source], progress=progress), complete=_is_sitemap(source))
    folder = Path(source)
    try:
        # Path("") would be where we stand.
        is_folder = bool(source) and await asyncio.to_thread(folder.is_dir)
    except OSError as error:
        raise SourceError(
            f"{source[:_SHOWN]} cannot be opened ({error.strerror}). Check the path, and that it may be read."
        ) from error
    if not is_folder:
        raise SourceError(
            f"{source!r} is no folder, and no address that begins with http:// or https://. "
            "Of files, name the folder that they are in."
        )
    return await articles_of(await read_folder(folder, progress=progress), complete=True)


async def articles_of(read: Sequence[Document | Unreadable], *, complete: bool) -> Read:
    """Documents as articles. One that is no article (a wrong field, no title) is told with those not read.

    A sitemap of which a part could not be read does not tell what is gone, so it is not complete.
    """
    sources, unread = await asyncio.to_thread(_articles_of, read)
    return Read(sources, unread, complete and not any(_is_sitemap(problem.path) for problem in unread))


def is_web(source: str) -> bool:
    """Whether a source is named by a web address."""
    return source.lower().startswith(("http://", "https://"))


def _is_sitemap(source: str) -> bool:
    return is_web(source) and urlsplit(source).path.lower().endswith((".xml", ".xml.gz"))


def root_of(source: str) -> str:
    """The name under which the sources of a folder or a website are remembered, unless somebody gives another."""
    if is_web(source):
        return urlsplit(source).hostname or source
    return Path(source).resolve().name


def _articles_of(read: Sequence[Document | Unreadable]) -> tuple[list[Sourced], list[NotTaken]]:
    sourced: list[Sourced] = []
    not_taken: list[NotTaken] = []
    for entry in read:
        if isinstance(entry, Unreadable):
            not_taken.append(NotTaken(entry.path, entry.why))
            continue
        try:
            article = parse_article(
                entry.text, source=entry.path, slug=slug_of_path(entry.path), title=entry.title
            )
        except ArticleError as error:
            not_taken.append(NotTaken(entry.path, f"{error.field}: {error.problem}"))
        else:
            sourced.append(Sourced(entry.path, entry.fingerprint, article))
    return sourced, not_taken
