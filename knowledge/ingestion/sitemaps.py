"""Sitemaps: the pages, or further sitemaps, that a website names (sitemaps.org, protocol 0.9)."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import iterparse

CHILDREN = {"urlset": "url", "sitemapindex": "sitemap"}


class SitemapError(ValueError):
    """What came is no sitemap."""


@dataclass(frozen=True)
class Sitemap:
    """The addresses that a sitemap has, as it writes them; those of an index are sitemaps."""

    is_index: bool
    entries: tuple[str, ...]


def parse_sitemap(xml: bytes, *, most: int) -> Sitemap:
    """The first `most` entries. No document type is allowed, so no entity can grow. Raises `SitemapError`."""
    events = iterparse(BytesIO(xml), events=("start", "end"), forbid_dtd=True)
    try:
        _, root = next(events)
        namespace, kind = _split(root.tag)
        if kind not in CHILDREN:
            raise SitemapError
        entries: list[str] = []
        for address in _addresses(events, root, f"{namespace}{CHILDREN[kind]}", f"{namespace}loc"):
            entries.append(address)
            if len(entries) == most:
                break
    # ValueError: a document type, or an encoding of many bytes; LookupError: an encoding that nobody knows.
    except (ParseError, ValueError, LookupError):
        raise SitemapError from None
    return Sitemap(kind == "sitemapindex", tuple(entries))


def _addresses(events: Iterator[tuple[str, Any]], root: Any, child: str, loc: str) -> Iterator[str]:
    for event, element in events:
        if event == "end" and element.tag == child:
            address = (element.findtext(loc) or "").strip()
            if address:
                yield address
            root.clear()  # or a large sitemap would stay in memory whole


def _split(tag: str) -> tuple[str, str]:
    """Namespace in braces (or nothing) and local name."""
    namespace, brace, name = tag.rpartition("}")
    return namespace + brace, name
