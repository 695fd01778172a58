"""What one customer, and all together, get from code within a time is bounded, however many conversations ask at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.actions import CancelOrder, CancelReason, ChangeDefaultAddress
from agent.money import Money
from agent.outcomes import Done, NotPossible, Why
from agent.proposals import Proposals
from agent.records import ApprovalRequest, Proposal
from agent.rules import LIMITS, Code
from tests.agent.orders_world import HOME, World


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


def under(world, **limits):
    world.proposals = Proposals(world.database, world.shop, world.clock, replace(LIMITS, **limits))


async def propose(world, action, customer="cus_maeve"):
    return await world.proposals.propose(await world.conversation(customer), action)


async def yes(world, proposal):
    return await world.proposals.confirm(
        proposal.id, customer_id=proposal.customer_id, digest=proposal.digest
    )


def to_street(number):
    return ChangeDefaultAddress(address=replace(HOME, line1=f"{number} Quay Street"))


async def test_so_many_changes_a_day_are_made_then_a_person_looks_until_a_day_is_over(world):
    under(world, changes_of_a_customer_a_day=3)
    for number in range(3):
        assert isinstance(await yes(world, await propose(world, to_street(number))), Done)
        world.clock.pass_(timedelta(minutes=1))
    verdict = await propose(world, to_street(9))
    assert isinstance(verdict, ApprovalRequest)
    assert [reason["code"] for reason in verdict.reasons] == [Code.TOO_MANY_CHANGES]
    world.clock.pass_(timedelta(hours=24) - timedelta(minutes=4))
    assert isinstance(await propose(world, to_street(9)), ApprovalRequest)
    world.clock.pass_(timedelta(minutes=1))  # the first of them is 24 hours old
    assert isinstance(await propose(world, to_street(9)), Proposal)


async def test_cards_confirmed_side_by_side_do_not_pass_the_changes_of_a_day_together(world):
    under(world, changes_of_a_customer_a_day=3)
    cards = [await propose(world, to_street(number)) for number in range(8)]
    outcomes = await asyncio.gather(*(yes(world, card) for card in cards))
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotPossible)]
    assert {outcome.reason for outcome in refused} == {Why.NEEDS_PERSON}
    assert len(await world.shop_effects()) == 8 - len(refused) <= 3


@pytest.mark.parametrize(("most", "done"), [(81_50 + 89_50, 2), (81_50 + 89_49, 1)])
async def test_what_all_get_within_a_day_is_bounded_to_the_cent(world, most, done):
    under(world, refunds_of_a_day=Money(most, "EUR"))
    orders = ("TT-10432", "TT-10429")  # €81.50 and €89.50
    cards = [await propose(world, CancelOrder(order=o, reason=CancelReason.NO_LONGER_NEEDED)) for o in orders]
    outcomes = [await yes(world, card) for card in cards]
    assert [isinstance(outcome, Done) for outcome in outcomes] == [True, done == 2]
    assert await world.refunded("TT-10432") + await world.refunded("TT-10429") <= most
