"""The page of the shop that a customer writes from, as people of the desk read it: an internal note before the message."""

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.incoming import clean
from agent.records import Audience, AuthorKind, Message, MessageKind
from escalation import thread

BEGINNING = "Written from the shop's page"


@dataclass(frozen=True)
class ShopPage:
    """What the shop's page says of itself (`update({page})` of the widget). It comes from a browser: nothing is decided by it."""

    title: str = ""
    url: str = ""
    product: str = ""

    def told(self) -> str:
        """The note; empty where the page says nothing. Of the address only what names the page: a query may hold a token."""
        address = urlsplit(self.url)
        place = (
            f"{address.scheme}://{address.netloc}{address.path}"
            if address.scheme in ("http", "https")
            else ""
        )
        parts = [
            f"“{self.title}”" if self.title else "",
            place,
            f"product: {self.product}" if self.product else "",
        ]
        said = ", ".join(part for part in parts if part)
        return clean(f"{BEGINNING} {said}") if said else ""


async def note_page(session: AsyncSession, conversation_id: UUID, page: ShopPage) -> None:
    """Note the page, unless it is the one that was noted last."""
    told = page.told()
    notes = select(Message.text).where(
        Message.conversation_id == conversation_id,
        Message.kind == MessageKind.NOTE,
        Message.author_kind == AuthorKind.SYSTEM,
        col(Message.text).startswith(BEGINNING),
    )
    last = (await session.exec(notes.order_by(col(Message.seq).desc()).limit(1))).first()
    if told and told != last:
        await thread.append(
            session,
            conversation_id,
            author=AuthorKind.SYSTEM,
            kind=MessageKind.NOTE,
            audience=Audience.STAFF,
            text=told,
        )
