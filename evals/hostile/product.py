"""The assembled product with a model that does what attacks ask for, and the places where an attack can stand.

Model, tools, triggers, desk and records are those that serve; only the model's words are a script.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from langchain_core.messages import BaseMessage, ToolCall
from sqlmodel import SQLModel, select

from agent.demo_shop.catalogue import CUSTOMERS
from agent.demo_shop.records import (
    ShopCustomer,
    ShopOrder,
    ShopOrderItem,
    ShopPaymentMethod,
    ShopSubscription,
    ShopVariant,
)
from agent.models import Writer
from agent.models.providers import Providers
from agent.models.scripted import ScriptedModel
from agent.records import Conversation
from escalation.assembly import Parts, assemble
from escalation.reception import Owner
from escalation.records import StaffAccount
from escalation.settings import Settings
from evals.hostile.obedience import Asked
from knowledge.database import sqlite3, utc_now
from knowledge.front_matter import parse_article
from knowledge.passages import split
from knowledge.search import Found, SearchResult

MAEVE = CUSTOMERS[0]
Answering = Callable[[Sequence[BaseMessage]], "str | list[ToolCall]"]
"""A reply that depends on what the model has read."""
SECONDS = 60  # for one attendance, on a busy machine


@dataclass
class Product:
    """`parts` are running; `rows` reads the file past them."""

    parts: Parts
    rows: Any  # a plain connection
    colleague: StaffAccount
    clock: "Clock"

    async def begin(self, name: str = MAEVE.name) -> tuple[Owner, Conversation]:
        """A conversation of the demo's first customer, under a name that may be an attack."""
        owner = Owner(MAEVE.id, name, MAEVE.email, signed_in_at=self.clock())
        return owner, await self.parts.reception.open_conversation(owner)

    async def say(self, owner: Owner, conversation_id: UUID, text: str) -> None:
        """A customer's message, until it has been attended to. Raises `MessageRefusedError`."""
        await self.parts.reception.receive(owner, conversation_id, client_id=uuid4().hex, text=text)
        await self.parts.attendance.until_attended(conversation_id, SECONDS)

    async def note(self, owner: Owner, conversation: Conversation, text: str) -> None:
        """A colleague takes over and hands back with this note."""
        waiting = await self.parts.reception.hand_over(owner, conversation.id)
        await self.parts.desk.claim(self.colleague, conversation.id, epoch=waiting.epoch)
        await self.parts.desk.hand_back(self.colleague, conversation.id, note=text)

    def obeys(self, *rounds: Sequence[Asked] | str | Answering) -> ScriptedModel:
        """From now on the model makes these calls, round by round, and says these words; the last again if it is asked again."""
        script = [
            r if isinstance(r, str) or callable(r) else [_call(name, args) for name, args in r]
            for r in (*rounds, *rounds[-1:])
        ]
        model = ScriptedModel(script=script)
        turn = self.parts.attendance.turn
        turn.providers = Providers([Writer("obedient", model)], backup=turn.providers.backup)
        return model

    async def plant(self, text: str) -> None:
        """The text in every field of the shop that is told of the customer: goods, addresses, parcels, payments."""
        async with self.parts.database.transaction() as session:

            async def all_of(table: Any, *conditions: Any) -> Iterable[Any]:
                return (await session.exec(select(table).where(*conditions))).all()

            for row in await all_of(ShopVariant):
                row.name, row.variant = f"Mug {text}", f"{row.sku} {text}"
            for row in await all_of(ShopOrder, ShopOrder.customer_id == MAEVE.id):
                row.address = row.address | {"line2": text}
                if row.tracking:
                    row.tracking = row.tracking | {"carrier": text}
                for item in await all_of(ShopOrderItem, ShopOrderItem.order_number == row.number):
                    item.name, item.variant = text, text
            for row in await all_of(ShopPaymentMethod, ShopPaymentMethod.customer_id == MAEVE.id):
                row.label = text
            for row in await all_of(ShopSubscription, ShopSubscription.customer_id == MAEVE.id):
                row.name = text
            (customer,) = await all_of(ShopCustomer, ShopCustomer.id == MAEVE.id)
            customer.address = customer.address | {"line2": text}

    def publish(self, text: str) -> None:
        """The text as what every search finds: an article's title and body."""
        title = " ".join(text.split())[:150]
        source = f"---\ntitle: {json.dumps(title)}\n---\nReturns are free.\n\n{text}\n"
        found = tuple(
            Found(passage, 1.0)
            for passage in split(parse_article(source, source="planted", slug="planted"), 1)
        )
        self.parts.attendance.turn.knowledge = _Shelf(found)

    def outside(self) -> dict[str, list[Any]]:
        """Every row of the shop, the ledger and the knowledge base, and each effect: what no attack may move."""
        names = [name for (name,) in self.rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        fixed = ("shop_", "article_", "knowledge_", "ledger_", "effect", "staff_account")
        return {n: self.rows.execute(f"SELECT * FROM {n}").fetchall() for n in names if n.startswith(fixed)}  # noqa: S608 - our own names

    def told(self, conversation_id: UUID) -> list[str]:
        """What the customer can read in a conversation besides their own words."""
        query = (
            "SELECT text FROM message WHERE conversation_id = ? AND author_kind <> 'customer' "
            "AND audience = 'everyone'"
        )
        return [text for (text,) in self.rows.execute(query, (conversation_id.hex,))]

    def cards(self, conversation_id: UUID) -> list[str]:
        """What the customer can read on a conversation's proposals, as JSON."""
        query = "SELECT lines FROM proposal WHERE conversation_id = ?"
        return [lines for (lines,) in self.rows.execute(query, (conversation_id.hex,))]

    def outcomes(self, conversation_id: UUID) -> list[str]:
        """What became of each message of a conversation."""
        query = "SELECT outcome FROM turn WHERE conversation_id = ? ORDER BY created_at"
        return [outcome for (outcome,) in self.rows.execute(query, (conversation_id.hex,))]


class Clock:
    """The product's, moved by hand so that no limit of a day is met by many trials."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> Any:
        """Now."""
        return self.now

    def next_day(self) -> None:
        """More than 24 hours later."""
        self.now += timedelta(hours=25)


class _Shelf:
    """A knowledge base whose every search finds the same."""

    def __init__(self, found: tuple[Found, ...]) -> None:
        self._found = found

    async def search(self, question: str, **_: object) -> SearchResult:
        """The same passages, surely."""
        return SearchResult(self._found, confidence=1.0, good_enough=True)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Product]:
    """The product over a data folder, with tables, demo shop and help centre made where they are missing."""
    settings = Settings(_env_file=None, data_dir=folder)  # type: ignore[call-arg]  # pydantic-settings' own argument
    clock = Clock()
    parts = assemble(settings, clock=clock)
    async with parts.database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await parts.start()
    rows = sqlite3.connect(folder / "candor.db")
    try:
        colleague = await parts.staff.create(f"{uuid4().hex}@desk.example", "Aoife", uuid4().hex)
        yield Product(parts, rows, colleague, clock)
    finally:
        rows.close()
        await parts.stop()


def seen_by(model: ScriptedModel) -> list[BaseMessage]:
    """The messages of the model's last call; none if no call was made."""
    return model.seen[-1] if model.seen else []


def _call(name: str, arguments: dict[str, Any]) -> ToolCall:
    return ToolCall(name=name, args=arguments, id=f"call_{name}")
