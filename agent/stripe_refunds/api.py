"""The line to Stripe: the refunds of one payment, and what its errors mean.

Our key goes with a refund twice: as `Idempotency-Key`, which Stripe forgets after a day, and in its metadata, where it is found
for ever. No message and no log line has a value of an answer (law 10).
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx
import structlog

from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money

log = structlog.get_logger()

API = "https://api.stripe.com"
API_VERSION = "2026-04-22.dahlia"  # pinned, so that an upgrade of the account changes nothing here
KEY = "candor_key"  # the name in the metadata
SECONDS = 20.0  # a refund of a slow payment method takes Stripe that long
PAUSES = (0.3, 1.5)  # before a question is asked again
_MOST_PAGES = 10  # of a hundred refunds each
_MOST_BYTES = 8 * 1024 * 1024
_PAYMENT = re.compile(r"(pi|ch|py)_[A-Za-z0-9]{1,250}")
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_CERTAIN = (HTTPStatus.BAD_REQUEST, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.NOT_FOUND)
_NO = ("card_error", "invalid_request_error")
_BUSY = ("lock_timeout", "rate_limit", "idempotency_key_in_use")

# They log the address of every request, and payments are in it.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class StripeRefund:
    """A refund as Stripe tells it. `status` is pending, requires_action, succeeded, failed or canceled."""

    id: str
    amount: Money
    status: str
    at: datetime
    key: str | None

    @property
    def stands(self) -> bool:
        """Whether the money went back or is on its way; a failed or cancelled refund leaves it with the shop."""
        return self.status in ("succeeded", "pending")

    @property
    def holds_money(self) -> bool:
        """Whether its amount cannot be refunded again."""
        return self.status not in ("failed", "canceled")


def is_payment(name: str) -> bool:
    """Whether this is the id of a PaymentIntent or a Charge."""
    return _PAYMENT.fullmatch(name) is not None


class StripeApi:
    """Asks one account. `transport` replaces the network and `sleep` the clock, for tests."""

    def __init__(
        self,
        secret_key: str,
        *,
        seconds: float = SECONDS,
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._seconds = seconds
        self._pauses = tuple(pauses)
        self._sleep = sleep
        # No redirect and no proxy of the environment: the key goes to Stripe, or nowhere.
        self._client = httpx.AsyncClient(
            base_url=API,
            headers={"Authorization": f"Bearer {secret_key}", "Stripe-Version": API_VERSION},
            transport=transport,
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def received(self, payment: str) -> Money:
        """What a payment brought in. Zero for one that has not gone through. Raises `ShopUnavailable`, `ShopRefused`."""
        if payment.startswith("pi_"):
            told = await self._get(f"/v1/payment_intents/{payment}", {})
            return _money(told, "amount_received")
        return _money(await self._get(f"/v1/charges/{payment}", {}), "amount_captured")

    async def refunds(self, payment: str) -> tuple[StripeRefund, ...]:
        """All refunds of a payment. Listed, not searched: a search lags behind. Raises like `received`."""
        asked, found = _of(payment) | {"limit": "100"}, list[StripeRefund]()
        for _ in range(_MOST_PAGES):
            page = await self._get("/v1/refunds", asked)
            rows = page.get("data")
            if not isinstance(rows, list):
                raise ShopUnavailable("Stripe's answer about refunds is not understood.")
            found += [_refund(row) for row in rows]
            if page.get("has_more") is not True:
                return tuple(found)
            if not found:
                break
            asked = asked | {"starting_after": found[-1].id}
        raise ShopUnavailable("A payment has more refunds than are read.")

    async def refund(self, payment: str, amount: Money, key: str) -> StripeRefund:
        """Send so much back, asked once. `ShopRefused`: certainly not done. `ShopUnavailable`: unknown."""
        form = _of(payment) | {
            "amount": str(amount.amount),  # minor units as ours, also of JPY, which has none
            "reason": "requested_by_customer",
            f"metadata[{KEY}]": key,
        }
        request = self._client.build_request("POST", "/v1/refunds", data=form)
        request.headers["Idempotency-Key"] = key
        return _refund(await self._ask(request))

    async def _get(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        for pause in self._pauses:
            try:
                return await self._ask(self._client.build_request("GET", path, params=params))
            except ShopUnavailable as error:
                log.info("stripe_asked_again", why=str(error))
                await self._sleep(pause)
        return await self._ask(self._client.build_request("GET", path, params=params))

    async def _ask(self, request: httpx.Request) -> dict[str, Any]:
        try:
            # httpx counts from byte to byte: who sends one at a time would keep us for ever.
            async with asyncio.timeout(self._seconds):
                status, body = await self._exchange(request)
        except (httpx.HTTPError, TimeoutError) as error:
            raise ShopUnavailable(f"No answer from Stripe: {type(error).__name__}.") from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ShopUnavailable(f"Stripe's answer with status {status} is not understood.")
        if status != HTTPStatus.OK:
            _object(status, answer.get("error"))
        return answer

    async def _exchange(self, request: httpx.Request) -> tuple[int, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ShopUnavailable("Stripe's answer is too long.")
        finally:
            await response.aclose()
        return response.status_code, bytes(body)


def _object(status: int, error: Any) -> None:
    """Raise what an error means. Only Stripe's own "no" to this very request is certain."""
    told = error if isinstance(error, dict) else {}
    kind, code = told.get("type"), told.get("code")
    short = code if isinstance(code, str) and _CODE.fullmatch(code) else None
    if status in _CERTAIN and kind in _NO and short not in _BUSY:
        raise ShopRefused(short or str(kind))
    raise ShopUnavailable(f"Stripe answered with status {status}, {short or 'without a code'}.")


def _of(payment: str) -> dict[str, str]:
    return {"payment_intent" if payment.startswith("pi_") else "charge": payment}


def _refund(row: Any) -> StripeRefund:
    if not isinstance(row, dict):
        raise ShopUnavailable("Stripe's answer about a refund is not understood.")
    metadata, status, created = row.get("metadata") or {}, row.get("status"), row.get("created")
    if not isinstance(row.get("id"), str) or not isinstance(status, str) or type(created) is not int:
        raise ShopUnavailable("Stripe's answer about a refund is not understood.")
    key = metadata.get(KEY) if isinstance(metadata, dict) else None
    at = datetime.fromtimestamp(created, UTC)
    return StripeRefund(row["id"], _money(row, "amount"), status, at, key if isinstance(key, str) else None)


def _money(row: dict[str, Any], field: str) -> Money:
    """An amount. The currencies that we know have the same minor units at Stripe; others are refused by `Money`."""
    amount, currency = row.get(field), row.get("currency")
    if type(amount) is not int or not isinstance(currency, str):
        raise ShopUnavailable("Stripe's answer has no amount.")
    try:
        return Money(amount, currency.upper())
    except ValueError:
        raise ShopUnavailable("Stripe's answer has a currency that is not known.") from None
