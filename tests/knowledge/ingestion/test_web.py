"""Pages and sitemaps over HTTP, from a server of the test's own on 127.0.0.1."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any, Self

import httpcore
import pytest

from knowledge.ingestion.documents import Limits, Unreadable
from knowledge.ingestion.fetching import USER_AGENT, Fetched, FetchError, fetch
from knowledge.ingestion.web import fetch_pages, list_pages, read_web

LIMITS = Limits(seconds=5, source_bytes=100_000)
HTML = b"<html><body><h1>Returns</h1><p>You have 30 days to send things back.</p></body></html>"


class Site:
    """A web server that answers each path with the bytes it was given, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.hangs: set[str] = set()  # paths whose answer never ends
        self.requests: list[str] = []
        self.address = ""
        self._closing = asyncio.Event()

    def page(
        self, path: str, body: bytes = HTML, *headers: str, kind: str = "text/html", status: int = 200
    ) -> str:
        head = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
        self.answers[path] = "\r\n".join([*head, "", ""]).encode() + body
        return self.address + path

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.page(path, b"", f"Location: {to}", status=status)

    def sitemap(self, path: str, *entries: str, root: str = "urlset", child: str = "url") -> str:
        return self.page(path, sitemap_of(*entries, root=root, child=child), kind="application/xml")

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.requests.append(request)
        path = request.split(" ")[1]
        writer.write(self.answers.get(path, b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n"))
        if path in self.hangs:
            await self._closing.wait()
        writer.close()


def sitemap_of(*entries: str, root: str = "urlset", child: str = "url") -> bytes:
    inner = "".join(f"<{child}><loc> {entry} </loc></{child}>" for entry in entries)
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'.encode()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


async def get(url: str, limits: Limits = LIMITS) -> Fetched:
    return await fetch(url, limits=limits, allow_private=True)


async def why_not(url: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(FetchError) as error:
        await get(url, limits)
    return str(error.value)


async def test_a_page_comes_with_its_kind_and_encoding(site: Site) -> None:
    url = site.page("/returns?a=1", kind="text/html; charset=ISO-8859-1")
    assert await get(url + "#top") == Fetched(url, HTML, "text/html", "iso-8859-1")


async def test_the_request_names_us_and_carries_neither_cookies_nor_proxies(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    await get(site.page("/", HTML, "Set-Cookie: a=b"))
    await get(site.address)
    host = site.address.removeprefix("http://")
    for request in site.requests:
        lines = request.split("\r\n")
        assert f"Host: {host}" in lines
        assert f"User-Agent: {USER_AGENT}" in lines
        assert "cookie" not in request.lower()
    assert len(site.requests) == 2


async def test_loopback_is_refused_unless_private_networks_are_allowed(site: Site) -> None:
    with pytest.raises(FetchError, match="port"):
        await fetch(site.page("/"), limits=LIMITS)
    with pytest.raises(FetchError, match="public internet"):
        await fetch("http://127.0.0.1/", limits=LIMITS)
    assert site.requests == []


async def test_redirects_are_followed_and_the_page_is_known_by_where_they_end(site: Site) -> None:
    for step in range(5):
        site.redirect(f"/{step}", f"{step + 1}", status=(301, 302, 303, 307, 308)[step])
    end = site.page("/5")
    assert (await get(f"{site.address}/0")).url == end


async def test_more_than_five_redirects_are_given_up(site: Site) -> None:
    assert "more than 5 times" in await why_not(site.redirect("/loop", "/loop"))
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        "//user:password@127.0.0.1/",
    ],
)
async def test_a_redirect_is_checked_like_the_first_address(site: Site, target: str) -> None:
    why = await why_not(site.redirect("/", target))
    assert why.startswith("The page redirects to an address that is not fetched. ")
    assert "password" not in why


async def test_a_redirect_to_no_address_is_told(site: Site) -> None:
    assert "no web address" in await why_not(site.redirect("/", "http://[x/"))


@pytest.mark.parametrize(
    ("kind", "path", "content_type"),
    [
        ("text/plain", "/a.txt", "text/plain"),
        ("text/plain", "/a.md", "text/markdown"),
        ("application/octet-stream", "/a.csv?x=1", "text/csv"),
        ("Application/PDF", "/a", "application/pdf"),
    ],
)
async def test_a_vague_content_type_is_made_clear_by_the_ending(
    site: Site, kind: str, path: str, content_type: str
) -> None:
    assert (await get(site.page(path, kind=kind))).content_type == content_type


@pytest.mark.parametrize("kind", ["image/png", "application/octet-stream", "application/json", "video/mp4"])
async def test_other_content_types_are_refused(site: Site, kind: str) -> None:
    assert kind in await why_not(site.page("/a", kind=kind))


@pytest.mark.parametrize("status", [204, 206, 304, 401, 404, 500])
async def test_a_status_other_than_ok_is_told(site: Site, status: int) -> None:
    assert f"status {status}" in await why_not(site.page("/", b"", status=status))


async def test_a_compressed_page_is_unpacked(site: Site) -> None:
    packed = gzip.compress(HTML[:20]) + gzip.compress(HTML[20:])
    assert (await get(site.page("/", packed, "Content-Encoding: gzip"))).body == HTML


async def test_a_gzip_bomb_is_given_up(site: Site) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < LIMITS.source_bytes
    assert "larger than 100,000 bytes" in await why_not(site.page("/", bomb, "Content-Encoding: gzip"))


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "deflate"])
async def test_a_compression_that_was_not_asked_for_is_refused(site: Site, coding: str) -> None:
    body = gzip.compress(gzip.compress(HTML))
    assert "compression" in await why_not(site.page("/", body, f"Content-Encoding: {coding}"))


