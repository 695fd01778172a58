"""The briefing: what a person must know before the first word, so that nobody has to say it twice.

Made by rules from the thread alone: every line quotes or counts, and names the messages that it rests on.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from agent.records import AuthorKind, Message, MessageKind, Proposal, ProposalStatus
from agent.signals import Signals

QUOTE = 240  # characters of a message that a line may quote
MISSES = 3  # of the questions that the AI could not answer, the last ones are quoted
LIKELY = 0.5  # probability from which the desk is told of a stake or a wish for a person

_COURTESIES = {"greeting", "thanks", "confirm", "decline", "talk_to_person"}
_ORDER = re.compile(r"\b[A-Za-z]{1,4}-\d{4,10}\b")  # as shops number them: TT-10432
_TALKING = {AuthorKind.CUSTOMER, AuthorKind.AI, AuthorKind.HUMAN}
_VAGUE = {"complaint", "other"}  # the wish stands in another message, if there is one
_STATUS = {
    ProposalStatus.OPEN: "offered, not confirmed",
    ProposalStatus.CONFIRMED: "confirmed, outcome not known yet",
    ProposalStatus.DONE: "done",
    ProposalStatus.FAILED: "confirmed, but it failed",
    ProposalStatus.DECLINED: "declined by the customer",
    ProposalStatus.EXPIRED: "expired unconfirmed",
    ProposalStatus.WITHDRAWN: "withdrawn unconfirmed",
}


def write_briefing(
    messages: Sequence[Message],
    readings: Mapping[UUID, Signals],
    proposals: Sequence[Proposal],
    missed: AbstractSet[UUID] = frozenset(),
    *,
    upset: float = 0.0,
) -> list[dict[str, Any]]:
    """Lines `{label, text, sources: [message id]}`, in reading order; lines without matter are left out.

    `missed` names the messages that the AI could not answer; `upset` is the level of the trajectory, 0 to 1.
    """
    customer = [m for m in messages if m.author_kind == AuthorKind.CUSTOMER]
    wants = _wants(_unprompted(messages), readings)
    came_with = _came_with(messages, wants)
    quoted = {source for line in (wants, came_with) if line for source in line["sources"]}
    lines = [
        _note(messages),
        wants,
        came_with,
        _orders(customer),
        _last_words(customer, quoted),
        *_tried(messages, proposals),
        _unanswered([m for m in customer if m.id in missed][-MISSES:]),
        _feeling(customer, readings, upset),
        _at_stake(customer, readings),
    ]
    return [line for line in lines if line]


def _line(label: str, text: str, sources: Sequence[Message]) -> dict[str, Any]:
    return {"label": label, "text": text, "sources": [str(m.id) for m in sources]}


def _unprompted(messages: Sequence[Message]) -> list[Message]:
    """The customer's messages without those that only answer a question of the AI ("to my card, please")."""
    spoken = [m for m in messages if m.kind == MessageKind.TEXT and m.author_kind in _TALKING]
    return [
        m
        for before, m in zip([None, *spoken], spoken, strict=False)
        if m.author_kind == AuthorKind.CUSTOMER and (before is None or before.task is None)
    ]


def _wants(customer: Sequence[Message], readings: Mapping[UUID, Signals]) -> dict[str, Any] | None:
    """The matter: the last message that asks for something, and what kind of thing that is."""
    asks = [m for m in customer if m.id in readings and str(readings[m.id].intent) not in _COURTESIES]
    clear = [m for m in asks if str(readings[m.id].intent) not in _VAGUE]
    for message in (clear or asks)[-1:]:
        signals = readings[message.id]
        about = str(signals.intent).replace("_", " ")
        kind = "" if about == "other" else f" ({about})"
        return _line(f"Wants{kind}", f"“{_quote(message.text)}”", [message])
    return None


