"""What Stripe says to a refund, and what it means for the order."""

import httpx
import pytest

from agent.errors import ShopRefused, ShopUnavailable
from agent.money import Money
from tests.agent.orders_world import World
from tests.agent.stripe_world import (
    PAYMENT,
    PENDING,
    TOTAL,
    Account,
    PaidAtStripe,
    always,
    api,
    cancel,
    refusal,
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


# --- what Stripe says


@pytest.mark.parametrize("made", ["pending", "succeeded"])
async def test_a_refund_that_is_on_its_way_stands(world, made):
    world.account.status = made
    assert (await cancel(world)).refund == Money(TOTAL, "EUR")


@pytest.mark.parametrize("made", ["failed", "canceled", "requires_action", "something_new"])
async def test_a_refund_that_does_not_stand_is_told_as_none_and_never_made_twice(world, made):
    world.account.status = made
    assert (await cancel(world)).refund is None
    world.account.forget()
    assert (await world.stripe.receipt("k")).refund is None
    assert len(world.account.refunds) == 1
    world.account.refunds[0]["status"] = "succeeded"  # the customer has given Stripe what it asked for
    assert (await world.stripe.receipt("k")).refund == Money(TOTAL, "EUR")


@pytest.mark.parametrize(
    "answer",
    [
        refusal(500, "api_error", None),
        refusal(429, "invalid_request_error", "rate_limit"),
        refusal(409, "invalid_request_error", "lock_timeout"),
        refusal(400, "invalid_request_error", "lock_timeout"),
        refusal(409, "idempotency_error", "idempotency_key_in_use"),
        refusal(400, "idempotency_error", None),
        refusal(401, "invalid_request_error", None),
        refusal(403, "invalid_request_error", "permission"),
        refusal(400, "something_new", None),
        httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
        httpx.Response(400, text="<html>"),
        httpx.Response(200, json={"id": "re_1"}),
        httpx.Response(
            200, json={"id": "re_1", "status": "succeeded", "created": 1, "amount": 8.5, "currency": "eur"}
        ),
        httpx.Response(
            200, json={"id": "re_1", "status": "succeeded", "created": 1, "amount": 8, "currency": "xyz"}
        ),
    ],
)
async def test_what_is_no_clear_answer_leaves_it_open(world, answer):
    world.account.bad = writing(always(answer))
    with pytest.raises(ShopUnavailable) as caught:
        await cancel(world)
    assert "Maeve" not in str(caught.value)
    world.account.bad = None
    assert (await world.stripe.receipt("k")).refund == Money(TOTAL, "EUR")
    assert len(world.account.refunds) == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal(402, "card_error", "card_declined"), "card_declined"),
        (refusal(400, "invalid_request_error", "charge_already_refunded"), "charge_already_refunded"),
        (refusal(400, "invalid_request_error", "Maeve's card"), "invalid_request_error"),
    ],
)
async def test_a_no_of_stripes_is_a_short_code(answer, code):
    account = Account({PAYMENT: (TOTAL, "eur")})
    account.bad = writing(always(answer))
    with pytest.raises(ShopRefused) as caught:
        await api(account).refund(PAYMENT, Money(1, "EUR"), "k")
    assert caught.value.reason == code


async def test_a_no_after_the_order_was_changed_is_told_as_no_refund(world, capsys):
    world.account.bad = writing(always(refusal(400, "invalid_request_error", "charge_disputed")))
    receipt = await cancel(world)
    assert (receipt.order_number, receipt.refund) == (PENDING, None)
    assert "charge_disputed" in capsys.readouterr().out
