"""A real conversation as a case: what the customer did, what came of it, and nobody's personal data.

Names, addresses and numbers become those of a customer of the demo shop, so that the case can be played. Forms are found as
`agent/private.py` finds them; what only a person would recognise stays, so a person reads the case before it is kept.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import yaml
from sqlmodel import col, or_, select

from agent.demo_shop import catalogue
from agent.orders import OrderStatus
from agent.personal import ORDER as ORDER_FORM
from agent.private import (
    ACCOUNT,
    ADDRESS,
    CARD,
    CASE,
    EMAIL,
    LINK,
    NAME,
    NUMBER,
    ORDER,
    PHONE,
    without_personal_data,
)
from agent.records import AuthorKind, Conversation, Message, MessageKind, Proposal, ProposalStatus
from escalation.records import Handoff
from escalation.settings import Settings
from escalation.thread import messages_of
from knowledge.database import Database

WHO = catalogue.CUSTOMERS[0]  # who stands in the place of every customer
_STAND_INS: Mapping[str, str] = {
    NAME: WHO.name.split()[0],
    EMAIL: WHO.email,
    ADDRESS: "14 Sea Road, H91 T2K8 Galway",
    PHONE: WHO.phone,
    CARD: "•••• 4242",
    ACCOUNT: "[account number]",
    NUMBER: "1000000",
    CASE: "C-00000000",
    LINK: "https://shop.example",
}
_KIND_NEEDS = {
    "cancel_order": OrderStatus.PENDING, "change_address": OrderStatus.PENDING, "return_items": OrderStatus.DELIVERED,
    "exchange_items": OrderStatus.DELIVERED, "partial_refund": OrderStatus.DELIVERED, "reship": OrderStatus.SHIPPED,
}  # fmt: skip
_NOTES = (MessageKind.NOTE,)


class NoSuchConversationError(LookupError):
    """There is no such conversation in the data folder."""


async def case_from(settings: Settings, name: str) -> str:
    """The YAML of a file with one case. `name`: a conversation's id or case number. Raises `NoSuchConversationError`."""
    database = Database(settings.records_url)
    try:
        async with database.reading() as session:
            by_id = [Conversation.id == UUID(name)] if _is_id(name) else []
            found = select(Conversation).where(or_(Conversation.case_number == name.upper(), *by_id))
            conversation = (await session.exec(found)).one_or_none()
            if conversation is None:
                raise NoSuchConversationError(f"There is no conversation {name} in {settings.data_dir}.")
            messages = await messages_of(session, conversation.id)
            of_it = select(Proposal).where(Proposal.conversation_id == conversation.id)
            proposals = (await session.exec(of_it.order_by(col(Proposal.created_at)))).all()
            handoffs = (
                await session.exec(select(Handoff).where(Handoff.conversation_id == conversation.id))
            ).all()
    finally:
        await database.close()
    return written(conversation, messages, proposals, handoffs)


def written(
    conversation: Conversation,
    messages: Sequence[Message],
    proposals: Sequence[Proposal],
    handoffs: Sequence[Handoff],
) -> str:
    """The case as text."""
    numbers = _numbers(messages, proposals)
    names = [name for name in (conversation.customer_name, *(m.author_name for m in messages)) if name]

    def scrubbed(text: str) -> str:
        for place, old in enumerate(numbers):  # marks that nothing below takes for data
            text = re.sub(re.escape(old), f"\x02{place}\x03", text, flags=re.IGNORECASE)
        text = without_personal_data(text, names=names)
        for blank, stand_in in _STAND_INS.items():
            text = text.replace(blank, stand_in)
        text = text.replace(ORDER, next(iter(numbers.values()), "TT-10432"))
        return re.sub("\x02(\\d+)\x03", lambda match: list(numbers.values())[int(match[1])], text)

    done = [p for p in proposals if p.status == ProposalStatus.DONE]
    expect: dict[str, object] = {"floor": str(conversation.floor), "handoff": bool(handoffs)}
    if handoffs:
        expect["reason"] = str(handoffs[-1].reason)
    expect["proposes"] = [p.action for p in proposals]
    expect["receipts"] = [
        {"kind": p.action}
        | ({"order": numbers[p.arguments["order"]]} if p.arguments.get("order") in numbers else {})
        for p in done
    ]
    case = {
        "id": "new-case",
        "why": "Write here what went wrong, or must stay right, in this conversation.",
        "harm": "wrong end state",
        "world": {"customer": WHO.id} if conversation.customer_id else {},
        "customer": {"lines": _lines(messages, proposals, scrubbed)},
        "expect": expect,
    }
    about = "From a real conversation, without personal data. Read every line, and check the expectations: they say what happened."
    text = yaml.safe_dump({"about": about, "cases": [case]}, sort_keys=False, allow_unicode=True, width=120)
    return f"# yaml-language-server: $schema=./case.schema.json\n{text}"


def _lines(
    messages: Sequence[Message], proposals: Sequence[Proposal], scrubbed: Callable[[str], str]
) -> list[dict[str, object]]:
    """What the customer and people did, in its order."""
    by_id = {proposal.id: proposal for proposal in proposals}
    lines: list[dict[str, object]] = []
    for place, message in enumerate(messages):
        words = scrubbed(message.text)
        match message.author_kind, message.kind:
            case AuthorKind.CUSTOMER, _:
                lines.append({"say": words})
            case AuthorKind.HUMAN, MessageKind.TEXT:
                lines.append({"person_says": words})
            case AuthorKind.SYSTEM, MessageKind.HANDBACK:
                after = messages[place + 1] if place + 1 < len(messages) else None
                note = scrubbed(after.text) if after and after.kind in _NOTES else "-"
                lines.append({"hand_back": note.removeprefix("Note to the AI: ")})
            case AuthorKind.SYSTEM, MessageKind.HANDOFF if not _answered_words(messages, place):
                lines.append({"ask_for_person": True})
            case AuthorKind.SYSTEM, _ if message.proposal_id in by_id and not _answered_words(
                messages, place
            ):
                proposal = by_id[message.proposal_id]
                if proposal.status == ProposalStatus.DECLINED:
                    lines.append({"cancel": True})
                elif proposal.status in (
                    ProposalStatus.DONE,
                    ProposalStatus.CONFIRMED,
                    ProposalStatus.FAILED,
                ):
                    lines.append({"confirm": True})
    return lines


def _answered_words(messages: Sequence[Message], place: int) -> bool:
    """Whether what stands here came of what the customer wrote just before, not of a button."""
    return messages[place - 1].author_kind == AuthorKind.CUSTOMER


def _numbers(messages: Sequence[Message], proposals: Sequence[Proposal]) -> dict[str, str]:
    """A demo order for each order that is spoken of, one in which the same can be done where there is one."""
    spoken = [match["number"] or match[0] for m in messages for match in ORDER_FORM.finditer(m.text)]
    own = [order for order in catalogue.ORDERS if order.customer_id == WHO.id]
    kinds = {p.arguments["order"]: p.action for p in proposals if p.arguments.get("order")}
    chosen: dict[str, str] = {}
    for number in [*kinds, *spoken]:
        free = [order for order in own if order.number not in chosen.values()]
        wanted = _KIND_NEEDS.get(kinds.get(number, ""))
        fit = [order for order in free if wanted in (None, order.status)] or free or own
        chosen.setdefault(number, fit[0].number)
    return chosen


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
