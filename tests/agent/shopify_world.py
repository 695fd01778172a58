"""A store in memory, the adapter in front of it, and the intents that stand in our records before it is asked."""

from contextlib import asynccontextmanager

import httpx

from agent.actions import (
    CancelOrder,
    CancelReason,
    ChangeAddress,
    PartialReason,
    PartialRefund,
    ReturnItems,
    ReturnReason,
)
from agent.errors import ShopRefused
from agent.intents import Intent
from agent.money import Money
from agent.orders import Address, ReturnLine
from agent.shopify_shop.api import ShopifyApi
from agent.shopify_shop.shop import ShopifyShop
from agent.verdicts import Effects
from tests.agent.orders_world import Clock
from tests.agent.shopify_store import DOMAIN, ME, TOKEN, Store, gid

CANCEL = CancelOrder(order="1001", reason=CancelReason.NO_LONGER_NEEDED)
QUAY = Address("Maeve Brennan", "3 Quay Street", "", "H91 AB12", "Galway", "IE")
MOVE = ChangeAddress(order="1001", address=QUAY)
PART = PartialRefund(order="1000", lines=(ReturnLine("10000", 1),), reason=PartialReason.DAMAGED)
BACK = ReturnItems(
    order="1000", lines=(ReturnLine("10000", 1),), reason=ReturnReason.DOES_NOT_FIT, refund_to="original"
)
KINDS = {"Cancel": CANCEL, "Move": MOVE, "Refund": PART, "Return": BACK}
EUR = "EUR"


class Intents:
    """Stands for the rows that `Execution` writes before it asks a shop, and settles after a refusal."""

    def __init__(self):
        self.known = {}

    async def find(self, key):
        return self.known.get(key)


class Noted:
    """A shop of whose changes the intent is noted first, as in production."""

    def __init__(self, shop, intents):
        self._shop, self._intents = shop, intents

    def __getattr__(self, name):
        return getattr(self._shop, name)

    async def change(self, customer_id, action, effects, *, idempotency_key):
        mine = self._intents.known.setdefault(idempotency_key, Intent(customer_id, action, effects))
        try:
            return await self._shop.change(customer_id, action, effects, idempotency_key=idempotency_key)
        except ShopRefused:
            if mine == Intent(customer_id, action, effects):
                del self._intents.known[idempotency_key]
            raise


class Sleep:
    """Does not; `slept` has how long it was asked to."""

    def __init__(self):
        self.slept = []

    async def __call__(self, seconds):
        self.slept.append(seconds)


@asynccontextmanager
async def shopify(store=None, token=TOKEN, **options):
    """The adapter in front of a store; `shop.store`, `shop.clock`, `shop.sleep` are what tests turn."""
    store = store or Store()
    intents, clock, sleep = Intents(), Clock(), Sleep()
    api = ShopifyApi(DOMAIN, token, transport=store, sleep=sleep, **options)
    shop = Noted(ShopifyShop(api, intents.find, clock), intents)
    shop.store, shop.clock, shop.sleep, shop.intents = store, clock, sleep, intents
    yield shop
    await api.close()


async def all_of(shop, number="1001"):
    """Effects that send back all that is left of an order."""
    order = await shop.order(ME, number)
    method = order.payment_method
    return Effects(refund=order.left, method=method.id, refund_to=method.label)


def only(*names):
    """On what requests something goes wrong."""

    def decide(wrong):
        async def bad(request, store):
            return await (wrong(request, store) if store.asked[-1] in names else store.answer(request))

        return bad

    return decide


async def lost(request, store):
    """The store does it, and its answer is lost."""
    await store.answer(request)
    raise httpx.ReadTimeout("no answer")


async def dropped(*_):
    """The request does not get there."""
    raise httpx.ConnectError("no way")


def always(status, **answer):
    async def bad(*_):
        return httpx.Response(status, json=answer)

    return bad


async def effects_of(shop, action):
    """What the policy would have worked out."""
    if action is CANCEL:
        return await all_of(shop)
    if action is MOVE:
        return Effects()
    method = (await shop.order(ME, "1000")).payment_method
    fee = Money(3_95, EUR) if action is BACK else None
    refund = Money(36_05 if action is BACK else 40_00, EUR)
    return Effects(refund=refund, fee=fee, method=method.id, refund_to=method.label)


async def make(shop, action, key="k", **changed):
    effects = await effects_of(shop, action)
    return await shop.change(ME, action, Effects(**(vars(effects) | changed)), idempotency_key=key)


def effects_in(store):
    """How many effects there are, of any kind."""
    both = [store.orders[gid("Order", n)] for n in (1000, 1001)]
    return sum(
        len(o["refunds"]) + len(o["returns"]["nodes"]) + (o["shippingAddress"]["address1"] != "14 Sea Road")
        for o in both
    )


async def make_again(shop):
    intent = shop.intents.known["k"]
    return await shop.change(ME, intent.action, intent.effects, idempotency_key="k")
