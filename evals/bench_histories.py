"""How long it takes to see where a conversation stands, by how many others its customer has had.

`python -m evals.bench_histories [CONVERSATIONS …]`: each with three messages that were read, all in the last half year.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import SQLModel

from agent.reader import load_reader
from agent.records import AuthorKind, Conversation, Message, Reading
from escalation.standing import standing_of
from knowledge.database import Database, utc_now

TIMES = 30


async def main() -> None:
    """Print a line for each number of conversations."""
    signals = (await load_reader().read("Where is my parcel? I am not happy.")).to_json()
    for others in [int(number) for number in sys.argv[1:]] or [1, 100, 1_000]:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite+aiosqlite:///{Path(folder) / 'records.db'}")
            async with database.engine.begin() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            times = [utc_now() - timedelta(hours=4) * (others - place) for place in range(others + 1)]
            *_, newest = [await _have(database, at, signals) for at in times]
            taken = [await _stand(database, newest) for _ in range(TIMES)]
            await database.close()
        print(f"{others:>6} other conversations: p50 {statistics.median(taken):.1f} ms")


async def _have(database: Database, at: datetime, signals: dict[str, object]) -> UUID:
    """One conversation of the customer, and its id."""
    async with database.transaction() as session:
        conversation = Conversation(case_number=f"C-{at.timestamp():.0f}", customer_id="cus", created_at=at)
        session.add(conversation)
        await session.flush()
        for seq in (1, 2, 3):
            said = Message(
                conversation_id=conversation.id,
                seq=seq,
                author_kind=AuthorKind.CUSTOMER,
                text="?",
                created_at=at,
            )
            session.add(said)
            await session.flush()
            session.add(Reading(message_id=said.id, signals=signals, model_version="bench"))
    return conversation.id


async def _stand(database: Database, conversation: UUID) -> float:
    started = time.perf_counter()
    async with database.reading() as session:
        await standing_of(session, conversation)
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    asyncio.run(main())
