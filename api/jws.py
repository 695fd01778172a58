"""Signed tokens, read strictly: HS256 only, one form only. The only door to jwt.

What PyJWT leaves open is closed here: letters that base64url does not have, names that stand twice, times that are no numbers,
a `kid` that nobody has, tokens and ids beyond any use.
"""

import base64
import binascii
import hashlib
import hmac
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import jwt

ALGORITHM = "HS256"
MIN_KEY = 32  # bytes; RFC 7518 3.2 asks for a key as long as the hash
MAX_TOKEN = 4096  # characters
MAX_ID = 255  # characters of sub, jti and kid

_FORM = re.compile(r"[A-Za-z0-9_-]+\.[^.]*\.[A-Za-z0-9_-]+", re.ASCII)


class Why(StrEnum):
    """Why a token is not taken, for programs."""

    MALFORMED = "malformed"
    SIGNATURE = "wrong_signature"
    CLAIMS = "wrong_claims"
    OTHER_SHOP = "other_shop"
    EXPIRED = "expired"
    CLOCK = "clock_differs"
    LIFETIME = "lives_too_long"
    UNKNOWN = "unknown_customer"
    NOT_ACCEPTED = "not_accepted"
    MISSING = "missing"
    REVOKED = "revoked"
    ORIGIN = "other_origin"


class IdentityError(PermissionError):
    """A token is missing, expired or not ours. `why` is for programs, the words are for people; no part of the token is in them."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


@dataclass(frozen=True)
class Key:
    """A shared secret, under a name that tokens may give as their `kid`. Raises ValueError if it is too short."""

    secret: bytes
    kid: str | None = None

    def __post_init__(self) -> None:
        if len(self.secret) < MIN_KEY:
            raise ValueError(f"a key needs at least {MIN_KEY} bytes")

    def __repr__(self) -> str:
        return f"Key(kid={self.kid!r})"


def verified(token: str, keys: Sequence[Key]) -> bytes:
    """The payload of a token that one of the keys has signed, as it was written. Raises `IdentityError`."""
    if len(token) > MAX_TOKEN:
        raise IdentityError(Why.MALFORMED, "The token is too long.")
    if not _FORM.fullmatch(token):
        raise IdentityError(
            Why.MALFORMED, "This is not a token: three parts in base64url with dots between them."
        )
    head, payload, signature = token.split(".")
    header = _object(head, "header")
    _decoded(signature, "signature")
    if header.get("alg") != ALGORITHM or "crit" in header or "b64" in header:
        raise IdentityError(Why.SIGNATURE, f"Tokens are signed with {ALGORITHM} and no extensions.")
    for key in _candidates(header, keys):
        try:
            jwt.api_jws.PyJWS(algorithms=[ALGORITHM]).decode(token, key.secret, algorithms=[ALGORITHM])
        except jwt.InvalidTokenError:
            continue
        return payload.encode()
    raise IdentityError(
        Why.SIGNATURE,
        "The token was not signed with the secret of this shop: it is forged, or of another shop.",
    )


def _candidates(header: dict[str, Any], keys: Sequence[Key]) -> Sequence[Key]:
    """The keys that may have signed: the one that the token names, else all. A name that nobody has is no hint, where keys
    have names.
    """
    kid = header.get("kid")
    if kid is None or not any(key.kid for key in keys):
        return keys
    return [key for key in keys if key.kid == kid]


@dataclass(frozen=True)
class Expected:
    """What a token must say: for whom it is, from whom if that matters, and how long it may live at most, in seconds.

    `leeway`: seconds that the signer's clock and ours may differ.
    """

    audience: str
    issuer: str | None = None
    longest: float = math.inf
    leeway: float = 0


def read(token: str, keys: Sequence[Key], expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a good token; `sub` is a text, `iat` and `exp` are numbers. Raises `IdentityError`."""
    claims = _object(verified(token, keys).decode(), "payload")
    _must_name_somebody(claims)
    _must_be_for_us(claims, expected)
    _must_be_now(claims, expected, now.timestamp())
    return claims


