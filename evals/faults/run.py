"""Turns of the assembled product in front of a failing endpoint, and what became of each.

Every turn is a customer of its own with one order. Two providers are asked, the first with native tool calls, the second
with tools in the prompt; a third, whose name resolves to nothing, stands before them until its breaker leaves it alone.
Right is: a reply that the customer can read, or a handoff that is not for an error; at most one effect of an order, also
after a yes to what was proposed and a second yes.
"""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import select

from agent.demo_shop.records import ShopCustomer, ShopOrder, ShopOrderItem
from agent.models import Pace, ToolMode
from agent.models.breaker import Breaker, Fuse
from agent.models.hosted import hosted_writer
from agent.models.providers import Providers
from agent.records import TurnRecord
from escalation.reception import Owner
from evals.faults.endpoint import Asked, Play, serving
from evals.faults.plays import Player, damaged, good, invented, recorded
from evals.hostile.product import Product, running
from knowledge.database import utc_now

PACE = Pace(first_token=0.4, gap=0.4)
AT_ONCE = 6  # turns: most of their time is waiting
QUESTIONS = (
    "How long do I have to return a jacket? My order is {order}.",
    "Please cancel my order {order}, I ordered it by mistake.",
    "What does delivery to Germany cost, and where is {order}?",
)
ERROR = "person:ai_failed"
_ORDER = re.compile(r"FAULT-(\d+)-")


@dataclass
class Trial:
    """One turn: what each provider plays, and for how many of its calls."""

    number: int
    name: str
    players: dict[str, Player]
    calls: int

    def play(self, asked: Asked) -> Play:
        """The fault, or a good reply once it has been played often enough."""
        self.calls -= 1
        return (self.players[asked.provider] if self.calls >= 0 else good)(asked)


@dataclass
class Report:
    """`seen` counts by fault and outcome; `wrong` says what must not have happened."""

    seen: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


async def run(data: Path, turns: int, folder: Path, seed: int = 20261128) -> Report:
    """Play every fault of `data` and our own in turn, every other turn one at random; on a fresh product in `folder`."""
    dice = random.Random(seed)
    faults = recorded(data) | invented(_order_in)
    trials = [_trial(number, faults, dice) for number in range(turns)]
    report = Report()

    def play(asked: Asked) -> Play:
        return trials[int(_ORDER.findall(asked.words)[-1])].play(asked)

    async with running(folder) as product, serving(play) as address:
        turn = product.parts.attendance.turn
        writers = [
            hosted_writer(
                provider, provider=provider, base_url=f"{base}/v1", api_key="none", pace=PACE, tools=tools
            )
            for provider, base, tools in (
                ("gone", "http://model.invalid", ToolMode.NATIVE),
                ("first", f"{address}/first", ToolMode.NATIVE),
                ("second", f"{address}/second", ToolMode.PROMPT),
            )
        ]
        # No rest: each turn is to meet its fault.
        breakers = [Breaker(), Breaker(Fuse(rest=0)), Breaker(Fuse(rest=0))]
        turn.providers = Providers(writers, backup=turn.providers.backup, breakers=breakers)
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(trial: Trial) -> None:
            async with limit:
                await _take(product, trial, report)

        await asyncio.gather(*map(one, trials))
    return report


def _trial(number: int, faults: dict[str, Player], dice: random.Random) -> Trial:
    names = list(faults)
    if number % 2 == 0:
        name = names[number // 2 % len(names)]
        first = faults[name]
    else:
        name, first = "at random", damaged(dice)
    second = dice.choice([good, first, faults[dice.choice(names)], damaged(dice)])
    return Trial(number, name, {"first": first, "second": second}, dice.choice([1, 2, 99]))


async def _take(product: Product, trial: Trial, report: Report) -> None:
    order = _order(trial.number)
    owner = await _customer_with(product, order)
    conversation = await product.parts.reception.open_conversation(owner)
    question = QUESTIONS[trial.number % len(QUESTIONS)].format(order=order)
    await product.say(owner, conversation.id, question)
    outcome, record = await _outcome(product, conversation.id)
    report.seen[trial.name, _in_words(outcome, record)] += 1
    report.failed.update(record.get("failed", []))
    if not _is_attended(product, conversation.id, outcome):
        report.wrong.append(f"turn {trial.number}, {trial.name}: {outcome}")
    for _ in range(2):
        await product.say(owner, conversation.id, "Yes")
    effects = _count(product, "SELECT COUNT(*) FROM shop_effect WHERE order_number = ?", order)
    if _count(product, "SELECT COUNT(*) FROM proposal WHERE conversation_id = ?", conversation.id.hex):
        report.seen["(effects of what was confirmed)", str(effects)] += 1
    if effects > 1:
        report.wrong.append(f"turn {trial.number}, {trial.name}: {effects} effects")


async def _outcome(product: Product, conversation_id: UUID) -> tuple[str, dict[str, Any]]:
    async with product.parts.database.reading() as session:
        of_it = select(TurnRecord).where(TurnRecord.conversation_id == conversation_id)
        row = (await session.exec(of_it)).one_or_none()
    return (row.outcome, row.record) if row else ("no record", {})


def _is_attended(product: Product, conversation_id: UUID, outcome: str) -> bool:
    if outcome.startswith("person:"):
        return outcome != ERROR
    replies = "SELECT COUNT(*) FROM message WHERE conversation_id = ? AND author_kind = 'ai' AND audience = 'everyone' AND trim(text) <> ''"
    return outcome in {"answer", "unknown"} and _count(product, replies, conversation_id.hex) == 1


def _count(product: Product, query: str, value: str) -> int:
    return int(product.rows.execute(query, (value,)).fetchone()[0])


def _in_words(outcome: str, record: dict[str, Any]) -> str:
    return f"{outcome} by {record.get('provider')}" if outcome in {"answer", "unknown"} else outcome


def _order(number: int) -> str:
    return f"FAULT-{number}-X"


def _order_in(asked: Asked) -> str:
    return _order(int(_ORDER.findall(asked.words)[-1]))


async def _customer_with(product: Product, number: str) -> Owner:
    """A new customer of the shop with one order of a cent: no limit of a day is met."""
    customer = f"cus_{uuid4().hex}"
    async with product.parts.database.transaction() as session:
        pattern = await session.get_one(ShopOrder, "TT-10432")
        item = await session.get_one(ShopOrderItem, "10432-1")
        session.add(ShopCustomer(id=customer, name="A B", email=f"{customer}@customers.example", phone=""))
        await session.flush()
        changed = {"number": number, "customer_id": customer, "total_cents": 1, "shipping_cents": 0}
        session.add(ShopOrder(**pattern.model_dump() | changed))
        await session.flush()
        changed = {"id": number, "order_number": number, "unit_price_cents": 1}
        session.add(ShopOrderItem(**item.model_dump() | changed))
    return Owner(customer, "A B", f"{customer}@customers.example", signed_in_at=utc_now())
