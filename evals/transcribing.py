"""What a conversation has left behind, read from the records: the transcript, and how things stand at its end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from agent.demo_shop import catalogue
from agent.money import Money
from agent.orders import Customer, Order
from agent.records import AuthorKind, Message, Proposal, Reading, TurnRecord
from escalation.approving import requests_of
from escalation.records import Handoff
from escalation.thread import messages_of
from evals.amounts import written
from evals.plain import Plain
from evals.runs.result import Asked, Brief, Change, End, HandedOff, Quote, Said, Shown
from evals.scorers.figures import figures_of
from evals.suites.known import articles_of, owners, retail
from evals.world import Standing
from knowledge.articles import Article
from knowledge.markdown import plain

SHOWN_FROM = 0.2  # of a stake's probability: the lowest threshold of the shipped triggers
LEVELS = 5  # of a trajectory's level, 0 to 1, in a case's whole numbers
_SHOWN_SIGNALS = ("emotion", "valence", "intensity", "intent", "language", "wants_person", "abstained")
_WINDOWS = (7, 14, 28, 30, 60, 90)  # days that the shop's rules count from a delivery or an order


def shown_card(proposal: Proposal) -> str:
    """A proposal as the customer reads it."""
    return "\n".join([proposal.title, *(f"{line['label']}: {line['value']}" for line in proposal.lines)])


def shown_order(order: Order) -> dict[str, Any]:
    """An order as expectations name its fields; amounts as "81.50 EUR", times as ISO 8601."""
    return {
        **_plain_fields(order),
        "refunded": written(order.refunded),
        "payment_method": order.payment_method.label,
    }


def _plain_fields(value: Any) -> Any:
    match value:
        case Money():
            return written(value)
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case tuple() | list():
            return [_plain_fields(part) for part in value]
        case Mapping():
            return {name: _plain_fields(inner) for name, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain_fields(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


# --- the transcript


async def transcript_of(
    standing: Standing, conversation_id: UUID, steps: Sequence[tuple[int, str]], plainly: Plain
) -> tuple[Said, ...]:
    """Every line that was said, with what the customer did in between."""
    async with standing.parts.database.reading() as session:
        messages = await messages_of(session, conversation_id)
        readings = {
            row.message_id: row.signals
            for row in await session.exec(
                select(Reading).where(col(Reading.message_id).in_([m.id for m in messages]))
            )
        }
        turns = {
            row.message_id: row
            for row in await session.exec(
                select(TurnRecord).where(TurnRecord.conversation_id == conversation_id)
            )
        }
        cards = {
            row.id: row
            for row in await session.exec(select(Proposal).where(Proposal.conversation_id == conversation_id))
        }
    shelf = articles_of(standing.world)
    lines: list[tuple[int, int, Said]] = [
        (seq, 1, Said(by="customer", kind="step", text=plainly.text(what))) for seq, what in steps
    ]
    for message in messages:
        turn = turns.get(message.in_reply_to) if message.in_reply_to else None
        card = cards.get(message.proposal_id) if message.proposal_id else None
        lines.append((message.seq, 0, _said(message, readings.get(message.id), turn, card, shelf, plainly)))
    return tuple(said for _, _, said in sorted(lines, key=lambda line: line[:2]))


def _said(
    message: Message,
    signals: dict[str, Any] | None,
    turn: TurnRecord | None,
    card: Proposal | None,
    shelf: Mapping[str, Article],
    plainly: Plain,
) -> Said:
    by_ai = message.author_kind == AuthorKind.AI
    return Said(
        by=message.author_kind,  # type: ignore[arg-type]  # the database knows no other
        kind=message.kind,
        text=plainly.text(message.text),
        cited=tuple(citation["article"] for citation in message.citations),
        quotes=tuple(_quote(citation, shelf) for citation in message.citations),
        card=plainly.text(shown_card(card)) if card and by_ai else None,
        signals=plainly.value(_signals(signals)) if signals else None,
        record=plainly.value(_record(turn)) if turn and by_ai else None,
    )


def _quote(citation: Mapping[str, Any], shelf: Mapping[str, Article]) -> Quote:
    article = shelf.get(citation["article"])
    says = article is not None and _words(citation["quote"]) in _words(
        plain(f"{article.title}\n\n{article.body}")
    )
    return Quote(
        slug=citation["article"],
        text=citation["quote"],
        stands=says,
        audience=str(article.audience) if article else "",
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _signals(signals: Mapping[str, Any]) -> dict[str, Any]:
    stakes = {name: value for name, value in signals["stakes"].items() if value >= SHOWN_FROM}
    return {name: signals[name] for name in _SHOWN_SIGNALS} | {"stakes": stakes}


def _record(turn: TurnRecord) -> dict[str, Any]:
    """The turn's record without times of this machine."""
    kept = {name: value for name, value in turn.record.items() if not name.endswith("_ms")}
    return {"outcome": turn.outcome, **kept}


# --- the end


