"""What only a person's approval is missing for: bound to what was asked, by somebody who may, and no more than that."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from agent.actions import (
    CancelOrder,
    CancelReason,
    ExchangeItems,
    Goodwill,
    GoodwillReason,
    Reship,
    ReturnItems,
)
from agent.approvals import OPEN_FOR, PENDING_FOR, Approver, NotApproved, WhyNot, at_stake, beyond_authority
from agent.demo_shop.records import ShopOrder
from agent.money import Money
from agent.orders import OrderStatus, RefundTo, ReturnLine, Swap
from agent.outcomes import Done, NotPossible, Why
from agent.proposals import Proposals
from agent.records import ApprovalRequest, ApprovalStatus, Conversation, Effect, Proposal, ProposalStatus
from agent.rules import LIMITS, Code
from agent.verdicts import Refused
from tests.agent.orders_world import World

TENT = CancelOrder(
    order="TT-10430", reason=CancelReason.ORDERED_BY_MISTAKE
)  # €679.00, above the limit of €500.00
BOSS = Approver(uuid4(), Money(1_000_00, "EUR"))


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


@pytest.fixture
async def asked(world):
    """Jonas wants to cancel his tent."""
    return await _asked(world, TENT)


async def _asked(world, action, customer="cus_jonas"):
    request = await world.proposals.propose(await world.conversation(customer), action)
    assert isinstance(request, ApprovalRequest), request
    return request


async def _approved(world, request, by=BOSS, digest=None):
    """A yes as the desk gives it: first what stands against it, then the yes."""
    approvals, digest = world.proposals.approvals, digest or request.digest
    if objection := await approvals.objection(request.id, by=by, digest=digest):
        return objection
    async with world.database.transaction() as session:
        return await approvals.approve(session, request.id, by=by, digest=digest, note="")


async def _confirmed(world, proposal):
    return await world.proposals.confirm(
        proposal.id, customer_id=proposal.customer_id, digest=proposal.digest
    )


async def _status(world, request):
    async with world.database.reading() as session:
        return (await session.get_one(ApprovalRequest, request.id)).status


async def _nothing_happened(world):
    assert await world.shop_effects() == []
    assert await world.effects() == []


async def test_a_change_above_the_limit_becomes_a_request_worked_out_to_the_cent(world, asked):
    assert (asked.title, asked.status, at_stake(asked)) == (
        "Cancel order TT-10430", ApprovalStatus.PENDING, Money(679_00, "EUR"),
    )  # fmt: skip
    assert {"label": "Refund", "value": "€679.00 to your Mastercard •••• 5100"} in asked.lines
    # Above what is cancelled by code, and above what one customer gets from code.
    assert {r["code"] for r in asked.reasons} == {Code.CANCELLATION_OVER_LIMIT, Code.CUSTOMER_OVER_LIMIT}
    assert await world.rows(Proposal) == []
    await _nothing_happened(world)


async def test_an_approval_changes_nothing_until_its_customer_confirms(world, asked):
    proposal = await _approved(world, asked)
    assert (proposal.status, proposal.digest, proposal.lines) == (
        ProposalStatus.OPEN,
        asked.digest,
        asked.lines,
    )
    assert proposal.expires_at == world.clock.now + OPEN_FOR
    await _nothing_happened(world)
    outcome = await _confirmed(world, proposal)
    assert isinstance(outcome, Done)
    assert await world.refunded("TT-10430") == 679_00
    assert (await world.shop.order("cus_jonas", "TT-10430")).status is OrderStatus.CANCELLED


async def test_what_is_not_approved_cannot_be_confirmed_by_anybody(world, asked):
    for id_ in (asked.id, uuid4()):
        outcome = await world.proposals.confirm(id_, customer_id="cus_jonas", digest=asked.digest)
        assert (outcome.reason, await world.effects()) == (Why.NOT_FOUND, [])


@pytest.mark.parametrize(
    ("by", "digest", "why"),
    [
        (replace(BOSS, up_to=Money(678_99, "EUR")), None, WhyNot.OVER_AUTHORITY),
        (replace(BOSS, up_to=Money(10_000_00, "GBP")), None, WhyNot.OVER_AUTHORITY),
        (replace(BOSS, is_the_customer=True), None, WhyNot.OWN_REQUEST),
        (BOSS, "0" * 64, WhyNot.CHANGED),
    ],
)
async def test_who_may_not_approve_this_does_not(world, asked, by, digest, why):
    refused = await _approved(world, asked, by, digest)
    assert (refused.reason, await _status(world, asked)) == (why, ApprovalStatus.PENDING)
    async with (
        world.database.transaction() as session
    ):  # whoever leaves out the first look does not get past either
        second = await world.proposals.approvals.approve(
            session, asked.id, by=by, digest=digest or asked.digest, note=""
        )
    assert isinstance(second, NotApproved)
    assert await world.rows(Proposal) == []


async def test_exactly_their_limit_may_be_approved(world, asked):
    assert isinstance(await _approved(world, asked, replace(BOSS, up_to=Money(679_00, "EUR"))), Proposal)


async def test_of_fifty_decisions_at_once_one_counts(world, asked):
    outcomes = await asyncio.gather(*(_approved(world, asked, replace(BOSS, id=uuid4())) for _ in range(50)))
    assert sum(isinstance(outcome, Proposal) for outcome in outcomes) == 1
    assert {o.reason for o in outcomes if isinstance(o, NotApproved)} == {WhyNot.DECIDED}
    assert len(await world.rows(Proposal)) == 1


async def test_a_no_is_final(world, asked):
    nobody = Approver(uuid4(), Money(0, "EUR"))  # may approve nothing, and may say no
    async with world.database.transaction() as session:
        await world.proposals.approvals.refuse(session, asked.id, by=nobody, digest=asked.digest, note="no")
    late = await _approved(world, asked)
    assert (late.reason, late.explanation) == (WhyNot.DECIDED, "This request is not open any more: refused.")


async def test_an_order_that_has_changed_since_is_not_approved(world, asked):
    await world.set_status("TT-10430", OrderStatus.PACKED)
    refused = await _approved(world, asked)
    assert refused.reason is WhyNot.NO_LONGER_ALLOWED
    assert "packed" in refused.explanation


async def test_other_amounts_than_were_shown_are_not_approved(world, asked):
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10430")).total_cents += 1
    assert (await _approved(world, asked)).reason is WhyNot.NO_LONGER_ALLOWED


async def test_an_approval_covers_only_the_reasons_that_were_told(world, asked):
    """Meanwhile so much was changed for the customer that another rule asks for a person, too."""
    proposal = await _approved(world, asked)
    busy = replace(LIMITS, changes_of_a_customer_a_day=0)
    world.proposals = Proposals(world.database, world.shop, world.clock, busy)
    async with (
        world.database.transaction() as session
    ):  # as if the same policy had judged it: its version is in the digest
        row = await session.get_one(Proposal, proposal.id)
        request = await session.get_one(ApprovalRequest, asked.id)
        again = await world.proposals._judge.judge("cus_jonas", TENT)
        row.digest = request.digest = again.digest
    outcome = await _confirmed(world, row)
    assert (outcome.reason, outcome.explanation) == (
        Why.NEEDS_PERSON, "A person looks after further changes today.",
    )  # fmt: skip
    await _none_made(world)


async def test_an_approval_of_other_arguments_covers_nothing(world, asked):
    proposal = await _approved(world, asked)
    async with world.database.transaction() as session:
        (await session.get_one(ApprovalRequest, asked.id)).digest = "0" * 64
    assert (await _confirmed(world, proposal)).reason is Why.NEEDS_PERSON
    await _none_made(world)


async def _none_made(world):
    assert await world.shop_effects() == []
    assert [(effect.receipt, bool(effect.error)) for effect in await world.effects()] == [(None, True)]


@pytest.mark.parametrize("floor", ["queue", "ai"])
async def test_what_a_person_approved_can_be_confirmed_whoever_has_the_floor(world, asked, floor):
    proposal = await _approved(world, asked)
    (conversation,) = await world.rows(Conversation)
    await world.move_floor(conversation, floor)
    assert isinstance(await _confirmed(world, proposal), Done)


async def test_a_later_request_of_the_customer_replaces_the_one_that_waits(world):
    conversation = await world.conversation("cus_jonas")
    first = await world.proposals.propose(conversation, TENT)
    second = await world.proposals.propose(
        conversation, CancelOrder(order="TT-10430", reason=CancelReason.NO_LONGER_NEEDED)
    )
    assert (await _status(world, first), await _status(world, second)) == (
        ApprovalStatus.WITHDRAWN, ApprovalStatus.PENDING,
    )  # fmt: skip
    assert (await _approved(world, first)).reason is WhyNot.DECIDED


async def test_a_request_that_nobody_decides_lapses(world, asked):
    approvals = world.proposals.approvals
    for passed, expired in ((PENDING_FOR - timedelta(seconds=1), 0), (timedelta(seconds=1), 1)):
        world.clock.pass_(passed)
        async with world.database.transaction() as session:
            assert len(await approvals.expire_due(session)) == expired
    assert await _status(world, asked) == ApprovalStatus.EXPIRED


async def test_the_database_itself_lets_no_proposal_stand_behind_a_request_that_nobody_approved(world, asked):
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as session:
            (await session.get_one(ApprovalRequest, asked.id)).status = ApprovalStatus.APPROVED


async def test_what_a_shop_leaves_to_people_is_asked_for_in_full_and_refused_by_rule_where_a_rule_refuses(
    world,
):
    order = await world.shop.order("cus_maeve", "TT-10387")
    item = order.items[0]
    other = next(v for v in await world.shop.variants(item.product) if v.sku != item.sku and v.stock)
    swap = ExchangeItems(order=order.number, swaps=(Swap(item.id, other.sku, 1),))
    request = await _asked(world, swap, "cus_maeve")
    assert [reason["code"] for reason in request.reasons] == [Code.BY_PERSON]
    pending = ExchangeItems(order="TT-10432", swaps=(Swap("10432-1", other.sku, 1),))
    refusal = await world.proposals.propose(await world.conversation(), pending)
    assert isinstance(refusal, Refused)
    assert refusal.code is Code.NOT_DELIVERED_FOR_EXCHANGE


async def test_goodwill_is_a_persons_to_grant_and_done_once_the_customer_agrees(world):
    wish = Goodwill(order="TT-10387", reason=GoodwillReason.LATE_DELIVERY, amount="10.00")
    request = await _asked(world, wish, "cus_maeve")
    assert at_stake(request) == Money(10_00, "EUR")
    assert beyond_authority(request, Approver(uuid4(), Money(9_99, "EUR"))) is not None
    proposal = await _approved(world, request)
    outcome = await _confirmed(world, proposal)
    assert isinstance(outcome, Done)
    assert await world.refunded("TT-10387") == 10_00


async def test_a_lost_parcel_is_worth_its_goods_to_whoever_approves(world):
    request = await _asked(world, Reship(order="TT-10411"), "cus_maeve")  # nobody has searched for it
    assert [r["code"] for r in request.reasons] == [Code.NOT_KNOWN_LOST]
    assert at_stake(request) == (await world.shop.order("cus_maeve", "TT-10411")).total
    outcome = await _confirmed(world, await _approved(world, request))
    assert isinstance(outcome, Done)


async def test_a_refusal_of_one_item_counts_before_the_question_of_another(world):
    """A fault of one item is a person's to approve; the other of the same return may not come back at all."""
    world.clock.pass_(timedelta(days=60))  # after the window, a fault is a warranty case
    lines = (ReturnLine("10387-1", 1), ReturnLine("10387-3", 1))
    action = ReturnItems(order="TT-10387", lines=lines, reason="none_given", refund_to=RefundTo.ORIGINAL)
    assert isinstance(await world.proposals.propose(await world.conversation(), action), Refused)


async def test_a_restart_between_yes_and_receipt_still_makes_one_effect(world, asked):
    proposal = await _approved(world, asked)
    world.shop.deaf = True
    assert not isinstance(await _confirmed(world, proposal), NotPossible)
    world.shop.deaf = False
    (outcome,) = await Proposals(world.database, world.shop, world.clock).recover()
    assert isinstance(outcome, Done)
    assert len(await world.rows(Effect)) == 1
    assert await world.refunded("TT-10430") == 679_00
