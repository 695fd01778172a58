"""How long the figures of the command centre take over many conversations.

`python -m evals.bench_centre [CONVERSATIONS]`: so many over 90 days, in SQLite, each with three questions, a turn for each and its
share of handoffs, ratings and comings back. Printed: each query alone over 30 days with the 30 before, then the whole page
for every period. The file is read for the first time by the first query, so that one is cold.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import SQLModel

from agent.records import Conversation, Message, TurnRecord
from escalation.after.policy import After
from escalation.after.records import Pulse, Rating
from escalation.centre import answers, counting
from escalation.centre.centre import Centre
from escalation.centre.periods import Period, Window, window_of
from escalation.dispatch import Dispatch
from escalation.records import Handoff
from escalation.routing import Routing
from escalation.triggers import Triggers
from knowledge.database import Database, utc_now

DAYS = 90
QUESTIONS = 3
STILL_OPEN = timedelta(hours=3)  # a case that is younger waits in the queue
RECORD = {"filler": "x" * 3_000}  # a turn's record is about so long
TIMES = 5
BATCH = 2_000  # conversations in one transaction
Row = dict[str, Any]
Rows = dict[type[SQLModel], list[Row]]


async def main() -> None:
    """Print the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.db"
        database, now = Database(f"sqlite+aiosqlite:///{file}"), utc_now()
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            await fill(database, number, now, random.Random(7))
            print(f"{number:,} conversations in {DAYS} days, {file.stat().st_size // 2**20} MB")
            await _queries(database, now)
            await _pages(database, now)
        finally:
            await database.close()


async def fill(database: Database, conversations: int, now: datetime, rng: random.Random) -> None:
    """Write conversations of 90 days, more of them lately resolved than not, a sixth of them with a person."""
    earlier: list[UUID] = []
    for first in range(0, conversations, BATCH):
        rows: Rows = {table: [] for table in (Conversation, Message, Pulse, TurnRecord, Handoff, Rating)}
        for place in range(first, min(first + BATCH, conversations)):
            begun = now - timedelta(days=DAYS) * (1 - (place + rng.random()) / conversations)
            _conversation(rows, begun, earlier, rng, now)
        async with database.engine.begin() as connection:
            for table, values in rows.items():
                if values:
                    await connection.execute(insert(table), values)


def _conversation(
    rows: Rows, begun: datetime, earlier: list[UUID], rng: random.Random, now: datetime
) -> None:
    id_, handed_over, upset = uuid4(), rng.random() < 0.17, rng.random() < 0.08  # noqa: PLR2004 - shares that look like a shop's
    resolved = handed_over and begun < now - STILL_OPEN
    end = min(now, begun + timedelta(minutes=5 * QUESTIONS))
    rows[Conversation].append(
        {
            "id": id_,
            "case_number": id_.hex,
            "visitor_id": id_.hex,
            "floor": "ai" if resolved or not handed_over else "queue",
            "epoch": 1,
            "last_seq": QUESTIONS + 1,
            "created_at": begun,
            "resolved_at": end if resolved else None,
        }
    )
    again = rng.choice(earlier[-500:]) if earlier and rng.random() < 0.07 else None  # noqa: PLR2004
    earlier.append(id_)
    for seq in range(QUESTIONS):
        said, at = uuid4(), min(now, begun + timedelta(minutes=5 * seq))
        rows[Message].append(
            {
                "id": said,
                "conversation_id": id_,
                "seq": seq + 2,
                "author_kind": "customer",
                "text": "?",
                "citations": [],
                "created_at": at,
            }
        )
        pulse = {
            "message_id": said,
            "conversation_id": id_,
            "at": at,
            "asks": True,
            "upset": upset and seq > 0,
        }
        rows[Pulse].append(pulse | {"again_of": again if seq == 0 else None})
        outcome = "person:upset" if handed_over else rng.choices(("answer", "unknown"), (9, 1))[0]
        rows[TurnRecord].append(
            {
                "message_id": said,
                "conversation_id": id_,
                "epoch": 1,
                "outcome": outcome,
                "record": RECORD,
                "tokens": 2_000,
                "cost_micros": rng.randrange(2_000, 9_000),
                "created_at": at,
            }
        )
    if handed_over:
        reason = rng.choice(("upset", "asked_for_person", "ai_cannot_help", "complaint", "fraud"))
        kept = rng.random() < 0.93  # noqa: PLR2004
        rows[Handoff].append(_handoff(id_, reason, begun, end if resolved else None, kept=kept))
    if rng.random() < 0.6:  # noqa: PLR2004
        answered = rng.random() < 0.4  # noqa: PLR2004
        marks = (
            rng.choices((1, 2, 3, 4, 5), (4, 4, 9, 33, 50)),
            rng.choices((1, 2, 3, 4, 5), (40, 30, 15, 10, 5)),
        )
        rows[Rating].append(
            {
                "conversation_id": id_,
                "asked_at": end,
                "solved": rng.random() < 0.85 if answered else None,  # noqa: PLR2004
                "satisfaction": marks[0][0] if answered else None,
                "effort": marks[1][0] if answered else None,
                "comment": None,
                "rated_at": end if answered else None,
            }
        )


