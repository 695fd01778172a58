"""Plays past conversations again: the same customers' messages, once with the product as it is and once with a variant.

What they wrote is read from the live records, which are opened for reading alone, and so is the shop. Everything else (knowledge,
thread, turns, changes of orders) happens in a folder that is removed at the end. Nobody is sent anything.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent import entailment
from agent.levels import Level
from agent.reader import Reader, load_reader
from agent.records import Audience, AuthorKind, Conversation, Message, MessageKind
from agent.shop import Connected, Shop
from escalation.assembly import Parts, assemble
from escalation.experiments.counting import facts_of
from escalation.experiments.figures import Facts
from escalation.experiments.lots import Variant
from escalation.experiments.plan import Change
from escalation.experiments.records import Experiment, Lot
from escalation.experiments.way import varied
from escalation.reception import Owner
from escalation.settings import Settings
from escalation.shops import shop_over
from escalation.thread import messages_of
from evals.plain import Plain
from evals.replays.paper_shop import PaperShop
from evals.world import BETWEEN_STEPS, PATIENCE, Clock
from knowledge.database import Database, by_clock, utc_now
from knowledge.embedding import Embedder
from knowledge.index import VectorIndex
from knowledge.library import KnowledgeBase
from knowledge.records import ArticleVersion, Generation, Publication

SECONDS = 120.0  # that one message may take on a busy machine
_REPLAY = "replay"


class WouldWriteError(RuntimeError):
    """A replay was about to write into the live records. It must not, so this is a fault of the program."""


class ReadOnly(Database):
    """A database that is read and never written."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Raises `WouldWriteError`."""
        raise WouldWriteError("a replay writes nothing into the live records")
        yield  # pragma: no cover - makes it a generator


@dataclass(frozen=True)
class Past:
    """What a customer wrote in a conversation, up to where a person first spoke."""

    case_number: str
    owner: Owner
    began: datetime
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Replayed:
    """A conversation under both variants; `differs`: the AI said something else."""

    case_number: str
    a: Facts
    b: Facts
    differs: bool


async def past_conversations(database: Database, *, since: datetime | None, most: int) -> list[Past]:
    """The newest conversations in which a customer wrote, the oldest of them first."""
    wrote = select(Message.conversation_id).where(Message.author_kind == AuthorKind.CUSTOMER)
    query = select(Conversation).where(col(Conversation.id).in_(wrote))
    if since is not None:
        query = query.where(Conversation.created_at >= since)
    async with database.reading() as session:
        found = (await session.exec(query.order_by(col(Conversation.created_at).desc()).limit(most))).all()
        past = [_past(one, await messages_of(session, one.id, audience=Audience.EVERYONE)) for one in found]
    return [one for one in reversed(past) if one.texts]


def _past(conversation: Conversation, thread: Sequence[Message]) -> Past:
    by_person = [m.seq for m in thread if m.author_kind == AuthorKind.HUMAN or m.kind == MessageKind.CLAIM]
    until = min(by_person, default=len(thread) + 1)
    return Past(
        conversation.case_number,
        Owner(
            customer_id=conversation.customer_id,
            name=conversation.customer_name,
            email=conversation.customer_email,
            visitor_id=conversation.visitor_id or "visitor-of-a-replay",
            signed_in_at=conversation.signed_in_at,
            vouched_by=Level(conversation.vouched_by),
        ),
        conversation.created_at,
        tuple(m.text for m in thread if m.author_kind == AuthorKind.CUSTOMER and m.seq < until and m.text),
    )


async def replay(
    settings: Settings, change: Change, past: Sequence[Past], live: Database, scratch: Path
) -> AsyncIterator[Replayed]:
    """Each conversation under both variants. Raises `WayError` for a change that this product cannot make.

    `settings` say who writes: the offline model, or what is configured.
    """
    reader, embedder, clock = load_reader(), Embedder(), Clock(utc_now())
    reader.seconds = PATIENCE
    # What is loaded at the first use is loaded for both.
    await asyncio.gather(embedder.embed(["warm"]), reader.read("warm"), asyncio.to_thread(entailment.reads))
    shop = shop_over(settings, live, clock)
    if isinstance(shop, Connected):
        await shop.open()
    blank = await _blank(scratch)
    try:
        async with _copied_knowledge(live, scratch, embedder) as knowledge:
            stage = _Stage(settings, shop, reader, embedder, knowledge, clock, scratch, blank)
            for place, one in enumerate(past):
                # In turns, so that whoever comes first is no slower for it.
                order = list(Variant) if place % 2 == 0 else list(reversed(Variant))
                played = {
                    variant: await stage.play(one, variant, change if variant is Variant.B else None)
                    for variant in order
                }
                (a, said_a), (b, said_b) = played[Variant.A], played[Variant.B]
                yield Replayed(one.case_number, a, b, differs=said_a != said_b)
    finally:
        if isinstance(shop, Connected):
            await shop.close()


