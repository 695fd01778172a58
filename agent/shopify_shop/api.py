"""The line to Shopify's Admin GraphQL API: one POST for each question, and what its failures mean.

A question may be asked again, a change never is: whether it was made is read from the order afterwards (`shop.py`). Whatever
is not a whole answer without errors is `ShopUnavailable`. No message and no log line has a value of an answer (law 10).
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import structlog

from agent.errors import ShopUnavailable

log = structlog.get_logger()

API_VERSION = (
    "2026-10"  # Shopify serves a version for a year; read its changes before another one is named here
)
SECONDS = 15.0  # for one request, from the first byte to the last
PAUSES = (0.3, 1.5)  # before a question is asked again
SPARE = 300  # seconds before its end at which a token is not used any more
LONGEST_WAIT = 8.0  # seconds for Shopify's bucket to fill again; a customer waits meanwhile
_MOST_BYTES = 8 * 1024 * 1024
_CODE = re.compile(r"[A-Z_]{1,64}")

# They log the address of every request.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _AskAgainError(ShopUnavailable):
    """No answer now; the same question may get one after `wait` seconds (None: as usual)."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, repr=False)  # secrets do not stand in tracebacks
class App:
    """An app of the Dev Dashboard. Its tokens last a day and are fetched as they are needed."""

    client_id: str
    client_secret: str


class ShopifyApi:
    """Asks one store, with the token of an older app or as an `App`. `transport` replaces the network and `sleep` the clock,
    for tests.
    """

    def __init__(
        self,
        domain: str,
        access: str | App,
        *,
        seconds: float = SECONDS,
        pauses: Sequence[float] = PAUSES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._access = access
        self._kept: tuple[str, float] | None = None  # a fetched token, and until when it is used
        self._fetching = asyncio.Lock()
        self._seconds = seconds
        self._pauses = tuple(pauses)
        self.sleep = sleep
        # No redirect and no proxy of the environment: the token goes to this store, or nowhere.
        self._client = httpx.AsyncClient(
            base_url=f"https://{domain}",
            headers={"Accept": "application/json"},
            transport=transport,
            timeout=seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def read(self, what: str, query: str, **variables: Any) -> dict[str, Any]:
        """The `data` of a query, asked again while there is none. `what` is said in errors. Raises `ShopUnavailable`."""
        for pause in self._pauses:
            try:
                return await self._ask(what, query, variables)
            except _AskAgainError as error:
                log.info("shopify_asked_again", why=str(error))
                await self.sleep(pause if error.wait is None else error.wait)
        return await self._ask(what, query, variables)

    async def write(self, what: str, mutation: str, **variables: Any) -> dict[str, Any]:
        """What a mutation's only field answered, asked once. `ShopUnavailable`: whether it was made is unknown."""
        data = await self._ask(what, mutation, variables)
        answer = next(iter(data.values()), None)
        if not isinstance(answer, dict):
            raise ShopUnavailable(f"Shopify answered {what} with nothing.")
        return answer

    async def _ask(self, what: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        request = self._client.build_request(
            "POST", f"/admin/api/{API_VERSION}/graphql.json", json={"query": query, "variables": variables}
        )
        request.headers["X-Shopify-Access-Token"] = await self._token()
        status, body = await self._send(request, what)
        if status == HTTPStatus.UNAUTHORIZED and self._kept is not None:
            self._kept = None  # the app's secret was changed, or its permissions
            raise _AskAgainError(f"Shopify answered {what} with status {status}.", 0)
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _AskAgainError(f"Shopify answered {what} with status {status}.")
        if status != HTTPStatus.OK:
            raise ShopUnavailable(f"Shopify answered {what} with status {status}.")
        return _data(what, body)

    async def _token(self) -> str:
        """What a request shows at the door."""
        if isinstance(self._access, str):
            return self._access
        async with self._fetching:
            now = asyncio.get_running_loop().time()
            if self._kept is None or self._kept[1] <= now:
                self._kept = await self._fetch(self._access, now)
            return self._kept[0]

    async def _fetch(self, app: App, now: float) -> tuple[str, float]:
        form = {
            "grant_type": "client_credentials",
            "client_id": app.client_id,
            "client_secret": app.client_secret,
        }
        request = self._client.build_request("POST", "/admin/oauth/access_token", data=form)
        status, body = await self._send(request, "the app's sign-in")
        try:
            told: Any = json.loads(body) if status == HTTPStatus.OK else None
            return str(told["access_token"]), now + float(told["expires_in"]) - SPARE
        except (ValueError, RecursionError, TypeError, KeyError):
            raise ShopUnavailable(f"Shopify does not let the app in: status {status}.") from None

    async def _send(self, request: httpx.Request, what: str) -> tuple[int, bytes]:
        try:
            # httpx counts from byte to byte: who sends one at a time would keep us for ever.
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request, what)
        except (httpx.HTTPError, TimeoutError) as error:
            raise _AskAgainError(f"No answer to {what}: {type(error).__name__}.") from None

    async def _exchange(self, request: httpx.Request, what: str) -> tuple[int, bytes]:
        response = await self._client.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise ShopUnavailable(f"Shopify's answer to {what} is too long.")
        finally:
            await response.aclose()
        return response.status_code, bytes(body)


def _data(what: str, body: bytes) -> dict[str, Any]:
    """The whole `data` of an answer without errors: data beside errors has holes, and a hole reads like "nothing"."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise ShopUnavailable(f"Shopify's answer to {what} is not understood.")
    if answer.get("errors"):
        codes = _codes(answer["errors"])
        if "THROTTLED" in codes:
            raise _AskAgainError(f"Shopify has no room for {what} now.", _wait(answer))
        raise ShopUnavailable(f"Shopify answered {what} with errors: {', '.join(codes) or 'without a code'}.")
    if not isinstance(answer.get("data"), dict):
        raise ShopUnavailable(f"Shopify's answer to {what} has no data.")
    data: dict[str, Any] = answer["data"]
    return data


def _codes(errors: Any) -> list[str]:
    """Shopify's own short codes. Messages are left out: they may repeat what was asked."""
    found = [
        error["extensions"].get("code")
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict) and isinstance(error.get("extensions"), dict)
    ]
    return [code for code in found if isinstance(code, str) and _CODE.fullmatch(code)]


def _wait(answer: dict[str, Any]) -> float | None:
    """Seconds until the bucket holds what the question costs, by Shopify's own figures; None if it gives none."""
    try:
        cost = answer["extensions"]["cost"]
        status = cost["throttleStatus"]
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        return min(max(missing / float(status["restoreRate"]), 0.1), LONGEST_WAIT)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
