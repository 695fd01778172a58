"""Delivers the outbox: at least once, the same id at every try, later and later while an endpoint does not answer.

Several processes may deliver from one database: whoever takes a delivery moves its `next_at` on in the same statement that
finds it (`SKIP LOCKED` on PostgreSQL, one writer on SQLite), and one that dies with it is followed by another after `LEASE`.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlmodel import col, delete, exists, select, update

from escalation.webhooks.bodies import body_of
from escalation.webhooks.records import WebhookDelivery, WebhookEndpoint, WebhookMessage
from escalation.webhooks.signing import signature
from knowledge.database import Database, utc_now
from knowledge.ingestion.fetching import FetchError, post

# After each try that failed, as the specification recommends; then it is given up. Each with a fifth of jitter.
BACKOFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
DISABLED_AFTER = timedelta(days=5)  # without one delivery
KEPT = timedelta(days=30)  # in the outbox, for replay
LEASE = timedelta(minutes=1)  # of a delivery that somebody has in hand; longer than `SECONDS`
SECONDS = 15.0  # for an answer, the name's resolution included
AT_ONCE = 20  # deliveries in hand
LOOK = 2.0  # seconds between two looks at the outbox
GONE = 410  # the endpoint wants no more, says the specification

log = structlog.get_logger()


class Courier:
    """Carries events to endpoints. `start` begins, `close` ends; what is in hand is tried again by the next."""

    def __init__(
        self,
        database: Database,
        *,
        to_private: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database = database
        self.to_private = to_private
        self.clock = clock
        self._tidied_at: datetime | None = None
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Deliver in the background."""
        self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop."""
        if self._running:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def deliver(self) -> int:
        """Hand out what is new and deliver what is due; how many deliveries were tried."""
        async with self.database.reading() as session:
            if not (await session.exec(select(exists(select(WebhookEndpoint.id))))).one():
                return 0
        await self._hand_out()
        due = await self._take()
        await asyncio.gather(*(self._try(*one) for one in due))
        await self._tidy()
        return len(due)

    async def _run(self) -> None:
        while True:
            try:
                busy = await self.deliver()
            # It must outlive any one failure: a database that is away comes back.
            except Exception as error:  # noqa: BLE001 - see above
                log.error("webhooks_failed", error=type(error).__name__)
                busy = 0
            if busy < AT_ONCE:
                await asyncio.sleep(LOOK)

    async def _hand_out(self) -> None:
        """A delivery of every new event for each endpoint that wants it, and the event's body: once, in one transaction."""
        new = select(WebhookMessage).where(col(WebhookMessage.body).is_(None))
        async with self.database.reading() as session:
            if not (await session.exec(select(exists(new)))).one():
                return
        async with self.database.transaction() as session:
            locked = new.order_by(col(WebhookMessage.number)).limit(500).with_for_update(skip_locked=True)
            events = (await session.exec(locked)).all()
            enabled = col(WebhookEndpoint.disabled_at).is_(None)
            endpoints = (await session.exec(select(WebhookEndpoint).where(enabled))).all()
            for event in events:
                event.body = await body_of(session, event)
                session.add(event)
                for endpoint in endpoints:
                    if wants(endpoint, event.type) and event.number is not None:
                        session.add(
                            WebhookDelivery(
                                endpoint_id=endpoint.id, number=event.number, next_at=self.clock()
                            )
                        )

    async def _take(self) -> Sequence[tuple[WebhookDelivery, WebhookMessage, WebhookEndpoint]]:
        now = self.clock()
        due = (
            select(WebhookDelivery, WebhookMessage, WebhookEndpoint)
            .join(WebhookMessage, col(WebhookMessage.number) == col(WebhookDelivery.number))
            .join(WebhookEndpoint, col(WebhookEndpoint.id) == col(WebhookDelivery.endpoint_id))
            .where(col(WebhookDelivery.next_at) <= now, col(WebhookEndpoint.disabled_at).is_(None))
            .order_by(col(WebhookDelivery.next_at), col(WebhookDelivery.number))
            .limit(AT_ONCE)
        )
        async with self.database.reading() as session:
            if not (await session.exec(select(exists(due)))).one():
                return ()
        async with self.database.transaction() as session:
            locked = due.with_for_update(skip_locked=True, of=WebhookDelivery)
            taken = (await session.exec(locked)).all()
            for delivery, _, _ in taken:
                delivery.next_at = now + LEASE
                session.add(delivery)
        return taken

    async def _try(self, delivery: WebhookDelivery, event: WebhookMessage, endpoint: WebhookEndpoint) -> None:
        now = self.clock()
        body, timestamp = event.body or "", int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Candor (+webhooks)",
            "webhook-id": event.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(
                signature(secret, event.id, timestamp, body) for secret in secrets_of(endpoint, now)
            ),
        }
        try:
            status = await post(
                endpoint.url, body.encode(), headers, seconds=SECONDS, allow_private=self.to_private
            )
            answer = f"status {status}"
        except FetchError as error:
            status, answer = 0, str(error)
        await self._note(delivery, endpoint.id, status, answer)

    async def _note(self, delivery: WebhookDelivery, endpoint_id: UUID, status: int, answer: str) -> None:
        """Write down what came of a try; an endpoint that has failed for long is disabled, and says why."""
        now, ok = self.clock(), 200 <= status < 300  # noqa: PLR2004 - HTTP's own numbers
        tries = delivery.tries + 1
        later = now + _with_jitter(BACKOFF[tries - 1]) if tries <= len(BACKOFF) else None
        mine = (
            col(WebhookDelivery.endpoint_id) == endpoint_id,
            col(WebhookDelivery.number) == delivery.number,
        )
        one = col(WebhookEndpoint.id) == endpoint_id
        async with self.database.transaction() as session:
            await session.exec(
                update(WebhookDelivery)
                .where(*mine)
                .values(
                    tries=tries,
                    answer=answer,
                    delivered_at=now if ok else None,
                    next_at=None if ok else later,
                )
            )
            if ok:
                await session.exec(update(WebhookEndpoint).where(one).values(failing_since=None))
                return
            endpoint = await session.get(WebhookEndpoint, endpoint_id)
            if endpoint is None or endpoint.disabled_at is not None:
                return
            endpoint.failing_since = endpoint.failing_since or now
            if status == GONE or now - endpoint.failing_since >= DISABLED_AFTER:
                endpoint.disabled_at = now
                endpoint.disabled_why = (
                    "The endpoint answered 410 Gone: it wants no more."
                    if status == GONE
                    else f"Nothing was delivered since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC. The last answer: {answer}"
                )
                log.error("webhook_disabled", endpoint=str(endpoint_id))
            session.add(endpoint)

    async def _tidy(self) -> None:
        """Once an hour, drop what is too old to be replayed."""
        now = self.clock()
        if self._tidied_at is not None and now - self._tidied_at < timedelta(hours=1):
            return
        self._tidied_at = now
        async with self.database.transaction() as session:
            await session.exec(delete(WebhookMessage).where(col(WebhookMessage.created_at) < now - KEPT))


def wants(endpoint: WebhookEndpoint, event_type: str) -> bool:
    """Whether an endpoint gets this kind of event."""
    return not endpoint.types or event_type in endpoint.types


def secrets_of(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """What to sign with: also the secret before, for as long as a rotation lets it hold."""
    old, until = endpoint.old_secret, endpoint.old_secret_until
    return [endpoint.secret, *([old] if old and until and until > now else [])]


def _with_jitter(pause: timedelta) -> timedelta:
    """So that what failed together does not come back together."""
    return pause * random.uniform(1 - JITTER, 1 + JITTER)
