"""Many people claim the same waiting conversation: `python -m evals.claims_at_once [--rounds 1000] [--people 200] [--database URL]`.

Two desks that know nothing of each other, as on two machines, over one database. In every round one person has to win, and each of the
others has to be told who; anything else is counted.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID, uuid4

from sqlmodel import SQLModel

from agent.demo_shop.catalogue import CUSTOMERS
from agent.records import Conversation, Floor
from escalation.assembly import Parts, assemble
from escalation.reception import Owner
from escalation.records import StaffAccount
from escalation.settings import Settings
from escalation.thread import FloorTakenError

ONE_WINNER = "one winner, the others told who"


async def one_round(desks: list[Parts], people: list[StaffAccount]) -> str:
    """What became of one conversation that all people claim at once."""
    customer = CUSTOMERS[0]
    owner = Owner(customer.id, customer.name, customer.email)
    conversation = await desks[0].reception.open_conversation(owner)
    waiting = await desks[0].reception.hand_over(owner, conversation.id)
    told = await asyncio.gather(
        *(
            claimed(desks[place % len(desks)], person, conversation.id, waiting.epoch)
            for place, person in enumerate(people)
        )
    )
    winners = [person for person, answer in zip(people, told, strict=True) if answer is None]
    async with desks[0].database.reading() as session:
        now = await session.get_one(Conversation, conversation.id)
    if len(winners) != 1:
        return f"{len(winners)} winners"
    if (now.floor, now.holder_id) != (Floor.HUMAN, winners[0].id):
        return "somebody else has the floor"
    wrong = sum(answer != winners[0].name for answer in told if answer is not None)
    return ONE_WINNER if not wrong else f"{wrong} were not told who"


async def claimed(desk: Parts, person: StaffAccount, conversation_id: UUID, epoch: int) -> str | None:
    """None for the winner; else the name of who has it, as the loser is told."""
    try:
        await desk.desk.claim(person, conversation_id, epoch=epoch)
    except FloorTakenError as taken:
        return taken.holder_name or ""
    return None


async def attempt(url: str | None, rounds: int, people: int) -> Counter[str]:
    """So many rounds, counted by what became of them."""
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="candor-claims-", ignore_cleanup_errors=True) as folder:
        more = {"database_url": url} if url else {}
        settings = Settings(_env_file=None, data_dir=Path(folder), **more)  # type: ignore[call-arg, arg-type]
        async with AsyncExitStack() as stack:
            desks = [assemble(settings) for _ in range(2)]
            for parts in desks:
                stack.push_async_callback(parts.database.close)
            async with desks[0].database.engine.begin() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            staff = [
                await desks[0].staff.create(f"{n}@desk.example", f"Agent {n}", uuid4().hex)
                for n in range(people)
            ]
            for number in range(rounds):
                counted[await one_round(desks, staff)] += 1
                if number % 100 == 0:
                    print(f"{number + 1} rounds: {dict(counted)}", flush=True)
    return counted


def main() -> None:
    """Print what became of the rounds; exits with 1 if any went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument(
        "--database", help="SQLAlchemy URL of an empty database; SQLite in a scratch folder if left out"
    )
    arguments = parser.parse_args()
    counted = asyncio.run(attempt(arguments.database, arguments.rounds, arguments.people))
    for outcome, number in counted.items():
        print(f"{number} rounds of {arguments.people} people: {outcome}")
    raise SystemExit(set(counted) != {ONE_WINNER})


if __name__ == "__main__":
    main()
