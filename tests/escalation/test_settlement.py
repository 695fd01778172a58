"""What was settled is told exactly once, whatever crashed in between (laws 3 and 5)."""

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from agent.actions import CancelOrder, CancelReason
from agent.demo_shop.records import ShopEffect, ShopOrder
from agent.demo_shop.shop import DemoShop
from agent.errors import ConflictError
from agent.failpoints import POINTS, CrashError, crash_at
from agent.proposals import LIFETIME, Proposals
from agent.records import AuthorKind, Conversation, Floor, Message, MessageKind, Proposal, ProposalStatus
from escalation import thread
from escalation.events import Hub
from escalation.settlement import DECLINED, FAILED, Settlement
from knowledge.database import Database, utc_now
from tests.escalation.makers import begin, now, say

ORDER = "TT-10432"


@pytest.fixture
def settlement(database: Database) -> Settlement:
    return Settlement(database, Hub(), Proposals(database, DemoShop(database)))


async def offered(settlement: Settlement) -> tuple[Conversation, Proposal]:
    """A cancellation that was shown to Maeve."""
    conversation = await begin(settlement.database)
    reason = CancelReason.ORDERED_BY_MISTAKE
    proposal = await settlement.proposals.propose(conversation, CancelOrder(order=ORDER, reason=reason))
    assert isinstance(proposal, Proposal)
    await say(settlement.database, conversation, "Shall I?", author=AuthorKind.AI, proposal_id=proposal.id)
    return conversation, proposal


async def told(database: Database, conversation: Conversation) -> list[Message]:
    """What the system has said of the proposal."""
    async with database.reading() as session:
        messages = await thread.messages_of(session, conversation.id)
    return [m for m in messages if m.author_kind == AuthorKind.SYSTEM and m.proposal_id]


async def effects(database: Database) -> int:
    """How often the shop has really done something."""
    async with database.reading() as session:
        return len((await session.exec(select(ShopEffect))).all())


@pytest.mark.parametrize("point", [point for point in POINTS if point != "in_intent"])
async def test_a_confirmed_change_is_made_once_and_told_once_wherever_it_crashed(
    settlement: Settlement, point: str
) -> None:
    conversation, proposal = await offered(settlement)
    before = await effects(settlement.database)
    with crash_at(point), pytest.raises(CrashError):
        await settlement.confirm(proposal, digest=proposal.digest)
    assert await told(settlement.database, conversation) == []

    await settlement.recover()
    await settlement.recover()

    [receipt] = await told(settlement.database, conversation)
    assert receipt.kind == MessageKind.RECEIPT
    assert ORDER in receipt.text
    assert await effects(settlement.database) == before + 1


async def test_a_crash_before_the_intent_changes_and_tells_nothing(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)
    before = await effects(settlement.database)
    with crash_at("in_intent"), pytest.raises(CrashError):
        await settlement.confirm(proposal, digest=proposal.digest)

    await settlement.recover()

    assert await told(settlement.database, conversation) == []
    assert await effects(settlement.database) == before
    async with settlement.database.reading() as session:
        assert (await session.get_one(Proposal, proposal.id)).status == ProposalStatus.OPEN


async def test_ten_confirmations_at_once_with_a_recovery_between_are_one_receipt(
    settlement: Settlement,
) -> None:
    conversation, proposal = await offered(settlement)
    before = await effects(settlement.database)

    await asyncio.gather(
        *(settlement.confirm(proposal, digest=proposal.digest) for _ in range(10)), settlement.recover()
    )

    assert len(await told(settlement.database, conversation)) == 1
    assert await effects(settlement.database) == before + 1


async def test_a_change_that_the_shop_no_longer_allows_is_told_as_not_done(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)
    before = await effects(settlement.database)
    async with settlement.database.transaction() as session:
        (await session.get_one(ShopOrder, ORDER)).status = "shipped"

    after = await settlement.confirm(proposal, digest=proposal.digest)

    assert after.status == ProposalStatus.FAILED
    [said] = await told(settlement.database, conversation)
    assert (said.kind, said.offer_person) == (MessageKind.TEXT, True)
    assert said.text == FAILED or "shipped" in said.text
    assert await effects(settlement.database) == before


async def test_a_declined_proposal_changes_nothing_and_cannot_be_confirmed(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)
    before = await effects(settlement.database)

    await settlement.decline(proposal)
    await settlement.decline(proposal)
    with pytest.raises(ConflictError):
        await settlement.confirm(proposal, digest=proposal.digest)

    assert [m.text for m in await told(settlement.database, conversation)] == [DECLINED]
    assert await effects(settlement.database) == before


async def test_another_digest_than_the_one_shown_confirms_nothing(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)
    for digest in ("", "x", proposal.digest.upper(), proposal.digest + " "):
        if digest != proposal.digest:
            with pytest.raises(ConflictError):
                await settlement.confirm(proposal, digest=digest)
    assert await told(settlement.database, conversation) == []


async def test_when_the_floor_moves_an_open_proposal_is_withdrawn(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)
    async with settlement.database.transaction() as session:
        await thread.move_floor(session, conversation.id, epoch=1, to=Floor.QUEUE)

    with pytest.raises(ConflictError):
        await settlement.confirm(proposal, digest=proposal.digest)

    async with settlement.database.reading() as session:
        assert (await session.get_one(Proposal, proposal.id)).status == ProposalStatus.WITHDRAWN
    assert (await now(settlement.database, conversation)).floor == Floor.QUEUE


async def test_a_proposal_whose_time_is_over_expires(settlement: Settlement) -> None:
    conversation, proposal = await offered(settlement)

    with time_machine.travel(utc_now() + LIFETIME + timedelta(seconds=1), tick=False):
        await settlement.recover()
        with pytest.raises(ConflictError):
            await settlement.confirm(proposal, digest=proposal.digest)

    async with settlement.database.reading() as session:
        assert (await session.get_one(Proposal, proposal.id)).status == ProposalStatus.EXPIRED
    assert await told(settlement.database, conversation) == []
