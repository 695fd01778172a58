"""Whether briefings invent anything: `python -m evals.briefing_backing [--conversations 240] [--seed 7]`.

A seeded simulator holds conversations with the product and its demo shop: customers ask, request changes, confirm or
decline, complain with figures and names of their own, correct the briefing; people of the desk claim, note and promise. After each
handoff and at the end, every line that the desk and the customer are given is compared with its sources by rules of this file,
which know nothing of the product's own check: each run of digits and each word with a capital letter must stand in what the
line's messages show. Prints what does not, how long the briefings are, and how long they take.
"""

import argparse
import asyncio
import random
import re
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID, uuid4

from sqlmodel import SQLModel, select
from structlog.testing import capture_logs

from agent.records import Message, Proposal
from escalation.assembly import Parts, assemble
from escalation.briefing import Line
from escalation.briefing.lines import at_a_glance
from escalation.reception import Owner
from escalation.records import StaffAccount
from escalation.settings import Settings
from escalation.thread import FloorTakenError

WAIT = 60.0  # seconds for one attendance

# Words with a capital letter that the briefing brings along.
TEMPLATES = frozenset(
    """ai dm customer agent in next note promised proposed done facts feeling at wants came last corrected approve do find ask answer
    acknowledge apologise wait keep make secure say take look check confirm""".split()  # noqa: SIM905 - a word list reads better as text
)
OPENINGS = ("Hi there! ", "Hello, ", "good evening ", "", "", "Hey @Tarn, ", "URGENT!! ")
QUESTIONS = (
    "How long does delivery to Germany take, and what does it cost?", "Can I return a tent that I used once?",
    "Which mountain passes in Peru are open in February 2031?", "Do you have gift cards over €500?",
    "what's your warranty on stoves???", "Does Aunt Philomena's jacket in size XXL come in Kerry green?",
    "Wie lange dauert der Versand nach Österreich?", "Où est ma commande TT-10432 ?",
)  # fmt: skip
REQUESTS = (
    "Please cancel my order {order}, I ordered it by mistake.", "I want to return the boots from {order}.",
    "Where is my order {order}? It was due on {date}.", "Change the address of {order} to {n} Main Street, 90{n} Galway please",
    "I'd like a refund of {amount} for {order}, the zip broke on {date}.", "please send the {name} parcel again, order {order}",
)  # fmt: skip
COMPLAINTS = (
    "I have waited {n} days and I am furious. {name} from your shop promised me {amount} on {date}!",
    "Your courier {name} left my parcel in the rain, the tent worth {amount} is ruined!!",
    "You charged me {amount} twice on {date}. My bank, {name} & Sons, says it was you.",
    "The stove exploded and burnt my hand. My lawyer {name} will write to you.",
    "My mother died on {date}, please cancel everything.", "<b>{name}</b> <script>alert({n})</script> lost my order {order}",
    "I can't pay {amount} this month, I lost my job at {name}.",
)  # fmt: skip
SHORT = (
    "yes",
    "no",
    "To my card, please.",
    "the first one",
    "thanks",
    "Ja, bitte",
    "what?",
    "😡😡",
    "ok do it",
    "{n}",
)
PERSON = (
    "Let me talk to a human!",
    "Ich möchte mit einem Menschen sprechen",
    "Get me {name}, your manager, please.",
)
REPLIES = (
    "Hello, this is Aoife. I have read everything. I will send you {amount} by {date}.",
    "I'm sorry about this. Could you tell me the order number and your postcode?",
    "I have asked our warehouse. {name} will call you within {n} hours.",
    "We can't refund {amount}, but you may return it until {date}.", "I've ordered a replacement, it should arrive on {date}.",
)  # fmt: skip
NOTES = ("{name} in accounts knows about {amount}.", "Promised a call on {date}, see case C-{n}.")
CORRECTIONS = (
    "No, it was {amount}, not more.",
    "That is wrong: I spoke with {name} on {date}.",
    "I never asked to cancel it!",
)
NAMES = ("Callum", "O'Shea", "Frau Müller", "Anne-Marie", "DHL", "Łukasz", "Siobhán", "McAllister")
MONTHS = ("January", "March", "May", "October", "December")


