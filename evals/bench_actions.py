"""What a change costs from proposal to receipt, and where the time goes: `python -m evals.bench_actions`.

The demo shop, SQLite with synchronous writes, one change after the other: the address for future orders, to and fro.
Times vary between machines and disks; the shares vary less.
"""

import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import SQLModel

from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.judge import Judge
from agent.outcomes import Done
from agent.proposals import Proposals
from agent.records import Conversation
from agent.results import Proposed
from agent.rules import LIMITS
from agent.tools import build_tools, run_tool
from knowledge.database import Database, utc_now

ROUNDS, WARM = 200, 20
CUSTOMER = "cus_maeve"


async def main() -> None:
    """Print one line a part."""
    taken: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await seed(database, utc_now())
        shop = DemoShop(database)
        _time(Judge, "judge", "judging (twice: at the proposal, at the yes)", taken)
        _time(DemoShop, "change", "the shop's own transaction", taken)
        limits = replace(LIMITS, changes_of_a_customer_a_day=10**6)
        proposals = Proposals(database, shop, limits=limits)
        conversation = Conversation(case_number=uuid4().hex, customer_id=CUSTOMER)
        async with database.transaction() as session:
            session.add(conversation)
        for round_ in range(WARM + ROUNDS):
            if round_ == WARM:
                taken.clear()
            await _once(shop, proposals, conversation, round_, taken)
        await database.close()
    for name, values in taken.items():
        cuts = statistics.quantiles(values, n=20)
        print(f"{name:48} p50 {statistics.median(values):5.1f} ms, p95 {cuts[18]:5.1f} ms")


async def _once(
    shop: DemoShop,
    proposals: Proposals,
    conversation: Conversation,
    round_: int,
    taken: dict[str, list[float]],
) -> None:
    street = f"{1 + round_ % 2} Quay Street"
    address = {
        "name": "Maeve Brennan",
        "line1": street,
        "postcode": "H91 AB12",
        "city": "Galway",
        "country": "IE",
    }
    began = time.perf_counter()
    tools = build_tools(shop, proposals, conversation, CUSTOMER)
    call: Any = {
        "name": "propose_change_default_address",
        "args": {"address": address},
        "id": "1",
        "type": "tool_call",
    }
    proposed = (await run_tool(tools, call)).artifact
    if not isinstance(proposed, Proposed):
        raise TypeError(f"Not proposed: {proposed}")
    shown = time.perf_counter()
    proposal = proposed.proposal
    done = await proposals.confirm(proposal.id, customer_id=CUSTOMER, digest=proposal.digest)
    if not isinstance(done, Done):
        raise TypeError(f"Not done: {done}")
    ended = time.perf_counter()
    taken["proposal to receipt"].append(1000 * (ended - began))
    taken["the tool call, until the card is there"].append(1000 * (shown - began))
    taken["the yes, until the receipt is there"].append(1000 * (ended - shown))


def _time(owner: type, name: str, told: str, taken: dict[str, list[float]]) -> None:
    """Time every call of a method."""
    real: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def timed(*args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return await real(*args, **named)
        finally:
            taken[told].append(1000 * (time.perf_counter() - began))

    setattr(owner, name, timed)


if __name__ == "__main__":
    asyncio.run(main())
