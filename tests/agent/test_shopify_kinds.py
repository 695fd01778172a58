"""What each kind of change does in a Shopify store, and what it cannot do."""

import pytest

from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money
from agent.orders import OrderStatus
from tests.agent.shopify_store import ME, bag, gid, paid
from tests.agent.shopify_world import BACK, CANCEL, EUR, PART, always, make, only, shopify


@pytest.fixture
async def shop():
    async with shopify() as shop:
        yield shop


# --- cancelling


async def test_a_cancellation_that_takes_long_is_open_until_the_order_shows_it(shop):
    shop.store.job = "STARTED"
    with pytest.raises(ShopUnavailable, match="still cancelling"):
        await make(shop, CANCEL)
    with pytest.raises(ShopUnavailable):
        await shop.receipt("k")
    its = shop.store.orders[gid("Order", 1001)]
    shop.store.job = "SUCCEEDED"
    note = f"candor:k:{next(iter(shop_request(its)))} late"
    shop.store.cancel(its["id"], "CUSTOMER", note, {"originalPaymentMethodsRefund": True}, restock=True)
    assert (await shop.receipt("k")).refund == Money(81_50, EUR)


def shop_request(its):
    """The hash of the request in our claim."""
    for field in its["metafields"]["nodes"]:
        yield field["value"].split('"request":"')[1][:16]


async def test_a_cancellation_that_failed_is_refused(shop):
    shop.store.job = "FAILED"
    with pytest.raises(ShopRefused, match="cancellation_failed"):
        await make(shop, CANCEL)
    assert (await shop.order(ME, "1001")).status is OrderStatus.PENDING
    assert await shop.receipt("k") is None


async def test_a_cancellation_that_failed_after_money_moved_is_open(shop):
    shop.store.job = "FAILED"

    async def moving(request, store):
        its = store.orders[gid("Order", 1001)]
        store._refund(its, [(its["transactions"][0], 5)], None)
        return await store.answer(request)

    shop.store.bad = only("Cancelling")(moving)
    with pytest.raises(ShopUnavailable, match="money moved"):
        await make(shop, CANCEL)


async def test_an_order_that_is_not_paid_is_cancelled_without_a_refund(shop):
    held = paid(1, "81.5", kind="AUTHORIZATION")
    shop.store.orders[gid("Order", 1001)] |= {"totalReceivedSet": bag("0.0"), "transactions": [held]}
    receipt = await make(shop, CANCEL)
    assert receipt.refund == Money(0, EUR)
    assert shop.store.orders[gid("Order", 1001)]["refunds"] == []


async def test_an_order_is_cancelled_whole_and_only_while_it_is_pending(shop):
    with pytest.raises(ShopRefused, match="not_all_that_is_left"):
        await make(shop, CANCEL, refund=Money(5_00, EUR))
    shop.store.orders[gid("Order", 1001)]["displayFulfillmentStatus"] = "IN_PROGRESS"
    with pytest.raises(ShopRefused, match="no_longer_pending"):
        await make(shop, CANCEL)


# --- money


async def test_a_refund_is_taken_from_the_payments_in_their_order_and_never_over_what_is_left_of_each(shop):
    card, gift = paid(1, "61.5"), paid(2, "20.0", gateway="gift_card")
    shop.store.orders[gid("Order", 1000)]["transactions"] = [gift, card]
    receipt = await make(shop, PART)
    assert receipt.refund == Money(40_00, EUR)
    back = [t for t in shop.store.orders[gid("Order", 1000)]["transactions"] if t["kind"] == "REFUND"]
    assert [(t["parentTransaction"]["id"], str(t["amountSet"]["presentmentMoney"]["amount"])) for t in back] == [
        (gift["id"], "20.00"), (card["id"], "20.00"),
    ]  # fmt: skip


async def test_money_goes_back_only_by_the_way_it_came_and_only_where_a_provider_moves_it(shop):
    with pytest.raises(ShopRefused, match="only_to_the_original_payment"):
        await make(shop, PART, method="")
    shop.store.orders[gid("Order", 1000)]["transactions"] = [paid(10000, "81.5", manualPaymentGateway=True)]
    with pytest.raises(ShopRefused, match="paid_by_hand"):
        await make(shop, PART)


async def test_a_refund_that_the_bank_turned_down_is_told_as_none(shop):
    async def failing(request, store):
        answer = await store.answer(request)
        store.orders[gid("Order", 1000)]["refunds"][0]["transactions"]["nodes"][0]["status"] = "FAILURE"
        return answer

    shop.store.bad = only("Refund")(failing)
    assert (await make(shop, PART)).refund == Money(0, EUR)


async def test_a_refund_key_that_is_in_use_leaves_it_open(shop):
    error = {"field": None, "message": "This request is currently in progress, please try again."}
    shop.store.bad = only("Refund")(
        always(200, data={"refundCreate": {"refund": None, "userErrors": [error]}})
    )
    with pytest.raises(ShopUnavailable, match="working on this refund"):
        await make(shop, PART)


# --- goods that come back


async def test_a_return_keeps_its_promise_on_the_order_until_the_money_has_gone(shop):
    receipt = await make(shop, BACK)
    assert (receipt.refund, receipt.reference) == (Money(36_05, EUR), "#1000-R1")
    (made,) = shop.store.orders[gid("Order", 1000)]["returns"]["nodes"]
    assert made["fee"] == {"amount": {"amount": "3.95", "currencyCode": "EUR"}}
    note = made["returnLineItems"]["nodes"][0]["returnReasonNote"]
    assert "Promised: €36.05 to Visa •••• 4242" in note
    assert len(note) <= 255
    order = await shop.order(ME, "1000")
    assert (order.refunded, order.items[0].returned) == (Money(36_05, EUR), 1)
    # The parcel has arrived; a person refunds it at Shopify.
    its = shop.store.orders[gid("Order", 1000)]
    refund = shop.store._refund(its, [(its["transactions"][0], "36.05")], None)
    made["refunds"]["nodes"].append(refund)
    assert (await shop.order(ME, "1000")).refunded == Money(36_05, EUR)
    assert await shop.receipt("k") == receipt


async def test_a_piece_is_returned_once_under_whatever_key(shop):
    await make(shop, BACK)
    await make(shop, BACK, "second")
    with pytest.raises(ShopRefused, match="not_that_many_left"):
        await make(shop, BACK, "third", refund=Money(1, EUR))
    assert (await shop.order(ME, "1000")).items[0].returned == 2