class Talk:
    """One simulated conversation."""

    def __init__(self, parts: Parts, chance: random.Random, colleague: StaffAccount, owner: Owner) -> None:
        self.parts, self.chance, self.colleague, self.owner = parts, chance, colleague, owner
        self.id = uuid4()
        self.orders: list[str] = []
        self.wrong: list[str] = []
        self.lines = 0
        self.words: list[int] = []
        self.seconds: list[float] = []

    async def hold(self) -> None:
        """Talk for a while, get a person, and go on."""
        self.id = (await self.parts.reception.open_conversation(self.owner)).id
        if self.owner.customer_id:
            self.orders = [order.number for order in await self.parts.shop.orders(self.owner.customer_id)]
        for _ in range(self.chance.randint(1, 5)):
            await self.write(self.chance.choice((QUESTIONS, REQUESTS, REQUESTS, COMPLAINTS, SHORT)))
            if self.chance.random() < 0.5:  # noqa: PLR2004 - every other card is decided
                await self.decide()
        await self.write(PERSON)
        await self.parts.reception.hand_over(self.owner, self.id)
        await self.check()
        for _ in range(self.chance.randint(0, 3)):
            await self.chance.choice(
                (self.correct, self.note, self.claim_and_reply, lambda: self.write(COMPLAINTS))
            )()
        await self.check()

    async def write(self, texts: Sequence[str]) -> None:
        """The customer writes, and the product attends to it."""
        text = self.chance.choice(OPENINGS) * (texts is not SHORT) + self.filled(texts)
        await self.parts.reception.receive(self.owner, self.id, client_id=uuid4().hex, text=text or "?")
        await self.parts.attendance.until_attended(self.id, WAIT)

    async def decide(self) -> None:
        """A yes or no to the card that was shown last."""
        messages = await self.thread()
        shown = next((m.proposal_id for m in reversed(messages) if m.proposal_id), None)
        if shown is None:
            return
        async with self.parts.database.reading() as session:
            proposal = await session.get_one(Proposal, shown)
        if proposal.status == "open" and self.chance.random() < 0.7:  # noqa: PLR2004 - most cards are confirmed
            await self.parts.reception.confirm(self.owner, shown, digest=proposal.digest)
        elif proposal.status == "open":
            await self.parts.reception.decline(self.owner, shown)

    async def claim_and_reply(self) -> None:
        """A person claims and answers."""
        case = await self.parts.cases.case(self.id)
        try:
            await self.parts.desk.claim(self.colleague, self.id, epoch=case.summary.conversation.epoch)
        except FloorTakenError:
            return
        await self.parts.desk.reply(self.colleague, self.id, client_id=uuid4().hex, text=self.filled(REPLIES))
        if self.chance.random() < 0.2:  # noqa: PLR2004 - some are handed back
            await self.parts.desk.hand_back(self.colleague, self.id, note=self.filled(NOTES))

    async def note(self) -> None:
        """A person leaves a note."""
        await self.parts.desk.note(self.colleague, self.id, client_id=uuid4().hex, text=self.filled(NOTES))

    async def correct(self) -> None:
        """The customer corrects a line, or the whole."""
        lines, _ = await self.parts.reception.passed_on(self.owner, self.id)
        line = self.chance.choice([None, *lines])
        await self.parts.reception.correct(
            self.owner,
            self.id,
            client_id=uuid4().hex,
            text=self.filled(CORRECTIONS),
            line_id=line.id if line else None,
        )
        await self.parts.attendance.until_attended(self.id, WAIT)

    async def check(self) -> None:
        """Compare what the desk and the customer read with its sources."""
        began = time.perf_counter()
        case = await self.parts.cases.case(self.id)
        self.seconds.append(time.perf_counter() - began)
        glance = at_a_glance(case.briefing)
        self.words.append(sum(len(f"{line.label} {line.text}".split()) for line in case.briefing[:glance]))
        passed_on, seen = await self.parts.reception.passed_on(self.owner, self.id)
        shown = await self.shown(case.messages)
        private = {str(m.id) for m in seen if m.audience == "staff"}
        for line in case.briefing:
            self.look_at(line, shown)
        for line in passed_on:
            self.look_at(line, {id_: text for id_, text in shown.items() if id_ not in private})

    def look_at(self, line: Line, shown: dict[str, str]) -> None:
        """Note what stands in a line and in none of its sources."""
        self.lines += 1
        source = " ".join(shown.get(id_, "") for id_ in line.sources).casefold()
        text = f"{line.label} {line.text}"
        digits = set(re.findall(r"\d+", text)) - set(re.findall(r"\d+", source))
        capitals = {w.casefold() for w in re.findall(r"[^\W\d_]+", text) if w != w.casefold()}
        strange = digits | (capitals - set(re.findall(r"[^\W\d_]+", source)) - TEMPLATES)
        if strange or not line.sources or any(id_ not in shown for id_ in line.sources):
            self.wrong.append(f"{line.part}: {text!r} has {sorted(strange)}, sources {len(line.sources)}")

    async def thread(self) -> Sequence[Message]:
        """Every message."""
        return (await self.parts.cases.case(self.id)).messages

    async def shown(self, messages: Sequence[Message]) -> dict[str, str]:
        """What each message shows on a screen: author, words, titles of its sources, the card, the line that it corrects."""
        async with self.parts.database.reading() as session:
            found = await session.exec(select(Proposal).where(Proposal.conversation_id == self.id))
            cards = {card.id: f"{card.title} {card.lines}" for card in found.all()}
        return {
            str(m.id): f"{m.author_name} {m.text} {[c['title'] for c in m.citations]} {m.corrects} "
            + (cards[m.proposal_id] if m.proposal_id else "")
            for m in messages
        }

    def filled(self, texts: Sequence[str]) -> str:
        """One of the texts with figures and names drawn by chance."""
        chance = self.chance
        return chance.choice(texts).format(
            order=chance.choice([*self.orders, "TT-99999", "tt-10432"]),
            amount=chance.choice(("€{0}.50", "{0} EUR", "£{0}", "$1,{0}.00")).format(
                chance.randint(100, 999)
            ),
            date=f"{chance.randint(1, 28)} {chance.choice(MONTHS)}",
            name=chance.choice(NAMES),
            n=chance.randint(2, 60),
        )


