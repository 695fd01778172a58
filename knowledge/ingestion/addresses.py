"""Which web addresses may be fetched: the guard against server-side request forgery.

An address is judged twice, as it is written (`parse_address`) and by what its host resolves to (`resolve`). The name is
resolved once, and the answer is what the connection must use, so that a second answer cannot slip past the check.
"""

import asyncio
import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

Network = IPv4Network | IPv6Network

# `ipaddress.is_global` of Python 3.11 lets addresses through that lead to an IPv4 host (NAT64, 6to4, ::/96), so the
# networks are listed. From the IANA special-purpose address registries (RFC 6890), multicast included.
PRIVATE: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",  # unique local
    )
)
NEVER: tuple[Network, ...] = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba's metadata at 100.100.100.200
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local; cloud metadata at 169.254.169.254 and 169.254.170.2
        "192.0.0.0/24",  # IETF assignments; Oracle's metadata at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
        "::/96",  # IPv4-compatible; unspecified and loopback among them
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # NAT64, local use
        "100::/64",  # discard
        "100:0:0:1::/64",  # dummy prefix
        "2001::/23",  # IETF assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fd00:ec2::/32",  # Amazon's services of an instance; metadata at fd00:ec2::254
        "fd20:ce::254/128",  # Google's metadata
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local
        "ff00::/8",  # multicast
    )
)

LENGTH = 2_048  # of an address, in characters: what browsers and search engines take
PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:]+)(:[0-9]*)?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NEVER_IN_AN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_RESERVED = "/%:@!$&'()*+,;=~-._"  # what stays as it is in a path (RFC 3986); a query has "?" as well


class AddressError(ValueError):
    """An address that is not fetched. The message is a sentence that tells the mend."""


@dataclass(frozen=True)
class Address:
    """A web address that may be resolved. `host` is in lower case, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int
    target: str  # path and query, percent-encoded

    def __str__(self) -> str:
        """The canonical form: no default port, no fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse_address(url: str, *, allow_private: bool = False) -> Address:
    """The address that `url` writes. `allow_private`: other ports and names without a dot are taken as well.

    Forms that two programs may read differently are refused outright: numbers that stand for an IPv4 address, user names,
    backslashes, blanks. Raises `AddressError`.
    """
    if len(url) > LENGTH:
        raise AddressError(f"The address is longer than {LENGTH:,} characters. Give a shorter one.")
    if _NEVER_IN_AN_ADDRESS.search(url):
        raise AddressError(
            "The address has a blank, a backslash or an invisible character. Copy it from the browser again."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError("This is no web address. Write it like https://example.com/help.") from None
    if parts.scheme not in PORTS:
        raise AddressError("Only addresses that begin with http:// or https:// are fetched.")
    if "@" in parts.netloc or "@" in parts.fragment:
        raise AddressError("The address has a user name or an @ beside the host. Give it without.")
    if not _AUTHORITY.fullmatch(parts.netloc):
        raise AddressError(
            "The host is no name of a website. Write the address like https://example.com/help."
        )
    port = PORTS[parts.scheme] if port is None else port
    if port not in PORTS.values() and not allow_private:
        raise AddressError("Only the ports 80 and 443 are fetched. Give the address without a port.")
    return Address(parts.scheme, _host(parts, allow_private=allow_private), port, _target(parts))


async def resolve(address: Address, *, allow_private: bool = False) -> tuple[str, ...]:
    """The IP addresses of the host, asked for once; one that is not public refuses them all.

    `allow_private` lets loopback and private networks pass, never link-local or cloud metadata. Raises `AddressError`.
    """
    try:
        answers = await asyncio.get_running_loop().getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):  # UnicodeError: a name that the resolver's codec does not take
        raise AddressError(f"The name {address.host} was not found. Check how it is spelt.") from None
    found = tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not found or not all(may_connect(ip, allow_private=allow_private) for ip in found):
        raise AddressError(
            f"{address.host} does not lead to the public internet, so nothing is fetched from it. "
            "Save the pages to a folder and import that."
        )
    return found


def may_connect(ip: str, *, allow_private: bool = False) -> bool:
    """Whether a connection to this IP address may be opened. What is no address may not; nor one with a zone."""
    try:
        parsed = ip_address(ip)
    except ValueError:
        return False
    if getattr(parsed, "scope_id", None) or _in(parsed, NEVER):
        return False
    return allow_private or not _in(parsed, PRIVATE)


def without_user(url: str) -> str:
    """The address as it may be shown: what stands before an @ can be a password."""
    return re.sub(r"//[^/?#]*@", "//", url, count=1)


def _in(ip: IPv4Address | IPv6Address, networks: tuple[Network, ...]) -> bool:
    return any(ip in network for network in networks)


def _host(parts: SplitResult, *, allow_private: bool) -> str:
    host = parts.hostname or ""
    try:
        if "[" in parts.netloc:
            return str(IPv6Address(host))
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):  # a browser would read it as IPv4
            return str(IPv4Address(host))
    except ValueError:
        raise AddressError(
            "The host is an odd form of an IP address. Give the name of the website."
        ) from None
    if not host.isascii():
        raise AddressError("The host has letters beyond a-z. Write it in the form that begins with xn--.")
    host = host.removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 (RFC 1035)
        raise AddressError(
            "The host is no name of a website. Write the address like https://example.com/help."
        )
    if len(labels) == 1 and not allow_private:
        raise AddressError(
            "The host has no dot, so it is no name on the public internet. Give the full name."
        )
    return host


def _target(parts: SplitResult) -> str:
    path = quote(parts.path, safe=_RESERVED, errors="replace") or "/"
    query = quote(parts.query, safe=_RESERVED + "?", errors="replace")
    return f"{path}?{query}" if query else path