def sign(claims: dict[str, Any], key: Key) -> str:
    """A token with these claims."""
    return jwt.encode(claims, key.secret, algorithm=ALGORITHM, headers={"kid": key.kid} if key.kid else None)


def is_hash_of(given: str, id_: str, keys: Sequence[Key]) -> bool:
    """Whether this is the HMAC-SHA256 of the id under one of the keys, in small hexadecimal digits."""
    told = given.encode("utf-8", "surrogatepass")
    expected = (hmac.new(key.secret, id_.encode("utf-8", "surrogatepass"), hashlib.sha256) for key in keys)
    return any(hmac.compare_digest(told, one.hexdigest().encode()) for one in expected)


def is_plain_id(value: object) -> bool:
    """Whether a claim can be somebody's id: a text without space around it and without signs that nobody sees."""
    return (
        isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable() and value == value.strip()
    )


def _must_name_somebody(claims: dict[str, Any]) -> None:
    if not is_plain_id(claims.get("sub")):
        raise IdentityError(Why.CLAIMS, "The token's sub must be the customer's id, as plain text.")
    if "jti" in claims and not is_plain_id(claims["jti"]):
        raise IdentityError(Why.CLAIMS, "The token's jti must be a short plain text.")


def _must_be_for_us(claims: dict[str, Any], expected: Expected) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise IdentityError(Why.CLAIMS, "The token's aud must be a text.")
    if expected.audience not in named:
        raise IdentityError(Why.CLAIMS, f"The token's aud must be {expected.audience}.")
    if expected.issuer is not None and claims.get("iss") != expected.issuer:
        raise IdentityError(Why.OTHER_SHOP, "The token's iss is not this shop's: it is of another shop.")


def _must_be_now(claims: dict[str, Any], expected: Expected, now: float) -> None:
    for name in ("iat", "exp", *(["nbf"] if "nbf" in claims else [])):
        value = claims.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST:
            raise IdentityError(Why.CLAIMS, f"The token's {name} must be a number of seconds since 1970.")
    issued, expires = claims["iat"], claims["exp"]
    if expires - issued > expected.longest:
        raise IdentityError(
            Why.LIFETIME,
            f"The token lives {_span(expires - issued)}; {_span(expected.longest)} is the most. Give it an earlier exp.",
        )
    begins = max(issued, claims.get("nbf", 0))
    if begins > now + expected.leeway:
        raise IdentityError(
            Why.CLOCK,
            f"By its iat or nbf the token begins in {_span(begins - now)}: the clock of the server that made it is ahead of ours, or "
            f"ours is behind. It is {_clock(now)} here. Set the clock that is wrong (NTP).",
        )
    if now >= expires + expected.leeway:
        ago = f"It expired {_span(now - expires)} ago and was made {_span(now - issued)} ago, by its iat."
        raise IdentityError(
            Why.EXPIRED,
            f"The token has expired; ask for a new one. {ago} If it was made just now, the clock of the server that made it is "
            f"{_span(now - issued)} behind ours: it is {_clock(now)} here. Set the clock that is wrong (NTP).",
        )


_LATEST = 253402300800  # the year 10000: no clock goes further


def _span(seconds: float) -> str:
    """A length of time for people."""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 7200 else f"{seconds / 3600:.0f} hours"  # noqa: PLR2004 - two hours


def _clock(now: float) -> str:
    return f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _object(part: str, name: str) -> dict[str, Any]:
    """A part of a token as a JSON object in which every name stands once."""
    try:
        found = json.loads(_decoded(part, name), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IdentityError(_fault_of(name), f"The token's {name} must be a JSON object.")
    return found


def _decoded(part: str, name: str) -> bytes:
    """Base64url as RFC 7515 has it: its letters only, no padding, one way to write each value."""
    try:
        raw = base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raw = None
    if raw is None or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise IdentityError(_fault_of(name), f"The token's {name} is not base64url.")
    return raw


def _fault_of(part: str) -> Why:
    """The payload is looked at once the signature has been found good, and only then."""
    return Why.CLAIMS if part == "payload" else Why.MALFORMED


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of JSON")
