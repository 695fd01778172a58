"""What tools give back: a typed value for the turn, and the same as compact JSON for the model."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.addresses import one_line
from agent.cases import last_return_day
from agent.levels import Level
from agent.orders import Customer, Order, OrderItem, Variant
from agent.records import ApprovalRequest, Proposal
from agent.rules import LIMITS
from agent.verdicts import NeedsInput, NeedsPerson, NeedsProof, Objection, Refused


@dataclass(frozen=True)
class OrdersShown:
    """The customer's orders, newest first."""

    orders: tuple[Order, ...]


@dataclass(frozen=True)
class OrderShown:
    """One order."""

    order: Order


@dataclass(frozen=True)
class VariantsShown:
    """What can be had instead of an item."""

    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class AccountShown:
    """The customer's own account."""

    customer: Customer


@dataclass(frozen=True)
class Proposed:
    """A proposal that now waits for the customer."""

    proposal: Proposal


@dataclass(frozen=True)
class NotAllowed:
    """A rule says no; `article` states it."""

    code: str
    article: str
    explanation: str


@dataclass(frozen=True)
class InputNeeded:
    """Ask the customer for these fields, or look again."""

    fields: tuple[str, ...]
    explanation: str


@dataclass(frozen=True)
class ProofNeeded:
    """It must be surer who the customer is; `by_mail`: a code sent to their e-mail address is enough."""

    by_mail: bool
    explanation: str


@dataclass(frozen=True)
class PersonNeeded:
    """Only a person can go on. `request` waits for their approval, if that is all that is missing."""

    reason: str
    request: ApprovalRequest | None = None


@dataclass(frozen=True)
class HandOverAsked:
    """The model asks for a person."""

    reason: str


@dataclass(frozen=True)
class BadCall:
    """The call itself is wrong; the model may try again."""

    problem: str


Result = (
    OrdersShown
    | OrderShown
    | VariantsShown
    | AccountShown
    | Proposed
    | NotAllowed
    | InputNeeded
    | ProofNeeded
    | PersonNeeded
    | HandOverAsked
    | BadCall
)


def of_verdict(verdict: Proposal | ApprovalRequest | Objection) -> Result:
    """The result that says what the policy said."""
    match verdict:
        case Proposal():
            return Proposed(verdict)
        case ApprovalRequest():
            return PersonNeeded(" ".join(reason["explanation"] for reason in verdict.reasons), verdict)
        case NeedsInput(fields=fields, explanation=explanation):
            return InputNeeded(fields, explanation)
        case NeedsProof(level=level, explanation=explanation):
            return ProofNeeded(level is not Level.SHOP, explanation)
        case NeedsPerson(explanation=explanation):
            return PersonNeeded(explanation)
        case Refused(code=code, article=article, explanation=explanation):
            return NotAllowed(code, article, explanation)


def compact(value: object) -> str:
    """JSON as short as it gets."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def described(result: Result) -> dict[str, Any]:  # noqa: C901, PLR0911 - a case for each result
    """What the model reads of a result."""
    match result:
        case OrdersShown(orders=orders):
            return {"orders": [_brief(order) for order in orders]}
        case OrderShown(order=order):
            return _full(order)
        case VariantsShown(variants=variants):
            return {"variants": [_variant(variant) for variant in variants]}
        case AccountShown(customer=customer):
            return _account(customer)
        case Proposed(proposal=proposal):
            lines = {line["label"]: line["value"] for line in proposal.lines}
            return {
                "proposed": proposal.title,
                "lines": lines,
                "next": "Nothing is changed until the customer confirms.",
            }
        case NotAllowed(code=code, article=article, explanation=explanation):
            return {"not_allowed": code, "why": explanation, "article": article}
        case InputNeeded(fields=fields, explanation=explanation):
            return {"needed": list(fields), "why": explanation}
        case ProofNeeded(by_mail=by_mail, explanation=explanation):
            return {"verification_needed": "email" if by_mail else "sign_in", "why": explanation}
        case PersonNeeded(reason=reason):
            return {"person_needed": reason}
        case HandOverAsked():
            return {"asked_for_person": True}
        case BadCall(problem=problem):
            return {"try_again": problem}


def _brief(order: Order) -> dict[str, Any]:
    return {
        "order": order.number,
        "status": order.status,
        "placed": _day(order.placed_at),
        "total": str(order.total),
        "items": [f"{item.quantity} × {item.name} ({item.variant})" for item in order.items],
    }


def _full(order: Order) -> dict[str, Any]:
    shown = _brief(order) | {
        "shipped": _day(order.shipped_at),
        "delivered": _day(order.delivered_at),
        "shipping": str(order.shipping),
        "paid_with": order.payment_method.label,
        "address": one_line(order.address),
        "tracking": asdict(order.tracking) if order.tracking else None,
        "refunds": [{"amount": str(r.amount), "to": r.to, "on": _day(r.at)} for r in order.refunds],
        "items": [_item(order, item) for item in order.items],
    }
    return {name: value for name, value in shown.items() if value}


def _item(order: Order, item: OrderItem) -> dict[str, Any]:
    last_day = last_return_day(order, item)
    return {
        "item_id": item.id,
        "name": f"{item.name} ({item.variant})",
        "quantity": item.quantity,
        "price": str(item.unit_price),
        "in_return": item.returned,
        "return_until": last_day.isoformat() if last_day else None,
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "sku": variant.sku,
        "name": f"{variant.name} ({variant.variant})",
        "price": str(variant.price),
        "in_stock": variant.stock,
    }


def _account(customer: Customer) -> dict[str, Any]:
    shown = {
        "address": one_line(customer.address) if customer.address else None,
        "payment_methods": [
            {"id": m.id, "label": m.label} | ({"balance": str(m.balance)} if m.balance else {})
            for m in customer.payment_methods
        ],
        "subscriptions": [
            {
                "id": s.id,
                "name": s.name,
                "price": str(s.price),
                "next": s.next_charge.isoformat(),
                "renews": s.renews,
            }
            for s in customer.subscriptions
        ],
    }
    return {name: value for name, value in shown.items() if value}


def _day(moment: datetime | None) -> str | None:
    """The date in the shop's time zone."""
    return moment.astimezone(ZoneInfo(LIMITS.time_zone)).date().isoformat() if moment else None
