"""Bad input of every sort ends in an error that names the field and the mend, and nothing is half done."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.demo_shop.records import ShopOrder, ShopOrderItem, ShopPaymentMethod, ShopVariant
from agent.money import Money
from agent.outcomes import Done, NotPossible, Unknown
from agent.proposals import LIFETIME, Proposals
from agent.records import Conversation, LedgerEntry, Proposal, ProposalStatus
from agent.tools import BadCall, InputNeeded, NotAllowed, build_tools, run_tool
from tests.agent.changes_world import OPEN
from tests.agent.orders_world import World

GENEROUS = replace(OPEN, goodwill=Money(20_00, "EUR"))


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    world.proposals = Proposals(world.database, world.shop, world.clock, GENEROUS)
    yield world
    await world.database.close()


async def call(world, name, args):
    """A tool call of Maeve's model: what the model reads, and the typed result."""
    tools = build_tools(world.shop, world.proposals, await world.conversation(), "cus_maeve")
    message = await run_tool(tools, {"name": name, "args": args, "id": "c1", "type": "tool_call"})
    return message.content, message.artifact


async def shop_rows(world):
    return [
        row.model_dump()
        for table in (ShopOrder, ShopOrderItem, ShopPaymentMethod, ShopVariant)
        for row in await world.rows(table)
    ]


# --- what a model sends


def _goodwill(**said):
    return "propose_goodwill", {"order": "TT-10387", "amount": "5.00", "reason": "wrong_promise"} | said


SUM = 'An amount above zero in EUR, for example \\"10.00\\"'
TEXT = "Input should be a valid string"
AMOUNTS = [
    *((amount, SUM) for amount in ("", "0", "0.00", "-5", "NaN", "Infinity", "1e9", "12.345", "5 USD", "€5", "5,00", "½")),
    *((amount, TEXT) for amount in (5, 5.0, float("nan"), 1e9, True, ["5.00"], {"amount": 5, "currency": "USD"})),
    ("9" * 17, "at most 16 characters"),
]  # fmt: skip


def _lines(*lines):
    return "propose_return_items", {"order": "TT-10387", "lines": list(lines), "refund_to": "original"}


def _swaps(*swaps):
    return "propose_exchange_items", {"order": "TT-10387", "swaps": list(swaps), "method": "maeve_visa4242"}


PIECE = {"item_id": "10387-1", "quantity": 1}
SWAP = PIECE | {"sku": "TT-BSL-MERINO-LBLACK"}
WHICH = "Which items of this order, each once, by the item ids of the order"
PIECES = [
    (_lines(), "lines", WHICH),
    (_lines(PIECE, PIECE), "lines", WHICH),
    (_lines(PIECE | {"item_id": "10411-1"}), "lines", WHICH),
    (_lines(PIECE | {"item_id": "10368-1"}), "lines", WHICH),
    (_lines(PIECE | {"quantity": 0}), "lines", "at least one"),
    (_lines(PIECE | {"quantity": -1}), "lines", "at least one"),
    (_lines(PIECE | {"quantity": "1"}), "lines.0.quantity", "valid integer"),
    (_lines(PIECE | {"quantity": 1e9}), "lines.0.quantity", "valid integer"),
    (_lines(PIECE | {"quantity": 0.5}), "lines.0.quantity", "valid integer"),
    (_lines({"item_id": "10387-1"}), "lines.0.quantity", "required"),
    (_lines(*[PIECE] * 51), "lines", "at most 50"),
    (_swaps(), "swaps", WHICH),
    (_swaps(SWAP, SWAP), "swaps", WHICH),
    (_swaps(SWAP | {"item_id": "10411-1"}), "swaps", WHICH),
    (_swaps(SWAP | {"quantity": 0}), "swaps", "at least one"),
    (_swaps(SWAP | {"sku": "x"}), "swaps", "Which option instead, by the sku of show_variants"),
]
WHOLE = "A complete address: name, street with number, postcode in the form of its country, town, country; at most 100"
HERE = {"name": "A B", "line1": "3 Quay Street", "postcode": "H91 AB12", "city": "Galway", "country": "IE"}


