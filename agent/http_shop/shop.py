"""A shop behind HTTP: a company's own backend that speaks `openapi.yaml` (docs/shops.md).

A read that gets no answer is asked again. The write never is: whether it happened is asked by its key, with `receipt`, before
anything is tried again (law 3). No message and no log line has a value of an answer or an address in it (law 10).
"""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
import structlog
from pydantic import TypeAdapter

from agent.actions import Action
from agent.changes import CHANGES
from agent.errors import ShopRefused, ShopUnavailable
from agent.http_shop import wire
from agent.http_shop.signing import ID, SIGNATURE, TIMESTAMP, sign
from agent.orders import Customer, Order, Variant
from agent.shop import ShopReceipt
from agent.verdicts import Effects
from knowledge.database import utc_now

T = TypeVar("T")
log = structlog.get_logger()

SECONDS = 10.0  # for one request, from the first byte to the last
PAUSES = (0.2, 1.0)  # before a read is asked again
_MOST_BYTES = 8 * 1024 * 1024
_REASON = re.compile(r"[a-z0-9_]{1,64}")
_REFUSED = (HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)

# They log the address of every request, and customers and orders are in it.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, repr=False)  # an answer in a traceback would be somebody's data
class _Reply:
    what: str  # which call it answers, in words
    status: int
    body: bytes

    def read(self, adapter: TypeAdapter[T]) -> T:
        """What a good answer says; `ShopUnavailable` for any other."""
        if self.status != HTTPStatus.OK:
            raise ShopUnavailable(f"The shop answered {self.what} with status {self.status}.")
        try:
            return wire.read(adapter, self.body)
        except wire.WrongShapeError as error:
            raise ShopUnavailable(f"The shop's answer to {self.what} is not understood: {error}.") from None

    @property
    def reason(self) -> str | None:
        """The shop's own word for a 404, 409 or 422; None if something else than the shop answered."""
        try:
            reason = wire.read(wire.REASON, self.body).get("reason")
        except wire.WrongShapeError:
            return None
        if not isinstance(reason, str):
            return None
        # A whole sentence could name a customer. It is still a refusal.
        return reason if _REASON.fullmatch(reason) else "other"


class HttpShop:
    """An implementation of `agent.shop.Shop`. `open` before use, `close` after.

    `kinds` is asked of the shop unless given. `transport` replaces the network, for tests.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        kinds: frozenset[str] | None = None,
        seconds: float = SECONDS,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], datetime] = utc_now,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._secret = secret
        self._kinds = kinds
        self._seconds = seconds
        self._pauses = tuple(pauses)
        self._clock = clock
        # No redirect and no proxy of the environment: signed requests go to the address that was configured, or nowhere.
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            transport=transport,
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def open(self) -> None:
        """Learn what the shop can change. If it does not answer now, the next read asks again."""
        try:
            await self._learn_kinds()
        except ShopUnavailable as error:
            log.warning("shop_does_not_answer", why=str(error))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    @property
    def kinds(self) -> frozenset[str]:
        """What the shop said it can change, as far as we know it; nothing until it has answered."""
        return (self._kinds or frozenset()) & CHANGES.keys()

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        found = await self._find(wire.CUSTOMER, "a customer", "customers", customer_id)
        return found if found is not None and found.id == customer_id else None

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address. A shop that does not know the call answers 404: nobody is found."""
        found = await self._find(wire.CUSTOMER, "a customer by e-mail", "customers", "by-email", email)
        return found if found is not None and found.email.strip().lower() == email else None

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        found = await self._find(wire.ORDERS, "orders", "customers", customer_id, "orders") or ()
        own = (order for order in found if order.customer_id == customer_id)
        return tuple(sorted(own, key=lambda order: order.placed_at, reverse=True))

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        found = await self._find(wire.ORDER, "an order", "customers", customer_id, "orders", number)
        asked = (customer_id, number)
        return found if found is not None and (found.customer_id, found.number) == asked else None

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, with today's prices and stock."""
        found = await self._find(wire.VARIANTS, "variants", "products", product, "variants") or ()
        return tuple(variant for variant in found if variant.product == product)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change, as the shop tells it: whether it fits is judged by `Execution`."""
        return await self._find(wire.RECEIPT, "a receipt", "changes", idempotency_key)

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Ask once. `ShopRefused` for 409 and 422 only; after any other failure the outcome is unknown."""
        path = _path("customers", customer_id, "changes")
        if path is None:
            raise ShopRefused("no_such_order")
        body = wire.change(action, effects)
        reply = await self._send("POST", path, "a change", body=body, idempotency_key=idempotency_key)
        if reply.status in _REFUSED and reply.reason is not None:
            raise ShopRefused(reply.reason)
        return reply.read(wire.RECEIPT)

    async def _learn_kinds(self) -> None:
        if self._kinds is None:
            self._kinds = (await self._get("/kinds", "its kinds of changes")).read(wire.KINDS)

    async def _find(self, adapter: TypeAdapter[T], what: str, *parts: str) -> T | None:
        """What is at a path; None where the shop says that there is nothing."""
        await self._learn_kinds()
        path = _path(*parts)
        if path is None:
            return None
        reply = await self._get(path, what)
        # A 404 without a reason comes from a wrong address or a proxy, which knows nothing of customers and changes.
        if reply.status == HTTPStatus.NOT_FOUND and reply.reason is not None:
            return None
        return reply.read(adapter)

    async def _get(self, path: str, what: str) -> _Reply:
        """The answer to a read, asked again while there is none. Raises `ShopUnavailable`."""
        for pause in self._pauses:
            try:
                reply = await self._send("GET", path, what)
            except ShopUnavailable as error:
                log.info("shop_asked_again", why=str(error))
            else:
                if reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return reply
                log.info("shop_asked_again", what=what, status=reply.status)
            await asyncio.sleep(pause)
        return await self._send("GET", path, what)

    async def _send(
        self, method: str, path: str, what: str, *, body: bytes = b"", idempotency_key: str | None = None
    ) -> _Reply:
        """One signed request and its whole answer. Raises `ShopUnavailable` if there is none, or none in time."""
        request = self._client.build_request(method, path, content=body or None)
        request_id = idempotency_key or uuid4().hex
        timestamp = int(self._clock().timestamp())
        signed_path = request.url.raw_path.decode("ascii")
        request.headers.update(
            {
                ID: request_id,
                TIMESTAMP: str(timestamp),
                SIGNATURE: sign(self._secret, request_id, timestamp, method, signed_path, body),
                "Accept": "application/json",
            }
        )
        if idempotency_key is not None:
            request.headers.update({"Idempotency-Key": idempotency_key, "Content-Type": "application/json"})
        try:
            # httpx counts from byte to byte: a shop that sends one at a time would keep us for ever.
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request, what)
        except (httpx.HTTPError, TimeoutError) as error:
            # The error's own text may have the address in it, and the address has the customer.
            raise ShopUnavailable(f"No answer to {what}: {type(error).__name__}.") from None

    async def _exchange(self, request: httpx.Request, what: str) -> _Reply:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ShopUnavailable(f"The shop's answer to {what} is too long.")
        finally:
            await response.aclose()
        return _Reply(what, response.status_code, bytes(body))


def _path(*parts: str) -> str | None:
    """The path of these parts, each quoted. None if one cannot be a part: `..` would lead to somebody else's."""
    if any(step in ("", ".", "..") for part in parts for step in part.split("/")):
        return None
    return "/" + "/".join(quote(part, safe="", errors="replace") for part in parts)
