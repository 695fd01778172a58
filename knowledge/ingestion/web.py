"""Web pages and sitemaps as documents."""

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from knowledge.ingestion.addresses import PORTS, AddressError, parse_address, without_user
from knowledge.ingestion.documents import Document, Limits, Progress, Unreadable
from knowledge.ingestion.fetching import KINDS, SITEMAP_TYPES, Fetched, FetchError, fetch, unpacked
from knowledge.ingestion.sitemaps import SitemapError, parse_sitemap

AT_ONCE = 4  # pages on their way
BATCH = 16  # pages held in memory before they are read
PAGES = 2_000  # of one sitemap

_GZIP_MAGIC = b"\x1f\x8b"
_STANDARD = Limits()


async def read_web(
    urls: Sequence[str],
    *,
    limits: Limits = _STANDARD,
    progress: Progress | None = None,
    allow_private: bool = False,
) -> list[Document | Unreadable]:
    """Web pages, and all pages of a sitemap (its path ends in .xml or .xml.gz), in order, then what was not fetched.

    `Document.path` is the address after redirects, without a fragment; what two addresses lead to is read once. A
    sitemap's entries are taken from its own host only. robots.txt is not asked: operators import their own pages, and on
    purpose. `allow_private` lets loopback and private addresses pass; only tests set it.
    """
    from knowledge.ingestion.reading import Raw, convert

    plan = await list_pages(urls, limits=limits, allow_private=allow_private)
    documents: list[Document | Unreadable] = []
    problems: list[Unreadable] = []
    seen: set[str] = set()
    for start in range(0, len(plan), BATCH):
        batch = plan[start : start + BATCH]
        raws: list[Raw] = []
        for page in await fetch_pages(batch, limits=limits, allow_private=allow_private):
            if isinstance(page, Unreadable):
                problems.append(page)
            elif page.url not in seen:
                seen.add(page.url)
                raws.append(Raw(page.url, page.body, KINDS.get(page.content_type), page.encoding))
        documents += await convert(raws, limits=limits, progress=None)
        if progress:
            last = batch[-1]
            path = last.path if isinstance(last, Unreadable) else _shown(last, allow_private=allow_private)
            progress(start + len(batch), len(plan), path)
    return [*documents, *problems]


async def list_pages(
    urls: Sequence[str], *, limits: Limits, allow_private: bool = False
) -> list[str | Unreadable]:
    """The addresses of pages that `urls` name, sitemaps replaced by their entries, each once and in order."""
    listed: list[str | Unreadable] = []
    for url in urls:
        if _is_sitemap(url):
            listed += await _entries(url, limits, allow_private=allow_private)
        else:
            listed.append(url)
    return list(dict.fromkeys(listed))


async def fetch_pages(
    entries: Sequence[str | Unreadable], *, limits: Limits, allow_private: bool = False
) -> list[Fetched | Unreadable]:
    """What came of each address, in their order. What is known to be unreadable stays what it is."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(entry: str | Unreadable) -> Fetched | Unreadable:
        if isinstance(entry, Unreadable):
            return entry
        async with free:
            return await _page(entry, limits, allow_private=allow_private)

    return await asyncio.gather(*map(one, entries))


async def _page(entry: str, limits: Limits, *, allow_private: bool) -> Fetched | Unreadable:
    try:
        fetched = await fetch(entry, limits=limits, allow_private=allow_private)
    except FetchError as error:
        return Unreadable(_shown(entry, allow_private=allow_private), str(error))
    if fetched.content_type in SITEMAP_TYPES:
        return Unreadable(
            fetched.url, "This is no page. A sitemap is taken if its address ends in .xml or .xml.gz."
        )
    return fetched


def _shown(url: str, *, allow_private: bool) -> str:
    try:
        return str(parse_address(url, allow_private=allow_private))
    except AddressError:
        return without_user(url)


def _is_sitemap(url: str) -> bool:
    return url.partition("#")[0].partition("?")[0].lower().endswith((".xml", ".xml.gz"))


async def _entries(url: str, limits: Limits, *, allow_private: bool) -> list[str | Unreadable]:
    """The pages of a sitemap, or of the sitemaps that an index names."""
    most = min(limits.sources, PAGES)
    is_index, entries = await _sitemap(url, most, limits, allow_private=allow_private)
    if not is_index:
        return entries
    pages: list[str | Unreadable] = []
    for entry in entries:
        if isinstance(entry, Unreadable):
            pages.append(entry)
        elif len(pages) >= most:
            why = f"The sitemaps before it fill one import ({most:,} pages). Import it by itself."
            pages.append(Unreadable(_shown(entry, allow_private=allow_private), why))
        else:
            nested, found = await _sitemap(entry, most, limits, allow_private=allow_private)
            why = "This is an index that an index names, which is not read. Import it by itself."
            pages += [Unreadable(_shown(entry, allow_private=allow_private), why)] if nested else found
    return pages


async def _sitemap(
    url: str, most: int, limits: Limits, *, allow_private: bool
) -> tuple[bool, list[str | Unreadable]]:
    """Whether a sitemap is an index, and what it names on its own host; what is left out of it is told."""
    shown = _shown(url, allow_private=allow_private)
    try:
        fetched = await fetch(url, limits=limits, allow_private=allow_private)
        packed = fetched.body.startswith(_GZIP_MAGIC)
        xml = await asyncio.to_thread(unpacked, fetched.body, limits.source_bytes) if packed else fetched.body
        sitemap = await asyncio.to_thread(parse_sitemap, xml, most=most + 1)
    except FetchError as error:
        return False, [Unreadable(shown, str(error))]
    except SitemapError:
        return False, [Unreadable(shown, "This is no sitemap in XML. Check the address, and what it shows.")]
    own = [entry for entry in sitemap.entries if _host_of(entry) == _host_of(fetched.url)]
    entries: list[str | Unreadable] = [*own[:most]]
    if len(own) < len(sitemap.entries):
        foreign = len(sitemap.entries) - len(own)
        entries.append(
            Unreadable(shown, f"{foreign:,} of its entries are of another host. Import that host's sitemap.")
        )
    if len(sitemap.entries) > most:
        entries.append(
            Unreadable(shown, f"It has more than {most:,} entries, and only these are read. Split it.")
        )
    return sitemap.is_index, entries


def _host_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in PORTS else None
