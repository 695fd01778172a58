"""A stream ends with the right to it: when the session's time is over, or somebody has ended it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from api.jws import IdentityError, Why
from knowledge.database import utc_now

T = TypeVar("T")
LOOK = 2.0  # seconds between two looks at the session; whoever is signed out hears nothing after twice that


@dataclass(frozen=True)
class Lease:
    """How long a stream may go on. `check` raises `IdentityError` once it may not."""

    expires_at: datetime
    check: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Over:
    """The last item of a stream: the session is over, and why."""

    why: Why


async def lasting(items: AsyncIterator[T], lease: Lease) -> AsyncIterator[T | Over]:
    """The items, as long as the lease holds; then `Over`, and no more."""
    coming: asyncio.Future[T] | None = None
    try:
        while True:
            if over := await _over(lease):
                yield over
                return
            coming = coming or asyncio.ensure_future(anext(items))
            left = (lease.expires_at - utc_now()).total_seconds()
            done, _ = await asyncio.wait({coming}, timeout=max(0.0, min(LOOK, left)))
            if done:
                item, coming = coming.result(), None
                yield item
    except StopAsyncIteration:
        return
    finally:
        if coming is not None:
            coming.cancel()


async def _over(lease: Lease) -> Over | None:
    try:
        await lease.check()
    except IdentityError as error:
        return Over(error.why)
    return None