@dataclass(frozen=True)
class _Stage:
    """What all conversations are played on: models and help centre are loaded once, records are each one's own."""

    settings: Settings
    shop: Shop
    reader: Reader
    embedder: Embedder
    knowledge: KnowledgeBase
    clock: Clock
    scratch: Path
    blank: Path

    async def play(
        self, past: Past, variant: Variant, change: Change | None
    ) -> tuple[Facts, tuple[str, ...]]:
        """What the records then say, and what the AI said."""
        folder = self.scratch / f"replay-{uuid4().hex}"
        folder.mkdir()
        shutil.copy(self.blank, folder / "candor.db")
        self.clock.now = past.began
        try:
            with by_clock(self.clock):
                parts = assemble(
                    self._settings(folder),
                    shop=PaperShop(self.shop, self.clock),
                    reader=self.reader,
                    embedder=self.embedder,
                    knowledge=self.knowledge,
                    clock=self.clock,
                )
                try:
                    if change is not None:
                        ways = parts.attendance.ways
                        ways.control = await varied(ways.control, change, self.knowledge)
                    return await self._converse(parts, past, variant)
                finally:
                    await parts.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _settings(self, folder: Path) -> Settings:
        """Those in use, with records of their own, and nobody to send mail."""
        own = {"data_dir": folder, "database_url": None, "chroma_server": None, "demo": False}
        return self.settings.model_copy(
            update=own | {"briefing_by_model": False, "smtp_url": None, "redis_url": None}
        )

    async def _converse(self, parts: Parts, past: Past, variant: Variant) -> tuple[Facts, tuple[str, ...]]:
        conversation = await parts.reception.open_conversation(past.owner)
        async with parts.database.transaction() as session:
            session.add(Experiment(name=_REPLAY, plan={}, version="", share=1, started_at=self.clock()))
            await session.flush()
            session.add(
                Lot(
                    conversation_id=conversation.id,
                    experiment=_REPLAY,
                    variant=variant,
                    unit=past.case_number,
                    at=self.clock(),
                )
            )
        for number, text in enumerate(past.texts):
            self.clock.now += BETWEEN_STEPS
            await parts.reception.receive(
                past.owner, conversation.id, client_id=f"replay-{number}", text=text
            )
            await parts.attendance.until_attended(conversation.id, SECONDS)
        async with parts.database.reading() as session:
            (facts,) = await facts_of(session, _REPLAY)
            thread = await messages_of(session, conversation.id, audience=Audience.EVERYONE)
        plainly = Plain()  # references are drawn at random
        return facts, tuple(plainly.text(m.text) for m in thread if m.author_kind == AuthorKind.AI)


async def _blank(scratch: Path) -> Path:
    """Empty tables, to be copied."""
    file = scratch / "blank.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await database.close()
    return file


@asynccontextmanager
async def _copied_knowledge(
    live: Database, scratch: Path, embedder: Embedder
) -> AsyncIterator[KnowledgeBase]:
    """Every article version and publication of the live knowledge base, with vectors made anew: a server may hold its own."""
    shutil.copy(scratch / "blank.db", scratch / "knowledge.db")
    database = Database(f"sqlite+aiosqlite:///{scratch / 'knowledge.db'}")
    index = VectorIndex.embedded(scratch / "vectors")
    try:
        async with live.reading() as session:
            versions = (await session.exec(select(ArticleVersion))).all()
            publications = (await session.exec(select(Publication))).all()
        async with database.transaction() as session:
            session.add_all(ArticleVersion(**row.model_dump()) for row in versions)
            session.add_all(Publication(**row.model_dump()) for row in publications)
            if publications:
                session.add(Generation(collection="knowledge-of-a-replay", embedding_version="", live=True))
        knowledge = KnowledgeBase(database, index, embedder)
        await knowledge.open()
        yield knowledge
    finally:
        await index.close()
        await database.close()
