"""How much at once: rate limits, told in headers. The only door to `limits`.

A limit counts per caller: a customer or visitor by who they are, a person of the desk by their account, whoever has not said
who they are by their address. Talking to a person is never limited (law 6). With Redis all processes count together; while it
is away nobody is held up.
"""

import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from fastapi import HTTPException, Request, status
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from escalation.settings import Settings

log = structlog.get_logger()

_STATE = "paces"  # in the request's state: the standings that its answer tells


@dataclass(frozen=True)
class Standing:
    """Where a caller stands: what is left, and in how many seconds it is whole again."""

    name: str
    most: int
    window: int  # seconds
    left: int
    reset: int
    allowed: bool


class Pace:
    """Counts calls."""

    def __init__(self, settings: Settings) -> None:
        url = settings.redis_url
        storage = (
            RedisStorage(f"async+{url.get_secret_value()}", implementation="redispy", wrap_exceptions=False)
            if url
            else MemoryStorage()
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._items: dict[str, RateLimitItem] = {
            "messages": parse(settings.rate_messages),
            "attachments": parse(settings.rate_attachments),
            "requests": parse(settings.rate_requests),
            "sessions": parse(settings.rate_sessions),
            "sign-ins": parse(settings.rate_sign_ins),
        }

    async def hit(self, name: str, caller: str) -> Standing | None:
        """Count a call; None while the counter is away."""
        item = self._items[name]
        try:
            allowed = await self._limiter.hit(item, name, caller)
            stats = await self._limiter.get_window_stats(item, name, caller)
        # Whatever Redis' client raises: a limit that cannot count lets everybody through.
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("rate_limits_away", error=type(error).__name__)
            return None
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Standing(name, item.amount, item.get_expiry(), max(0, stats.remaining), reset, allowed)


async def keep_pace(request: Request, name: str, caller: str) -> None:
    """Count a call of this caller; 429 once there are too many. The answer's headers tell where they stand."""
    pace: Pace = request.app.state.pace
    standing = await pace.hit(name, caller)
    if standing is None:
        return
    request.scope.setdefault("state", {}).setdefault(_STATE, []).append(standing)
    if not standing.allowed:
        raise HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"Too many {name} at once. Nothing of this one was taken; send it again in {standing.reset} seconds.",
            headers={"Retry-After": str(standing.reset)},
        )


def by_address(name: str) -> Callable[[Request], Awaitable[None]]:
    """A dependency that counts by the caller's address. Behind a proxy uvicorn reads it from X-Forwarded-For."""

    async def counted(request: Request) -> None:
        await keep_pace(request, name, request.client.host if request.client else "unknown")

    return counted


class PaceHeaders:
    """Tells in every answer where its caller stands (draft-ietf-httpapi-ratelimit-headers-10)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add `RateLimit-Policy` and `RateLimit` where something was counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        standings: list[Standing] = scope.setdefault("state", {}).setdefault(_STATE, [])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and standings:
                policy = ", ".join(f'"{one.name}";q={one.most};w={one.window}' for one in standings)
                where = ", ".join(f'"{one.name}";r={one.left};t={one.reset}' for one in standings)
                message["headers"] = [
                    *message.get("headers", []),
                    (b"ratelimit-policy", policy.encode()),
                    (b"ratelimit", where.encode()),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)
