import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from agent import failpoints
from agent.actions import (
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ReturnItems,
    ReturnReason,
)
from agent.demo_shop.records import ShopOrder
from agent.errors import FloorMovedError, NotVerifiedError
from agent.execution import ON_ITS_WAY
from agent.offers import withdraw_open
from agent.orders import OrderStatus, RefundTo, ReturnLine
from agent.outcomes import Done, NotPossible, Unknown, Why
from agent.proposals import LIFETIME, Proposals
from agent.records import ApprovalRequest, Conversation, Effect, Proposal, ProposalStatus
from agent.rules import LIMITS, Code
from agent.verdicts import Effects, NeedsInput, Refused
from tests.agent import orders_world
from tests.agent.orders_world import HOME, World

CANCEL = CancelOrder(order="TT-10432", reason=CancelReason.NO_LONGER_NEEDED)
TOTAL = 81_50  # of TT-10432
RECEIPT = "Order TT-10432 is cancelled. €81.50 goes back to your Visa •••• 4242 within 5–7 working days."


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


def returning(number, *lines, reason=ReturnReason.NONE_GIVEN):
    pieces = tuple(ReturnLine(*line) for line in lines)
    return ReturnItems(order=number, lines=pieces, reason=reason, refund_to=RefundTo.ORIGINAL)


async def yes(world, proposal, **changes):
    said = {"customer_id": proposal.customer_id, "digest": proposal.digest} | changes
    return await world.proposals.confirm(proposal.id, **said)


async def nothing_happened(world):
    assert await world.shop_effects() == []
    assert await world.effects() == []
    assert (await world.shop.order("cus_maeve", "TT-10432")).status is OrderStatus.PENDING


# --- proposing


