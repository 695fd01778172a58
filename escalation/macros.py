"""Macros: saved replies with placeholders, shared by all or one's own.

A placeholder that nobody knows is refused when the macro is saved. One whose value is not known in a conversation stays in
the text as it is, and a reply that still has one is not sent.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from agent.errors import ConflictError
from agent.incoming import MessageRefusedError, clean
from agent.models.understanding import order_number
from agent.records import AuthorKind, Conversation, Message
from escalation import thread
from escalation.records import Macro, StaffAccount
from escalation.thread import ConversationNotFoundError
from knowledge import yaml_files
from knowledge.database import Database, utc_now

LONGEST_NAME = 60  # characters
SHIPPED = Path(__file__).with_name("macros.yaml")  # examples for the demo

# What a text may leave open, and what it stands for.
PLACEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "customer_first_name": "the customer's first name",
        "customer_name": "the customer's whole name",
        "case_number": "the number of this conversation",
        "agent_name": "your own name",
        "order": "the order that the customer named last",
        "shop_name": "the shop's name",
    }
)
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")


@dataclass(frozen=True)
class Filled:
    """A macro's text in one conversation, and the placeholders that are still in it because nothing is known."""

    text: str
    empty: tuple[str, ...]


def unknown_in(text: str) -> list[str]:
    """What stands in braces and is no placeholder, in order."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in PLACEHOLDERS]


def open_in(text: str) -> list[str]:
    """The placeholders that a text still has, in order."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """The text with every value that is known in its place."""
    made = _PLACEHOLDER.sub(lambda match: values.get(match[1]) or match[0], text)
    return Filled(made, tuple(name for name in open_in(text) if not values.get(name)))


def refuse_open(text: str) -> None:
    """Raise `MessageRefusedError` for a reply in which a placeholder is left."""
    if left := open_in(text):
        names = ", ".join(f"{{{name}}}" for name in left)
        raise MessageRefusedError(f"text: fill in {names} first.")


def values_of(
    conversation: Conversation, spoken: Sequence[Message], account: StaffAccount, shop_name: str
) -> dict[str, str]:
    """What each placeholder means in a conversation; empty where nothing is known."""
    name = (conversation.customer_name or "").strip() if conversation.customer_id else ""
    named = (order_number(m.text) for m in reversed(spoken) if m.author_kind == AuthorKind.CUSTOMER)
    return {
        "customer_first_name": name.split(maxsplit=1)[0] if name else "",
        "customer_name": name,
        "case_number": conversation.case_number,
        "agent_name": account.name,
        "order": next(filter(None, named), ""),
        "shop_name": shop_name,
    }


class Macros:
    """Keeps macros. A person sees the shared ones and their own, and may change both."""

    def __init__(
        self, database: Database, *, shop_name: str, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.database = database
        self.shop_name = shop_name
        self.clock = clock

    async def usable_by(self, account: StaffAccount) -> list[Macro]:
        """Those that the person may use, by name."""
        async with self.database.reading() as session:
            found = (await session.exec(_visible_to(account))).all()
        return sorted(found, key=lambda macro: (macro.name.casefold(), str(macro.id)))

    async def filled_for(self, account: StaffAccount, conversation_id: UUID) -> list[tuple[Macro, Filled]]:
        """The same, with their texts in a conversation. Raises `ConversationNotFoundError`."""
        async with self.database.reading() as session:
            conversation = await thread.find(session, conversation_id)
            spoken = await thread.messages_of(session, conversation_id)
        values = values_of(conversation, spoken, account, self.shop_name)
        return [(macro, filled(macro.text, values)) for macro in await self.usable_by(account)]

    async def create(
        self, account: StaffAccount, *, name: str, text: str, shared: bool, once: UUID | None = None
    ) -> Macro:
        """A new one; with `once`, its id, the same request again is the same macro. Raises `MessageRefusedError`."""
        name, text = _checked(name, text)
        macro = Macro(
            id=once or uuid4(),
            owner_id=None if shared else account.id,
            name=name,
            text=text,
            edited_by=account.id,
            edited_at=self.clock(),
        )
        try:
            async with self.database.transaction() as session:
                session.add(macro)
        except IntegrityError:
            async with self.database.reading() as session:
                return await session.get_one(Macro, macro.id)
        return macro

    async def change(
        self, account: StaffAccount, macro_id: UUID, *, version: int, name: str, text: str, shared: bool
    ) -> Macro:
        """Make it say something else, if it is still the version that the person saw.

        Raises `MessageRefusedError`, `ConversationNotFoundError` (no such macro), `ConflictError`.
        """
        name, text = _checked(name, text)
        async with self.database.transaction() as session:
            await _find(session, account, macro_id)
            seen = update(Macro).where(col(Macro.id) == macro_id, col(Macro.version) == version)
            changed = await session.exec(
                seen.values(
                    owner_id=None if shared else account.id,
                    name=name,
                    text=text,
                    version=version + 1,
                    edited_by=account.id,
                    edited_at=self.clock(),
                )
            )
            if changed.rowcount == 0:
                raise ConflictError("Somebody else has changed this macro meanwhile. Look at it again.")
            return await session.get_one(Macro, macro_id, populate_existing=True)

    async def delete(self, account: StaffAccount, macro_id: UUID) -> None:
        """Take it away. Raises `ConversationNotFoundError`."""
        async with self.database.transaction() as session:
            await session.delete(await _find(session, account, macro_id))

    async def seed(self) -> None:
        """Put the shipped examples where there are no macros at all."""
        examples = yaml_files.load(SHIPPED.read_text(encoding="utf-8"))
        async with self.database.transaction() as session:
            if (await session.exec(select(Macro.id).limit(1))).first() is None:
                session.add_all([Macro(edited_at=self.clock(), **example) for example in examples])


def _visible_to(account: StaffAccount) -> SelectOfScalar[Macro]:
    return select(Macro).where(or_(col(Macro.owner_id).is_(None), Macro.owner_id == account.id))


async def _find(session: AsyncSession, account: StaffAccount, macro_id: UUID) -> Macro:
    found = (await session.exec(_visible_to(account).where(Macro.id == macro_id))).one_or_none()
    if found is None:
        raise ConversationNotFoundError("macro")
    return found


def _checked(name: str, text: str) -> tuple[str, str]:
    name, text = " ".join(clean(name, what="name").split()), clean(text)
    if len(name) > LONGEST_NAME:
        raise MessageRefusedError(f"name: use at most {LONGEST_NAME} characters.")
    if unknown := unknown_in(text):
        names = ", ".join(f"{{{one}}}" for one in unknown)
        known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
        raise MessageRefusedError(f"text: {names} is no placeholder. There are: {known}.")
    return name, text
