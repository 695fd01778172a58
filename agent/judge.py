"""Policy applied to the shop as it is now, and the digest that binds what was judged (laws 1 and 2)."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agent.actions import Action
from agent.cases import Case, CustomerFacts, Earlier, customer_facts
from agent.changes import CHANGES
from agent.ledger import refunded_since
from agent.levels import Level
from agent.money import Money
from agent.orders import Order, Variant
from agent.policy import decide
from agent.records import Effect, Proposal, ProposalStatus
from agent.rules import LIMITS, Code, Limits, policy_version
from agent.shop import Shop
from agent.verdicts import Allowed, Effects, NeedsInput, NeedsPerson, Objection, needs_person
from knowledge.database import Database, utc_now

_DAY = timedelta(days=1)
_LOOK_BACK = timedelta(days=3 * 365)  # longer than any window of a rule
_MADE = (ProposalStatus.CONFIRMED, ProposalStatus.DONE)


@dataclass(frozen=True)
class Judged:
    """A change worked out: the case as it was read, the effects, the digest over all that is bound, and what a person has
    to approve first, if anything.
    """

    case: Case[Any]
    effects: Effects
    digest: str
    to_approve: NeedsPerson | None = None


class Judge:
    """Asks the shop for the facts and the policy for the verdict."""

    def __init__(
        self,
        database: Database,
        shop: Shop,
        clock: Callable[[], datetime] = utc_now,
        limits: Limits = LIMITS,
    ) -> None:
        self._database = database
        self._shop = shop
        self._clock = clock
        self._limits = limits
        self.version = policy_version(limits)

    def knows(self, kind: str) -> bool:
        """Whether the shop makes this kind of change, or a rule says why it does not."""
        return kind in self._shop.kinds or kind in self._limits.refused_kinds

    async def judge(
        self,
        customer_id: str,
        action: Action,
        *,
        signed_in_for: timedelta | None = None,
        level: Level = Level.SHOP,
        confirming: UUID | None = None,
    ) -> Judged | Objection:
        """May this customer have this done now? `confirming` is the proposal that is being carried out, `signed_in_for` how
        long the customer had been signed in when they asked or agreed, `level` how sure it is who they are.

        Raises `ShopUnavailable`.
        """
        if not self.knows(action.kind):
            return needs_person(Code.NOT_BY_CODE)
        # Refunds under way are read before the orders: a refund that settles in between is then counted twice,
        # never missed, so two confirmations at once cannot pass the customer's limit together.
        under_way, by_all, earlier = await self._changes_made(customer_id, confirming)
        customer = await self._shop.customer(customer_id)
        orders = await self._shop.orders(customer_id)
        order = next((order for order in orders if order.number == action.about), None)
        if customer is None or (action.about is not None and order is None):
            return no_such_order(action.about or "")
        now, limits = self._clock(), self._limits
        facts: CustomerFacts = customer_facts(
            orders, now, under_way=under_way, by_all=by_all, earlier=earlier, limits=limits
        )
        goods = await self._goods(action, order)
        case: Case[Any] = Case(action, customer, now, facts, limits, order, goods, signed_in_for, level)
        verdict = decide(case)
        if not isinstance(verdict, Allowed | NeedsPerson) or verdict.effects is None:
            return verdict
        digest = self._digest(customer_id, action, verdict.effects)
        return Judged(case, verdict.effects, digest, verdict if isinstance(verdict, NeedsPerson) else None)

    async def _goods(self, action: Action, order: Order | None) -> Mapping[str, Variant]:
        """Today's variants of the order's products, where the rules of the change ask for them."""
        if order is None or not CHANGES[action.kind].looks_at_goods:
            return {}
        products = {item.product for item in order.items if item.product}
        return {v.sku: v for product in sorted(products) for v in await self._shop.variants(product)}

    async def _changes_made(
        self, customer_id: str, confirming: UUID | None
    ) -> tuple[list[Money], list[Money], list[Earlier]]:
        """Refunds of the customer that are confirmed and have no receipt yet; everybody's refunds of 24 hours; and what was
        made for the customer as long as any rule looks back.
        """
        now, currency = self._clock(), self._limits.refunds_of_a_day.currency
        since = now - _LOOK_BACK
        async with self._database.reading() as session:
            own = await _made(
                session, confirming, Proposal.customer_id == customer_id, col(Effect.intended_at) > since
            )
            all_under_way = await _made(session, confirming, Proposal.status == ProposalStatus.CONFIRMED)
            booked = await refunded_since(session, now - _DAY, currency)
        under_way = [_refund(p) for p, _ in own if p.status == ProposalStatus.CONFIRMED]
        earlier = [Earlier(p.action, p.arguments.get("order"), at) for p, at in own]
        return _known(under_way), [booked, *_known([_refund(p) for p, _ in all_under_way])], earlier

    def _digest(self, customer_id: str, action: Action, effects: Effects) -> str:
        """SHA-256 over canonical JSON of action, arguments, customer, amounts and policy version."""
        bound = {
            "action": action.kind,
            "arguments": action.model_dump(mode="json"),
            "customer": customer_id,
            "effects": effects.to_json(),
            "policy": self.version,
        }
        canonical = json.dumps(bound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


async def _made(
    session: AsyncSession, confirming: UUID | None, *conditions: Any
) -> Sequence[tuple[Proposal, datetime]]:
    """Proposals that were confirmed and not failed, with the time of their intent, but for the one that is being made."""
    query = (
        select(Proposal, Effect.intended_at)
        .join(Effect, col(Effect.proposal_id) == col(Proposal.id))
        .where(col(Proposal.status).in_(_MADE), *conditions)
    )
    if confirming is not None:
        query = query.where(col(Proposal.id) != confirming)
    return (await session.exec(query)).all()


def _refund(proposal: Proposal) -> Money | None:
    return Effects.from_json(proposal.effects).refund


def _known(amounts: Sequence[Money | None]) -> list[Money]:
    return [amount for amount in amounts if amount is not None]


def no_such_order(number: str) -> NeedsInput:
    """The answer for a missing order and for somebody else's, word for word the same (law 9)."""
    return NeedsInput(("order",), f"This account has no order {number[:_SHOWN]}.")


_SHOWN = 32  # characters of a wrong order number that are repeated
