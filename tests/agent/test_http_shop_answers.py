"""Answers of a shop over HTTP that are not what was agreed."""

import httpx
import pytest

from agent.errors import ShopUnavailable
from tests.agent.http_world import ME, PENDING, always, cancel, http_world, put, saying


@pytest.fixture
async def world(tmp_path):
    async with http_world(tmp_path) as world:
        yield world


@pytest.mark.parametrize(
    "edit",
    [
        put(81.5, "total", "amount"),
        put(8150.0, "total", "amount"),
        put("8150", "total", "amount"),
        put(True, "total", "amount"),
        put(-1, "total", "amount"),
        put(10**18, "total", "amount"),
        put("XXX", "total", "currency"),
        put("GBP", "total", "currency"),
        put(None, "total"),
        put("2026-11-20T10:00:00", "placed_at"),
        put("on its way", "status"),
        put(0, "items", 0, "quantity"),
        put(99, "items", 0, "returned"),
        put("2", "items", 0, "quantity"),
        lambda order: order.pop("customer_id") and None,
        lambda order: [order],
        lambda order: {"data": order},
    ],
)
async def test_an_order_of_a_wrong_shape_is_no_answer(world, edit):
    world.line.bad = saying(edit)
    with pytest.raises(ShopUnavailable, match="not understood") as caught:
        await world.http.order(ME, PENDING)
    assert "Maeve" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("content", [b"", b"null", b"{}", b"<html>", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_of_ours_is_no_answer(world, content):
    world.line.bad = always(200, content)
    for asking in (
        world.http.customer(ME),
        world.http.order(ME, PENDING),
        world.http.receipt("k"),
        cancel(world.http),
    ):
        with pytest.raises(ShopUnavailable, match="not understood"):
            await asking


async def test_an_answer_that_breaks_off_is_no_answer(world):
    async def bad(request, shop):
        return httpx.Response(200, content=(await (await shop(request)).aread())[:-20])

    world.line.bad = bad
    for asking in (world.http.customer(ME), world.http.orders(ME), cancel(world.http)):
        with pytest.raises(ShopUnavailable, match="json_invalid"):
            await asking
    assert len(await world.shop_effects()) == 1  # it did happen, and only the key can tell


async def test_what_we_do_not_know_in_an_answer_is_ignored(world):
    plain = await world.http.order(ME, PENDING)
    world.line.bad = saying(put("x", "items", 0, "warehouse"))
    assert await world.http.order(ME, PENDING) == plain


async def test_another_customers_order_is_like_none(world):
    world.line.bad = saying(put("cus_jonas", "customer_id"))
    assert await world.http.order(ME, PENDING) is None
    world.line.bad = saying(put("cus_jonas", 0, "customer_id"))
    told = await world.http.orders(ME)
    assert len(told) == len(await world.shop.orders(ME)) - 1
    assert {order.customer_id for order in told} == {ME}
    world.line.bad = saying(put("cus_jonas", "id"))
    assert await world.http.customer(ME) is None


async def test_another_order_than_was_asked_for_is_like_none(world):
    world.line.bad = saying(put("TT-10387", "number"))
    assert await world.http.order(ME, PENDING) is None


@pytest.mark.parametrize(
    "number", ["..", ".", "", "../..", "a/b", "x?y=1", "x#y", "%2e%2e", "\ud800", " ", "é"]
)
async def test_a_strange_number_leads_nowhere_else(world, number):
    assert await world.http.order(ME, number) is None
    for request in world.line.asked[1:]:
        assert request.url.raw_path.startswith(f"/customers/{ME}/orders/".encode())
        assert request.url.query == b""


async def test_nothing_is_found_only_if_the_shop_itself_says_so(world):
    world.line.bad = always(404, b"<html>Not found, says the proxy</html>")
    for asking in (world.http.order(ME, PENDING), world.http.receipt("k")):
        with pytest.raises(ShopUnavailable, match="404"):
            await asking


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(world, status):
    world.line.bad = always(status, location="http://elsewhere.test/")
    for asking in (world.http.order(ME, PENDING), cancel(world.http)):
        with pytest.raises(ShopUnavailable, match=str(status)):
            await asking
    assert {request.url.host for request in world.line.asked} == {"shop.test"}
    assert await world.shop_effects() == []