@pytest.mark.parametrize(
    "body",
    [HTML, gzip.compress(HTML)[:-9], gzip.compress(HTML)[:12] + b"\xff" * 40],
    ids=["not packed", "cut off", "overwritten"],  # a packed body has the second in it in which it was packed
)
async def test_damaged_compression_is_told(site: Site, body: bytes) -> None:
    assert "damaged" in await why_not(site.page("/", body, "Content-Encoding: gzip"))


async def test_a_body_at_the_bound_passes_and_one_byte_more_does_not(site: Site) -> None:
    assert len((await get(site.page("/", bytes(100_000)))).body) == 100_000
    assert "larger" in await why_not(site.page("/", bytes(100_001)))


async def test_an_endless_body_is_given_up_at_the_bound(site: Site) -> None:
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    site.answers["/"] = (
        b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 2
    )
    site.hangs.add("/")
    assert "larger" in await why_not(site.address)


async def test_a_body_shorter_than_its_length_is_no_page(site: Site) -> None:
    site.answers["/"] = b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n" + HTML
    assert "broke off" in await why_not(site.address)


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 X\r\nA: " + b"a" * 200_000]
)
async def test_what_is_no_http_is_told(site: Site, answer: bytes) -> None:
    site.answers["/"] = answer
    assert "no valid HTTP" in await why_not(site.address)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\n<p>"]
)
async def test_a_page_that_does_not_come_in_time_is_given_up(site: Site, answer: bytes) -> None:
    site.answers["/"] = answer
    site.hangs.add("/")
    assert "within 0.2 seconds" in await why_not(site.address, Limits(seconds=0.2))


async def test_a_website_that_is_down_is_told_without_the_words_of_the_system() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        assert (await why_not(f"http://127.0.0.1:{port}/")).startswith("127.0.0.1 cannot be reached.")


class Line(httpcore.AsyncMockStream):
    """A connection that answers with a page, and remembers how TLS was started on it."""

    def __init__(self) -> None:
        super().__init__([b"HTTP/1.1 200 X\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\npage"])
        self.tls: tuple[ssl.SSLContext, str | None] | None = None

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, **_: Any
    ) -> "Line":
        self.tls = (ssl_context, server_hostname)
        return self


async def test_a_name_is_resolved_once_and_the_connection_goes_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = ["93.184.215.14", "127.0.0.1"]  # DNS rebinding: public when checked, inside when connected
    connected: list[tuple[str, int]] = []
    line = Line()

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        assert host == "rebind.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers.pop(0), port))]

    async def connect_tcp(_: object, host: str, port: int, *__: object) -> Line:
        connected.append((host, port))
        return line

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    page = await fetch("https://rebind.example/", limits=LIMITS)

    assert page.body == b"page"
    assert answers == ["127.0.0.1"]
    assert connected == [("93.184.215.14", 443)]
    assert line.tls is not None
    context, name = line.tls
    assert name == "rebind.example"
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


async def test_a_redirect_from_https_to_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    line._buffer = [b"HTTP/1.1 302 X\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n"]

    async def connect_tcp(*_: object) -> Line:
        return line

    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    assert "from https to http" in await why_not("https://example.com/")


async def test_a_second_address_is_tried_when_the_first_does_not_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.page("/").replace("127.0.0.1", "two.example")
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("127.0.0.2", "127.0.0.1")]
    real = httpcore.AnyIOBackend.connect_tcp

    async def connect_tcp(self: httpcore.AnyIOBackend, host: str, *rest: Any) -> httpcore.AsyncNetworkStream:
        if host == "127.0.0.2":
            raise httpcore.ConnectError
        return await real(self, host, *rest)

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    assert (await get(url)).url == url


async def pages_of(url: str, limits: Limits = LIMITS) -> tuple[list[str], list[str]]:
    """The addresses that a sitemap gives, and what is told about the rest."""
    listed = await list_pages([url], limits=limits, allow_private=True)
    problems = [entry.why for entry in listed if isinstance(entry, Unreadable)]
    return [entry for entry in listed if isinstance(entry, str)], problems


