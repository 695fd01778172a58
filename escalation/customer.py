"""What the desk shows of a customer beside the conversation: the orders at the shop, and earlier conversations."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.errors import ShopUnavailable
from agent.orders import Order
from agent.records import Audience, Conversation, Floor, Message, MessageKind
from agent.shop import Shop
from escalation.briefing.matter import matter_of
from escalation.records import Handoff, StaffAccount

log = structlog.get_logger()

SHOP_SECONDS = 2.0  # that the pane waits for the shop; then it says so, and a person asks again
MOST_ORDERS = 20
MOST_EARLIER = 10
ABOUT = 140  # characters of the line about an earlier conversation
BEGINNING = 30  # messages in which the matter is looked for


@dataclass(frozen=True)
class Earlier:
    """An earlier conversation: how it ended, in words, and what it was about in the customer's own."""

    conversation: Conversation
    ended: str
    about: str


async def orders_of(shop: Shop, customer_id: str) -> tuple[Order, ...] | None:
    """The customer's newest orders; None where the shop did not answer in time."""
    try:
        async with asyncio.timeout(SHOP_SECONDS):
            return (await shop.orders(customer_id))[:MOST_ORDERS]
    except (TimeoutError, ShopUnavailable) as error:
        log.warning("shop_did_not_answer_the_desk", error=type(error).__name__)
        return None


async def earlier_of(
    session: AsyncSession, conversation: Conversation, labels: dict[str, str]
) -> list[Earlier]:
    """The customer's other conversations, newest first; `labels` are those of the wrap-up codes."""
    owner = (
        Conversation.customer_id == conversation.customer_id
        if conversation.customer_id is not None
        else Conversation.visitor_id == conversation.visitor_id
    )
    query = (
        select(Conversation)
        .where(owner, Conversation.id != conversation.id)
        .order_by(col(Conversation.created_at).desc())
        .limit(MOST_EARLIER)
    )
    return [
        Earlier(
            conversation=other,
            ended=how_it_ended(
                Floor(other.floor),
                resolved=other.resolved_at is not None,
                holder=await _name_of(session, other.holder_id),
                last=await _last_handoff(session, other.id),
                labels=labels,
            ),
            about=about(await _said(session, other.id)),
        )
        for other in (await session.exec(query)).all()
    ]


def how_it_ended(
    floor: Floor, *, resolved: bool, holder: str | None, last: Handoff | None, labels: dict[str, str]
) -> str:
    """How a conversation ended, or where it stands."""
    if resolved:
        code = last.wrap_up if last else None
        return f"Resolved: {labels.get(code, code.replace('_', ' '))}" if code else "Resolved"
    match floor:
        case Floor.QUEUE:
            return "Waits for a person"
        case Floor.HUMAN:
            return f"With {holder}"
    return "Handed back to the AI" if last else "Stayed with the AI"


def about(thread: Sequence[tuple[str, str]]) -> str:
    """One line of what a conversation (author and words of each message) was about: the customer's message that states the
    matter, else their first; nothing where they wrote nothing.
    """
    matter = matter_of(thread)
    words = (
        thread[matter.places[0]][1]
        if matter and matter.places
        else next((text for author, text in thread if author == "customer"), "")
    )
    line = " ".join(words.split())
    return line if len(line) <= ABOUT else f"{line[: ABOUT - 1].rstrip()}…"


async def _said(session: AsyncSession, conversation_id: UUID) -> list[tuple[str, str]]:
    query = (
        select(Message.author_kind, Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.audience == Audience.EVERYONE,
            Message.kind == MessageKind.TEXT,
        )
        .order_by(col(Message.seq))
        .limit(BEGINNING)
    )
    return list((await session.exec(query)).all())


async def _last_handoff(session: AsyncSession, conversation_id: UUID) -> Handoff | None:
    query = (
        select(Handoff)
        .where(Handoff.conversation_id == conversation_id)
        .order_by(col(Handoff.opened_at).desc())
        .limit(1)
    )
    return (await session.exec(query)).one_or_none()


async def _name_of(session: AsyncSession, account_id: UUID | None) -> str | None:
    account = await session.get(StaffAccount, account_id) if account_id else None
    return account.name if account else None
