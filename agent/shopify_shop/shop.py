"""A Shopify store as a `Shop` (docs/shops.md). Written from Shopify's documentation; not yet tried against a live store.

Shopify keeps no table of our keys, so a change of ours is made in four steps, each of which may be the last before a crash:
look for its mark; claim the key on the order; the one mutation, with the mark in it; look again. The receipt is always read
from the order, never taken from the mutation's answer (`marks.py`).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from weakref import WeakValueDictionary

import structlog

from agent.actions import Action, ReturnItems
from agent.errors import ShopRefused, ShopUnavailable
from agent.intents import FindIntent
from agent.money import total
from agent.orders import Customer, Order, Variant
from agent.shop import ShopReceipt
from agent.shopify_shop import documents, receipts
from agent.shopify_shop.api import ShopifyApi
from agent.shopify_shop.marks import (
    PREFIX_CLAIM,
    QUIET,
    Claim,
    Mark,
    claim_of,
    digest_of_claim,
    mark_for,
    may_be_a_key,
    written,
)
from agent.shopify_shop.orders import refunded
from agent.shopify_shop.plans import KINDS, Plan, plan
from agent.shopify_shop.reading import Reading
from agent.shopify_shop.shapes import GrantedShape, OrderShape
from agent.shopify_shop.wire import read
from agent.verdicts import Effects
from knowledge.database import utc_now

log = structlog.get_logger()

# Seconds before each look at a cancellation, which Shopify makes in the background.
_LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)


class ShopifyShop:
    """An implementation of `agent.shop.Shop`. `open` before use, `close` after.

    A customer's id is the number that Shopify gives them, an order's number its name without `#`. `find_intent` tells what
    was confirmed under a key.
    """

    kinds = KINDS

    def __init__(
        self, api: ShopifyApi, find_intent: FindIntent, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._api = api
        self._reading = Reading(api)
        self._find_intent = find_intent
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self) -> None:
        """Warn of what the store does not let us do; its customers would hear of it first."""
        try:
            data = await self._api.read("our permissions", documents.GRANTED)
        except ShopUnavailable as error:
            log.warning("shop_does_not_answer", why=str(error))
            return
        granted = read(GrantedShape, data.get("currentAppInstallation"), "our permissions").access_scopes
        handles = {scope.handle for scope in granted}
        # Who may write may read.
        handles |= {handle.replace("write_", "read_", 1) for handle in handles}
        missing = documents.SCOPES - handles
        if missing:
            log.warning("shopify_scopes_missing", scopes=sorted(missing))

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    # --- reading -----------------------------------------------------------------------------------------------

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        return await self._reading.customer(customer_id)

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first."""
        return await self._reading.orders(customer_id)

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        return await self._reading.order(customer_id, number)

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, priced in the store's own currency."""
        return await self._reading.variants(product)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change, read from its order. None: it was certainly not made.

        `ShopUnavailable` also while an attempt is so young that it may still be on its way.
        """
        intent = await self._find_intent(idempotency_key)
        if intent is None or intent.action.kind not in KINDS or intent.action.about is None:
            return None
        shape = await self._reading.shape(intent.customer_id, intent.action.about)
        if shape is None:
            # An order can pass to another customer when two are merged, or out of the days that we may see.
            raise ShopUnavailable("The order of a change is not to be seen any more.")
        found = receipts.find(shape, intent.action, idempotency_key)
        if found is not None:
            return found.receipt
        self._must_be_quiet(claim_of(shape, idempotency_key))
        return None

    # --- changing ----------------------------------------------------------------------------------------------

    async def change(
        self, customer_id: str, action: Action, effects: Effects, *, idempotency_key: str
    ) -> ShopReceipt:
        """Make a change. See `agent.shop.Shop.change`; the kinds are those of `kinds`."""
        if action.kind not in KINDS or action.about is None:
            raise ShopRefused("not_a_change_of_this_shop")
        if not may_be_a_key(idempotency_key):
            raise ShopRefused("not_a_key")
        lock = self._locks.setdefault(f"{customer_id}/{action.about}", asyncio.Lock())
        async with lock:
            return await self._change(customer_id, action, effects, idempotency_key)

    async def _change(self, customer_id: str, action: Action, effects: Effects, key: str) -> ShopReceipt:
        mark = mark_for(key, customer_id, action, effects)
        shape = await self._reading.shape(customer_id, action.about or "")
        if shape is None:
            raise ShopRefused("no_such_order")
        if (found := receipts.find(shape, action, key)) is not None:
            return found.of(mark)
        claim = claim_of(shape, key)
        if claim is not None and claim.request != mark.request:
            raise ShopRefused("key_used_for_another_request")
        self._must_be_quiet(claim)
        worked_out = await self._plan(customer_id, shape, action, effects, mark)
        await self._claim(shape, mark, effects)
        try:
            await self._make(shape, worked_out)
        except ShopRefused:
            # What Shopify objects to may be our own change, made by an earlier attempt.
            found = receipts.find(await self._again(customer_id, shape), action, key)
            if found is None:
                await self._release(shape, key)
                raise
            return found.of(mark)
        found = receipts.find(await self._again(customer_id, shape), action, key)
        if found is None:
            raise ShopUnavailable("The change is not to be seen yet.")
        return found.of(mark)

    async def _plan(
        self, customer_id: str, shape: OrderShape, action: Action, effects: Effects, mark: Mark
    ) -> Plan:
        order = await self._reading.whole(customer_id, shape)
        back = await self._reading.returnable(shape) if isinstance(action, ReturnItems) else ()
        return plan(shape, order, back, action, effects, mark, self._clock())

    def _must_be_quiet(self, claim: Claim | None) -> None:
        if claim is not None and self._clock() - claim.at < QUIET:
            raise ShopUnavailable("An attempt at this change may still be on its way at Shopify.")

    async def _claim(self, shape: OrderShape, mark: Mark, effects: Effects) -> None:
        """Note on the order that this attempt begins. Of several at once one gets it; the others do not know its outcome."""
        gone = total((m for each in shape.refunds for m in refunded(each)), shape.received.currency)
        field = {
            "ownerId": shape.id,
            "namespace": documents.NAMESPACE,
            "key": PREFIX_CLAIM + mark.key,
            "type": "json",
            "value": written(Claim(mark.request, self._clock(), effects.refund, gone.amount)),
            "compareDigest": digest_of_claim(shape, mark.key),
        }
        answer = await self._api.write("a claim", documents.CLAIM, metafields=[field])
        if answer.get("userErrors") != [] or not answer.get("metafields"):
            raise ShopUnavailable("This change could not be claimed; another process may be making it.")

    async def _release(self, shape: OrderShape, key: str) -> None:
        field = {"ownerId": shape.id, "namespace": documents.NAMESPACE, "key": PREFIX_CLAIM + key}
        try:
            await self._api.write("a release", documents.RELEASE, metafields=[field])
        except ShopUnavailable:
            return  # then it falls silent by itself, after `QUIET`

    async def _make(self, shape: OrderShape, worked_out: Plan) -> None:
        """The mutation. Raises `ShopRefused` if it was certainly not made."""
        answer = await self._api.write(worked_out.what, worked_out.mutation, **worked_out.variables)
        worked_out.object_to(answer)
        if worked_out.mutation == documents.CANCEL:
            await self._wait_for_cancellation(shape, answer)

    async def _wait_for_cancellation(self, shape: OrderShape, answer: dict[str, object]) -> None:
        """Until Shopify's job has run. `ShopRefused` if it failed and no money moved."""
        result = answer.get("jobResult")
        if not isinstance(result, dict):
            return  # the order will tell
        for pause in _LOOKS:
            await self._api.sleep(pause)
            data = await self._api.read("a cancellation", documents.CANCELLING, result=result.get("id"))
            status = (data.get("node") or {}).get("status")
            if status == "SUCCEEDED":
                return
            if status == "FAILED":
                await self._must_be_untouched(shape)
                raise ShopRefused("cancellation_failed")
        raise ShopUnavailable("Shopify is still cancelling the order.")

    async def _must_be_untouched(self, shape: OrderShape) -> None:
        data = await self._api.read("an order", documents.ORDER, id=shape.id)
        now = read(OrderShape, data.get("order"), "an order")
        if (now.refunds, now.transactions) != (shape.refunds, shape.transactions):
            raise ShopUnavailable("A cancellation failed, and money moved. A person has to look.")

    async def _again(self, customer_id: str, shape: OrderShape) -> OrderShape:
        found = await self._reading.own(customer_id, shape.id)
        if found is None:
            raise ShopUnavailable("The order of a change is not to be seen any more.")
        return found
