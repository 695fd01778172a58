"""The record of disclosures: written when one is shown, read for the proof that Art. 50(1) of the EU AI Act asks for."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from escalation.disclosures.records import DisclosureShown, Way
from escalation.reception import Owner
from knowledge.database import Database, utc_now

FIELDS = (
    "id", "shown_at", "subject", "conversation_id", "disclosure", "version", "language", "way", "client_id",
)  # fmt: skip


class Showings:
    """What was shown to whom."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self.database = database
        self.clock = clock

    async def note(
        self, owner: Owner, *, disclosure: str, version: int, language: str, client_id: str
    ) -> None:
        """The widget has shown it on a screen. The same `client_id` again is the same showing."""
        try:
            async with self.database.transaction() as session:
                session.add(
                    DisclosureShown(
                        subject=owner.subject,
                        disclosure=disclosure,
                        version=version,
                        language=language,
                        way=Way.WIDGET,
                        client_id=client_id,
                        shown_at=self.clock(),
                    )
                )
        except IntegrityError:
            return

    async def since(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Every showing of that time, oldest first, as plain values."""
        query = select(DisclosureShown).order_by(col(DisclosureShown.id))
        if since is not None:
            query = query.where(DisclosureShown.shown_at >= since)
        if until is not None:
            query = query.where(DisclosureShown.shown_at < until)
        async with self.database.reading() as session:
            for row in await session.exec(query):
                yield {
                    **{name: getattr(row, name) for name in FIELDS},
                    "shown_at": row.shown_at.isoformat(),
                    "conversation_id": str(row.conversation_id) if row.conversation_id else None,
                }
