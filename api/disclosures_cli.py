"""`candor disclosures`: the record of what was shown before the first input (docs/disclosures.md)."""

import asyncio
import csv
import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from api.start import prepare, settings_now

app = typer.Typer(no_args_is_help=True, help="Which disclosure was shown to whom, when, in which language.")

Time = Annotated[datetime | None, typer.Option(help="UTC, such as 2026-11-22T09:30:00.")]


class Format(StrEnum):
    """How it is written out."""

    CSV = "csv"
    JSONL = "jsonl"


@app.callback()
def disclosures() -> None:
    """A group, although it has one command so far."""


@app.command("export")
def export(
    since: Time = None,
    until: Time = None,
    written: Annotated[Format, typer.Option("--format", help="One line for each showing.")] = Format.CSV,
) -> None:
    """Write the record to the standard output, oldest first. Of people it holds ids alone."""
    from escalation.disclosures.showing import FIELDS, Showings
    from knowledge.database import Database

    settings = settings_now()
    prepare(settings)
    rows = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")

    async def write() -> None:
        database = Database(settings.records_url)
        try:
            async for row in Showings(database).since(_utc(since), _utc(until)):
                if written is Format.CSV:
                    rows.writerow(row)
                else:
                    sys.stdout.write(json.dumps(row) + "\n")
        finally:
            await database.close()

    if written is Format.CSV:
        rows.writeheader()
    asyncio.run(write())


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