def _address(**said):
    return "propose_change_address", {"order": "TT-10429", "address": HERE | said}


ADDRESSES = [
    *(
        (_address(**{field: value}), field, WHOLE)
        for field in HERE
        for value in ("", " \t\u200b", "x" * 5000)
    ),
    (("propose_change_default_address", {"address": {}}), "line1", WHOLE),
    (("propose_change_address", {"order": "TT-10429", "address": "3 Quay Street"}), "address", "object"),
    (_address(line1=3), "address.line1", "valid string"),
]
NUMBERS = [
    (("propose_cancel_order", {"order": number, "reason": "no_longer_needed"}), "order", mend)
    for number, mend in [
        ("ТТ-10432", "This account has no order"),
        ("TT-1O432", "This account has no order"),
        ("TT_10432", "This account has no order"),
        ("'; DROP TABLE shop_order;--", "This account has no order"),
        ("TT-10432' OR '1'='1", "This account has no order"),
        ("", "This account has no order"),
        ("x" * 65, "at most 64 characters"),
        (10432, "valid string"),
    ]
]
ROWS = [
    *((_goodwill(amount=amount), "amount", mend) for amount, mend in AMOUNTS),
    (_goodwill(currency="USD"), "amount", "propose_goodwill takes: order, amount, reason"),
    *PIECES,
    *ADDRESSES,
    *NUMBERS,
]


@pytest.mark.parametrize(("asked", "field", "mend"), ROWS)
async def test_bad_arguments_are_told_by_field_with_the_mend_and_change_nothing(world, asked, field, mend):
    before = await shop_rows(world)
    said, result = await call(world, *asked)
    assert isinstance(result, BadCall | InputNeeded)
    told = json.loads(said)
    assert field in told.get("needed", []) or field in told.get("try_again", ""), said
    assert mend in said
    assert (await world.rows(Proposal), await world.effects(), await shop_rows(world)) == ([], [], before)


async def test_a_bad_request_leaves_the_card_that_was_open_as_it_was(world):
    conversation = await world.conversation()
    tools = build_tools(world.shop, world.proposals, conversation, "cus_maeve")
    good = {"name": "propose_cancel_order", "args": {"order": "TT-10432", "reason": "no_longer_needed"}, "id": "1"}  # fmt: skip
    proposal = (await run_tool(tools, good)).artifact.proposal
    for name, args in (asked for asked, _, _ in ROWS):
        await run_tool(tools, {"name": name, "args": args, "id": "2"})
    assert [(p.id, p.status) for p in await world.rows(Proposal)] == [(proposal.id, ProposalStatus.OPEN)]
    assert isinstance(await yes(world, proposal), Done)


async def test_more_pieces_than_were_bought_are_refused_with_how_many_are_left(world):
    said, result = await call(world, *_lines(PIECE | {"quantity": 10**9}))
    assert isinstance(result, NotAllowed)
    assert "Only 2 of Merino base layer can still be returned" in said


# --- what is confirmed


async def proposed(world, conversation=None):
    conversation = conversation or await world.conversation()
    tools = build_tools(world.shop, world.proposals, conversation, "cus_maeve")
    request = {"name": "propose_cancel_order", "args": {"order": "TT-10432", "reason": "no_longer_needed"}, "id": "1"}  # fmt: skip
    return (await run_tool(tools, request)).artifact.proposal


async def yes(world, proposal, **changes):
    said = {"customer_id": proposal.customer_id, "digest": proposal.digest} | changes
    return await world.proposals.confirm(proposal.id, **said)


async def _expired(world, proposal):
    world.clock.pass_(LIFETIME)
    return await yes(world, proposal)


async def _declined(world, proposal):
    await world.proposals.decline(proposal.id, customer_id="cus_maeve")
    return await yes(world, proposal)


async def _changed(world, proposal):
    return await yes(world, proposal, digest="0" * 64)


async def _someone_elses(world, proposal):
    return await yes(world, proposal, customer_id="cus_jonas")


async def _replaced(world, proposal):
    async with world.database.reading() as session:
        conversation = await session.get_one(Conversation, proposal.conversation_id)
    await proposed(world, conversation)
    return await yes(world, proposal)


