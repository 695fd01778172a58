"""What is read of a Shopify store, and what its failures mean."""

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest

from agent.errors import ShopUnavailable
from agent.money import Money
from agent.orders import Address, OrderStatus, PaymentKind, PaymentMethod, Tracking
from tests.agent.shopify_store import ME, NOW, OTHER, TOKEN, at, bag, delivered, gid, line, order, page, paid
from tests.agent.shopify_world import always, dropped, shopify


@pytest.fixture
async def shop():
    async with shopify() as shop:
        yield shop


def put(shop, order):
    shop.store.orders[order["id"]] = order
    return order


# --- what is read


async def test_an_order_is_read_with_money_in_minor_units_and_all_that_the_rules_look_at(shop):
    told = await shop.order(ME, "1000")
    assert (told.number, told.customer_id, told.status) == ("1000", ME, OrderStatus.DELIVERED)
    assert (told.total, told.shipping, told.left) == (
        Money(81_50, "EUR"), Money(1_50, "EUR"), Money(81_50, "EUR"),
    )  # fmt: skip
    assert told.delivered_at == NOW - timedelta(days=6)
    assert told.address == Address("Maeve Brennan", "14 Sea Road", "", "H91 T2K8", "Galway", "IE")
    assert told.payment_method == PaymentMethod(PaymentKind.CARD, "Visa •••• 4242", "10000")
    assert told.tracking == Tracking("An Post", "CE1", "https://track.example/CE1")
    (item,) = told.items
    assert (item.id, item.sku, item.product, item.category) == ("10000", "501", "50", "clothing")
    assert (item.quantity, item.returned, item.unit_price) == (2, 0, Money(40_00, "EUR"))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, OrderStatus.PENDING),
        ({"displayFulfillmentStatus": "ON_HOLD"}, OrderStatus.PENDING),
        ({"displayFulfillmentStatus": "IN_PROGRESS"}, OrderStatus.PACKED),
        ({"displayFulfillmentStatus": "SOMETHING_NEW"}, OrderStatus.PACKED),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, OrderStatus.SHIPPED),
        ({"displayFulfillmentStatus": "FULFILLED"}, OrderStatus.SHIPPED),
        ({"cancelledAt": at(1)}, OrderStatus.CANCELLED),
    ],
)
async def test_a_status_that_is_not_known_can_not_be_undone_by_code(shop, changes, status):
    put(shop, order(1001, **changes))
    assert (await shop.order(ME, "1001")).status is status


async def test_an_order_is_delivered_only_when_every_parcel_is(shop):
    its = put(shop, delivered(1000))
    its["fulfillments"].append(its["fulfillments"][0] | {"deliveredAt": None, "displayStatus": "IN_TRANSIT"})
    told = await shop.order(ME, "1000")
    assert (told.status, told.delivered_at) == (OrderStatus.SHIPPED, None)


async def test_money_is_in_the_currency_that_the_customer_paid_in_and_yen_have_no_cents(shop):
    yen = {"totalReceivedSet": bag("9000.0", "JPY"), "totalShippingPriceSet": bag("0.0", "JPY")}
    paid_in_yen = paid(1, "9000.0", amountSet=bag("9000.0", "JPY"))
    priced = line(1, discountedUnitPriceAfterAllDiscountsSet=bag("4500.0", "JPY"))
    put(shop, order(1001, lineItems=page([priced]), transactions=[paid_in_yen], **yen))
    told = await shop.order(ME, "1001")
    assert (told.total, told.items[0].unit_price) == (Money(9000, "JPY"), Money(4500, "JPY"))


async def test_where_prices_are_without_tax_a_piece_costs_what_was_paid_for_it(shop):
    taxed = line(1, 2, "10.0", taxLines=[{"priceSet": bag("4.60")}])
    put(shop, order(1001, taxesIncluded=False, lineItems=page([taxed])))
    assert (await shop.order(ME, "1001")).items[0].unit_price == Money(12_30, "EUR")