async def test_a_sitemap_gives_the_pages_of_its_own_host_in_order_and_once(site: Site) -> None:
    a, b = site.address + "/a", site.address + "/b"
    url = site.sitemap(
        "/sitemap.xml", b, a, "https://evil.example/", b, "ftp://127.0.0.1/", "http://169.254.169.254/"
    )
    pages, problems = await pages_of(url)
    assert pages == [b, a]
    assert problems == ["3 of its entries are of another host. Import that host's sitemap."]


async def test_an_index_gives_the_pages_of_its_sitemaps_one_level_deep(site: Site) -> None:
    deep = site.sitemap("/deep.xml", site.address + "/x.xml", root="sitemapindex", child="sitemap")
    first = site.sitemap("/1.xml", site.address + "/a")
    gone = site.address + "/gone.xml"
    packed = site.page(
        "/2.xml.gz", gzip.compress(sitemap_of(site.address + "/b")), kind="application/octet-stream"
    )
    url = site.sitemap("/index.xml", first, deep, gone, packed, root="sitemapindex", child="sitemap")
    assert await list_pages([url], limits=LIMITS, allow_private=True) == [
        site.address + "/a",
        Unreadable(deep, "This is an index that an index names, which is not read. Import it by itself."),
        Unreadable(gone, "The website answers with status 404. Check the address."),
        site.address + "/b",
    ]


async def test_a_sitemap_is_read_up_to_the_bound_and_the_rest_is_told(site: Site) -> None:
    url = site.sitemap("/sitemap.xml", *(f"{site.address}/{n}" for n in range(5)))
    pages, problems = await pages_of(url, Limits(sources=3))
    assert pages == [f"{site.address}/{n}" for n in range(3)]
    assert problems == ["It has more than 3 entries, and only these are read. Split it."]


async def test_sitemaps_of_an_index_together_keep_the_bound(site: Site) -> None:
    parts = [site.sitemap(f"/{n}.xml", *(f"{site.address}/{n}/{m}" for m in range(3))) for n in range(2)]
    url = site.sitemap("/index.xml", *parts, root="sitemapindex", child="sitemap")
    pages, problems = await pages_of(url, Limits(sources=3))
    assert pages == [f"{site.address}/0/{m}" for m in range(3)]
    assert len(problems) == 1


BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><urlset><url><loc>&c;</loc></url></urlset>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"", HTML, b"<urlset><url>", b"<rss><url><loc>http://127.0.0.1/</loc></url></rss>", BILLION_LAUGHS,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><urlset/>', b'<?xml version="1.0" encoding="no-such"?><urlset/>',
        b'<?xml version="1.0" encoding="shift_jis"?><urlset/>',
    ],
)  # fmt: skip
async def test_what_is_no_sitemap_is_told(site: Site, body: bytes) -> None:
    pages, problems = await pages_of(site.page("/sitemap.xml", body, kind="text/xml"))
    assert pages == []
    assert problems == ["This is no sitemap in XML. Check the address, and what it shows."]


async def test_a_packed_sitemap_keeps_the_bound(site: Site) -> None:
    url = site.page("/sitemap.xml.gz", gzip.compress(bytes(1_000_000)), kind="application/gzip")
    assert "larger than" in (await pages_of(url))[1][0]


async def test_an_address_of_an_image_in_a_sitemap_is_no_page(site: Site) -> None:
    xml = sitemap_of(site.address + "/a").replace(
        b"</url>", b'<i:image xmlns:i="urn:i"><i:loc>http://127.0.0.1/i.png</i:loc></i:image></url>'
    )
    assert await pages_of(site.page("/sitemap.xml", xml)) == ([site.address + "/a"], [])


async def test_pages_come_in_order_and_what_fails_is_told_without_a_password(site: Site) -> None:
    urls = [site.page(f"/{n}") for n in range(6)]
    wrong = "http://user:secret@example.com/a#b"
    xml = site.sitemap("/feed", "x")
    came = await fetch_pages([*urls, wrong, xml, site.address + "/gone#x"], limits=LIMITS, allow_private=True)
    assert [page.url for page in came if isinstance(page, Fetched)] == urls
    assert [page.path for page in came if isinstance(page, Unreadable)] == [
        "http://example.com/a#b",
        xml,
        site.address + "/gone",
    ]


async def test_pages_become_documents_and_two_ways_to_one_page_give_one(site: Site) -> None:
    page = site.page("/returns")
    url = site.sitemap("/sitemap.xml", site.redirect("/old", "/returns"), page, site.address + "/gone")
    told: list[tuple[int, int, str]] = []
    document, gone = await read_web(
        [url], limits=Limits(), progress=lambda *step: told.append(step), allow_private=True
    )
    assert document.path == page
    assert "30 days" in getattr(document, "text", "")
    assert gone == Unreadable(
        site.address + "/gone", "The website answers with status 404. Check the address."
    )
    assert told == [(3, 3, site.address + "/gone")]
