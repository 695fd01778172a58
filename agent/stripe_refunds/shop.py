"""A shop whose money goes back through Stripe: its orders live elsewhere, its payments at Stripe (docs/shops.md).

Written from Stripe's documentation; not yet tried against a live account. The order is changed first and the money follows, by the
same key. Whatever dies in between, `receipt` finds the change in the shop and sends the money that is missing: what was
confirmed has begun, and the only way left is forward. The shop itself must not send this money.
"""

import asyncio
from dataclasses import replace
from weakref import WeakValueDictionary

import structlog

from agent.actions import Action
from agent.errors import ShopRefused, ShopUnavailable
from agent.intents import FindIntent
from agent.money import total
from agent.orders import Customer, Order, Variant
from agent.shop import Connected, FindsByEmail, Shop, ShopReceipt
from agent.stripe_refunds.api import StripeApi, StripeRefund, is_payment
from agent.verdicts import Effects, RefundTime

log = structlog.get_logger()


class StripeRefunds:
    """An implementation of `agent.shop.Shop` around another one. `open` before use, `close` after.

    An order's `payment_method.id` is the id of its PaymentIntent or Charge. Refunds to anything else, and those that wait for a
    parcel, stay the shop's own.
    """

    def __init__(self, shop: Shop, stripe: StripeApi, find_intent: FindIntent) -> None:
        self._shop = shop
        self._stripe = stripe
        self._find_intent = find_intent
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self) -> None:
        """Open the shop's connections; Stripe needs none before it is asked."""
        if isinstance(self._shop, Connected):
            await self._shop.open()

    async def close(self) -> None:
        """Close the connections to both."""
        await self._stripe.close()
        if isinstance(self._shop, Connected):
            await self._shop.close()

    @property
    def kinds(self) -> frozenset[str]:
        """What the shop can change."""
        return self._shop.kinds

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        return await self._shop.customer(customer_id)

    async def customer_by_email(self, email: str) -> Customer | None:
        """The customer with this address, where the shop can find one by it."""
        return await self._shop.customer_by_email(email) if isinstance(self._shop, FindsByEmail) else None

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        return await self._shop.orders(customer_id)

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        return await self._shop.order(customer_id, number)

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, with today's prices and stock."""
        return await self._shop.variants(product)

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Change the order, then send the money. Refused before the order is touched if Stripe has less than is asked for."""
        if not goes_by_stripe(effects):
            return await self._shop.change(customer_id, action, effects, idempotency_key=idempotency_key)
        if await self._shop.receipt(idempotency_key) is None:
            await self._must_be_theirs(customer_id, action, effects)
            await self._must_be_there(effects, idempotency_key)
        receipt = await self._shop.change(customer_id, action, effects, idempotency_key=idempotency_key)
        return await self._with_money(receipt, effects)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change. Sends the money of one that was broken off after its order was changed.

        A refund that Stripe refuses or that has failed stands in the receipt as none: a person has to look.
        """
        receipt = await self._shop.receipt(idempotency_key)
        if receipt is None:
            return None
        intent = await self._find_intent(idempotency_key)
        if intent is None:
            raise ShopUnavailable("The shop tells of a change of which we know no intent.")
        if not goes_by_stripe(intent.effects):
            return receipt
        return await self._with_money(receipt, intent.effects)

    async def _must_be_theirs(self, customer_id: str, action: Action, effects: Effects) -> None:
        order = await self._shop.order(customer_id, action.about) if action.about else None
        if order is None:
            raise ShopRefused("no_such_order")
        if order.payment_method.id != effects.method:
            raise ShopRefused("only_to_the_original_payment")

    async def _must_be_there(self, effects: Effects, key: str) -> None:
        """What is asked for must be left of the payment. Asked before anything is done, because afterwards it is too late."""
        refund = effects.refund
        refunds = [each for each in await self._stripe.refunds(effects.method) if each.key != key]
        paid = await self._stripe.received(effects.method)
        gone = total((r.amount for r in refunds if r.holds_money), paid.currency)
        if refund is None or refund.currency != paid.currency or refund > paid - gone:
            raise ShopRefused("refund_exceeds_what_was_paid")

    async def _with_money(self, receipt: ShopReceipt, effects: Effects) -> ShopReceipt:
        """The receipt of both: what the shop changed and what Stripe sent."""
        if receipt.refund != effects.refund or effects.refund is None:
            return receipt  # the shop has done something else: nothing is sent, and a person looks
        key = receipt.idempotency_key
        async with self._locks.setdefault(key, asyncio.Lock()):
            try:
                sent = await self._sent(effects.method, effects, key)
            except ShopRefused as refusal:
                log.error("stripe_refused_after_the_order_was_changed", key=key, reason=refusal.reason)
                return replace(receipt, refund=None)
        if not sent.stands:
            log.error("stripe_refund_does_not_stand", key=key, status=sent.status)
            return replace(receipt, refund=None, reference=f"{receipt.reference} {sent.id}")
        return replace(receipt, refund=sent.amount, reference=f"{receipt.reference} {sent.id}")

    async def _sent(self, payment: str, effects: Effects, key: str) -> StripeRefund:
        """The one refund under this key: the one that is there, else made now. A failed one is never made again."""
        for each in await self._stripe.refunds(payment):
            if each.key == key:
                return each
        if effects.refund is None:
            raise ShopRefused("nothing_to_refund")
        return await self._stripe.refund(payment, effects.refund, key)


def goes_by_stripe(effects: Effects) -> bool:
    """Whether a change sends money now, to a payment at Stripe."""
    due = effects.refund is not None and effects.refund.amount > 0
    return due and effects.refund_when is not RefundTime.AFTER_ARRIVAL and is_payment(effects.method)
