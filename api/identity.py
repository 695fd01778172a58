"""Who is asking? The shop's tokens and hashes, our visitor and session tokens (docs/identity.md).

An identity token is signed by the shop's backend with a shared secret and names a customer; a session token is ours, short-lived,
and bound to the pages that it was given to; a visitor token only lets a visitor find their own conversation again.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from agent.levels import Level
from agent.shop import Shop
from api.jws import Expected, IdentityError, Key, Why, is_hash_of, is_plain_id, read, sign
from escalation.identity.revocations import Revocations
from escalation.reception import Owner
from knowledge.database import utc_now

SESSION = timedelta(minutes=30)
STEPPED_UP = timedelta(minutes=60)  # nobody renews it: afterwards another code is needed
VISITOR = timedelta(days=30)
IDENTITY = timedelta(minutes=10)  # the longest life of a shop's token that is accepted
LEEWAY = 60  # seconds that the shop's clock and ours may differ
REVOKES = "revocation"  # audience of the shop's word that a customer's sessions are over

log = structlog.get_logger()


@dataclass(frozen=True)
class Trust:
    """What a shop's word must be like. `keys`: every one is good, the first signs. `hashes`: whether an HMAC of the id is
    enough. `origins`: the shop's pages, on which the chat may stand; empty: no page but our own.
    """

    keys: tuple[Key, ...]
    audience: str = "identity"
    issuer: str | None = None
    hashes: bool = False
    origins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claimed:
    """What whoever opens a session shows: a token, or an id with its hash, or what a visitor was given before.

    `shop_page` is the origin of the page around the chat, as the browser told the chat.
    """

    identity_token: str | None = None
    user_id: str | None = None
    user_hash: str | None = None
    visitor_token: str | None = None
    shop_page: str | None = None


@dataclass(frozen=True)
class Session:
    """What a session token stands for. `subjects` are the names under which it can be ended before its time."""

    owner: Owner
    subjects: tuple[str, ...]
    began_at: datetime
    expires_at: datetime
    shop_page: str | None = None


@dataclass(frozen=True)
class Opened:
    """What `POST /v1/sessions` gives."""

    token: str
    session: Session
    visitor_token: str | None


class Identity:
    """Issues and reads tokens. `secret` is ours; `trust` says what is believed of the shop."""

    def __init__(
        self,
        secret: str,
        trust: Trust,
        shop: Shop,
        revocations: Revocations,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._own = (Key(secret.encode()),)
        self.trust = trust
        self._shop = shop
        self.revocations = revocations
        self._clock = clock

    # --- opening -----------------------------------------------------------------------------------------------

    async def open_session(self, claimed: Claimed, origin: str | None) -> Opened:
        """A session for the customer that the shop vouches for, else for a visitor. `origin` is that of the request, if a
        browser sent it. Raises `IdentityError`.
        """
        self._must_be_the_shops(claimed.shop_page)
        owner = await self._vouched_for(claimed)
        visitor = None
        if owner is None:
            owner = Owner(
                visitor_id=await self._visitor_id(claimed.visitor_token) or secrets.token_urlsafe(16)
            )
            visitor = self._sign({"sub": owner.visitor_id}, "visitor", VISITOR)
        return self._opened(owner, visitor, origin, claimed.shop_page, SESSION)

    def stepped_up(self, owner: Owner, before: Session, origin: str | None) -> Opened:
        """The session of a customer who has proven who they are, in place of the one before."""
        return self._opened(owner, None, origin, before.shop_page, STEPPED_UP)

    async def _vouched_for(self, claimed: Claimed) -> Owner | None:
        if claimed.identity_token is not None:
            claims = self._shops_claims(claimed.identity_token, self.trust.audience)
            issued = datetime.fromtimestamp(
                claims["iat"] + 1, UTC
            )  # whole seconds: the same second may be later
            if await self.revocations.is_over([f"customer:{claims['sub']}"], issued):
                raise IdentityError(
                    Why.REVOKED, "The shop has ended this customer's sessions since the token was made."
                )
            return await self._customer(claims["sub"], Level.SHOP, _signed_in_at(claims))
        if claimed.user_id is None and claimed.user_hash is None:
            return None
        if not self.trust.hashes:
            raise IdentityError(
                Why.NOT_ACCEPTED,
                "user_hash is not accepted here: send an identity_token (or set CANDOR_IDENTITY_HASH).",
            )
        id_, given = claimed.user_id or "", claimed.user_hash or ""
        if not is_plain_id(id_) or not is_hash_of(given, id_, self.trust.keys):
            raise IdentityError(
                Why.SIGNATURE, "user_hash is not the HMAC-SHA256 of user_id with the secret of this shop."
            )
        return await self._customer(id_, Level.HASH, None)

    def _shops_claims(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token of the shop. A refusal is logged: often it is a mistake of the shop's, and only the log tells."""
        expected = Expected(audience, self.trust.issuer, IDENTITY.total_seconds(), LEEWAY)
        try:
            return read(token, self.trust.keys, expected, self._clock())
        except IdentityError as error:
            log.warning("identity_token_refused", why=error.why)
            raise

    def _must_be_the_shops(self, page: str | None) -> None:
        if page is not None and self.trust.origins and page not in self.trust.origins:
            raise IdentityError(
                Why.ORIGIN,
                "The chat may not stand on this page: its origin is not one of CANDOR_SHOP_ORIGINS.",
            )

    def _opened(
        self, owner: Owner, visitor: str | None, origin: str | None, page: str | None, life: timedelta
    ) -> Opened:
        claims: dict[str, Any] = {
            "sub": owner.customer_id or owner.visitor_id,
            "level": owner.level,
            "sid": secrets.token_urlsafe(16),
            "origin": origin,
            "page": page,
        }
        if owner.signed_in_at:
            claims["auth_time"] = owner.signed_in_at.timestamp()
        token = self._sign(claims, "session", life)
        now = self._clock()
        return Opened(token, Session(owner, _subjects(claims), now, now + life, page), visitor)

    # --- reading -----------------------------------------------------------------------------------------------

    async def session_of(self, token: str, origin: str | None = None) -> Session:
        """What a session token stands for, if the request comes from where it was given to. Raises `IdentityError`."""
        claims = self._read(token, "session")
        if not claims.keys() >= {"level", "sid", "origin", "page"}:
            raise IdentityError(Why.EXPIRED, "The session is of an older version of Candor; open a new one.")
        if origin is not None and origin != claims["origin"]:
            raise IdentityError(Why.ORIGIN, "This session was opened on another page: open one here.")
        if self.trust.origins:
            self._must_be_the_shops(claims["page"])
        session = Session(
            owner=await self._owner(claims),
            subjects=_subjects(claims),
            began_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            shop_page=claims["page"],
        )
        await self.must_go_on(session)
        return session

    async def must_go_on(self, session: Session) -> None:
        """Raises `IdentityError` if the session is over, by time or by somebody's word."""
        if self._clock() >= session.expires_at:
            raise IdentityError(Why.EXPIRED, "The session has expired; open a new one.")
        if await self.revocations.is_over(session.subjects, session.began_at):
            raise IdentityError(Why.REVOKED, "The session was ended; open a new one.")

    async def revoke_by_shop(self, token: str) -> None:
        """The shop's backend says that a customer's sessions are over. Raises `IdentityError`."""
        claims = self._shops_claims(token, REVOKES)
        await self.revocations.end(f"customer:{claims['sub']}")

    async def end(self, session: Session) -> None:
        """A sign-out: this session, and of a visitor the token that finds their conversations."""
        for subject in session.subjects:
            if not subject.startswith("customer:"):  # elsewhere they stay signed in
                await self.revocations.end(subject)

    def vouch(self, customer_id: str, signed_in_at: datetime | None = None) -> str:
        """An identity token as a shop's backend makes it; the demo shop page uses it."""
        claims: dict[str, Any] = {"sub": customer_id, "aud": self.trust.audience}
        if self.trust.issuer:
            claims["iss"] = self.trust.issuer
        if signed_in_at:
            claims["auth_time"] = signed_in_at.timestamp()
        now = self._clock().timestamp()
        return sign({**claims, "iat": now, "exp": now + IDENTITY.total_seconds()}, self.trust.keys[0])

    async def _owner(self, claims: dict[str, Any]) -> Owner:
        level = Level(claims["level"])
        if level is Level.VISITOR:
            return Owner(visitor_id=claims["sub"])
        return await self._customer(claims["sub"], level, _signed_in_at(claims))

    async def _customer(self, customer_id: str, level: Level, signed_in_at: datetime | None) -> Owner:
        customer = await self._shop.customer(customer_id)
        if customer is None:
            raise IdentityError(Why.UNKNOWN, "The token names a customer that the shop does not know.")
        return Owner(
            customer_id=customer.id,
            name=customer.name,
            email=customer.email,
            signed_in_at=signed_in_at,
            vouched_by=level,
        )

    async def _visitor_id(self, token: str | None) -> str | None:
        """An expired, broken or ended visitor token only means a new visitor."""
        try:
            claims = self._read(token, "visitor") if token else None
        except IdentityError:
            return None
        if claims is None:
            return None
        began = datetime.fromtimestamp(claims["iat"], UTC)
        over = await self.revocations.is_over([f"visitor:{claims['sub']}"], began)
        return None if over else str(claims["sub"])

    def _sign(self, claims: dict[str, Any], audience: str, life: timedelta) -> str:
        now = self._clock().timestamp()
        return sign({**claims, "aud": audience, "iat": now, "exp": now + life.total_seconds()}, self._own[0])

    def _read(self, token: str, audience: str) -> dict[str, Any]:
        return read(token, self._own, Expected(audience), self._clock())


def trusted_keys(keys: Sequence[Key], own_secret: str) -> tuple[Key, ...]:
    """The shop's keys. Without any, only this process can vouch for customers: the demo page does."""
    return tuple(keys) or (Key(f"demo:{own_secret}".encode()),)


def _subjects(claims: dict[str, Any]) -> tuple[str, ...]:
    whose = "visitor" if claims["level"] == Level.VISITOR else "customer"
    return f"session:{claims['sid']}", f"{whose}:{claims['sub']}"


def _signed_in_at(claims: dict[str, Any]) -> datetime | None:
    """`auth_time` of OpenID Connect: when the customer proved who they are, in seconds since 1970. It is optional."""
    said = claims.get("auth_time")
    if said is None:
        return None
    # A time that lies ahead would make a sign-in look recent for ever.
    if not isinstance(said, int | float) or isinstance(said, bool) or not 0 <= said <= claims["iat"] + LEEWAY:
        raise IdentityError(
            Why.CLAIMS, "The token's auth_time must be a number of seconds, not later than its iat."
        )
    return datetime.fromtimestamp(said, UTC)
