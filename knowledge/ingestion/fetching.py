"""A web page fetched, or something posted, without letting the address reach the operator's own network."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

import httpcore

from knowledge.ingestion.addresses import Address, AddressError, parse_address, resolve
from knowledge.ingestion.documents import Limits

USER_AGENT = "Candor/0.2 (+knowledge import)"
REDIRECTS = 5
CONNECT_SECONDS = 5
_CONNECT = {"timeout": {"connect": CONNECT_SECONDS}}  # the rest is watched as a whole

KINDS = {  # media types of pages, and how they are read
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "text/plain": "text",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
SITEMAP_TYPES = {"application/xml", "text/xml", "application/gzip", "application/x-gzip"}
VAGUE_TYPES = {"text/plain", "application/octet-stream"}  # what servers say of endings that they do not know
TYPES_BY_ENDING = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".gz": "application/gzip",
}

_REDIRECTED = {301, 302, 303, 307, 308}
_OK = 200


class FetchError(Exception):
    """A page could not be fetched. The message is a sentence that tells the mend."""


@dataclass(frozen=True)
class Fetched:
    """What came. `url` is canonical and the one after redirects; `body` is unpacked; `content_type` is in lower case."""

    url: str
    body: bytes
    content_type: str
    encoding: str | None  # as the server names it


async def fetch(url: str, *, limits: Limits, allow_private: bool = False) -> Fetched:
    """Fetch one page. Each redirect is checked as if it were the first address. Raises `FetchError`."""
    try:
        async with asyncio.timeout(limits.seconds):
            return await _follow(url, limits, allow_private=allow_private)
    except TimeoutError:
        raise FetchError(
            f"The page did not come within {limits.seconds:g} seconds. Try again when the website is faster."
        ) from None


async def post(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, allow_private: bool = False
) -> int:
    """Post something; the status of the answer. No redirect is followed and nothing that comes back is read.

    Raises `FetchError`.
    """
    try:
        async with asyncio.timeout(seconds):
            address = parse_address(url, allow_private=allow_private)
            ips = await resolve(address, allow_private=allow_private)
            sent = {"Host": address.authority, "User-Agent": USER_AGENT, "Connection": "close", **headers}
            async with (
                httpcore.AsyncConnectionPool(ssl_context=_trusted(), network_backend=_Pinned(ips)) as pool,
                pool.stream(
                    "POST", str(address), headers=list(sent.items()), content=body, extensions=_CONNECT
                ) as response,
            ):
                return int(response.status)
    except AddressError as error:
        raise FetchError(str(error)) from None
    except TimeoutError:
        raise FetchError(f"No answer came within {seconds:g} seconds.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise FetchError(_network_problem(address, error)) from None


async def _follow(url: str, limits: Limits, *, allow_private: bool) -> Fetched:
    secure = False
    for redirects in range(REDIRECTS + 1):
        try:
            address = parse_address(url, allow_private=allow_private)
            ips = await resolve(address, allow_private=allow_private)
        except AddressError as error:
            why = (
                f"The page redirects to an address that is not fetched. {error}" if redirects else str(error)
            )
            raise FetchError(why) from None
        if secure and address.scheme == "http":
            raise FetchError("The page redirects from https to http. Mend that on the website.")
        secure = address.scheme == "https"
        found = await _get(address, ips, limits)
        if isinstance(found, Fetched):
            return found
        url = found
    raise FetchError(f"The page redirects more than {REDIRECTS} times. Give the address where it ends.")


async def _get(address: Address, ips: Sequence[str], limits: Limits) -> Fetched | str:
    """One request: what came, or where it redirects."""
    headers = [
        ("Host", address.authority),
        ("User-Agent", USER_AGENT),
        ("Accept", ", ".join([*KINDS, *sorted(SITEMAP_TYPES)])),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
    ]
    try:
        async with (
            httpcore.AsyncConnectionPool(ssl_context=_trusted(), network_backend=_Pinned(ips)) as pool,
            pool.stream("GET", str(address), headers=headers, extensions=_CONNECT) as response,
        ):
            head = _head(response)
            if response.status in _REDIRECTED and head["location"]:
                return _joined(address, head["location"])
            if response.status != _OK:
                raise FetchError(f"The website answers with status {response.status}. Check the address.")
            content_type = _media_type(head, address)
            body = await _body(response, head, limits.source_bytes)
            return Fetched(str(address), body, content_type, head.get_content_charset())
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise FetchError(_network_problem(address, error)) from None


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to addresses already checked, whatever the name would resolve to by now.

    Only TCP goes there: the Host header, and the name that TLS asks for and checks, stay those of the URL.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's interface)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = self._addresses
        for ip in others:
            try:
                return await self._network.connect_tcp(ip, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)


@cache
def _trusted() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


def _head(response: httpcore.Response) -> Message:
    """The headers by name; the standard library reads the parameters of Content-Type."""
    head = Message()
    for name, value in response.headers:
        head[name.decode("ascii")] = value.decode("utf-8", "replace")
    return head


def _joined(address: Address, location: str) -> str:
    try:
        return urljoin(str(address), location)
    except ValueError:
        raise FetchError("The page redirects to what is no web address. Mend that on the website.") from None


def _media_type(head: Message, address: Address) -> str:
    content_type = head.get_content_type() if head["content-type"] else "application/octet-stream"
    if content_type in VAGUE_TYPES:
        ending = PurePosixPath(urlsplit(address.target).path).suffix.lower()
        content_type = TYPES_BY_ENDING.get(ending, content_type)
    if content_type not in KINDS and content_type not in SITEMAP_TYPES:
        raise FetchError(
            f"The website says that this is {content_type[:100]}, which is not read. "
            "HTML, Markdown, plain text, CSV, PDF and DOCX are."
        )
    return content_type


async def _body(response: httpcore.Response, head: Message, limit: int) -> bytes:
    coding = str(head["content-encoding"] or "identity").lower()
    if coding not in {"identity", "gzip", "x-gzip"}:
        raise FetchError(
            "The website sends the page in a compression that was not asked for. Switch it to gzip."
        )
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > limit:
            raise FetchError(_too_big(limit))
    return bytes(body) if coding == "identity" else await asyncio.to_thread(unpacked, bytes(body), limit)


def unpacked(packed: bytes, limit: int) -> bytes:
    """What gzip packed, never more than `limit` bytes of it in memory. Raises `FetchError`."""
    try:
        with gzip.open(BytesIO(packed)) as stream:
            body = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise FetchError("The compressed page is damaged or cut off. Try again.") from None
    if len(body) > limit:
        raise FetchError(_too_big(limit))
    return body


def _too_big(limit: int) -> str:
    return f"The page is larger than {limit:,} bytes. Split it, or save its text to a folder and import that."


def _network_problem(address: Address, error: Exception) -> str:
    # What the system says of a connection can name addresses inside; it stays here.
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"The certificate of {address.host} cannot be trusted. Mend it on the website."
    if isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
        return f"{address.host} cannot be reached. Check the address, and that the website is up."
    return f"The answer of {address.host} broke off or is no valid HTTP. Try again."