def _note(messages: Sequence[Message]) -> dict[str, Any] | None:
    """What a colleague noted last: whoever comes next should know it before anything else."""
    notes = [m for m in messages if m.kind == MessageKind.NOTE and m.author_kind == AuthorKind.HUMAN]
    if not notes:
        return None
    return _line(f"Note by {notes[-1].author_name}", f"“{_quote(notes[-1].text)}”", notes[-1:])


def _came_with(messages: Sequence[Message], wants: dict[str, Any] | None) -> dict[str, Any] | None:
    """The words that the last handoff followed, where they are not the matter itself."""
    handoff = next((m for m in reversed(messages) if m.kind == MessageKind.HANDOFF), None)
    if handoff is None:
        return None
    before = [m for m in messages if m.author_kind == AuthorKind.CUSTOMER and m.seq < handoff.seq][-1:]
    if not before or (wants and wants["sources"] == [str(before[0].id)]):
        return None
    return _line("Came with", f"“{_quote(before[0].text)}”", before)


def _orders(customer: Sequence[Message]) -> dict[str, Any] | None:
    """Order numbers as the customer wrote them."""
    naming = [m for m in customer if _ORDER.search(m.text)]
    numbers = dict.fromkeys(number.upper() for m in naming for number in _ORDER.findall(m.text))
    return _line("Speaks of", ", ".join(numbers), naming) if numbers else None


def _last_words(customer: Sequence[Message], quoted: AbstractSet[str]) -> dict[str, Any] | None:
    """What was said last, unless it is quoted above already."""
    if not customer or str(customer[-1].id) in quoted:
        return None
    return _line("Last words", f"“{_quote(customer[-1].text)}”", customer[-1:])


def _tried(messages: Sequence[Message], proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """What was offered and what was done, and which articles the AI answered from."""
    lines = []
    for proposal in proposals:
        about = [m for m in messages if m.proposal_id == proposal.id]
        if not about:
            continue  # its message came too late and was never shown
        receipt = next((m for m in about if m.kind == MessageKind.RECEIPT), None)
        status = _STATUS[ProposalStatus(proposal.status)]
        details = "; ".join(f"{row['label']}: {row['value']}" for row in proposal.lines)
        text = receipt.text if receipt else f"{proposal.title} ({details}) – {status}"
        lines.append(_line("Done" if proposal.status == ProposalStatus.DONE else "Proposed", text, about))
    # A draft that came too late is a note: it answered nobody.
    quoted = [
        m for m in messages if m.author_kind == AuthorKind.AI and m.kind == MessageKind.TEXT and m.citations
    ]
    if quoted:
        titles = dict.fromkeys(c["title"] for m in quoted for c in m.citations)
        lines.append(_line("AI answered from", "; ".join(titles), quoted))
    return lines


def _unanswered(missed: Sequence[Message]) -> dict[str, Any] | None:
    if not missed:
        return None
    return _line("AI could not answer", "; ".join(f"“{_quote(m.text)}”" for m in missed), missed)


def _feeling(
    customer: Sequence[Message], readings: Mapping[UUID, Signals], upset: float
) -> dict[str, Any] | None:
    read = [m for m in customer if m.id in readings and not readings[m.id].abstained]
    if not read:
        return None
    course = " → ".join(str(readings[m.id].emotion) for m in read[-4:])
    return _line("Feeling", f"{course} (upset {upset:.0%})", read[-4:])


def _at_stake(customer: Sequence[Message], readings: Mapping[UUID, Signals]) -> dict[str, Any] | None:
    found: dict[str, list[Message]] = {}
    for message in customer:
        if signals := readings.get(message.id):
            for stake, probability in signals.stakes.items():
                if probability >= LIKELY:
                    found.setdefault(str(stake).replace("_", " "), []).append(message)
    if not found:
        return None
    return _line("At stake", ", ".join(found), list({m.id: m for ms in found.values() for m in ms}.values()))


def _quote(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= QUOTE else words[: QUOTE - 1] + "…"
