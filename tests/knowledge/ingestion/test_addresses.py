"""Which addresses may be fetched, as they are written and as they resolve."""

import json
import socket
from pathlib import Path

import pytest

from knowledge.ingestion.addresses import AddressError, may_connect, parse_address, resolve
from knowledge.ingestion.documents import Limits
from knowledge.ingestion.fetching import FetchError, fetch

_, *ROWS = map(
    json.loads, (Path(__file__).parents[1] / "data/ssrf_urls.jsonl").read_text("utf-8").splitlines()
)
ALLOWED = [row["url"] for row in ROWS if row["expect"] == "allow"]
# Its note asks for a human look at public hosts: 1.1.1.1 is a plain public address, and no harm to fetch from.
REFUSED = [row["url"] for row in ROWS if row["expect"] != "allow" and row["url"] != "http://1.1.1.1"]
PUBLIC = "93.184.215.14"

Asked = list[str]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The names that were resolved. example.com is public, an address is itself, all other names lead inside."""
    names: Asked = []

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        names.append(host)
        literal = host[0].isdigit() or ":" in host
        ip = host if literal else PUBLIC if host == "example.com" else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect_tcp(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("httpcore.AnyIOBackend.connect_tcp", connect_tcp)


@pytest.mark.usefixtures("asked", "no_socket")
@pytest.mark.parametrize("url", REFUSED)
async def test_a_hostile_address_is_refused_before_any_connection(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        await fetch(url, limits=Limits())
    assert str(refused.value).endswith(".")
    assert "169.254" not in str(refused.value) or "169.254" in url


@pytest.mark.parametrize("url", [*ALLOWED, "http://1.1.1.1"])
async def test_an_ordinary_address_passes(url: str, asked: Asked) -> None:
    assert len(await resolve(parse_address(url))) == 1
    assert len(asked) == 1


@pytest.mark.parametrize(
    "ip",
    [
        "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
        "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
        "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1",
        "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2606:2800:21f::1%eth0",
        "2130706433", "127.1", "0177.0.0.1", "",
    ],
)  # fmt: skip
def test_no_connection_to_a_network_that_is_not_public(ip: str) -> None:
    assert not may_connect(ip)


@pytest.mark.parametrize(
    "ip",
    ["1.1.1.1", PUBLIC, "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "198.20.0.0",
     "223.255.255.255", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001::8a"],
)  # fmt: skip
def test_a_public_address_may_be_connected_to(ip: str) -> None:
    assert may_connect(ip)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "fd12::1"])
def test_private_networks_pass_where_they_are_allowed(ip: str) -> None:
    assert may_connect(ip, allow_private=True)


@pytest.mark.parametrize(
    "ip", ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "fe80::1"]
)
def test_cloud_metadata_is_refused_even_where_private_networks_are_allowed(ip: str) -> None:
    assert not may_connect(ip, allow_private=True)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.COM", "https://example.com/"),
        ("https://example.com:443/a?b=1#c", "https://example.com/a?b=1"),
        ("http://example.com.:80/", "http://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("https://example.com/über uns".replace(" ", "%20"), "https://example.com/%C3%BCber%20uns"),
        ("https://example.com/@user?q=[1]", "https://example.com/@user?q=%5B1%5D"),
        ("https://xn--mller-kva.de/", "https://xn--mller-kva.de/"),
        ("http://[2606:2800:21F::1]/", "http://[2606:2800:21f::1]/"),
        ("https://example.com/\udcff", "https://example.com/%3F"),
    ],
)
def test_an_address_has_one_canonical_form(url: str, canonical: str) -> None:
    assert str(parse_address(url)) == canonical
    assert str(parse_address(canonical)) == canonical


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "http://"),
        ("example.com", "http://"),
        ("ftp://example.com/", "http://"),
        ("http:///path", "name of a website"),
        ("http://example.com:8080/", "port"),
        ("http://example.com:99999/", "no web address"),
        ("http://user@example.com/", "user name"),
        ("http://exa mple.com/", "blank"),
        ("http://example.com/\n", "blank"),
        ("http://example.com\\@evil.example/", "backslash"),
        ("http://a[::1]/", "web address|name of a website"),
        ("http://[::1]a/", "web address|name of a website"),
        ("http://[fe80::1%25eth0]/", "web address|name of a website"),
        ("http://müller.de/", "xn--"),
        ("http://intranet/", "dot"),
        ("http://-a.example/", "name of a website"),
        ("http://a..example/", "name of a website"),
        ("http://1.2.3.4./", "odd form"),
        ("http://1.2.3/", "odd form"),
        ("http://a.0x7f/", "odd form"),
        ("http://example.com/" + "a" * 2_048, "longer"),
    ],
)
def test_an_odd_address_is_refused_with_the_mend(url: str, why: str) -> None:
    with pytest.raises(AddressError, match=why):
        parse_address(url)


async def test_one_private_answer_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in (PUBLIC, "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(AddressError, match="public internet") as refused:
        await resolve(parse_address("https://example.com/"))
    assert "10.0.0.7" not in str(refused.value)


async def test_a_name_that_is_not_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(AddressError, match=r"no-such\.example was not found"):
        await resolve(parse_address("https://no-such.example/"))