async def test_tags_and_wishes_say_what_cannot_come_back(shop):
    product = {"id": gid("Product", 50), "productType": "", "tags": ["Final-Sale", "hygiene"]}
    wished = line(2, customAttributes=[{"key": "Engraving"}])
    inner = line(3, customAttributes=[{"key": "_bundle"}])
    lines = [
        line(1, product=product),
        wished,
        inner,
        line(4, isGiftCard=True),
        line(5, product=None, variant=None),
    ]
    put(shop, order(1001, lineItems=page(lines)))
    told = (await shop.order(ME, "1001")).items
    assert [(i.final_sale, i.hygiene, i.personalised) for i in told] == [
        (True, True, False), (False, False, True), (False, False, False), (False, False, False), (False, False, False),
    ]  # fmt: skip
    assert (told[3].category, told[4].sku) == ("gift_card", "")


async def test_refunds_count_unless_they_failed_and_returns_that_are_open_count_pieces(shop):
    gone = [
        paid(i, "10.0", kind="REFUND", status=s) for i, s in ((1, "SUCCESS"), (2, "PENDING"), (3, "FAILURE"))
    ]
    refund = {"id": gid("Refund", 1), "createdAt": at(1), "note": None, "transactions": page(gone)}
    its = put(shop, delivered(1000, refunds=[refund]))
    piece = {
        "__typename": "ReturnLineItem", "quantity": 1, "refundedQuantity": 0, "returnReasonNote": "too small",
        "fulfillmentLineItem": {"lineItem": its["lineItems"]["nodes"][0]},
    }  # fmt: skip
    common = {"id": gid("Return", 1), "name": "#1000-R1", "createdAt": at(1), "refunds": {"nodes": []}}
    open_, declined = (
        {**common, "status": s, "returnLineItems": page([piece])} for s in ("OPEN", "DECLINED")
    )
    its["returns"] = page(
        [open_, declined, {**open_, "returnLineItems": page([{"__typename": "UnverifiedReturnLineItem"}])}]
    )
    told = await shop.order(ME, "1000")
    assert (told.refunded, told.left, told.items[0].returned) == (Money(20_00, "EUR"), Money(61_50, "EUR"), 1)


async def test_all_pages_of_orders_are_read_newest_first(shop):
    for number in range(2000, 2060):
        put(shop, order(number, days=2060 - number))
    told = await shop.orders(ME)
    assert len(told) == 62
    assert [o.placed_at for o in told] == sorted((o.placed_at for o in told), reverse=True)
    assert (await shop.order(ME, "2000")).number == "2000"


async def test_all_lines_of_a_long_order_are_read(shop):
    put(shop, order(1001, lineItems=page([line(1)], more=True), more=[line(2), line(3)]))
    assert [item.id for item in (await shop.order(ME, "1001")).items] == ["1", "2", "3"]


@pytest.mark.parametrize("name", ["#1001", "en1001", "1001-a"])
async def test_an_order_is_found_by_the_name_that_the_store_gave_it(shop, name):
    put(shop, order(1001, name=name))
    number = name.lstrip("#").upper()
    assert (await shop.order(ME, number)).number == number


async def test_a_list_that_does_not_end_is_no_answer(shop):
    put(shop, order(1001, lineItems=page([line(1)], more=True), more=[line(2)]))
    shop.store.morelines = lambda **_: {"order": {"lineItems": page([line(3)], more=True)}}
    with pytest.raises(ShopUnavailable, match="does not end"):
        await shop.order(ME, "1001")


async def test_two_orders_of_one_name_are_like_none(shop):
    put(shop, order(3000, name="#1001"))
    assert await shop.order(ME, "1001") is None


@pytest.mark.parametrize("who", ["", "0", "7001 OR 1=1", "gid://shopify/Customer/7001", "٧٠٠١", "70\n01"])
async def test_who_is_no_number_is_nobody_and_nothing_is_asked(shop, who):
    assert (await shop.customer(who), await shop.orders(who), await shop.variants(who)) == (None, (), ())
    assert shop.store.asked == []


async def test_an_order_that_has_passed_to_somebody_else_is_not_shown(shop):
    async def bad(request, store):
        if store.asked[-1] == "Order":
            store.orders[gid("Order", 1001)]["customer"] = {"id": gid("Customer", OTHER)}
        return await store.answer(request)

    shop.store.bad = bad
    assert await shop.order(ME, "1001") is None


# --- what failures mean


@pytest.mark.parametrize("wrong", [always(500), always(503), always(429), dropped])
async def test_a_question_without_an_answer_is_asked_three_times(shop, wrong):
    shop.store.bad = wrong
    with pytest.raises(ShopUnavailable):
        await shop.customer(ME)
    assert shop.store.asked == ["Customer"] * 3


