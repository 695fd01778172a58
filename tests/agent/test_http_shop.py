"""A shop over HTTP when the line, the shop or somebody in between behaves badly."""

import asyncio
import logging
from datetime import timedelta

import httpx
import pytest

from agent.errors import ShopRefused, ShopUnavailable
from agent.http_shop import shop as shop_module
from agent.http_shop.signing import ID
from agent.money import Money
from agent.orders import OrderStatus
from agent.outcomes import Done, Unknown
from agent.proposals import Proposals
from agent.records import ProposalStatus
from tests.agent.http_world import (
    CANCEL,
    ME,
    PENDING,
    TOTAL,
    always,
    cancel,
    client,
    http_world,
    lost,
    put,
    saying,
)
from tests.agent.shop_server import SECRET


@pytest.fixture
async def world(tmp_path):
    async with http_world(tmp_path) as world:
        yield world


# --- signatures


async def test_who_does_not_know_the_secret_learns_and_changes_nothing(world):
    stranger = client(world, "another-secret-of-thirty-two-letters", kinds=frozenset({"cancel_order"}))
    for asking in (
        stranger.customer(ME),
        stranger.order(ME, PENDING),
        stranger.receipt("k"),
        cancel(stranger),
    ):
        with pytest.raises(ShopUnavailable, match="401"):
            await asking
    assert await world.shop_effects() == []


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_is_good_for_five_minutes(world, minutes):
    shop = client(world, clock=lambda: world.clock.now + timedelta(minutes=minutes), kinds=world.http.kinds)
    with pytest.raises(ShopUnavailable, match="401"):
        await cancel(shop)
    assert await world.shop_effects() == []


async def test_a_signature_is_good_for_the_request_that_it_was_made_for(world):
    world.line.bad = always(502)  # somebody in between keeps the request
    with pytest.raises(ShopUnavailable):
        await cancel(world.http)
    kept = world.line.asked[-1]

    async def sent(method=None, path=None, content=None, **headers):
        changed = {k: v for k, v in kept.headers.items() if k != "content-length"} | headers
        url = kept.url.copy_with(path=path or kept.url.path)
        body = kept.content if content is None else content
        request = httpx.Request(method or kept.method, url, headers=changed, content=body)
        return (await world.line.shop(request)).status_code

    assert await sent(content=kept.content.replace(b"8150", b"8149")) == 401
    assert await sent(path="/customers/cus_jonas/changes") == 401
    assert await sent(**{"idempotency-key": "another"}) == 401
    assert await sent(**{"idempotency-key": "another", ID: "another"}) == 401
    assert await sent(method="GET", path=f"/customers/{ME}") == 401
    assert await world.shop_effects() == []
    assert [await sent(), await sent()] == [200, 200]  # as it was: one key, one effect
    assert len(await world.shop_effects()) == 1


# --- no answer


async def test_a_read_without_an_answer_is_asked_again(world):
    failures = [httpx.ConnectError("no way"), httpx.RemoteProtocolError("cut off")]

    async def bad(request, shop):
        if failures:
            raise failures.pop()
        return await shop(request)

    world.line.bad = bad
    assert (await world.http.order(ME, PENDING)).total == Money(TOTAL, "EUR")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_shop_that_fails_is_asked_three_times_to_read_and_once_to_write(world, status):
    world.line.bad = always(status, b"cus_maeve")
    with pytest.raises(ShopUnavailable):
        await world.http.order(ME, PENDING)
    with pytest.raises(ShopUnavailable):
        await cancel(world.http)
    assert world.line.counts() == {
        ("GET", f"/customers/{ME}/orders/{PENDING}"): 3, ("POST", f"/customers/{ME}/changes"): 1,
    }  # fmt: skip


async def drip():
    while True:
        yield b" "
        await asyncio.sleep(0.01)


async def stall(*_):
    await asyncio.sleep(60)


async def dripping(*_):
    return httpx.Response(200, content=drip())


