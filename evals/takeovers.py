"""A person takes over while a slow model speaks, at a random moment: `python -m evals.takeovers [--runs 10000] [--seed 1]`.

The assembled product over SQLite; the model writes in pieces with pauses in between, proposes now and then, and goes on whatever
happens. A person claims, replies, hands back and claims again at moments that the seed draws. Judged is what the customer's stream
showed, in its order, and the thread: no word of the AI may stand between a person's claim and the hand-back.
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from langchain_core.messages import BaseMessage
from pydantic import Field
from sqlmodel import SQLModel, col, select

from agent.demo_shop.catalogue import CUSTOMERS
from agent.models import Writer
from agent.models.scripted import ScriptedModel, call
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind
from escalation.assembly import Parts, assemble
from escalation.events import Passing, follow
from escalation.reception import Owner
from escalation.records import EventKind, StaffAccount
from escalation.settings import Settings
from escalation.thread import FloorTakenError

AT_ONCE = 16  # conversations beside each other
PROPOSES, REPLIES, HANDS_BACK = 0.2, 0.5, 0.6  # how often a model or a person does
_WORDS = (
    "I can help with that. ",
    "Please take a look at it. ",
    "Which of them do you mean? ",
    "Thank you for waiting. ",
)


class SlowModel(ScriptedModel):
    """Speaks in pieces, with pauses of up to a few milliseconds in which everybody else acts."""

    script: list[Any] = Field(default_factory=list)
    dice: random.Random

    def _take(self, messages: Sequence[BaseMessage]) -> Any:
        if messages[-1].type == "human" and self.dice.random() < PROPOSES:
            return [call("propose_cancel_order", order="TT-10432", reason="ordered_by_mistake")]
        return self.dice.sample(_WORDS, k=self.dice.randint(1, len(_WORDS)))

    async def _astream(self, messages: list[BaseMessage], *args: Any, **more: Any) -> Any:
        async for chunk in super()._astream(messages, *args, **more):
            await asyncio.sleep(self.dice.choice((0, 0, 0.001, 0.004)))
            yield chunk


@dataclass
class Seen:
    """What one customer's stream showed, oldest first: `floor:human`, `draft`, `ai`, …"""

    shown: list[str] = field(default_factory=list)

    @property
    def spoken_over(self) -> int:
        """Words of the AI while a person or a queue had the floor."""
        floor, count = "ai", 0
        for what in self.shown:
            if what.startswith("floor:"):
                floor = what.removeprefix("floor:")
            elif floor != "ai":
                count += 1
        return count


async def watched(parts: Parts, conversation_id: UUID, seen: Seen) -> None:
    """Follow a conversation as the customer's widget does, until cancelled."""
    stream = follow(parts.database, parts.hub, 0, conversation_id=conversation_id, audience=Audience.EVERYONE)
    async for told in stream:
        if isinstance(told, Passing):
            if told.kind == "draft":
                seen.shown.append("draft")
        elif told.kind == EventKind.FLOOR and told.payload:
            seen.shown.append(f"floor:{told.payload['floor']}")
        elif told.kind == EventKind.MESSAGE and told.ref:
            async with parts.database.reading() as session:
                message = await session.get_one(Message, told.ref)
            if message.author_kind == AuthorKind.AI:
                seen.shown.append("ai")


async def one_run(parts: Parts, people: Sequence[StaffAccount], dice: random.Random) -> tuple[int, int]:
    """How often the AI spoke over a person, and how often a turn was overtaken."""
    customer = CUSTOMERS[0]
    owner = Owner(customer.id, customer.name, customer.email)
    conversation = await parts.reception.open_conversation(owner)
    seen = Seen()
    watching = asyncio.create_task(watched(parts, conversation.id, seen))
    person = dice.choice(people)

    async def writes() -> None:
        for _ in range(dice.randint(1, 2)):
            await parts.reception.receive(
                owner, conversation.id, client_id=uuid4().hex, text="What about my order?"
            )
            await asyncio.sleep(dice.random() * 0.05)

    async def takes_over() -> None:
        for _ in range(dice.randint(1, 2)):
            await asyncio.sleep(dice.random() * 0.06)
            try:
                await _act(parts, person, conversation.id, dice)
            except FloorTakenError:
                continue  # the floor moved meanwhile, which is what the run is about

    await asyncio.gather(writes(), takes_over())
    await parts.attendance.until_attended(conversation.id, 60)
    await asyncio.sleep(0.01)  # what was committed last reaches the stream
    watching.cancel()
    async with parts.database.reading() as session:
        thread = await session.exec(
            select(Message).where(Message.conversation_id == conversation.id).order_by(col(Message.seq))
        )
        messages = thread.all()
    late = sum(m.author_kind == AuthorKind.AI and m.audience == Audience.STAFF for m in messages)
    return seen.spoken_over + _in_between(messages), late


async def _act(parts: Parts, person: StaffAccount, conversation_id: UUID, dice: random.Random) -> None:
    async with parts.database.reading() as session:
        now = await session.get_one(Conversation, conversation_id)
    await parts.desk.claim(person, conversation_id, epoch=now.epoch)
    if dice.random() < REPLIES:
        await parts.desk.reply(person, conversation_id, client_id=uuid4().hex, text="I am here.")
    await asyncio.sleep(dice.random() * 0.04)
    if dice.random() < HANDS_BACK:
        await parts.desk.hand_back(person, conversation_id, note="")


def _in_between(messages: Sequence[Message]) -> int:
    """AI messages that everybody can read after a claim and before its hand-back."""
    by_person, count = False, 0
    for message in messages:
        if message.kind == MessageKind.CLAIM:
            by_person = True
        elif message.kind == MessageKind.HANDBACK:
            by_person = False
        elif by_person and message.author_kind == AuthorKind.AI and message.audience == Audience.EVERYONE:
            count += 1
    return count


async def attempt(runs: int, seed: int) -> tuple[int, int]:
    """So many runs: words of the AI over a person, and turns that were overtaken and kept as notes."""
    dice = random.Random(seed)
    over = late = 0
    with tempfile.TemporaryDirectory(prefix="candor-takeovers-", ignore_cleanup_errors=True) as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder))  # type: ignore[call-arg]  # pydantic-settings' own
        parts = assemble(settings, writer=Writer("slow", SlowModel(dice=dice)))
        async with parts.database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await parts.start()
        try:
            people = [
                await parts.staff.create(f"{n}@desk.example", f"Agent {n}", uuid4().hex) for n in range(4)
            ]
            for start in range(0, runs, AT_ONCE):
                batch = [one_run(parts, people, dice) for _ in range(min(AT_ONCE, runs - start))]
                for spoken, overtaken in await asyncio.gather(*batch):
                    over, late = over + spoken, late + overtaken
                if start % (50 * AT_ONCE) == 0:
                    print(
                        f"{start + len(batch)} runs: {over} words over a person, {late} overtaken", flush=True
                    )
        finally:
            await parts.stop()
    return over, late


def main() -> None:
    """Print the counts; exits with 1 if the AI ever spoke over a person."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    over, late = asyncio.run(attempt(arguments.runs, arguments.seed))
    print(
        f"{arguments.runs} runs: {over} words of the AI over a person; {late} turns were overtaken and kept as notes"
    )
    raise SystemExit(bool(over))


if __name__ == "__main__":
    main()