def throttled(available):
    status = {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100}
    cost = {"requestedQueryCost": 700, "throttleStatus": status}
    errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    return always(200, errors=errors, extensions={"cost": cost})


async def test_a_question_that_has_no_room_waits_as_long_as_the_store_says(shop):
    async def bad(request, store):
        store.bad = None
        return await throttled(400)(request, store)

    shop.store.bad = bad
    assert (await shop.customer(ME)).name == "Maeve Brennan"
    assert shop.sleep.slept == [3.0]


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 423])
async def test_what_asking_again_does_not_mend_is_asked_once(shop, status):
    shop.store.bad = always(status)
    with pytest.raises(ShopUnavailable, match=str(status)):
        await shop.order(ME, "1001")
    assert len(shop.store.asked) == 1


async def test_data_beside_errors_is_no_answer_for_it_may_have_holes(shop):
    errors = [
        {"message": "Access denied for Maeve", "path": ["customer"], "extensions": {"code": "ACCESS_DENIED"}}
    ]
    shop.store.bad = always(200, data={"customer": None}, errors=errors)
    with pytest.raises(ShopUnavailable, match=r"with errors: ACCESS_DENIED\.$"):
        await shop.customer(ME)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"<html>", b"{}", b'{"data": null}', b"[" * 100_000]
)
async def test_what_is_no_answer_of_shopifys_is_none(shop, content):
    async def bad(*_):
        return httpx.Response(200, content=content)

    shop.store.bad = bad
    with pytest.raises(ShopUnavailable):
        await shop.orders(ME)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("totalReceivedSet", bag("81.505")),
        ("totalReceivedSet", bag("Infinity")),
        ("totalReceivedSet", bag("81.5", "SEK")),
        ("totalReceivedSet", {"presentmentMoney": {"amount": 81.5, "currencyCode": "EUR"}}),
        ("totalReceivedSet", {"presentmentMoney": None}),
        ("totalShippingPriceSet", bag("1.5", "GBP")),
        ("createdAt", "2026-11-20T10:00:00"),
        ("name", None),
        ("transactions", None),
        ("lineItems", page([line(1, quantity="2")])),
        ("returns", page([], more=True)),
        ("transactions", [paid(i, "1.0") for i in range(15)]),
    ],
)
async def test_an_order_of_a_wrong_shape_is_no_answer_and_is_not_told_on(shop, field, value):
    shop.store.orders[gid("Order", 1001)] |= {field: value}
    shop.store.orders.pop(gid("Order", 1000))

    with pytest.raises(ShopUnavailable) as caught:
        await shop.orders(ME)
    assert "Maeve" not in str(caught.value)
    assert "81" not in str(caught.value)


async def test_a_field_that_is_missing_is_named(shop):
    async def bad(request, store):
        answer = (await store.answer(request)).json()
        if store.asked[-1] == "Order":
            del answer["data"]["order"]["cancelledAt"]
        return httpx.Response(200, json=answer)

    shop.store.bad = bad
    with pytest.raises(ShopUnavailable, match="missing at cancelledAt"):
        await shop.order(ME, "1001")


async def test_a_store_that_takes_too_long_has_not_answered():
    async def stall(*_):
        await asyncio.sleep(60)

    async with shopify(seconds=0.05, pauses=()) as shop:
        shop.store.bad = stall
        with pytest.raises(ShopUnavailable, match="TimeoutError"):
            await shop.order(ME, "1001")


async def test_no_log_and_no_error_names_a_customer_an_order_or_the_token(shop, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = []
    for wrong in (
        None,
        dropped,
        always(500, errors="Maeve"),
        always(200, errors=[{"message": "Maeve Brennan"}]),
    ):
        shop.store.bad = wrong
        for asking in (shop.customer(ME), shop.order(ME, "1001"), shop.orders(ME)):
            try:
                await asking
            except ShopUnavailable as error:
                told.append(str(error))
    out = capsys.readouterr()
    everything = "\n".join([*told, *(r.getMessage() for r in caplog.records), out.out, out.err])
    assert told
    for private in (ME, "1001", "Maeve", "4242", TOKEN):
        assert private not in everything