@pytest.mark.parametrize("slow", [stall, dripping])
async def test_a_shop_that_takes_too_long_has_not_answered(world, slow):
    world.line.bad = slow
    shop = client(world, kinds=world.http.kinds, seconds=0.05)
    with pytest.raises(ShopUnavailable, match="No answer to an order: TimeoutError"):
        await shop.order(ME, PENDING)
    with pytest.raises(ShopUnavailable):
        await cancel(shop)
    assert world.line.counts()["POST", f"/customers/{ME}/changes"] == 1


async def test_an_answer_that_does_not_end_is_not_read_to_its_end(world, monkeypatch):
    monkeypatch.setattr(shop_module, "_MOST_BYTES", 100)
    with pytest.raises(ShopUnavailable, match="too long"):
        await world.http.orders(ME)


async def test_a_shop_that_does_not_answer_at_the_start_is_asked_for_its_kinds_by_the_next_read(world):
    async def down(_):
        raise httpx.ConnectError("no way")

    way, world.line.shop = world.line.shop, down
    shop = client(world)
    await shop.open()
    assert shop.kinds == frozenset()
    world.line.shop = way
    await shop.orders(ME)
    assert shop.kinds == world.shop.kinds


# --- changes


@pytest.mark.parametrize("status", [409, 422])
async def test_a_refusal_has_the_shops_reason_unless_it_is_more_than_a_code(world, status):
    world.line.bad = always(status, b'{"reason": "out_of_stock"}')
    with pytest.raises(ShopRefused, match="out_of_stock"):
        await cancel(world.http)
    world.line.bad = always(status, b'{"reason": "Maeve Brennan owes us money"}')
    with pytest.raises(ShopRefused) as caught:
        await cancel(world.http)
    assert caught.value.reason == "other"
    world.line.bad = always(status, b"Conflict")
    with pytest.raises(ShopUnavailable):
        await cancel(world.http)


async def test_a_lost_answer_to_a_change_is_found_again_by_its_key(world):
    proposals = Proposals(world.database, world.http, world.clock)
    proposal = await proposals.propose(await world.conversation(), CANCEL)
    world.line.bad = lost
    outcome = await proposals.confirm(proposal.id, customer_id=ME, digest=proposal.digest)
    assert isinstance(outcome, Unknown)
    world.line.bad = None
    (outcome,) = await proposals.recover()
    assert isinstance(outcome, Done)
    assert await proposals.recover() == []
    assert await world.refunded(PENDING) == TOTAL
    assert len(await world.shop_effects()) == 1
    assert (await world.http.order(ME, PENDING)).status is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    "edit",
    [
        put({"amount": 1, "currency": "EUR"}, "refund"),
        put(None, "refund"),
        put({"amount": 1, "currency": "EUR"}, "charge"),
        put("TT-10387", "order_number"),
        put("another", "idempotency_key"),
    ],
)
async def test_a_receipt_for_something_else_is_for_a_person_to_look_at(world, edit):
    proposals = Proposals(world.database, world.http, world.clock)
    proposal = await proposals.propose(await world.conversation(), CANCEL)

    async def bad(request, shop):
        of_a_change = request.method == "POST"
        return await (saying(edit)(request, shop) if of_a_change else shop(request))

    world.line.bad = bad
    outcome = await proposals.confirm(proposal.id, customer_id=ME, digest=proposal.digest)
    assert isinstance(outcome, Unknown)
    (effect,) = await world.effects()
    assert effect.receipt is None
    assert (await world.proposal(proposal.id)).status == ProposalStatus.CONFIRMED


# --- what is told to others


async def test_no_log_and_no_error_names_a_customer_an_order_or_the_secret(world, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    told = []
    for bad in (None, lost, always(500), saying(put("Maeve Brennan", "total"))):
        world.line.bad = bad
        for asking in (world.http.customer(ME), world.http.order(ME, PENDING), cancel(world.http)):
            try:
                await asking
            except (ShopUnavailable, ShopRefused) as error:
                told.append(str(error))
    assert told
    out = capsys.readouterr()
    # The database's own debugging is not ours to speak of here.
    http = [r.getMessage() for r in caplog.records if not r.name.startswith(("aiosqlite", "sqlalchemy"))]
    everything = "\n".join([*told, *http, out.out, out.err])
    for private in (ME, PENDING, "Maeve", "4242", SECRET):
        assert private not in everything
