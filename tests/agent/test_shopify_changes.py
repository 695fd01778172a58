"""Changes in a Shopify store: one effect for a key, wherever a request or an answer is lost."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from agent.actions import ChangeAddress, PartialReason, PartialRefund, ReturnItems, ReturnReason
from agent.errors import ShopRefused, ShopUnavailable
from agent.intents import intents_in
from agent.money import Money
from agent.orders import Address, OrderStatus, ReturnLine
from agent.outcomes import Done, Unknown
from agent.proposals import Proposals
from agent.records import ProposalStatus
from agent.shopify_shop.api import ShopifyApi
from agent.shopify_shop.marks import QUIET
from agent.shopify_shop.shop import ShopifyShop
from agent.verdicts import Effects
from tests.agent.orders_world import World
from tests.agent.shopify_store import DOMAIN, ME, OTHER, TOKEN, bag, gid, paid
from tests.agent.shopify_world import CANCEL, Sleep, all_of, always, dropped, lost, only, shopify

QUAY = Address("Maeve Brennan", "3 Quay Street", "", "H91 AB12", "Galway", "IE")
MOVE = ChangeAddress(order="1001", address=QUAY)
PART = PartialRefund(order="1000", lines=(ReturnLine("10000", 1),), reason=PartialReason.DAMAGED)
BACK = ReturnItems(order="1000", lines=(ReturnLine("10000", 1),), reason=ReturnReason.DOES_NOT_FIT, refund_to="original")
KINDS = {"Cancel": CANCEL, "Move": MOVE, "Refund": PART, "Return": BACK}
EUR = "EUR"


@pytest.fixture
async def shop():
    async with shopify() as shop:
        yield shop


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
        len(o["refunds"]) + len(o["returns"]["nodes"]) + (o["shippingAddress"]["address1"] != "14 Sea Road") for o in both
    )


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


# --- one key, one effect


async def test_a_change_is_made_once_and_its_receipt_is_read_from_the_order(shop, kind):
    receipt = await make(shop, KINDS[kind])
    assert receipt.order_number == KINDS[kind].about
    assert await shop.receipt("k") == receipt == await make_again(shop, kind)
    assert effects_in(shop.store) == 1
    assert shop.store.asked.count(kind) == 1


async def make_again(shop, kind):
    intent = shop.intents.known["k"]
    return await shop.change(ME, intent.action, intent.effects, idempotency_key="k")


async def test_an_answer_that_is_lost_is_found_again_on_the_order(shop, kind):
    shop.store.bad = only(kind)(lost)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    shop.store.bad = None
    receipt = await shop.receipt("k")
    assert receipt is not None
    assert await make_again(shop, kind) == receipt
    assert effects_in(shop.store) == 1


@pytest.mark.parametrize("wrong", [dropped, always(502), always(429), always(200, errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED"}}])])  # fmt: skip
async def test_a_change_that_did_not_arrive_is_made_once_after_the_time_in_which_it_still_might(shop, kind, wrong):
    shop.store.bad = only(kind)(wrong)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    assert shop.store.asked.count(kind) == 1
    shop.store.bad = None
    for asking in (shop.receipt("k"), make_again(shop, kind)):
        with pytest.raises(ShopUnavailable, match="on its way"):
            await asking
    shop.clock.pass_(QUIET)
    assert await shop.receipt("k") is None
    receipt = await make_again(shop, kind)
    assert await shop.receipt("k") == receipt
    assert effects_in(shop.store) == 1


async def test_a_change_that_arrives_late_is_not_made_again(shop, kind):
    late = []

    async def held(request, store):
        late.append(request)
        raise httpx.ReadTimeout("no answer")

    shop.store.bad = only(kind)(held)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    shop.store.bad = None
    await shop.store.answer(late.pop())
    assert await shop.receipt("k") == await make_again(shop, kind)
    assert effects_in(shop.store) == 1


@pytest.mark.parametrize("wrong", [lost, dropped])
async def test_whether_the_claim_got_there_or_not_nothing_is_done_without_it(shop, kind, wrong):
    shop.store.bad = only("Claim")(wrong)
    with pytest.raises(ShopUnavailable):
        await make(shop, KINDS[kind])
    assert effects_in(shop.store) == 0
    shop.store.bad = None
    shop.clock.pass_(QUIET)
    await make_again(shop, kind)
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
            *(s.change(ME, KINDS[kind], effects, idempotency_key="k") for s in (shop, other)), return_exceptions=True
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
    nowhere = ChangeAddress(order="1001", address=Address("Maeve Brennan", "3 Quay Street", "", "", "Galway", "IE"))
    before = await shop.order(ME, "1001")
    with pytest.raises(ShopRefused, match="address_refused"):
        await shop.change(ME, nowhere, Effects(), idempotency_key="k")
    assert await shop.order(ME, "1001") == before
    assert shop.store.orders[gid("Order", 1001)]["metafields"]["nodes"] == []


@pytest.mark.parametrize("code", ["INTERNAL_ERROR", None])
async def test_an_error_that_does_not_say_that_nothing_was_done_leaves_it_open(shop, code):
    errors = [{"code": code}]
    shop.store.bad = only("Return")(always(200, data={"returnCreate": {"return": None, "userErrors": errors}}))
    with pytest.raises(ShopUnavailable):
        await make(shop, BACK)


async def test_an_answer_without_its_list_of_errors_leaves_it_open(shop, kind):
    shop.store.bad = only(kind)(always(200, data={"any": {"userErrors": None, "orderCancelUserErrors": None}}))
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
    shop.store.bad = only("Refund")(always(200, data={"refundCreate": {"refund": None, "userErrors": [error]}}))
    with pytest.raises(ShopUnavailable, match="working on this refund"):
        await make(shop, PART)


# --- returns


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


# --- through proposals


@pytest.fixture
async def desk(tmp_path):
    """A customer of the store who has asked to cancel; `desk.shop` is read by intents in the database, as in production."""
    async with shopify() as shop:
        world = await World.create(tmp_path)
        api = ShopifyApi(DOMAIN, TOKEN, transport=shop.store, sleep=Sleep())
        world.store = shop.store
        world.shop = ShopifyShop(api, intents_in(world.database), world.clock)
        world.proposals = Proposals(world.database, world.shop, world.clock)
        yield world
        await api.close()
        await world.database.close()


async def confirm(world):
    proposal = await world.proposals.propose(await world.conversation(ME), CANCEL)
    outcome = await world.proposals.confirm(proposal.id, customer_id=ME, digest=proposal.digest)
    return proposal, outcome


async def test_a_confirmed_cancellation_is_done(desk):
    proposal, outcome = await confirm(desk)
    assert isinstance(outcome, Done)
    assert (await desk.proposal(proposal.id)).status == ProposalStatus.DONE


@pytest.mark.parametrize("wrong", [lost, dropped])
async def test_after_a_crash_the_store_is_asked_and_there_is_one_effect(desk, wrong):
    desk.store.bad = only("Cancel")(wrong)
    _, outcome = await confirm(desk)
    assert isinstance(outcome, Unknown)
    desk.store.bad = None
    if wrong is dropped:
        assert [type(o) for o in await desk.proposals.recover()] == [Unknown]
        desk.clock.pass_(QUIET + timedelta(seconds=1))
    assert [type(o) for o in await desk.proposals.recover()] == [Done]
    assert await desk.proposals.recover() == []
    assert effects_in(desk.store) == 1


async def test_a_store_that_sent_back_something_else_is_for_a_person_to_look_at(desk):
    async def less(request, store):
        answer = await store.answer(request)
        (refund,) = store.orders[gid("Order", 1001)]["refunds"]
        refund["transactions"]["nodes"][0]["amountSet"] = bag("1.0")
        return answer

    desk.store.bad = only("Cancel")(less)
    proposal, outcome = await confirm(desk)
    assert isinstance(outcome, Unknown)
    assert "A person has to look" in outcome.explanation
    assert (await desk.proposal(proposal.id)).status == ProposalStatus.CONFIRMED
