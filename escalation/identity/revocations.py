"""Sessions that were ended before their time: a sign-out, or the shop's word about a customer.

Each process keeps the list in memory and reads on in the table at most once a second, so that no request and no open stream
asks the database for itself, and what one process is told holds in the others within a second.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlmodel import col, delete, select

from escalation.identity.records import Revocation
from knowledge.database import Database, utc_now

FRESH = 1.0  # seconds for which what was read is good enough
KEPT = timedelta(days=31)  # longer than the longest token lives, a visitor's


class Revocations:
    """Ends sessions and knows which are over."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._ended: dict[str, datetime] = {}
        self._read_to = 0
        self._read_at = -FRESH
        self._reading = asyncio.Lock()

    async def end(self, subject: str) -> None:
        """Every session of the subject that has begun by now is over."""
        now = self._clock()
        async with self._database.transaction() as session:
            session.add(Revocation(subject=subject, at=now))
            await session.exec(delete(Revocation).where(col(Revocation.at) < now - KEPT))
        self._note(subject, now)

    async def is_over(self, subjects: Iterable[str], began_at: datetime) -> bool:
        """Whether a session that began then, of any of these subjects, was ended."""
        await self._read_on()
        return any(began_at <= ended for s in subjects if (ended := self._ended.get(s)) is not None)

    async def _read_on(self) -> None:
        if time.monotonic() - self._read_at < FRESH:
            return
        async with self._reading:
            if time.monotonic() - self._read_at < FRESH:  # somebody else has, meanwhile
                return
            query = select(Revocation).where(col(Revocation.id) > self._read_to).order_by(col(Revocation.id))
            async with self._database.reading() as session:
                rows = (await session.exec(query)).all()
            for row in rows:
                self._note(row.subject, row.at)
                self._read_to = row.id or self._read_to
            oldest = self._clock() - KEPT
            self._ended = {subject: at for subject, at in self._ended.items() if at >= oldest}
            self._read_at = time.monotonic()

    def _note(self, subject: str, at: datetime) -> None:
        self._ended[subject] = max(at, self._ended.get(subject, at))
