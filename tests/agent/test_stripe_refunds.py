"""Money back through Stripe: one refund for a key, wherever a request or an answer is lost, and no order without its money."""

import json
import logging
from contextlib import nullcontext
from dataclasses import replace

import httpx
import pytest

from agent.errors import ShopRefused, ShopUnavailable
from agent.intents import Intent, intents_in
from agent.money import CURRENCIES, Money
from agent.orders import OrderStatus
from agent.outcomes import Done, Unknown
from agent.proposals import Proposals
from agent.records import ProposalStatus
from agent.stripe_refunds.shop import StripeRefunds, goes_by_stripe
from agent.verdicts import RefundTime
from tests.agent.orders_world import World
from tests.agent.stripe_world import (
    CANCEL,
    EFFECTS,
    ME,
    PAYMENT,
    PENDING,
    SECRET,
    TOTAL,
    Account,
    PaidAtStripe,
    always,
    api,
    cancel,
    dropped,
    lost,
    payment_of,
    refusal,
    status,
    with_stripe,
    writing,
)


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    world.account = Account({PAYMENT: (TOTAL, "eur"), "pi_other": (TOTAL, "eur")})
    world.base = PaidAtStripe(world.shop)
    async with with_stripe(world.base, world.account) as world.stripe:
        yield world
    await world.database.close()


# --- one key, one refund


async def test_the_order_is_changed_and_the_money_sent_once(world):
    receipt = await cancel(world)
    assert receipt == await cancel(world) == await world.stripe.receipt("k")
    assert (receipt.order_number, receipt.refund) == (PENDING, Money(TOTAL, "EUR"))
    assert receipt.reference.endswith(" re_1")
    (refund,) = world.account.refunds
    assert (refund["payment"], refund["amount"], refund["metadata"]) == (PAYMENT, TOTAL, {"candor_key": "k"})
    assert await status(world) is OrderStatus.CANCELLED


@pytest.mark.parametrize("wrong", [lost, dropped])
@pytest.mark.parametrize("a_day_later", [False, True])
async def test_a_refund_that_got_no_answer_is_looked_for_and_made_only_if_it_is_not_there(
    world, wrong, a_day_later
):
    world.account.bad = writing(wrong)
    with pytest.raises(ShopUnavailable):
        await cancel(world)
    assert await status(world) is OrderStatus.CANCELLED
    with pytest.raises(ShopUnavailable) if wrong is dropped else nullcontext():
        await world.stripe.receipt("k")
    world.account.bad = None
    if a_day_later:
        world.account.forget()
    receipt = await world.stripe.receipt("k")
    assert receipt.refund == Money(TOTAL, "EUR")
    assert len(world.account.refunds) == 1


async def test_a_refund_is_found_among_many_on_all_pages(world):
    world.account.payments[PAYMENT] = (TOTAL + 300, "eur")
    await cancel(world)
    for _ in range(300):
        world.account.add(PAYMENT, 1)
    world.account.forget()
    assert (await world.stripe.receipt("k")).reference.endswith(" re_1")
    assert world.account.counts()["POST", "/v1/refunds"] == 1


async def test_a_process_that_dies_between_order_and_money_is_finished_by_the_same_key(world):
    await world.base.change(ME, CANCEL, EFFECTS, idempotency_key="k")  # and then it died
    world.stripe.intents.known["k"] = Intent(ME, CANCEL, EFFECTS)
    assert (await world.stripe.receipt("k")).refund == Money(TOTAL, "EUR")
    assert [refund["metadata"]["candor_key"] for refund in world.account.refunds] == ["k"]


async def test_a_change_of_which_we_know_no_intent_is_not_paid_for(world):
    await world.base.change(ME, CANCEL, EFFECTS, idempotency_key="k")
    with pytest.raises(ShopUnavailable, match="no intent"):
        await world.stripe.receipt("k")
    assert world.account.refunds == []


# --- before the order is touched


async def test_what_stripe_does_not_have_is_refused_before_the_order_is_touched(world):
    world.account.add(PAYMENT, 1)
    with pytest.raises(ShopRefused, match="refund_exceeds_what_was_paid"):
        await cancel(world)
    assert (await status(world), world.account.counts()["POST", "/v1/refunds"]) == (OrderStatus.PENDING, 0)
    assert await world.stripe.receipt("k") is None