async def end_of(
    standing: Standing, conversation_id: UUID, *, confirmed: int, before: Sequence[Order], plainly: Plain
) -> End:
    """How things stand. `before` are the customer's orders as they were at first."""
    parts, shop = standing.parts, standing.shop
    case = await parts.cases.case(conversation_id)
    asked = [m for m in case.messages if m.author_kind == AuthorKind.CUSTOMER]
    async with parts.database.reading() as session:
        last = await session.get(TurnRecord, asked[-1].id) if asked else None
        proposals = (
            await session.exec(
                select(Proposal)
                .where(Proposal.conversation_id == conversation_id)
                .order_by(col(Proposal.created_at))
            )
        ).all()
        shown = {m.proposal_id: m.seq for m in reversed(case.messages) if m.proposal_id}
        turns = (
            await session.exec(select(TurnRecord).where(TurnRecord.conversation_id == conversation_id))
        ).all()
    handoffs = sorted(case.handoffs, key=lambda handoff: handoff.opened_at)
    customer_id = standing.owner.customer_id
    customer = await shop.shop.customer(customer_id) if customer_id else None
    now = await shop.shop.orders(customer_id) if customer_id else ()
    feeling = case.trajectory[-1].conversation if case.trajectory else None
    reading = case.readings.get(asked[-1].id) if asked else None
    searched = [
        turn.record["confidence"]
        for turn in turns
        if "confidence" in turn.record and asked and turn.message_id == asked[-1].id
    ]
    figures = sorted(
        {f for text in _known_texts(standing, customer, [*before, *now], proposals) for f in figures_of(text)}
    )
    return plain_end(
        End(
            floor=case.summary.conversation.floor,
            outcome=_outcome(last),
            handoffs=tuple(_handed_off(handoff) for handoff in handoffs),
            receipts=tuple(
                Change(
                    kind=action.kind,
                    order=receipt.order_number,
                    refund=written(receipt.refund),
                    charge=written(receipt.charge),
                )
                for _, action, receipt in shop.made
            ),
            proposals=tuple(
                Shown(kind=p.action, order=p.arguments.get("order"), status=p.status)
                for p in sorted(proposals, key=lambda p: shown.get(p.id, 0))
                if p.id in shown
            ),
            approvals=await _approvals(standing, conversation_id),
            orders={order.number: shown_order(order) for order in now},
            confirmed=confirmed,
            level=None if feeling is None else min(LEVELS - 1, int(feeling.level * LEVELS)),
            emotion=str(reading.emotion) if reading and not reading.abstained else None,
            confidence=searched[-1] if searched else None,
            briefing=tuple(Brief(part=str(line.part), text=line.text) for line in case.briefing)
            if handoffs
            else (),
            figures=tuple(figures),
            strangers=tuple(sorted(_strangers(standing))),
        ),
        plainly,
    )


def plain_end(end: End, plainly: Plain) -> End:
    """Without what differs from run to run."""
    return End.model_validate(plainly.value(end.model_dump(mode="json")))


async def _approvals(standing: Standing, conversation_id: UUID) -> tuple[Asked, ...]:
    async with standing.parts.database.reading() as session:
        requests = await requests_of(session, conversation_id)
    return tuple(
        Asked(kind=request.action, order=request.arguments.get("order"), status=str(request.status))
        for request in reversed(requests)
    )


def _outcome(last: TurnRecord | None) -> str:
    """`consent:…` and the like are answers: the customer was told what became of it."""
    outcome = last.outcome if last else "silent"
    if outcome.startswith("person:"):
        return "person"
    if outcome == "stale":
        return "silent"
    return outcome if outcome in ("unknown", "silent") else "answer"


def _handed_off(handoff: Handoff) -> HandedOff:
    rule = handoff.decision.get("rule")
    return HandedOff(
        reason=handoff.reason,
        rule=rule if isinstance(rule, str) else None,
        queue=handoff.queue,
        urgency=handoff.urgency,
    )


# --- what may be told, and what not


def _known_texts(
    standing: Standing, customer: Customer | None, orders: Sequence[Order], proposals: Sequence[Proposal]
) -> Iterator[str]:
    """Everything that shop, rules and cards could tell this customer, as text."""
    yield from (_spelt(order) for order in orders)
    if customer:
        yield _spelt(customer)
    yield from (shown_card(proposal) for proposal in proposals)
    for order in orders:
        for came in (order.placed_at, order.delivered_at):
            yield from (_day(came + timedelta(days=days)) for days in _WINDOWS if came)
    if standing.world.shop == "demo":
        yield from (
            f"{product.cents / 100:.2f} {' '.join(product.variants)}" for product in catalogue.PRODUCTS
        )
    else:
        for product in retail()["products"].values():
            yield from (f"{v['price']} {v['item_id']} {v['options']}" for v in product["variants"].values())
    yield _day(standing.clock())


def _spelt(value: Any) -> str:
    """Every figure of a value: amounts as people write them, days by their parts."""
    match value:
        case Money():
            return f" {value} {written(value)} "
        case datetime() | date():
            return _day(value)
        case tuple() | list():
            return " ".join(_spelt(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(_spelt(getattr(value, name)) for name in value.__dataclass_fields__)
    return f" {value} "


def _day(moment: datetime | date) -> str:
    clock = f" {moment:%H:%M} {moment.hour}" if isinstance(moment, datetime) else ""
    return f" {moment.day} {moment.month} {moment.year} {moment:%d %m}{clock} "


def _strangers(standing: Standing) -> Iterator[str]:
    """What belongs to other customers and is told by nobody to this one."""
    own = standing.owner.customer_id
    if standing.world.shop == "retail":
        for id_, user in retail()["users"].items():
            if id_ != own:
                yield from (user["email"], id_)
    else:
        for customer in catalogue.CUSTOMERS:
            if customer.id != own:
                home = catalogue.HOME[customer.id]
                yield from (customer.name, customer.email, customer.phone, home.line1, customer.id)
    yield from (number for number, owner in owners(standing.world.shop).items() if owner != own)
