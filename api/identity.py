"""Who is asking? Identity tokens of the shop, visitor tokens and session tokens. The only door to jwt.

All are HS256. An identity token is signed by the shop's backend with the shared secret and names a customer;
a session token is ours and short-lived; a visitor token only lets a visitor find their own conversation again.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import jwt

from agent.shop import Shop
from escalation.reception import Owner
from knowledge.database import utc_now

SESSION = timedelta(minutes=30)
VISITOR = timedelta(days=30)
IDENTITY = timedelta(hours=1)  # the longest life of a shop's token that is accepted
LEEWAY = 30  # seconds that two clocks may differ

Kind = Literal["customer", "visitor"]
_MAX_TOKEN = 4096  # characters


class IdentityError(PermissionError):
    """A token is missing, expired or not ours."""


@dataclass(frozen=True)
class Session:
    """What `POST /v1/sessions` gives."""

    token: str
    expires_at: datetime
    visitor_token: str | None
    owner: Owner


class Identity:
    """Issues and reads tokens. `secret` is ours, `shop_secret` is shared with the shop's backend."""

    def __init__(self, secret: str, shop_secret: str, shop: Shop) -> None:
        self._secret = secret
        self._shop_secret = shop_secret
        self._shop = shop

    async def open_session(self, identity_token: str | None, visitor_token: str | None) -> Session:
        """A session for the customer that the shop vouches for, else for a visitor. Raises `IdentityError`."""
        if identity_token is not None:
            vouched = self._read(identity_token, self._shop_secret, "identity")
            owner = await self._customer(_customer_id(vouched), _signed_in_at(vouched))
            visitor = None
        else:
            visitor_id = self._visitor_id(visitor_token) or secrets.token_urlsafe(16)
            owner = Owner(visitor_id=visitor_id)
            visitor = self._sign({"sub": visitor_id}, self._secret, "visitor", VISITOR)
        kind: Kind = "customer" if owner.customer_id else "visitor"
        claims: dict[str, Any] = {"sub": owner.customer_id or owner.visitor_id, "kind": kind}
        if owner.signed_in_at:
            claims["auth_time"] = owner.signed_in_at.timestamp()
        token = self._sign(claims, self._secret, "session", SESSION)
        return Session(token, utc_now() + SESSION, visitor, owner)

    async def owner_of(self, session_token: str) -> Owner:
        """Who a session token stands for. Raises `IdentityError`."""
        claims = self._read(session_token, self._secret, "session")
        if claims.get("kind") == "customer":
            return await self._customer(claims["sub"], _signed_in_at(claims))
        return Owner(visitor_id=claims["sub"])

    def vouch(self, customer_id: str, signed_in_at: datetime | None = None) -> str:
        """An identity token as a shop's backend makes it; the demo shop page uses it."""
        claims: dict[str, Any] = {"sub": customer_id}
        if signed_in_at:
            claims["auth_time"] = signed_in_at.timestamp()
        return self._sign(claims, self._shop_secret, "identity", timedelta(minutes=10))

    async def _customer(self, customer_id: str, signed_in_at: datetime | None) -> Owner:
        customer = await self._shop.customer(customer_id)
        if customer is None:
            raise IdentityError("The token names a customer that the shop does not know.")
        return Owner(
            customer_id=customer.id, name=customer.name, email=customer.email, signed_in_at=signed_in_at
        )

    def _visitor_id(self, token: str | None) -> str | None:
        """An expired or broken visitor token only means a new visitor."""
        try:
            return str(self._read(token, self._secret, "visitor")["sub"]) if token else None
        except IdentityError:
            return None

    def _sign(self, claims: dict[str, Any], secret: str, audience: str, life: timedelta) -> str:
        now = utc_now()
        return jwt.encode(
            {**claims, "aud": audience, "iat": now, "exp": now + life}, secret, algorithm="HS256"
        )

    def _read(self, token: str, secret: str, audience: str) -> dict[str, Any]:
        if len(token) > _MAX_TOKEN:
            raise IdentityError("The token is too long.")
        try:
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                audience=audience,
                leeway=LEEWAY,
                options={"require": ["sub", "aud", "iat", "exp"], "strict_aud": True},
            )
        except jwt.ExpiredSignatureError as error:
            raise IdentityError("The token has expired; ask for a new one.") from error
        except jwt.InvalidTokenError as error:
            raise IdentityError("The token is not valid.") from error


def _signed_in_at(claims: dict[str, Any]) -> datetime | None:
    """`auth_time` of OpenID Connect: when the customer proved who they are, in seconds since 1970. It is optional."""
    said = claims.get("auth_time")
    if said is None:
        return None
    # A time that lies ahead would make a sign-in look recent for ever.
    if not isinstance(said, int | float) or isinstance(said, bool) or not 0 <= said <= claims["iat"] + LEEWAY:
        raise IdentityError("The token's auth_time must be a number of seconds, not later than its iat.")
    return datetime.fromtimestamp(said, UTC)


def _customer_id(claims: dict[str, Any]) -> str:
    # PyJWT takes times written as text; RFC 7519 does not.
    if not all(isinstance(claims[name], int | float) for name in ("iat", "exp")):
        raise IdentityError("The token's times must be numbers.")
    if claims["exp"] - claims["iat"] > IDENTITY.total_seconds():
        raise IdentityError(f"The shop's token lives too long; {IDENTITY} is the most.")
    return str(claims["sub"])
