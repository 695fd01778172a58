"""What an operator does with webhooks: add, list, remove, enable, rotate, replay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from escalation.webhooks.catalogue import NAMES
from escalation.webhooks.courier import wants
from escalation.webhooks.records import WebhookDelivery, WebhookEndpoint, WebhookMessage
from escalation.webhooks.signing import new_secret
from knowledge.database import Database, utc_now
from knowledge.ingestion.addresses import AddressError, parse_address

OLD_SECRET_HOLDS = timedelta(hours=24)


class WebhookError(ValueError):
    """It cannot be done. The message is a sentence that tells the mend."""


@dataclass(frozen=True)
class Standing:
    """An endpoint, with how many deliveries are under way, done and given up."""

    endpoint: WebhookEndpoint
    waiting: int
    delivered: int
    given_up: int


class Webhooks:
    """The endpoints."""

    def __init__(
        self, database: Database, *, to_private: bool = False, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.database = database
        self.to_private = to_private
        self.clock = clock

    async def add(self, url: str, types: Sequence[str] = ()) -> WebhookEndpoint:
        """A new endpoint; its secret is shown once. Raises `WebhookError`."""
        if unknown := sorted(set(types) - set(NAMES)):
            raise WebhookError(f"There is no event {', '.join(unknown)}. There are: {', '.join(NAMES)}.")
        try:
            address = parse_address(url, allow_private=self.to_private)
        except AddressError as error:
            raise WebhookError(str(error)) from error
        if address.scheme != "https" and not self.to_private:
            raise WebhookError("Events are sent over https alone. Write the address with https://.")
        endpoint = WebhookEndpoint(
            url=str(address), types=list(types), secret=new_secret(), created_at=self.clock()
        )
        async with self.database.transaction() as session:
            session.add(endpoint)
        return endpoint

    async def standing(self) -> list[Standing]:
        """Every endpoint, oldest first."""
        delivered, waiting = col(WebhookDelivery.delivered_at), col(WebhookDelivery.next_at)
        counts = select(
            WebhookDelivery.endpoint_id,
            func.count(waiting),
            func.count(delivered),
            func.count(),
        ).group_by(col(WebhookDelivery.endpoint_id))
        async with self.database.reading() as session:
            endpoints = (
                await session.exec(select(WebhookEndpoint).order_by(col(WebhookEndpoint.created_at)))
            ).all()
            by_id = {row[0]: (row[1], row[2], row[3]) for row in (await session.exec(counts)).all()}
        found = []
        for endpoint in endpoints:
            under_way, done, every = by_id.get(endpoint.id, (0, 0, 0))
            found.append(Standing(endpoint, under_way, done, every - under_way - done))
        return found

    async def remove(self, endpoint_id: UUID) -> None:
        """Forget an endpoint and what was to be sent there. Raises `WebhookError`."""
        async with self.database.transaction() as session:
            await session.delete(await _found(session, endpoint_id))

    async def enable(self, endpoint_id: UUID) -> None:
        """Send to it again; what happened meanwhile is sent by a replay. Raises `WebhookError`."""
        async with self.database.transaction() as session:
            endpoint = await _found(session, endpoint_id)
            endpoint.disabled_at = endpoint.disabled_why = endpoint.failing_since = None
            session.add(endpoint)

    async def rotate(self, endpoint_id: UUID) -> WebhookEndpoint:
        """A new secret; for a day the old one signs beside it. Raises `WebhookError`."""
        async with self.database.transaction() as session:
            endpoint = await _found(session, endpoint_id)
            endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, self.clock() + OLD_SECRET_HOLDS
            endpoint.secret = new_secret()
            session.add(endpoint)
        return endpoint

    async def replay(
        self,
        endpoint_id: UUID,
        *,
        message: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> int:
        """Send again one event by its id, or those of a time: how many. The ids stay the same. Raises `WebhookError`."""
        wanted = select(WebhookMessage)
        if message is not None:
            wanted = wanted.where(WebhookMessage.id == message)
        if since is not None:
            wanted = wanted.where(col(WebhookMessage.created_at) >= since)
        if until is not None:
            wanted = wanted.where(col(WebhookMessage.created_at) < until)
        async with self.database.transaction() as session:
            endpoint = await _found(session, endpoint_id)
            # What has no body yet has not been handed out, and comes by itself.
            handed_out = wanted.where(col(WebhookMessage.body).is_not(None))
            events = [e for e in (await session.exec(handed_out)).all() if wants(endpoint, e.type)]
            for event in events:
                assert event.number is not None  # noqa: S101 - a row that was read has one
                await session.merge(
                    WebhookDelivery(
                        endpoint_id=endpoint_id,
                        number=event.number,
                        tries=0,
                        next_at=self.clock(),
                        delivered_at=None,
                        answer=None,
                    )
                )
        return len(events)


async def _found(session: AsyncSession, endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = await session.get(WebhookEndpoint, endpoint_id)
    if endpoint is None:
        raise WebhookError(
            f"There is no endpoint {endpoint_id}. `candor webhooks list` names those there are."
        )
    return endpoint
