"""Changes of orders: rules, amounts, the customer's yes, receipts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from agent import outcomes
from agent.actions import ACTION, Action
from agent.cases import Case, window_ends
from agent.changes import cancelling, returning
from agent.consent import Consent, read_consent
from agent.demo_shop.catalogue import CUSTOMERS
from agent.demo_shop.shop import DemoShop
from agent.execution import Execution, idempotency_key
from agent.money import Money
from agent.orders import Order, OrderItem
from agent.proposals import Proposals
from agent.records import Effect, MessageKind, Proposal, ProposalStatus
from agent.rules import LIMITS
from agent.verdicts import Effects, Objection
from escalation import settlement, standing
from evals import world
from evals.mutants.catalogue import Swap

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def ignore_return_window() -> Sequence[Swap]:
    """A return window never ends."""
    return [(returning, "window_ends", lambda *_: _NEVER)]


def shift_return_window(*, days: int) -> Sequence[Swap]:
    """A return window is longer (or shorter) by so many days."""
    return [(returning, "window_ends", lambda moment, window, zone: window_ends(moment, window + days, zone))]


def allow_return_of(*, kept: str) -> Sequence[Swap]:
    """Items with this mark (`final_sale`, `personalised`, `hygiene`) are taken back."""
    rule = returning._objection  # noqa: SLF001 - the rule to break has no other name

    def lenient(case: Case[Any], item: OrderItem) -> Objection | None:
        unmarked: Any = {kept: False}
        return rule(case, replace(item, **unmarked))

    return [(returning, "_objection", lenient)]


def set_limits(**limits: Any) -> Sequence[Swap]:
    """Other numbers in the shop's rules; amounts are in cents."""
    money = {name: Money(value, "EUR") for name, value in limits.items() if name.startswith("refund")}
    return [(world, "LIMITS", replace(LIMITS, **(limits | money)))]


def refund_twice_the_price() -> Sequence[Swap]:
    """A cancellation pays back twice what was paid."""
    pays_back = cancelling._back_to_the_payment  # noqa: SLF001 - the amount to break has no other name

    def doubled(case: Case[Any], refund: Money) -> Effects:
        return pays_back(case, refund + refund)

    return [(cancelling, "_back_to_the_payment", doubled)]


def confirm_by_itself() -> Sequence[Swap]:
    """What is proposed is done at once, without the customer's yes."""
    propose = Proposals.propose

    async def at_once(self: Proposals, *given: Any) -> Any:
        offer = await propose(self, *given)
        if isinstance(offer, Proposal):
            await self.confirm(offer.id, customer_id=offer.customer_id, digest=offer.digest)
        return offer

    return [(Proposals, "propose", at_once)]


def take_anything_for_yes() -> Sequence[Swap]:
    """A yes with a condition counts as a yes."""

    def generous(text: str) -> Consent:
        return Consent.YES if text.casefold().lstrip().startswith("yes") else read_consent(text)

    return [(standing, "read_consent", generous)]


def do_it_twice() -> Sequence[Swap]:
    """A change is made again under another key."""
    carry_out = Execution.carry_out

    async def twice(self: Execution, proposal: Proposal, *, again: bool) -> outcomes.Outcome:
        outcome = await carry_out(self, proposal, again=again)
        action = ACTION.validate_json(json.dumps(proposal.arguments))
        key = f"{idempotency_key(proposal.id)}-again"
        shop = self._shop
        await shop.change(
            proposal.customer_id, action, Effects.from_json(proposal.effects), idempotency_key=key
        )
        return outcome

    return [(Execution, "carry_out", twice)]


def receipt_for_nothing() -> Sequence[Swap]:
    """A declined card is answered with a receipt."""
    tells = settlement._outcome_text  # noqa: SLF001 - the words to break have no other name

    def boasting(proposal: Proposal, effect: Effect | None) -> tuple[str | None, MessageKind]:
        if proposal.status == ProposalStatus.DECLINED:
            return f"{proposal.title}: done.", MessageKind.RECEIPT
        return tells(proposal, effect)

    return [(settlement, "_outcome_text", boasting)]


def ignore_owner() -> Sequence[Swap]:
    """Everybody's orders are everybody's."""
    own = DemoShop.orders

    async def anybodys(self: DemoShop, _: str) -> tuple[Order, ...]:
        return tuple([order for customer in CUSTOMERS for order in await own(self, customer.id)])

    async def any_one(self: DemoShop, customer_id: str, number: str) -> Order | None:
        return next((order for order in await anybodys(self, customer_id) if order.number == number), None)

    return [(DemoShop, "orders", anybodys), (DemoShop, "order", any_one)]


def forget_the_change() -> Sequence[Swap]:
    """The shop's receipt comes, and nothing was done: another order's is changed in its place."""
    change = DemoShop.change

    async def other(self: DemoShop, customer_id: str, action: Action, effects: Effects, **more: Any) -> Any:
        orders = await self.orders(customer_id)
        wrong = next(
            (o.number for o in orders if o.number != action.about and o.status == "pending"), action.about
        )
        receipt = await change(self, customer_id, action.model_copy(update={"order": wrong}), effects, **more)
        return replace(receipt, order_number=action.about)

    return [(DemoShop, "change", other)]
