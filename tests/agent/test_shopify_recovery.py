"""Confirmed changes at Shopify, carried out and recovered as in production: the intents stand in our own records."""

from datetime import timedelta

import pytest

from agent.intents import intents_in
from agent.outcomes import Done, Unknown
from agent.proposals import Proposals
from agent.records import ProposalStatus
from agent.shopify_shop.api import ShopifyApi
from agent.shopify_shop.marks import QUIET
from agent.shopify_shop.shop import ShopifyShop
from tests.agent.orders_world import World
from tests.agent.shopify_store import DOMAIN, ME, TOKEN, bag, gid
from tests.agent.shopify_world import CANCEL, Sleep, dropped, effects_in, lost, only, shopify


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
