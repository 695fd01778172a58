import asyncio
from datetime import timedelta

import pytest

from agent.actions import CancelOrder, CancelReason, ChangeAddress, Goodwill, ReturnItems
from agent.cases import last_return_day
from agent.demo_shop.records import ShopOrder, ShopRefund
from agent.demo_shop.seed import seed
from agent.errors import ShopRefused
from agent.money import Money
from agent.orders import Address, OrderStatus, PaymentKind, ReturnLine
from agent.verdicts import Effects, RefundTime
from tests.agent.orders_world import World

EURO_5 = Money(5_00, "EUR")
QUAY = Address("Maeve Brennan", "3 Quay Street", "", "H91 AB12", "Galway", "IE")


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


async def every_order(world):
    return [
        order for customer in await world.shop.customers() for order in await world.shop.orders(customer.id)
    ]


async def test_seeding_twice_changes_nothing(world):
    before = await every_order(world)
    assert await seed(world.database, world.clock.now + timedelta(days=9)) is False
    assert await every_order(world) == before


async def test_the_demo_has_an_order_for_every_case(world):
    orders = await every_order(world)
    now = world.clock.now
    assert len(orders) == 21
    assert {order.status for order in orders} == set(OrderStatus)
    assert {order.payment_method.kind for order in orders} == set(PaymentKind)
    assert any(o.status is OrderStatus.PENDING and o.total > Money(500_00, "EUR") for o in orders)
    assert any(o.address.country == "NO" and o.tracking for o in orders)
    assert any(o.delivered_at and now - o.delivered_at > timedelta(days=40) for o in orders)
    assert any(0 < i.returned < i.quantity for o in orders for i in o.items)
    items = [item for order in orders for item in order.items]
    assert any(i.final_sale for i in items)
    assert any(i.hygiene for i in items)
    assert any(i.personalised for i in items)
    assert any(
        i.category == "electronics" and o.delivered_at and last_return_day(o, i) < now.date() < (o.delivered_at + timedelta(days=30)).date()
        for o in orders for i in o.items
    )  # fmt: skip


async def test_what_was_paid_is_items_and_shipping(world):
    for order in await every_order(world):
        goods = sum(item.unit_price.amount * item.quantity for item in order.items)
        assert order.total.amount == goods + order.shipping.amount
        assert order.shipping.amount == (0 if goods >= 75_00 else 4_95)
        assert sum(r.amount.amount for r in order.refunds) == await world.refunded(order.number)


async def test_maeve_can_try_everything(world):
    orders = {order.number: order for order in await world.shop.orders("cus_maeve")}
    statuses = [order.status for order in orders.values()]
    assert statuses.count(OrderStatus.PENDING) == 2
    assert statuses.count(OrderStatus.SHIPPED) == 1
    ages = sorted((world.clock.now - o.delivered_at).days for o in orders.values() if o.delivered_at)
    assert ages == [6, 45]
    assert len(orders["TT-10387"].items) > 2


async def test_somebody_elses_order_looks_like_a_missing_one(world):
    assert await world.shop.order("cus_maeve", "TT-10430") is None
    assert await world.shop.order("cus_maeve", "TT-99999") is None
    assert await world.shop.order("cus_jonas", "TT-10430") is not None
    assert await world.shop.orders("cus_nobody") == ()
    assert await world.shop.customer("cus_nobody") is None


def cancel(number="TT-10432"):
    return CancelOrder(order=number, reason=CancelReason.NO_LONGER_NEEDED)


def bring_back(quantity, number="TT-10387", item_id="10387-2"):
    return ReturnItems(order=number, lines=(ReturnLine(item_id, quantity),), refund_to="original")


def back(cents, currency="EUR"):
    return Effects(refund=Money(cents, currency), method="maeve_visa4242", refund_to="Visa •••• 4242")


async def test_somebody_elses_order_is_changed_by_no_write(world):
    before = await every_order(world)
    for key, action, effects in (
        ("k1", cancel("TT-10430"), back(5_00)),
        ("k2", ChangeAddress(order="TT-10430", address=QUAY), Effects()),
        ("k3", bring_back(1, "TT-10368", "10368-1"), back(5_00)),
    ):
        with pytest.raises(ShopRefused, match="no_such_order"):
            await world.shop.change("cus_maeve", action, effects, idempotency_key=key)
    assert await every_order(world) == before
    assert await world.shop_effects() == []


