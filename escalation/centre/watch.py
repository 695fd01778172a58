"""Watches the figures: an alert begins when one leaves its band and ends when it is back; a person may quiet it for a time.

Several machines may watch at once: an alert that stands is one row, which the database lets exist once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from escalation.after.records import Alert
from escalation.centre.bands import Band, Bands
from escalation.centre.centre import Centre
from escalation.centre.measures import Measured
from escalation.records import StaffAccount
from knowledge.database import Database

EVERY = timedelta(minutes=2)  # between two looks; a figure of a day does not move faster
LONGEST_QUIET = timedelta(days=3)  # what is to be quiet for longer has the wrong band


class AlertNotFoundError(LookupError):
    """There is no such alert, or it has ended."""

    def __init__(self) -> None:
        super().__init__("There is no such alert any more. Load the page again.")


@dataclass(frozen=True)
class Standing:
    """An alert that stands, with its band, and who has seen to it; `quiet` while that holds."""

    alert: Alert
    band: Band
    by: StaffAccount | None
    quiet: bool


class Watch:
    """Looks after the alerts."""

    def __init__(
        self, database: Database, centre: Centre, bands: Bands, *, clock: Callable[[], datetime]
    ) -> None:
        self.database = database
        self.centre = centre
        self.bands = bands
        self.clock = clock
        self._looked_at: datetime | None = None

    async def look(self) -> None:
        """Look at every figure that has a band, unless that was just done."""
        now = self.clock()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < EVERY:
            return
        self._looked_at = now
        standing = {one.alert.name: one.alert for one in await self.standing()}
        for band in self.bands.alerts:
            figure = (await self.centre.report(band.period)).values[band.figure]
            await self._see_to(band, figure, standing.get(band.alert), now)

    async def standing(self) -> list[Standing]:
        """The alerts that stand, newest first. One whose band is no longer in the file is not shown."""
        query = (
            select(Alert, StaffAccount)
            .outerjoin(StaffAccount, col(StaffAccount.id) == col(Alert.acknowledged_by))
            .where(col(Alert.ended_at).is_(None))
            .order_by(col(Alert.began_at).desc())
        )
        async with self.database.reading() as session:
            rows = (await session.exec(query)).all()
        bands, now = {band.alert: band for band in self.bands.alerts}, self.clock()
        return [
            Standing(
                alert,
                bands[alert.name],
                by,
                quiet=alert.acknowledged_until is not None and alert.acknowledged_until > now,
            )
            for alert, by in rows
            if alert.name in bands
        ]

    async def acknowledge(self, account: StaffAccount, alert_id: UUID, *, hours: float) -> None:
        """Quiet an alert for so many hours. It still stands, and speaks again after them. Raises `AlertNotFoundError`."""
        until = self.clock() + min(timedelta(hours=hours), LONGEST_QUIET)
        async with self.database.transaction() as session:
            done = await session.exec(
                update(Alert)
                .where(col(Alert.id) == alert_id, col(Alert.ended_at).is_(None))
                .values(acknowledged_by=account.id, acknowledged_until=until)
            )
            if done.rowcount == 0:
                raise AlertNotFoundError

    async def _see_to(self, band: Band, figure: Measured, alert: Alert | None, now: datetime) -> None:
        rings = band.rings(figure, rang=alert is not None)
        if alert is None:
            if rings and figure.value is not None:
                await self._begin(Alert(name=band.alert, value=figure.value, began_at=now))
            return
        changes = {"ended_at": None if rings else now, "value": figure.value}
        changes = {name: value for name, value in changes.items() if value is not None}
        if changes:
            async with self.database.transaction() as session:
                open_one = (col(Alert.id) == alert.id) & col(Alert.ended_at).is_(None)
                await session.exec(update(Alert).where(open_one).values(**changes))

    async def _begin(self, alert: Alert) -> None:
        try:
            async with self.database.transaction() as session:
                session.add(alert)
        except IntegrityError:
            return  # another machine was quicker
