"""Policy applied to the shop as it is now, and the digest that binds what was judged (laws 1 and 2)."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from agent.actions import CancelOrder, ChangeAddress, ReturnItems
from agent.money import Money
from agent.policy import Allowed, Effects, NeedsInput, NeedsPerson, Refused, customer_facts, decide
from agent.records import Proposal, ProposalStatus
from agent.rules import LIMITS, Limits, policy_version
from agent.shop import Order, Shop
from knowledge.database import Database, utc_now


@dataclass(frozen=True)
class Judged:
    """An allowed action: the order as it was read, the effects, and the digest over all that is bound."""

    order: Order
    effects: Effects
    digest: str


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

    async def judge(
        self,
        customer_id: str,
        action: CancelOrder | ChangeAddress | ReturnItems,
        *,
        confirming: UUID | None = None,
    ) -> Judged | NeedsInput | NeedsPerson | Refused:
        """May this customer have this done now? `confirming` is the proposal that is being carried out.

        Raises `ShopUnavailable`.
        """
        # Refunds under way are read before the orders: a refund that settles in between is then counted twice,
        # never missed, so two confirmations at once cannot pass the customer's limit together.
        under_way = await self._refunds_under_way(customer_id, confirming)
        orders = await self._shop.orders(customer_id)
        order = next((order for order in orders if order.number == action.order), None)
        if order is None:
            return no_such_order(action.order)
        now = self._clock()
        facts = customer_facts(orders, now, under_way=under_way, limits=self._limits)
        verdict = decide(action, order, facts, now, self._limits)
        if not isinstance(verdict, Allowed):
            return verdict
        return Judged(order, verdict.effects, self._digest(customer_id, action, verdict.effects))

    async def _refunds_under_way(self, customer_id: str, confirming: UUID | None) -> list[Money]:
        """Refunds of confirmed proposals that have no receipt yet."""
        query = select(Proposal).where(
            Proposal.customer_id == customer_id, Proposal.status == ProposalStatus.CONFIRMED
        )
        if confirming is not None:
            query = query.where(col(Proposal.id) != confirming)
        async with self._database.reading() as session:
            proposals = (await session.exec(query)).all()
        effects = [Effects.from_json(proposal.effects) for proposal in proposals]
        return [effect.refund for effect in effects if effect.refund is not None]

    def _digest(
        self, customer_id: str, action: CancelOrder | ChangeAddress | ReturnItems, effects: Effects
    ) -> str:
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


def no_such_order(number: str) -> NeedsInput:
    """The answer for a missing order and for somebody else's, word for word the same (law 9)."""
    return NeedsInput(("order_number",), f"This account has no order {number}.")