async def _overtaken(world, proposal):
    async with world.database.transaction() as session:
        (await session.get_one(ShopOrder, "TT-10432")).total_cents += 1
    return await yes(world, proposal)


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        (_expired, "has expired. Nothing was changed. Ask again to get a new one."),
        (_declined, "was declined. Nothing was changed. Ask again if you want it after all."),
        (_changed, "not the proposal that was shown. Nothing was changed. Look at the details again"),
        (_someone_elses, "There is no such proposal. Open the conversation again"),
        (_replaced, "was withdrawn. Nothing was changed. Confirm the newest one, or ask again."),
        (
            _overtaken,
            "has changed since this was proposed. Nothing was done. Ask again to get a new proposal.",
        ),
    ],
)
async def test_a_confirmation_that_cannot_count_says_so_with_the_mend_and_does_nothing(world, said, mend):
    proposal = await proposed(world)
    outcome = await said(world, proposal)
    assert isinstance(outcome, NotPossible)
    assert mend in outcome.explanation
    assert (await world.shop_effects(), await world.rows(LedgerEntry)) == ([], [])
    assert await world.refunded("TT-10432") == 0


async def test_a_confirmation_that_was_used_gives_the_same_receipt_and_no_second_effect(world):
    proposal = await proposed(world)
    first, second = await yes(world, proposal), await yes(world, proposal)
    assert first.receipt == second.receipt
    assert (len(await world.shop_effects()), len(await world.effects())) == (1, 1)
    assert len(await world.rows(LedgerEntry)) == 2


# --- what the shop answers


async def test_an_answer_that_comes_days_late_settles_the_change_once(world):
    conversation = await world.conversation()
    proposal = await proposed(world, conversation)
    world.shop.deaf = True
    assert isinstance(await yes(world, proposal), Unknown)
    assert await world.rows(LedgerEntry) == []
    world.shop.deaf = False
    world.clock.pass_(timedelta(days=3))
    await world.move_floor(conversation)
    (outcome,) = await world.proposals.recover()
    assert isinstance(outcome, Done)
    assert await world.refunded("TT-10432") == 81_50
    assert len(await world.rows(LedgerEntry)) == 2


async def test_a_request_that_reaches_the_shop_twice_is_one_effect(world):
    proposal, honest = await proposed(world), world.shop.change

    async def twice(*args, **kwargs):
        await honest(*args, **kwargs)
        return await honest(*args, **kwargs)

    world.shop.change = twice
    assert isinstance(await yes(world, proposal), Done)
    assert (len(await world.shop_effects()), len(await world.rows(LedgerEntry))) == (1, 2)
    assert await world.refunded("TT-10432") == 81_50


@pytest.mark.parametrize(
    "said",
    [
        {"refund": None},
        {"refund": Money(81_49, "EUR")},
        {"refund": Money(81_50, "USD")},
        {"charge": Money(1, "EUR")},
        {"order_number": None},
        {"order_number": "TT-10429"},
        {"idempotency_key": "another"},
    ],
)
async def test_a_receipt_that_lacks_or_contradicts_what_was_confirmed_books_nothing_and_is_a_persons(world, said):  # fmt: skip
    proposal, honest = await proposed(world), world.shop.change
    told = world.shop.receipt

    async def contradictory(*args, **kwargs):
        return replace(await honest(*args, **kwargs), **said)

    async def still_contradictory(key):
        receipt = await told(key)
        return receipt and replace(receipt, **said)

    world.shop.change, world.shop.receipt = contradictory, still_contradictory
    outcome = await yes(world, proposal)
    assert isinstance(outcome, Unknown)
    assert "A person has to look at this" in outcome.explanation
    assert [type(o) for o in await world.proposals.recover()] == [Unknown]
    (effect,) = await world.effects()
    assert (effect.receipt, await world.rows(LedgerEntry)) == (None, [])
    assert (await world.proposal(proposal.id)).status == ProposalStatus.CONFIRMED
    assert len(await world.shop_effects()) == 1  # it was made once, and is not made again
