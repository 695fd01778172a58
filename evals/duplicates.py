"""One confirmation many times at once: `python -m evals.duplicates [--proposals 200] [--times 50] [--database URL]`.

Each proposal is confirmed so many times in parallel, by two processes' worth of `Proposals` that know nothing of each other.
One effect each is right; anything else is counted.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

from evals.kills import ONE, customer_of, look, prepare, proposals_over, propose
from knowledge.database import Database


async def confirmed_at_once(url: str, scratch: Path, trial: int, times: int) -> str:
    """What became of one proposal."""
    note = scratch / "note"
    await propose(url, note, trial)
    proposal, digest = note.read_text("utf-8").split()
    databases = [Database(url), Database(url)]
    sides = [proposals_over(database) for database in databases]
    outcomes: list[Any] = await asyncio.gather(
        *(
            sides[turn % 2].confirm(UUID(proposal), customer_id=customer_of(trial), digest=digest)
            for turn in range(times)
        )
    )
    for database in databases:
        await database.close()
    receipts = {getattr(outcome, "receipt", repr(outcome)) for outcome in outcomes}
    await look(url, note, proposal, trial)
    seen = note.read_text("utf-8")
    return seen if len(receipts) == 1 else f"{seen}, told in {len(receipts)} ways"


async def main() -> None:
    """Print what became of all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--proposals", type=int, default=200)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument(
        "--database", help="SQLAlchemy URL of an empty database; SQLite in a scratch folder if left out"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{Path(folder) / 'duplicates.db'}"
        await prepare(url)
        counted = Counter(
            [
                await confirmed_at_once(url, Path(folder), n, arguments.times)
                for n in range(arguments.proposals)
            ]
        )
    for outcome, number in counted.items():
        print(f"{number} proposals, each confirmed {arguments.times} times at once: {outcome}")
    raise SystemExit(set(counted) != {ONE})


if __name__ == "__main__":
    asyncio.run(main())
