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

from agent.actions import Action, ReturnItems, normalised_number
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
from agent.shopify_shop.orders import customer_of, order_of, refunded, variant_of
from agent.shopify_shop.plans import KINDS, Plan, plan
from agent.shopify_shop.shapes import (
    CustomerShape,
    GrantedShape,
    LineShape,
    NameShape,
    OrderShape,
    Ref,
    ReturnableShape,
    VariantShape,
    gid,
    read,
    read_page,
)
from agent.verdicts import Effects
from knowledge.database import utc_now

log = structlog.get_logger()

_AT_ONCE = 4  # orders that are read beside each other; more would empty Shopify's bucket
_LOOKS = (
    0.0,
    0.5,
    1.0,
    2.0,
    4.0,
)  # seconds before each look at a cancellation, which Shopify makes in the background


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
        missing = documents.SCOPES - {scope.handle for scope in granted}
        if missing:
            log.warning("shopify_scopes_missing", scopes=sorted(missing))

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    # --- reading -----------------------------------------------------------------------------------------------

    async def customer(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        asked = gid("Customer", customer_id)
        if asked is None:
            return None
        data = await self._api.read("a customer", documents.CUSTOMER, id=asked)
        if data.get("customer") is None:
            return None
        found = customer_of(read(CustomerShape, data["customer"], "a customer"))
        return found if found.id == customer_id else None

    async def orders(self, customer_id: str) -> tuple[Order, ...]:
        """The customer's own orders, newest first; without the scope `read_all_orders` those of the last 60 days."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def whole(name: NameShape) -> Order | None:
            async with room:
                shape = await self._own(customer_id, name.id)
                return await self._order(customer_id, shape) if shape else None

        found = await asyncio.gather(*(whole(name) for name in await self._names(customer_id)))
        own = (order for order in found if order is not None)
        return tuple(sorted(own, key=lambda order: order.placed_at, reverse=True))

    async def order(self, customer_id: str, number: str) -> Order | None:
        """The customer's own order; None alike for a missing one and for somebody else's."""
        shape = await self._shape(customer_id, number)
        return await self._order(customer_id, shape) if shape else None

    async def variants(self, product: str) -> tuple[Variant, ...]:
        """The variants of a product, priced in the store's own currency."""
        asked, after, found = gid("Product", product), None, list[Variant]()
        while asked is not None:
            data = await self._api.read("variants", documents.VARIANTS, id=asked, after=after)
            if data.get("product") is None:
                break
            try:
                currency, title = str(data["shop"]["currencyCode"]), str(data["product"]["title"])
                page = read_page(VariantShape, data["product"]["variants"], "variants")
                found += (variant_of(shape, product, title, currency) for shape in page.nodes)
            except (KeyError, TypeError, ValueError):
                raise ShopUnavailable("Shopify's answer to variants is not understood.") from None
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        return tuple(found)

    async def receipt(self, idempotency_key: str) -> ShopReceipt | None:
        """The receipt of an earlier change, read from its order. None: it was certainly not made.

        `ShopUnavailable` also while an attempt is so young that it may still be on its way.
        """
        intent = await self._find_intent(idempotency_key)
        if intent is None or intent.action.kind not in KINDS or intent.action.about is None:
            return None
        shape = await self._shape(intent.customer_id, intent.action.about)
        if shape is None:
            # An order can pass to another customer when two are merged, or out of the days that we may see.
            raise ShopUnavailable("The order of a change is not to be seen any more.")
        found = receipts.find(shape, intent.action, idempotency_key)
        if found is not None:
            return found.receipt
        self._must_be_quiet(claim_of(shape, idempotency_key))
        return None

    async def _names(self, customer_id: str) -> list[NameShape]:
        """The names of the customer's orders, newest first. By the customer, not by a search, which lags behind."""
        asked, after, found = gid("Customer", customer_id), None, list[NameShape]()
        while asked is not None:
            data = await self._api.read("orders", documents.ORDER_NAMES, id=asked, after=after)
            if data.get("customer") is None:
                break
            if read(Ref, data["customer"], "orders").id != asked:
                break
            page = read_page(NameShape, data["customer"].get("orders"), "orders")
            found += page.nodes
            if not page.page_info.has_next_page:
                break
            after = page.page_info.end_cursor
        return found

    async def _shape(self, customer_id: str, number: str) -> OrderShape | None:
        names = await self._names(customer_id)
        ids = [name.id for name in names if normalised_number(name.name) == number]
        return await self._own(customer_id, ids[0]) if len(ids) == 1 else None

    async def _own(self, customer_id: str, order_id: str) -> OrderShape | None:
        """An order as Shopify tells it, if it is this customer's."""
        data = await self._api.read("an order", documents.ORDER, id=order_id)
        if data.get("order") is None:
            return None
        shape = read(OrderShape, data["order"], "an order")
        if any(len(getattr(shape, name)) >= most for name, most in documents.MOST.items()):
            raise ShopUnavailable("An order has more movements, refunds or parcels than are read.")
        own = shape.customer is not None and shape.customer.id == gid("Customer", customer_id)
        return shape if own and shape.id == order_id else None

    async def _order(self, customer_id: str, shape: OrderShape) -> Order:
        lines, page = list(shape.line_items.nodes), shape.line_items.page_info
        while page.has_next_page:
            data = await self._api.read(
                "an order's lines", documents.LINES, id=shape.id, after=page.end_cursor
            )
            told = data.get("order") or {}
            more = read_page(LineShape, told.get("lineItems"), "an order's lines")
            lines += more.nodes
            page = more.page_info
        return order_of(shape, tuple(lines), customer_id)

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
        shape = await self._shape(customer_id, action.about or "")
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
        order = await self._order(customer_id, shape)
        returnable: tuple[ReturnableShape, ...] = ()
        if isinstance(action, ReturnItems):
            data = await self._api.read("what can be returned", documents.RETURNABLE, id=shape.id)
            told = data.get("returnableFulfillments") or {}
            nodes = told.get("nodes") or ()
            returnable = tuple(read(ReturnableShape, node, "what can be returned") for node in nodes)
        return plan(shape, order, returnable, action, effects, mark, self._clock())

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
        found = await self._own(customer_id, shape.id)
        if found is None:
            raise ShopUnavailable("The order of a change is not to be seen any more.")
        return found