@pytest.mark.parametrize("gone", ["failed", "canceled"])
async def test_a_refund_that_failed_leaves_its_money_to_be_refunded(world, gone):
    world.account.add(PAYMENT, TOTAL, status=gone)
    assert (await cancel(world)).refund == Money(TOTAL, "EUR")


@pytest.mark.parametrize("wrong", [dropped, always(httpx.Response(503))])
async def test_while_stripe_does_not_answer_no_order_is_touched(world, wrong):
    world.account.bad = wrong
    with pytest.raises(ShopUnavailable):
        await cancel(world)
    assert await status(world) is OrderStatus.PENDING


async def test_money_goes_only_to_the_payment_of_the_order(world):
    with pytest.raises(ShopRefused, match="only_to_the_original_payment"):
        await cancel(world, method="pi_other")
    with pytest.raises(ShopRefused, match="no_such_order"):
        await world.stripe.change("cus_jonas", CANCEL, EFFECTS, idempotency_key="k")
    assert (await status(world), world.account.refunds) == (OrderStatus.PENDING, [])


async def test_a_shop_that_did_something_else_has_nothing_sent_for_it(world):
    class Other(PaidAtStripe):
        async def change(self, *args, **kwargs):
            return replace(await self._shop.change(*args, **kwargs), refund=Money(1, "EUR"))

    async with with_stripe(Other(world.shop), world.account) as stripe:
        receipt = await stripe.change(ME, CANCEL, EFFECTS, idempotency_key="k")
    assert (receipt.refund, world.account.refunds) == (Money(1, "EUR"), [])


@pytest.mark.parametrize(
    ("changed", "through"),
    [
        ({}, True),
        ({"method": "ch_3NqL8x"}, True),
        ({"refund_when": RefundTime.AFTER_ARRIVAL}, False),
        ({"method": ""}, False),
        ({"method": "visa"}, False),
        ({"method": "pi_1/../../v1/customers"}, False),
        ({"refund": Money(0, "EUR")}, False),
        ({"refund": None}, False),
    ],
)
def test_through_stripe_goes_what_is_due_now_to_a_payment_there(changed, through):
    assert goes_by_stripe(replace(EFFECTS, **changed)) is through


@pytest.mark.parametrize("currency", CURRENCIES)
async def test_an_amount_is_the_same_number_at_stripe_also_where_there_are_no_cents(currency):
    account = Account({"ch_1": (5000, currency.lower())})
    stripe = api(account)
    refund = await stripe.refund("ch_1", Money(5000, currency), "k")
    assert (refund.amount, await stripe.received("ch_1")) == (Money(5000, currency), Money(5000, currency))
    assert [(r["amount"], payment_of({"charge": r["payment"]})) for r in account.refunds] == [(5000, "ch_1")]


# --- through proposals


async def confirm(world):
    stripe = StripeRefunds(world.base, api(world.account), intents_in(world.database))
    world.proposals = Proposals(world.database, stripe, world.clock)
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    return proposal, await world.proposals.confirm(proposal.id, customer_id=ME, digest=proposal.digest)


async def test_after_a_crash_between_order_and_money_recovery_sends_the_money(world):
    world.account.bad = writing(dropped)
    _, outcome = await confirm(world)
    assert isinstance(outcome, Unknown)
    world.account.bad = None
    assert [type(o) for o in await world.proposals.recover()] == [Done]
    assert await world.proposals.recover() == []
    assert len(world.account.refunds) == 1


async def test_an_order_that_was_changed_and_not_paid_for_is_for_a_person_to_look_at(world):
    world.account.status = "failed"
    proposal, outcome = await confirm(world)
    assert isinstance(outcome, Unknown)
    assert "A person has to look" in outcome.explanation
    assert (await world.proposal(proposal.id)).status == ProposalStatus.CONFIRMED


async def test_no_log_and_no_error_names_a_payment_a_customer_or_the_key(world, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = []
    for bad in (None, writing(lost), always(refusal(500, "api_error", None))):
        world.account.bad = bad
        try:
            await cancel(world)
        except (ShopUnavailable, ShopRefused) as error:
            told.append(str(error))
    records = [r.getMessage() for r in caplog.records if not r.name.startswith(("aiosqlite", "sqlalchemy"))]
    out = capsys.readouterr()
    everything = json.dumps([told, records, out.out, out.err])
    assert told
    for private in (PAYMENT, ME, "Maeve", "4242", SECRET):
        assert private not in everything