async def test_a_cancellation_refunds_and_restocks_once_for_one_key(world):
    (order,) = [o for o in await world.shop.orders("cus_maeve") if o.number == "TT-10432"]
    skus = {item.sku: await world.stock(item.sku) for item in order.items}
    effects = back(order.total.amount)
    receipts = await asyncio.gather(
        *(world.shop.change("cus_maeve", cancel(), effects, idempotency_key="k") for _ in range(20))
    )
    assert len({receipt.reference for receipt in receipts}) == 1
    assert receipts[0] == await world.shop.receipt("k")
    assert receipts[0].refund == order.total
    assert await world.refunded("TT-10432") == order.total.amount
    assert {sku: await world.stock(sku) - before for sku, before in skus.items()} == {
        item.sku: item.quantity for item in order.items
    }


async def test_the_same_key_for_another_request_is_refused(world):
    await world.shop.change("cus_maeve", cancel(), back(5_00), idempotency_key="k")
    for number, cents in (("TT-10432", 6_00), ("TT-10429", 5_00)):
        with pytest.raises(ShopRefused, match="key_used"):
            await world.shop.change("cus_maeve", cancel(number), back(cents), idempotency_key="k")
    assert (await world.shop.order("cus_maeve", "TT-10429")).status is OrderStatus.PENDING


@pytest.mark.parametrize(("cents", "currency"), [(81_51, "EUR"), (-1, "EUR"), (5_00, "GBP")])
async def test_no_more_is_refunded_than_was_paid_and_the_refusal_leaves_no_trace(world, cents, currency):
    with pytest.raises(ShopRefused):
        await world.shop.change("cus_maeve", cancel(), back(cents, currency), idempotency_key="k")
    assert (await world.shop.order("cus_maeve", "TT-10432")).status is OrderStatus.PENDING
    assert await world.shop.receipt("k") is None
    assert await world.refunded("TT-10432") == 0


async def test_a_return_counts_pieces_and_promises_the_refund(world):
    for key in ("a", "a"):
        await world.shop.change("cus_maeve", bring_back(2), back(5_00), idempotency_key=key)
    order = await world.shop.order("cus_maeve", "TT-10387")
    assert order.items[1].returned == 2
    assert [(r.amount, r.to) for r in order.refunds] == [(EURO_5, "Visa •••• 4242")]
    with pytest.raises(ShopRefused, match="not_that_many"):
        await world.shop.change("cus_maeve", bring_back(2), back(5_00), idempotency_key="b")
    assert await world.refunded("TT-10387") == 5_00


async def test_an_address_changes_only_while_pending(world):
    def moved(number):
        return ChangeAddress(order=number, address=QUAY)

    receipt = await world.shop.change("cus_maeve", moved("TT-10429"), Effects(), idempotency_key="k")
    order = await world.shop.order("cus_maeve", "TT-10429")
    assert (order.address, order.changes, receipt.refund) == (QUAY, 1, None)
    with pytest.raises(ShopRefused, match="order_is_shipped"):
        await world.shop.change("cus_maeve", moved("TT-10411"), Effects(), idempotency_key="k2")


async def test_the_ledger_itself_refuses_more_refunds_than_payment(world):
    with pytest.raises(Exception, match="no_more_is_refunded_than_was_paid"):
        async with world.database.transaction() as session:
            (await session.get_one(ShopOrder, "TT-10432")).refunded_cents = 99_999
    assert await world.refunded("TT-10432") == 0
    assert all(row.cents >= 0 for row in await world.rows(ShopRefund))


async def test_a_return_to_a_gift_card_is_promised_and_a_payment_at_once_is_there_at_once(world):
    async def balances():
        kept = (await world.shop.customer("cus_amina")).payment_methods
        return {m.id: m.balance.amount for m in kept if m.balance}

    async def back(when, key, method="amina_giftcard7731", label="gift card •••• 7731"):
        effects = Effects(Money(5_00, "EUR"), method=method, refund_to=label, refund_when=when)
        action = Goodwill(order="TT-10379", amount="5.00")
        await world.shop.change("cus_amina", action, effects, idempotency_key=key)

    before = await balances()
    await back(RefundTime.AFTER_ARRIVAL, "a")
    assert await balances() == before
    await back(RefundTime.AT_ONCE, "b")
    assert await balances() == before | {"amina_giftcard7731": before["amina_giftcard7731"] + 5_00}
    await back(RefundTime.AT_ONCE, "c", "", "a gift card")
    (new,) = set(await balances()) - set(before)
    assert (await balances())[new] == 5_00
