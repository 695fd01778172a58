"""Changes in a Shopify store: one effect for a key, wherever a request or an answer is lost."""

import asyncio

import httpx
import pytest

from agent.actions import ChangeAddress
from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money
from agent.orders import Address
from agent.shopify_shop.marks import QUIET
from agent.verdicts import Effects
from tests.agent.shopify_store import ME, OTHER, gid
from tests.agent.shopify_world import (
    BACK,
    CANCEL,
    EUR,
    KINDS,
    always,
    dropped,
    effects_in,
    effects_of,
    lost,
    make,
    make_again,
    only,
    shopify,
)


@pytest.fixture
async def shop():
    async with shopify() as shop:
        yield shop


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


# --- one key, one effect


async def test_a_change_is_made_once_and_its_receipt_is_read_from_the_order(shop, kind):
    receipt = await make(shop, KINDS[kind])
    assert receipt.order_number == KINDS[kind].about
    assert await shop.receipt("k") == receipt == await make_again(shop)
    assert effects_in(shop.store) == 1
    assert shop.store.asked.count(kind) == 1


async def test_an_answer_that_is_lost_is_found_again_on_the_order(shop, kind):
    shop.store.bad = only(kind)(lost)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    shop.store.bad = None
    receipt = await shop.receipt("k")
    assert receipt is not None
    assert await make_again(shop) == receipt
    assert effects_in(shop.store) == 1


@pytest.mark.parametrize("wrong", [dropped, always(502), always(429), always(200, errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED"}}])])  # fmt: skip
async def test_a_change_that_did_not_arrive_is_made_once_after_the_time_in_which_it_still_might(
    shop, kind, wrong
):
    shop.store.bad = only(kind)(wrong)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    assert shop.store.asked.count(kind) == 1
    shop.store.bad = None
    for asking in (shop.receipt("k"), make_again(shop)):
        with pytest.raises(ShopUnavailable, match="on its way"):
            await asking
    shop.clock.pass_(QUIET)
    assert await shop.receipt("k") is None
    receipt = await make_again(shop)
    assert await shop.receipt("k") == receipt
    assert effects_in(shop.store) == 1


async def test_a_change_that_arrives_late_is_not_made_again(shop, kind):
    late = []

    async def held(request, _):
        late.append(request)
        raise httpx.ReadTimeout("no answer")

    shop.store.bad = only(kind)(held)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    shop.store.bad = None
    await shop.store.answer(late.pop())
    assert await shop.receipt("k") == await make_again(shop)
    assert effects_in(shop.store) == 1


@pytest.mark.parametrize("wrong", [lost, dropped])
async def test_whether_the_claim_got_there_or_not_nothing_is_done_without_it(shop, kind, wrong):
    shop.store.bad = only("Claim")(wrong)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    assert effects_in(shop.store) == 0
    shop.store.bad = None
    shop.clock.pass_(QUIET)
    await make_again(shop)
    assert effects_in(shop.store) == 1


async def test_of_two_processes_one_makes_the_change_and_the_other_does_not_know(shop, kind):
    async with shopify(shop.store) as other:
        effects = await effects_of(shop, KINDS[kind])
        # Both have read the order before either has claimed it.
        meet = asyncio.Barrier(2)

        async def bad(request, store):
            if store.asked[-1] == "Claim":
                await meet.wait()
            return await store.answer(request)

        shop.store.bad = bad
        outcomes = await asyncio.gather(
            *(s.change(ME, KINDS[kind], effects, idempotency_key="k") for s in (shop, other)),
            return_exceptions=True,
        )
        assert sorted(type(o).__name__ for o in outcomes) == ["ShopReceipt", "ShopUnavailable"]
        assert effects_in(shop.store) == 1
        assert await shop.receipt("k") in outcomes


async def test_a_key_is_good_for_one_request_also_before_it_is_done(shop, kind):
    shop.store.bad = only(kind)(dropped)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    shop.store.bad = None
    shop.clock.pass_(QUIET)
    with pytest.raises(ShopRefused, match="key_used_for_another_request"):
        await make(shop, KINDS[kind], refund_to="somewhere else")
    assert effects_in(shop.store) == 0


async def test_a_key_is_good_for_one_request_also_after_it_is_done(shop, kind):
    receipt = await make(shop, KINDS[kind])
    with pytest.raises(ShopRefused, match="key_used_for_another_request"):
        await make(shop, KINDS[kind], refund_to="somewhere else")
    assert await shop.receipt("k") == receipt
    assert effects_in(shop.store) == 1


@pytest.mark.parametrize("key", ["", "a b", "k" * 59, "ключ", "a:b"])
async def test_a_key_that_the_store_could_not_keep_is_refused(shop, key):
    with pytest.raises(ShopRefused, match="not_a_key"):
        await make(shop, CANCEL, key)


async def test_an_order_that_has_passed_to_another_customer_leaves_the_outcome_open(shop):
    await make(shop, CANCEL)
    shop.store.orders[gid("Order", 1001)]["customer"] = {"id": gid("Customer", OTHER)}
    with pytest.raises(ShopUnavailable, match="not to be seen"):
        await shop.receipt("k")


# --- what the store refuses


async def test_a_refusal_is_a_short_code_and_leaves_nothing_behind(shop):
    shop.store.orders[gid("Order", 1001)]["fulfillments"] = []
    nowhere = ChangeAddress(
        order="1001", address=Address("Maeve Brennan", "3 Quay Street", "", "", "Galway", "IE")
    )
    before = await shop.order(ME, "1001")
    with pytest.raises(ShopRefused, match="address_refused"):
        await shop.change(ME, nowhere, Effects(), idempotency_key="k")
    assert await shop.order(ME, "1001") == before
    assert shop.store.orders[gid("Order", 1001)]["metafields"]["nodes"] == []


@pytest.mark.parametrize("code", ["INTERNAL_ERROR", None])
async def test_an_error_that_does_not_say_that_nothing_was_done_leaves_it_open(shop, code):
    errors = [{"code": code}]
    shop.store.bad = only("Return")(
        always(200, data={"returnCreate": {"return": None, "userErrors": errors}})
    )
    with pytest.raises(ShopUnavailable):
        await make(shop, BACK)


async def test_an_answer_without_its_list_of_errors_leaves_it_open(shop, kind):
    shop.store.bad = only(kind)(
        always(200, data={"any": {"userErrors": None, "orderCancelUserErrors": None}})
    )
    with pytest.raises(ShopUnavailable, match="not understood"):
        await make(shop, KINDS[kind])


async def test_what_the_store_objects_to_may_be_our_own_change(shop):
    async def twice(request, store):
        await store.answer(request)
        return await store.answer(request)

    shop.store.bad = only("Cancel")(twice)
    assert (await make(shop, CANCEL)).refund == Money(81_50, EUR)


async def test_what_it_cannot_do_is_left_to_people(shop):
    assert shop.kinds == {"cancel_order", "change_address", "partial_refund", "return_items"}
    with pytest.raises(ShopRefused, match="cannot_charge"):
        await make(shop, CANCEL, charge=Money(1, EUR))
