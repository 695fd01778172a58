"""How Candor is let into a Shopify store, and what its installer is told."""

import pytest

from agent.errors import ShopUnavailable
from agent.shopify_shop.api import App
from tests.agent.shopify_store import APP, ME, TOKEN
from tests.agent.shopify_world import shopify


async def test_a_wrong_token_reads_nothing():
    async with shopify(token=TOKEN + "!") as shop:
        with pytest.raises(ShopUnavailable, match="401"):
            await shop.customer(ME)


async def test_an_app_of_the_dashboard_fetches_its_token_once_a_day():
    async with shopify(token=APP) as shop:
        for _ in range(3):
            assert (await shop.customer(ME)).name == "Maeve Brennan"
        assert shop.store.tokens == ["token-1"]


async def test_a_token_that_is_about_to_end_is_not_used_any_more():
    async with shopify(token=APP) as shop:
        shop.store.lasts = 200
        await shop.customer(ME)
        await shop.customer(ME)
        assert shop.store.tokens == ["token-1", "token-2"]


async def test_a_token_that_was_taken_back_is_fetched_anew():
    async with shopify(token=APP) as shop:
        await shop.customer(ME)
        shop.store.tokens.append("another")
        assert (await shop.customer(ME)).name == "Maeve Brennan"
        assert shop.store.tokens == ["token-1", "another", "token-3"]


async def test_an_app_with_a_wrong_secret_is_not_let_in_and_the_secret_is_not_told():
    async with shopify(token=App(APP.client_id, "a-wrong-secret")) as shop:
        with pytest.raises(ShopUnavailable, match="does not let the app in: status 400") as caught:
            await shop.customer(ME)
    assert "a-wrong-secret" not in str(caught.value)
    assert "a-wrong-secret" not in repr(App("x", "a-wrong-secret"))


async def test_an_installer_is_told_which_permissions_are_missing(capsys):
    async with shopify() as shop:
        await shop.open()
        assert "scopes" not in capsys.readouterr().out
        shop.store.scopes = ["write_orders", "read_customers", "read_products"]
        await shop.open()
        assert "['read_returns', 'write_returns']" in capsys.readouterr().out
