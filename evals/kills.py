"""Kill the process at every failpoint, many times, and count what became of each change: `python -m evals.kills`.

Each trial is a fresh order of the demo shop. A forked process confirms its cancellation and dies by SIGKILL at a failpoint;
one in three trials is killed again while it recovers; then a third process recovers. What must be true: one receipt, one
effect, one refund in the shop, or none of them and a proposal that is still open. A naive "record, then call" loses one in
four at a crash point.
"""

import argparse
import asyncio
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import SQLModel, select

from agent import failpoints
from agent.actions import CancelOrder, CancelReason
from agent.demo_shop.records import ShopCustomer, ShopEffect, ShopOrder, ShopOrderItem, ShopRefund
from agent.demo_shop.seed import seed
from agent.demo_shop.shop import DemoShop
from agent.money import Money
from agent.proposals import Proposals
from agent.records import Conversation, Effect, Proposal, ProposalStatus
from agent.rules import LIMITS
from knowledge.database import Database, utc_now

CENTS = 19_00
AGAIN = 3  # one in so many trials is killed a second time, while it recovers


def main() -> None:
    """Print what became of the changes, per failpoint."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument(
        "--database", help="SQLAlchemy URL of an empty database; SQLite in a scratch folder if left out"
    )
    parser.add_argument("--seed", type=int, default=20261128)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = arguments.database or f"sqlite:///{scratch / 'kills.db'}"
        began = time.monotonic()
        counted = trials(url, arguments.trials, random.Random(arguments.seed))
        seconds = time.monotonic() - began
    for (point, outcome), number in sorted(counted.items()):
        print(f"{point:14} {outcome:34} {number:5}")
    wrong = sum(number for (_, outcome), number in counted.items() if outcome not in RIGHT)
    print(f"{arguments.trials} kills on {url.partition(':')[0]} in {seconds:.0f} s: {wrong} doubled or lost")
    raise SystemExit(1 if wrong else 0)


ONE, NONE = "one effect", "none, and still open"
RIGHT = {ONE, NONE}


def trials(url: str, number: int, chance: random.Random) -> Counter[tuple[str, str]]:
    """So many kills; counts by failpoint and outcome. This process itself never opens the database: it only forks."""
    must_exit_well(_in_child(partial(prepare, url)))
    counted: Counter[tuple[str, str]] = Counter()
    for trial in range(number):
        point = failpoints.POINTS[trial % len(failpoints.POINTS)]
        with tempfile.TemporaryDirectory() as folder:
            note = Path(folder) / "note"
            must_exit_well(_in_child(partial(propose, url, note, trial)))
            proposal, digest = note.read_text("utf-8").split()
            died = _in_child(partial(_confirm, url, proposal, trial, digest), failpoint=point)
            if not (os.WIFSIGNALED(died) and os.WTERMSIG(died) == signal.SIGKILL):
                raise RuntimeError(f"The process was to die at {point}, and ended with {died}.")
            if chance.randrange(AGAIN) == 0:
                _in_child(partial(_recover, url), failpoint=chance.choice(failpoints.POINTS))
            must_exit_well(_in_child(partial(_recover, url)))
            must_exit_well(_in_child(partial(look, url, note, proposal, trial)))
            counted[point, note.read_text("utf-8")] += 1
    return counted


def must_exit_well(status: int) -> None:
    """Raises RuntimeError for a child that failed on its own."""
    if status != 0:
        raise RuntimeError(f"A step that must not fail ended with status {status}.")


def _in_child(step: Callable[[], Coroutine[Any, Any, None]], *, failpoint: str = "") -> int:
    """Run a step in a forked process. Returns its wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    status = 1
    try:
        os.environ["CANDOR_FAILPOINT"] = failpoint
        asyncio.run(step())
        status = 0
    finally:
        os._exit(status)


def _order(trial: int) -> str:
    return f"KILL-{trial}"


def customer_of(trial: int) -> str:
    """Each trial has a customer of its own: old orders and refunds are nothing to it."""
    return f"cus_{trial}"


def proposals_over(database: Database) -> Proposals:
    """The product's own, with a limit that many trials do not reach."""
    # What code may give to everybody within a day would end after 500 trials.
    limits = replace(LIMITS, refunds_of_a_day=Money(10**9, "EUR"))
    return Proposals(database, DemoShop(database), limits=limits)


async def prepare(url: str) -> None:
    """An empty database with the demo shop in it; what was there is gone."""
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.drop_all)
        await connection.run_sync(SQLModel.metadata.create_all)
    await seed(database, utc_now())
    await database.close()


async def propose(url: str, note: Path, trial: int) -> None:
    """A customer with one order, and the proposal of its cancellation: id and digest go into the note."""
    database = Database(url)
    number, customer = _order(trial), customer_of(trial)
    async with database.transaction() as session:
        pattern = await session.get_one(ShopOrder, "TT-10432")
        item = await session.get_one(ShopOrderItem, "10432-1")
        session.add(ShopCustomer(id=customer, name="A B", email=f"{customer}@customers.example", phone=""))
        await session.flush()
        changed = {"number": number, "customer_id": customer, "total_cents": CENTS, "shipping_cents": 0}
        session.add(ShopOrder(**pattern.model_dump() | changed))
        await session.flush()
        changed = {"id": number, "order_number": number, "unit_price_cents": CENTS}
        session.add(ShopOrderItem(**item.model_dump() | changed))
        conversation = Conversation(case_number=uuid4().hex, customer_id=customer)
        session.add(conversation)
    action = CancelOrder(order=number, reason=CancelReason.NO_LONGER_NEEDED)
    proposal = await proposals_over(database).propose(conversation, action)
    if not isinstance(proposal, Proposal):
        raise TypeError(f"The cancellation was not proposed: {proposal}")
    note.write_text(f"{proposal.id} {proposal.digest}", "utf-8")  # noqa: ASYNC240 - the process does nothing else
    await database.close()


async def _confirm(url: str, proposal: str, trial: int, digest: str) -> None:
    await proposals_over(Database(url)).confirm(UUID(proposal), customer_id=customer_of(trial), digest=digest)


async def _recover(url: str) -> None:
    database = Database(url)
    await proposals_over(database).recover()
    await database.close()


async def look(url: str, note: Path, proposal_id: str, trial: int) -> None:
    """What there is of the change, on both sides."""
    database, number = Database(url), _order(trial)
    async with database.reading() as session:
        proposal = await session.get_one(Proposal, UUID(proposal_id))
        effects = (await session.exec(select(Effect).where(Effect.proposal_id == proposal.id))).all()
        made = (await session.exec(select(ShopEffect).where(ShopEffect.order_number == number))).all()
        refunds = (await session.exec(select(ShopRefund).where(ShopRefund.order_number == number))).all()
        order = await session.get_one(ShopOrder, number)
    receipts = sum(effect.receipt is not None for effect in effects)
    seen = (proposal.status, receipts, len(made), sum(refund.cents for refund in refunds), order.status)
    if seen == (ProposalStatus.DONE, 1, 1, CENTS, "cancelled"):
        outcome = ONE
    elif seen == (ProposalStatus.OPEN, 0, 0, 0, "pending"):
        outcome = NONE
    else:
        outcome = f"WRONG {seen}"
    note.write_text(outcome, "utf-8")  # noqa: ASYNC240 - as above
    await database.close()


if __name__ == "__main__":
    main()