@asynccontextmanager
async def product() -> AsyncIterator[Parts]:
    """The product with its demo shop in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        parts = assemble(Settings(_env_file=None, data_dir=Path(folder)))  # type: ignore[call-arg]  # pydantic-settings' own argument
        async with parts.database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        await parts.start()
        try:
            yield parts
        finally:
            await parts.stop()


async def simulate(count: int, seed: int) -> list[Talk]:
    """So many conversations, one after the other."""
    talks = []
    async with product() as parts:
        colleague = await parts.staff.create("aoife@desk.example", "Aoife", UUID(int=seed).hex)
        for number in range(count):
            chance = random.Random(f"{seed}/{number}")
            known = chance.random() < 0.8  # noqa: PLR2004 - every fifth is a visitor
            owner = (
                Owner("cus_maeve", "Maeve Brennan", "maeve@example.com")
                if known
                else Owner(visitor_id=f"v{number}")
            )
            talk = Talk(parts, chance, colleague, owner)
            await talk.hold()
            talks.append(talk)
    return talks


def main() -> None:
    """Simulate, compare, print. Ends with 1 where anything is unsupported."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=240)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with capture_logs() as told:
        talks = asyncio.run(simulate(given.conversations, given.seed))
    wrong = [text for talk in talks for text in talk.wrong]
    words = [count for talk in talks for count in talk.words]
    seconds = [each for talk in talks for each in talk.seconds]
    print(*wrong, sep="\n")
    print(f"{len(talks)} conversations, {sum(talk.lines for talk in talks)} lines read by desk and customer")
    print(f"unsupported figures or names: {len(wrong)} lines")
    print(
        f"dropped by the product's own check: {sum(row['event'] == 'briefing_line_dropped' for row in told)} lines"
    )
    print(f"words at a glance: median {median(words):.0f}, most {max(words)}")
    print(
        f"whole case with briefing: median {1000 * median(seconds):.0f} ms, p95 {1000 * quantiles(seconds, n=20)[-1]:.0f} ms"
    )
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
