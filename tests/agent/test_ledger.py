"""The books: in double entry, written with the receipt, compared with receipts and shop."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from agent.actions import CancelOrder, CancelReason, ChangeAddress
from agent.demo_shop.records import ShopOrder, ShopRefund
from agent.ledger import check, refunded_since
from agent.money import Money
from agent.records import Effect, LedgerEntry, Proposal, ProposalStatus
from tests.agent.orders_world import HOME, World

CANCEL = CancelOrder(order="TT-10432", reason=CancelReason.NO_LONGER_NEEDED)
KEY = "proposal-{}"


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


async def done(world, action=CANCEL):
    proposal = await world.proposals.propose(await world.conversation(), action)
    for _ in range(2):  # the second yes changes nothing
        await world.proposals.confirm(proposal.id, customer_id="cus_maeve", digest=proposal.digest)
    return proposal


async def change(world, statement):
    async with world.database.transaction() as session:
        await session.exec(statement)


async def test_a_refund_is_booked_once_on_both_sides(world):
    proposal = await done(world)
    booked = [
        (e.idempotency_key, e.account, e.minor_units, e.currency) for e in await world.rows(LedgerEntry)
    ]
    assert booked == [
        (f"proposal-{proposal.id}", "order:TT-10432", 81_50, "EUR"),
        (f"proposal-{proposal.id}", "payment:Visa •••• 4242", -81_50, "EUR"),
    ]
    assert await check(world.database, world.shop) == []


async def test_a_change_without_money_books_nothing(world):
    moved = ChangeAddress(
        order="TT-10429", address=HOME.__class__(**{**vars(HOME), "line1": "3 Quay Street"})
    )
    await done(world, moved)
    assert await world.rows(LedgerEntry) == []
    assert await check(world.database, world.shop) == []


async def test_an_entry_that_is_missing_or_altered_is_told(world):
    proposal = await done(world)
    key = f"proposal-{proposal.id}"
    async with world.database.transaction() as session:
        (await session.get_one(LedgerEntry, 2)).minor_units = -1
    off, unlike = await check(world.database, world.shop)
    assert off == f"{key}: the entries are off by €81.49."
    assert unlike.startswith(f"{key}: booked is ")
    await change(world, delete(LedgerEntry))
    (missing,) = await check(world.database, world.shop)
    assert missing.startswith(f"{key}: booked is []")


async def test_an_entry_without_a_receipt_is_told(world):
    proposal = await done(world)
    async with world.database.transaction() as session:
        (await session.get_one(Effect, f"proposal-{proposal.id}")).receipt = None
    assert await check(world.database, world.shop) == [f"proposal-{proposal.id}: booked without a receipt."]


async def test_a_shop_that_has_forgotten_a_refund_or_an_order_is_told(world):
    await done(world)
    await change(world, delete(ShopRefund).where(ShopRefund.order_number == "TT-10432"))
    assert await check(world.database, world.shop) == [
        "Order TT-10432: we sent back €81.50, the shop says €0.00."
    ]
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10432")).customer_id = "cus_jonas"
    (gone,) = await check(world.database, world.shop)
    assert gone.startswith("Order TT-10432: the shop does not know it any more")


async def test_what_went_back_to_everybody_within_a_day_is_read_from_the_books(world):
    await done(world)
    async with world.database.reading() as session:
        today = await refunded_since(session, world.clock.now - timedelta(days=1), "EUR")
        in_other_money = await refunded_since(session, world.clock.now - timedelta(days=1), "USD")
        later = await refunded_since(session, world.clock.now + timedelta(seconds=1), "EUR")
    assert (today, in_other_money, later) == (Money(81_50, "EUR"), Money(0, "USD"), Money(0, "EUR"))


async def test_what_was_told_as_not_done_and_was_done_after_all_is_told(world):
    proposal = await done(world)
    await change(world, delete(LedgerEntry))
    async with world.database.transaction() as session:
        (await session.get_one(Effect, f"proposal-{proposal.id}")).receipt = None
        (await session.get_one(Proposal, proposal.id)).status = ProposalStatus.FAILED
    (told,) = await check(world.database, world.shop)
    assert told.startswith(f"proposal-{proposal.id}: told as not done, and the shop has done it (TTR-")
