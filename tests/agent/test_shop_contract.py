"""What every shop promises (agent/shop.py), tried on each implementation: a shop of one's own is added to `SHOPS`."""

import asyncio
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agent.actions import (
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ExchangeItems,
    ReturnItems,
)
from agent.changes import CHANGES
from agent.errors import ShopRefused
from agent.money import Money
from agent.orders import Address, OrderStatus, ReturnLine, Swap
from agent.shop import Shop
from agent.verdicts import Effects
from evals.retail import gold
from evals.retail.shop import RetailShop
from tests.agent.orders_world import World
from tests.agent.shop_server import over_http
from tests.agent.shopify_world import shopify
from tests.agent.stripe_world import with_stripe
from tests.servers import postgres

SAMPLE = Path(gold.__file__).parents[1] / "data" / "retail_sample"
REASON = CancelReason.NO_LONGER_NEEDED


@dataclass
class Ground:
    """A shop, a customer with a pending and a delivered order, and somebody else's pending order."""

    shop: Shop
    customer: str
    pending: str
    delivered: str
    foreign: str
    moved: Address

    async def order(self, number):
        order = await self.shop.order(self.customer, number)
        assert order is not None
        return order

    async def cancel(self, key="k", number=None, **changed):
        """Cancel the pending order, all its money back to where it came from."""
        order = await self.order(self.pending)
        method = order.payment_method
        effects = Effects(refund=order.left, method=method.id, refund_to=method.label)
        action = CancelOrder(order=number or self.pending, reason=REASON)
        return await self.shop.change(self.customer, action, replace(effects, **changed), idempotency_key=key)


async def _demo(world: World) -> Ground:
    quay = Address("Maeve Brennan", "3 Quay Street", "", "H91 AB12", "Galway", "IE")
    return Ground(world.shop, "cus_maeve", "TT-10432", "TT-10387", "TT-10430", quay)


def _retail(*, paid_at_stripe: bool = False) -> Ground:
    shop = RetailShop.load(SAMPLE)
    if paid_at_stripe:
        # Every method of payment is named by a payment at Stripe.
        told = re.sub(r'"(?:credit_card|paypal|gift_card)_(\d+)"', r'"pi_\1"', json.dumps(shop.state))
        shop = RetailShop(json.loads(told))
    rows: list[Any] = list(shop.state["orders"].values())
    of = {s: {r["user_id"]: r["order_id"].removeprefix("#") for r in rows if r["status"] == s} for s in ("pending", "delivered")}  # fmt: skip
    customer = next(user for user in of["pending"] if user in of["delivered"])
    foreign = next(number for user, number in of["pending"].items() if user != customer)
    road = Address("A B", "1 Road", "", "10001", "New York", "US", "NY")
    return Ground(shop, customer, of["pending"][customer], of["delivered"][customer], foreign, road)


SHOPS = (
    "demo on SQLite",
    "demo on PostgreSQL",
    "demo over HTTP",
    "retail world",
    "retail world over HTTP",
    "retail world with Stripe",
    "Shopify",
)


@pytest.fixture(scope="module")
def postgresql():
    with postgres() as url:
        yield url


@pytest.fixture(params=SHOPS)
async def ground(request, tmp_path):
    world = None
    if request.param == "Shopify":
        async with shopify() as shop:
            moved = Address("Maeve Brennan", "3 Quay Street", "", "H91 AB12", "Galway", "IE")
            yield Ground(shop, "7001", "1001", "1000", "1002", moved)
        return
    if request.param == "retail world with Stripe":
        ground = _retail(paid_at_stripe=True)
        async with with_stripe(ground.shop) as shop:
            yield replace(ground, shop=shop)
        return
    if request.param.startswith("retail world"):
        ground = _retail()
    elif request.param == "demo on PostgreSQL":
        world = await World.on(request.getfixturevalue("postgresql"))
        ground = await _demo(world)
    else:
        world = await World.create(tmp_path)
        ground = await _demo(world)
    if request.param.endswith("over HTTP"):
        async with over_http(ground.shop) as shop:
            yield replace(ground, shop=shop)
    else:
        yield ground
    if world is not None:
        await world.database.close()


async def test_it_names_kinds_that_there_are(ground):
    assert set() < ground.shop.kinds <= CHANGES.keys()


async def test_a_customer_reaches_their_own_orders_only_newest_first(ground):
    orders = await ground.shop.orders(ground.customer)
    assert {o.customer_id for o in orders} == {ground.customer}
    assert [o.placed_at for o in orders] == sorted((o.placed_at for o in orders), reverse=True)
    assert await ground.shop.order(ground.customer, ground.foreign) is None
    assert await ground.shop.order(ground.customer, "no-such-order") is None
    assert await ground.shop.orders("nobody") == ()
    assert await ground.shop.customer("nobody") is None