async def test_a_proposal_says_exactly_what_will_be_done_and_does_nothing(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    assert proposal.title == "Cancel order TT-10432"
    assert {line["label"]: line["value"] for line in proposal.lines} == {
        "Order": "TT-10432",
        "Items": "1 × Inagh fleece (M Heather), 1 × Enamel mug (Moss)",
        "Reason": "no longer needed",
        "Refund": "€81.50 to your Visa •••• 4242",
        "When": "within 5–7 working days",
    }
    assert proposal.expires_at == world.clock.now + LIFETIME
    await nothing_happened(world)


async def test_a_return_shows_its_label_fee(world):
    proposal = await world.proposals.propose(
        await world.conversation(), returning("TT-10387", ("10387-2", 2))
    )
    lines = {line["label"]: line["value"] for line in proposal.lines}
    assert lines["Items"] == "2 × Wool walking socks (40-43)"
    assert lines["Return label"] == "−€3.95"
    assert lines["Refund"] == "€33.05 to your Visa •••• 4242"


async def test_verdicts_come_back_as_they_are_and_leave_nothing_open(world):
    maeve = await world.conversation()
    assert isinstance(await world.proposals.propose(maeve, CancelOrder(order="TT-10432")), NeedsInput)
    shipped = await world.proposals.propose(maeve, CancelOrder(order="TT-10411"))
    assert isinstance(shipped, Refused)
    assert shipped.code is Code.TOO_LATE_TO_CANCEL
    assert await world.rows(Proposal) == []


async def test_somebody_elses_order_and_a_missing_one_get_the_same_answer(world):
    conversation = await world.conversation()
    foreign = await world.proposals.propose(conversation, CancelOrder(order="TT-10430"))
    missing = await world.proposals.propose(conversation, CancelOrder(order="TT-10439"))
    assert isinstance(foreign, NeedsInput)
    assert foreign.explanation.replace("10430", "10439") == missing.explanation
    assert foreign.fields == missing.fields


async def test_a_visitor_proposes_nothing(world):
    with pytest.raises(NotVerifiedError):
        await world.proposals.propose(await world.conversation(None), CANCEL)


async def test_a_turn_that_has_lost_the_floor_proposes_nothing(world):
    conversation = await world.conversation()
    await world.move_floor(conversation)
    with pytest.raises(FloorMovedError):
        await world.proposals.propose(conversation, CANCEL)
    await world.move_floor(conversation, "ai")  # back with the AI, but under a later epoch
    with pytest.raises(FloorMovedError):
        await world.proposals.propose(conversation, CANCEL)
    assert await world.rows(Proposal) == []


async def test_a_conversation_that_claims_another_customer_proposes_nothing(world):
    conversation = await world.conversation("cus_jonas")
    conversation.customer_id = "cus_maeve"
    with pytest.raises(FloorMovedError):
        await world.proposals.propose(conversation, CANCEL)


async def test_a_new_proposal_withdraws_the_one_before(world):
    conversation = await world.conversation()
    first = await world.proposals.propose(conversation, CANCEL)
    second = await world.proposals.propose(conversation, CANCEL)
    assert (await world.proposal(first.id)).status == ProposalStatus.WITHDRAWN
    outcome = await yes(world, first)
    assert outcome.reason is Why.WITHDRAWN
    await nothing_happened(world)
    assert isinstance(await yes(world, second), Done)


async def test_the_digest_binds_order_arguments_customer_amounts_and_policy(world):
    async def digest(world, action, customer="cus_maeve"):
        return (await world.proposals.propose(await world.conversation(customer), action)).digest

    def moved(**changes):
        return ChangeAddress(order="TT-10432", address=replace(HOME, line1="3 Quay Street", **changes))

    digests = [
        await digest(world, CANCEL),
        await digest(world, CancelOrder(order="TT-10429", reason=CancelReason.NO_LONGER_NEEDED)),
        await digest(world, CancelOrder(order="TT-10432", reason=CancelReason.ORDERED_BY_MISTAKE)),
        await digest(world, moved()),
        await digest(world, moved(line2="Flat 2")),
        await digest(world, returning("TT-10387", ("10387-2", 2))),
        await digest(world, returning("TT-10387", ("10387-2", 1))),
    ]
    world.proposals = Proposals(world.database, world.shop, world.clock, replace(LIMITS, return_days=31))
    digests.append(await digest(world, CANCEL))
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10432")).total_cents += 1
    digests.append(await digest(world, CANCEL))
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10432")).customer_id = "cus_amina"
    digests.append(await digest(world, CANCEL, "cus_amina"))
    assert len(set(digests)) == len(digests)


# --- confirming


async def test_a_confirmed_cancellation_is_done_with_a_receipt(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    outcome = await yes(world, proposal)
    assert isinstance(outcome, Done)
    assert outcome.receipt == RECEIPT
    assert outcome.proposal.status == ProposalStatus.DONE
    assert (await world.shop.order("cus_maeve", "TT-10432")).status is OrderStatus.CANCELLED
    assert await world.refunded("TT-10432") == TOTAL


async def test_a_confirmed_address_and_a_confirmed_return_are_done(world):
    moved = ChangeAddress(order="TT-10429", address=replace(HOME, line1="3 Quay Street", postcode="h91 ab12"))
    done = await yes(world, await world.proposals.propose(await world.conversation(), moved))
    assert done.receipt == "Order TT-10429 now goes to Maeve Brennan, 3 Quay Street, H91 AB12 Galway, IE."
    assert (await world.shop.order("cus_maeve", "TT-10429")).address.postcode == "H91 AB12"
    back = returning("TT-10387", ("10387-1", 1), ("10387-2", 3), reason=ReturnReason.DOES_NOT_FIT)
    done = await yes(world, await world.proposals.propose(await world.conversation(), back))
    assert done.receipt == (
        "The return of 4 pieces from order TT-10387 is open. €116.50 goes back to your "
        "Visa •••• 4242 5–7 working days after the parcel has arrived at our warehouse."
    )
    assert [i.returned for i in (await world.shop.order("cus_maeve", "TT-10387")).items] == [1, 3, 0, 0]


async def test_fifty_confirmations_at_once_are_one_effect(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    outcomes = await asyncio.gather(*(yes(world, proposal) for _ in range(50)))
    assert {outcome.receipt for outcome in outcomes} == {RECEIPT}
    assert len(await world.shop_effects()) == len(await world.effects()) == 1
    assert await world.refunded("TT-10432") == TOTAL


async def test_confirmations_in_several_processes_are_one_effect(world):
    """Separate `Proposals` share no lock, as separate processes do not."""
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    others = [Proposals(world.database, world.shop, world.clock) for _ in range(10)]
    said = {"customer_id": "cus_maeve", "digest": proposal.digest}
    outcomes = await asyncio.gather(*(other.confirm(proposal.id, **said) for other in others))
    assert {type(outcome) for outcome in outcomes} == {Done}
    assert len(await world.shop_effects()) == 1
    assert (await world.proposal(proposal.id)).status == ProposalStatus.DONE


async def test_a_second_yes_gives_the_same_receipt_even_after_expiry_and_a_moved_floor(world):
    conversation = await world.conversation()
    proposal = await world.proposals.propose(conversation, CANCEL)
    first = await yes(world, proposal)
    world.clock.pass_(timedelta(days=2))
    await world.move_floor(conversation)
    again = await yes(world, proposal)
    assert again.receipt == first.receipt
    assert len(await world.shop_effects()) == 1


async def test_a_changed_digest_confirms_nothing(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    for digest in ("", "0" * 64, proposal.digest.upper(), proposal.digest[:-1]):
        assert (await yes(world, proposal, digest=digest)).reason is Why.CHANGED
    await nothing_happened(world)
    assert isinstance(await yes(world, proposal), Done)


async def test_somebody_elses_proposal_is_not_found_like_a_missing_one(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    foreign = await yes(world, proposal, customer_id="cus_jonas")
    missing = await world.proposals.confirm(uuid4(), customer_id="cus_jonas", digest=proposal.digest)
    assert foreign == missing
    assert foreign.reason is Why.NOT_FOUND
    assert await world.proposals.decline(proposal.id, customer_id="cus_jonas") == missing
    assert (await world.proposal(proposal.id)).status == ProposalStatus.OPEN
    await nothing_happened(world)


async def test_an_expired_proposal_confirms_nothing(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    world.clock.pass_(LIFETIME)
    assert (await yes(world, proposal)).reason is Why.EXPIRED
    world.clock.now -= LIFETIME  # a clock set back does not reopen it
    assert (await yes(world, proposal)).reason is Why.EXPIRED
    await nothing_happened(world)


async def test_the_last_moment_before_expiry_still_counts(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    world.clock.pass_(LIFETIME - timedelta(microseconds=1))
    assert isinstance(await yes(world, proposal), Done)


@pytest.mark.parametrize("floors", [["queue"], ["queue", "ai"]])
async def test_once_the_floor_has_moved_nothing_is_confirmed(world, floors):
    conversation = await world.conversation()
    proposal = await world.proposals.propose(conversation, CANCEL)
    for floor in floors:
        await world.move_floor(conversation, floor)
    assert (await yes(world, proposal)).reason is Why.FLOOR_MOVED
    await nothing_happened(world)


async def test_what_moves_the_floor_withdraws_the_open_proposal_with_it(world):
    conversation = await world.conversation()
    proposal = await world.proposals.propose(conversation, CANCEL)
    async with world.database.transaction() as session:
        assert await withdraw_open(session, conversation.id) == [proposal.id]
        assert await withdraw_open(session, conversation.id) == []
    assert (await yes(world, proposal)).reason is Why.WITHDRAWN


async def test_a_declined_proposal_stays_declined(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    for _ in range(2):
        declined = await world.proposals.decline(proposal.id, customer_id="cus_maeve")
        assert declined.status == ProposalStatus.DECLINED
    assert (await yes(world, proposal)).reason is Why.DECLINED
    await nothing_happened(world)


async def test_what_is_done_cannot_be_declined(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    await yes(world, proposal)
    refused = await world.proposals.decline(proposal.id, customer_id="cus_maeve")
    assert refused.reason is Why.ALREADY_CONFIRMED
    assert (await world.proposal(proposal.id)).status == ProposalStatus.DONE


async def test_due_proposals_expire(world):
    conversation = await world.conversation()
    proposal = await world.proposals.propose(conversation, CANCEL)
    assert await world.proposals.expire_due(world.clock.now) == []
    expired = await world.proposals.expire_due(world.clock.now + LIFETIME)
    assert [p.id for p in expired] == [proposal.id]
    assert (await yes(world, proposal)).reason is Why.EXPIRED


async def test_policy_is_asked_again_and_a_packed_order_is_left_alone(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    await world.set_status("TT-10432", OrderStatus.PACKED)
    outcome = await yes(world, proposal)
    assert (outcome.reason, outcome.article) == (Why.NO_LONGER_ALLOWED, "cancel-order")
    assert (await yes(world, proposal)).reason is Why.FAILED
    await world.set_status("TT-10432", OrderStatus.PENDING)
    assert (await yes(world, proposal)).reason is Why.FAILED  # single use: it never comes back to life
    assert await world.shop_effects() == []


async def test_an_amount_that_has_changed_since_is_not_paid(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10432")).total_cents += 100
    assert (await yes(world, proposal)).reason is Why.NO_LONGER_ALLOWED
    assert await world.shop_effects() == []


async def test_two_proposals_for_the_same_pieces_return_them_once(world):
    back = returning("TT-10387", ("10387-2", 3))
    proposals = [await world.proposals.propose(await world.conversation(), back) for _ in range(2)]
    outcomes = await asyncio.gather(*(yes(world, proposal) for proposal in proposals))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Done", "NotPossible"]
    assert await world.refunded("TT-10387") == 3 * 18_50 - 3_95


async def test_confirmations_side_by_side_do_not_pass_the_customers_limit_together(world):
    world.proposals = Proposals(
        world.database, world.shop, world.clock, replace(LIMITS, refunds_of_a_customer=replace(LIMITS.refunds_of_a_customer, amount=150_00))
    )  # fmt: skip
    other = CancelOrder(order="TT-10429", reason=CancelReason.NO_LONGER_NEEDED)  # €89.50
    proposals = [
        await world.proposals.propose(await world.conversation(), action) for action in (CANCEL, other)
    ]
    outcomes = await asyncio.gather(*(yes(world, proposal) for proposal in proposals))
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotPossible)]
    assert refused
    assert {outcome.reason for outcome in refused} == {Why.NEEDS_PERSON}
    assert await world.refunded("TT-10432") + await world.refunded("TT-10429") <= 150_00


# --- outages and crashes


async def test_an_outage_before_the_write_is_unknown_and_settled_later(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    world.shop.down = True
    assert isinstance(await yes(world, proposal), Unknown)
    assert isinstance((await world.proposals.recover())[0], Unknown)
    assert (await world.proposal(proposal.id)).status == ProposalStatus.CONFIRMED
    world.shop.down = False
    (outcome,) = await world.proposals.recover()
    assert outcome.receipt == RECEIPT
    assert await world.proposals.recover() == []
    assert await world.refunded("TT-10432") == TOTAL


# The return could be made a second time by the rules (pieces are left), the cancellation could not.
@pytest.mark.parametrize("action", [CANCEL, returning("TT-10387", ("10387-2", 1))])
async def test_a_lost_answer_is_found_again_by_asking_the_shop(world, action):
    proposal = await world.proposals.propose(await world.conversation(), action)
    world.shop.deaf = True
    assert isinstance(await yes(world, proposal), Unknown)
    assert await world.refunded(action.order) == proposal.effects["refund"]["amount"]  # it did happen
    assert isinstance(await yes(world, proposal), Done)  # the customer clicks again; writes are still deaf
    assert await world.refunded(action.order) == proposal.effects["refund"]["amount"]


async def test_a_refund_whose_fate_is_unknown_counts_towards_the_limit(world):
    world.proposals = Proposals(
        world.database, world.shop, world.clock, replace(LIMITS, refunds_of_a_customer=replace(LIMITS.refunds_of_a_customer, amount=150_00))
    )  # fmt: skip
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    world.shop.down = True
    assert isinstance(await yes(world, proposal), Unknown)
    world.shop.down = False
    other = CancelOrder(order="TT-10429", reason=CancelReason.NO_LONGER_NEEDED)
    assert isinstance(await world.proposals.propose(await world.conversation(), other), ApprovalRequest)
    assert isinstance((await world.proposals.recover())[0], Done)  # it does not count against itself


async def test_a_receipt_for_something_else_is_never_taken_for_done(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    honest = world.shop.change

    async def contradictory(*args, **kwargs):
        return replace(await honest(*args, **kwargs), order_number="TT-10429")

    world.shop.change = contradictory
    outcome = await yes(world, proposal)
    assert isinstance(outcome, Unknown)
    assert (await world.proposal(proposal.id)).status == ProposalStatus.CONFIRMED


async def settled(world, proposal, point):
    """After recovery there is exactly one effect, or none and an open proposal that can still be confirmed."""
    await world.proposals.recover()
    current = await world.proposal(proposal.id)
    if point == "in_intent":
        assert current.status == ProposalStatus.OPEN
        await nothing_happened(world)
        await yes(world, proposal)
    else:
        assert current.status == ProposalStatus.DONE
    assert (await yes(world, proposal)).receipt == RECEIPT
    assert len(await world.shop_effects()) == 1
    (effect,) = await world.effects()
    assert effect.receipt["text"] == RECEIPT
    assert await world.refunded("TT-10432") == TOTAL


@pytest.mark.parametrize("point", failpoints.POINTS)
async def test_a_crash_at_any_point_is_recovered_to_one_effect(world, point):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    with failpoints.crash_at(point), pytest.raises(failpoints.CrashError):
        await yes(world, proposal)
    if point in {"after_intent", "in_shop", "after_shop"}:
        with failpoints.crash_at("in_receipt"), pytest.raises(failpoints.CrashError):
            await world.proposals.recover()  # and crash again while recovering
    await settled(world, proposal, point)


@pytest.mark.parametrize("point", failpoints.POINTS)
async def test_a_process_killed_at_any_point_is_recovered_to_one_effect(world, point):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    # The process has the real time; the proposal must not be expired for it.
    async with world.database.transaction() as session:
        (await session.get_one(Proposal, proposal.id)).expires_at += timedelta(days=36500)
    script = Path(orders_world.__file__)
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), world.database.url, str(proposal.id), "cus_maeve", proposal.digest,
        env=os.environ | {"CANDOR_FAILPOINT": point, "PYTHONPATH": str(script.parents[2])},
    )  # fmt: skip
    assert await process.wait() == -signal.SIGKILL
    await settled(world, proposal, point)


def test_an_unknown_failpoint_is_an_error():
    with pytest.raises(ValueError, match="no failpoint"):
        failpoints.hit("somewhere")


async def test_the_database_itself_allows_one_effect_a_proposal(world):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    await yes(world, proposal)
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as session:
            session.add(Effect(idempotency_key="another", proposal_id=proposal.id))


# --- who asks


NEW_HOME = ChangeDefaultAddress(address=replace(HOME, line1="3 Quay Street"))


async def test_after_an_old_sign_in_the_customer_is_asked_to_sign_in_again_and_then_it_goes_on(world):
    conversation = await world.conversation()
    world.clock.pass_(timedelta(minutes=61))
    asked = await world.proposals.propose(conversation, NEW_HOME)
    assert isinstance(asked, NeedsInput)
    assert asked.fields == ("sign_in",)
    conversation.signed_in_at = world.clock.now
    async with world.database.transaction() as session:
        (await session.get_one(Conversation, conversation.id)).signed_in_at = world.clock.now
    assert isinstance(await yes(world, await world.proposals.propose(conversation, NEW_HOME)), Done)


async def test_a_sign_in_that_grew_old_before_the_yes_changes_nothing_and_says_why(world):
    conversation = await world.conversation()
    world.clock.pass_(timedelta(minutes=55))
    proposal = await world.proposals.propose(conversation, NEW_HOME)
    world.clock.pass_(timedelta(minutes=10))
    outcome = await yes(world, proposal)
    assert (outcome.reason, "sign in to the shop again" in outcome.explanation) == (
        Why.NO_LONGER_ALLOWED, True,
    )  # fmt: skip
    assert await world.shop_effects() == []


async def test_a_crash_after_the_yes_does_not_make_the_sign_in_older(world):
    proposal = await world.proposals.propose(await world.conversation(), NEW_HOME)
    world.shop.down = True
    assert isinstance(await yes(world, proposal), Unknown)
    world.shop.down = False
    world.clock.pass_(timedelta(hours=5))
    (outcome,) = await world.proposals.recover()
    assert isinstance(outcome, Done)


async def test_where_the_shop_does_not_tell_a_person_makes_sure_who_asks(world):
    conversation = await world.conversation()
    conversation.signed_in_at = None
    request = await world.proposals.propose(conversation, NEW_HOME)
    assert [reason["code"] for reason in request.reasons] == [Code.IDENTITY_UNPROVEN]


# --- a request that is still on its way


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_rules_object_to_after_an_unanswered_request_is_given_up_only_when_it_can_no_longer_arrive(
    world, arrives
):
    proposal = await world.proposals.propose(await world.conversation(), CANCEL)
    world.shop.down = True
    assert isinstance(await yes(world, proposal), Unknown)
    world.shop.down = False
    await world.set_status("TT-10432", OrderStatus.PACKED)
    world.clock.pass_(ON_ITS_WAY - timedelta(seconds=1))
    assert [type(outcome) for outcome in await world.proposals.recover()] == [Unknown]
    assert isinstance(await yes(world, proposal), Unknown)  # a second click is no second opinion
    if arrives:
        await world.set_status("TT-10432", OrderStatus.PENDING)
        (effect,) = await world.effects()
        await world.shop.change(
            "cus_maeve", CANCEL, Effects.from_json(proposal.effects), idempotency_key=effect.idempotency_key
        )
    world.clock.pass_(timedelta(seconds=1))
    (outcome,) = await world.proposals.recover()
    if arrives:
        assert (type(outcome), await world.refunded("TT-10432")) == (Done, TOTAL)
    else:
        assert (outcome.reason, await world.refunded("TT-10432")) == (Why.NO_LONGER_ALLOWED, 0)