def _handoff(id_: UUID, reason: str, opened: datetime, ended: datetime | None, *, kept: bool) -> Row:
    return {
        "id": uuid4(),
        "conversation_id": id_,
        "reason": reason,
        "why": "The customer asked for a person.",
        "urgency": "normal",
        "queue": "general",
        "decision": {"rule": "bench", "filler": "x" * 500},
        "opened_at": opened,
        "ended_at": ended,
        "ended_as": "resolved" if ended else None,
        "clock_from": None if ended else opened,
        "clock_due": None if ended else opened + timedelta(hours=1),
        "kept": int(kept and ended is not None),
        "broken": int(not kept and ended is not None),
        "skills": [],
        "emotional": False,
    }


async def _queries(database: Database, now: datetime) -> None:
    window, after = window_of(Period.MONTH, now, "Europe/Dublin"), After.load()
    kinds: dict[str, Callable[[Any, Window], Awaitable[object]]] = {
        "endings": lambda session, w: counting.endings(session, w, after),
        "weather": counting.weather,
        "repeats": counting.repeats,
        "contained": counting.contained,
        "cases": counting.cases,
        "reasons": lambda session, w: counting.reasons(session, w, 6),
        "asked": answers.asked,
        "said": answers.said,
        "spent": counting.spent,
    }
    for name, query in kinds.items():
        async with database.reading() as session:
            print(f"{name:>10}: {await _taken(lambda q=query, s=session: q(s, window))}")  # type: ignore[misc]


async def _pages(database: Database, now: datetime) -> None:
    routing, shape = Routing.load(), Triggers.load().trajectory
    clock = iter(_ticks(now))
    centre = Centre(database, Dispatch(database, routing, shape), After.load(), clock=lambda: next(clock))
    for period in Period:
        print(f"page {period:>5}: {await _taken(lambda p=period: centre.report(p))}")  # type: ignore[misc]


def _ticks(now: datetime) -> Iterator[datetime]:
    """Each look ten minutes after the last, so that none is remembered."""
    while True:
        now += timedelta(minutes=10)
        yield now


async def _taken(work: Callable[[], Awaitable[object]]) -> str:
    """Of the first look and the middle one of the others; on a busy machine the processor's time says more than the clock."""
    times = []
    for _ in range(TIMES):
        started, worked = time.perf_counter(), time.process_time()
        await work()
        times.append((1000 * (time.perf_counter() - started), 1000 * (time.process_time() - worked)))
    first, then = times[0], sorted(times[1:])[len(times) // 2 - 1]
    return f"first {first[0]:6.0f} ms, then {then[0]:6.0f} ms, of these {then[1]:6.0f} ms of work"


if __name__ == "__main__":
    asyncio.run(main())