async def test_the_account_has_the_payment_method_of_each_order(ground):
    customer = await ground.shop.customer(ground.customer)
    kept = {method.id for method in customer.payment_methods}
    if not kept:
        pytest.skip("this shop tells of no payment methods that are kept")
    assert {order.payment_method.id for order in await ground.shop.orders(ground.customer)} <= kept
    assert customer.address is not None


async def test_an_item_is_among_the_variants_of_its_product(ground):
    item = (await ground.order(ground.delivered)).items[0]
    variants = await ground.shop.variants(item.product)
    assert {v.product for v in variants} == {item.product}
    assert len({v.sku for v in variants}) == len(variants) > 1
    assert await ground.shop.variants("no-such-product") == ()


async def test_one_key_makes_one_change_and_gives_one_receipt(ground):
    assert await ground.shop.receipt("k") is None
    before = await ground.order(ground.pending)
    effects = Effects(
        refund=before.left, method=before.payment_method.id, refund_to=before.payment_method.label
    )
    action = CancelOrder(order=ground.pending, reason=REASON)
    receipts = await asyncio.gather(
        *(ground.shop.change(ground.customer, action, effects, idempotency_key="k") for _ in range(20))
    )
    assert set(receipts) == {await ground.shop.receipt("k")}
    (receipt,) = set(receipts)
    assert (receipt.idempotency_key, receipt.order_number) == ("k", ground.pending)
    assert (receipt.refund, receipt.charge) == (before.left, None)
    after = await ground.order(ground.pending)
    assert (after.status, after.refunded, after.left) == (
        OrderStatus.CANCELLED, before.total, Money.zero(before.total.currency),
    )  # fmt: skip


async def test_a_key_is_good_for_one_request_only(ground):
    await ground.cancel()
    with pytest.raises(ShopRefused):
        await ground.cancel(refund_to="somewhere else")
    assert (await ground.order(ground.pending)).left.amount == 0


async def test_somebody_elses_order_is_refused_like_a_missing_one(ground):
    for number in (ground.foreign, "no-such-order"):
        with pytest.raises(ShopRefused, match="no_such_order"):
            await ground.cancel(key=number, number=number)
        assert await ground.shop.receipt(number) is None


async def test_no_more_goes_back_than_was_paid_and_a_refusal_leaves_no_trace(ground):
    before = await ground.order(ground.pending)
    for refund in (
        before.total + Money(1, before.total.currency),
        Money(-1, before.total.currency),
        Money(1, "JPY"),
    ):
        with pytest.raises(ShopRefused):
            await ground.cancel(refund=refund)
    assert await ground.shop.receipt("k") is None
    assert await ground.order(ground.pending) == before


async def test_a_change_is_seen_in_the_order(ground):
    shop, customer = ground.shop, ground.customer
    moved = ChangeAddress(order=ground.pending, address=ground.moved)
    receipt = await shop.change(customer, moved, Effects(), idempotency_key="a")
    assert (receipt.refund, receipt.charge) == (None, None)
    assert (await ground.order(ground.pending)).address.line1 == ground.moved.line1

    item = next(i for i in (await ground.order(ground.delivered)).items if i.returned < i.quantity)
    back = ReturnItems(order=ground.delivered, lines=(ReturnLine(item.id, 1),), refund_to="original")
    method = (await ground.order(ground.delivered)).payment_method
    effects = Effects(refund=item.unit_price, method=method.id, refund_to=method.label)
    await shop.change(customer, back, effects, idempotency_key="b")
    returned = {i.id: i.returned for i in (await ground.order(ground.delivered)).items}
    assert returned[item.id] > item.returned


async def test_what_is_not_left_cannot_come_back(ground):
    item = (await ground.order(ground.delivered)).items[0]
    lines = (ReturnLine(item.id, item.quantity + 1),)
    with pytest.raises(ShopRefused):
        await ground.shop.change(
            ground.customer, ReturnItems(order=ground.delivered, lines=lines), Effects(), idempotency_key="k"
        )


async def test_what_is_sold_out_or_unknown_cannot_be_had(ground):
    item = (await ground.order(ground.delivered)).items[0]
    swaps = (Swap(item.id, "no-such-sku"),)
    with pytest.raises(ShopRefused):
        await ground.shop.change(
            ground.customer,
            ExchangeItems(order=ground.delivered, swaps=swaps),
            Effects(),
            idempotency_key="k",
        )


async def test_a_change_of_the_account_belongs_to_no_order(ground):
    if "change_default_address" not in ground.shop.kinds:
        pytest.skip("this shop leaves it to a person")
    action = ChangeDefaultAddress(address=ground.moved)
    receipt = await ground.shop.change(ground.customer, action, Effects(), idempotency_key="k")
    assert receipt.order_number is None
    customer = await ground.shop.customer(ground.customer)
    assert customer.address.line1 == ground.moved.line1
