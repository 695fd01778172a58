"""The retail world of tau2-bench, seven tasks of it: the right actions are allowed and end as they should."""

from pathlib import Path

import pytest
from sqlmodel import SQLModel
from typer.testing import CliRunner

from agent.outcomes import NotPossible
from agent.proposals import Proposals
from agent.records import Conversation, Floor
from agent.results import BadCall, HandOverAsked, InputNeeded, NotAllowed, PersonNeeded, Proposed
from agent.tools import build_tools, run_tool
from evals import cli
from evals.retail import gold
from evals.retail.shop import NOW, RetailShop, limits
from knowledge.database import Database

SAMPLE = Path(gold.__file__).parents[1] / "data" / "retail_sample"
HOME = {
    "name": "A B",
    "line1": "1 Road",
    "postcode": "10001",
    "city": "New York",
    "state": "NY",
    "country": "USA",
}


async def test_every_right_action_is_allowed_and_ends_in_the_right_state(tmp_path):
    results = await gold.run(SAMPLE, tmp_path)
    assert len(results) == 7
    assert [(r.refused, r.wrong) for r in results] == [([], [])] * 7


def test_an_end_state_that_differs_is_told_with_the_field():
    world = RetailShop.load(SAMPLE)
    number = next(n for n, order in world.state["orders"].items() if order["status"] == "pending")
    changed = world.fresh()
    changed.state["orders"][number]["status"] = "cancelled"
    (told,) = gold.differences(world.state, changed.state, {})
    assert told == f"orders/{number}: status"


def test_the_command_prints_its_figures_and_says_what_is_missing():
    done = CliRunner().invoke(cli.app, ["retail", "--gold"])
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "7 of 7 tasks end in the right state; 0 right actions refused."
    refused = CliRunner().invoke(cli.app, ["retail", "--gold", "--data", "no-such-folder"])
    assert refused.exit_code == 2
    assert "db.json" in refused.output


class Retail:
    """One customer's conversation in the sample, with a model that calls what a test says."""

    def __init__(self, database, shop, conversation):
        self.shop, self.conversation, self.database = shop, conversation, database
        self.proposals = Proposals(database, shop, lambda: NOW, limits())

    async def call(self, name, **arguments):
        tools = build_tools(self.shop, self.proposals, self.conversation, self.conversation.customer_id)
        request = {"name": name, "args": arguments, "id": "1", "type": "tool_call"}
        return (await run_tool(tools, request)).artifact

    async def yes(self, proposed):
        asked = proposed.proposal
        return await self.proposals.confirm(asked.id, customer_id=asked.customer_id, digest=asked.digest)

    def order_of(self, status, *, another=False):
        """An order with this status: one of the customer's own, or one of somebody else."""
        return next(
            row
            for row in self.shop.state["orders"].values()
            if row["status"] == status and (row["user_id"] != self.conversation.customer_id) is another
        )

    def swap(self, row):
        """Another variant of an item of an order that can be had, and how it is paid."""
        item = row["items"][0]
        variants = self.shop.state["products"][item["product_id"]]["variants"]
        sku = next(s for s, v in variants.items() if v["available"] and s != item["item_id"])
        method = row["payment_history"][0]["payment_method_id"]
        swaps = [{"item_id": item["item_id"], "sku": sku, "quantity": 1}]
        return {"order": row["order_id"], "swaps": swaps, "method": method}

    def swap_for_the_same(self, row):
        """What was ordered, in stock, instead of itself."""
        item, asked = row["items"][0], self.swap(row)
        variants = self.shop.state["products"][item["product_id"]]["variants"]
        other = variants[asked["swaps"][0]["sku"]]
        variants[item["item_id"]] = other | {"item_id": item["item_id"]}
        asked["swaps"][0]["sku"] = item["item_id"]
        return asked


@pytest.fixture
async def retail(tmp_path):
    databases = []

    async def of(status):
        """A conversation with a customer who has an order of this status."""
        shop = RetailShop.load(SAMPLE)
        owner = next(row["user_id"] for row in shop.state["orders"].values() if row["status"] == status)
        databases.append(Database(f"sqlite:///{tmp_path / 'retail.db'}"))
        async with databases[-1].engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        conversation = Conversation(case_number="C-1", customer_id=owner)
        async with databases[-1].transaction() as session:
            session.add(conversation)
        return Retail(databases[-1], shop, conversation)

    yield of
    for database in databases:
        await database.close()


# The eleven rules that the benchmark's own tools leave to the prompt.


async def test_rule_1_another_customers_account_cannot_be_named(retail):
    world = await retail("pending")
    assert isinstance(await world.call("show_account", user_id="somebody"), BadCall)
    assert isinstance(await world.call("list_orders", customer_id="somebody"), BadCall)


async def test_rule_2_somebody_elses_order_is_not_changed(retail):
    world = await retail("pending")
    row = world.order_of("pending", another=True)
    answer = await world.call("propose_cancel_order", order=row["order_id"], reason="no_longer_needed")
    assert isinstance(answer, InputNeeded)
    assert row["status"] == "pending"


async def test_rule_3_nothing_is_done_before_the_customers_yes(retail):
    world = await retail("pending")
    row = world.order_of("pending")
    proposed = await world.call("propose_cancel_order", order=row["order_id"], reason="no_longer_needed")
    assert row["status"] == "pending"
    await world.yes(proposed)
    assert row["status"] == "cancelled"


@pytest.mark.parametrize("kind", ["cancel_order", "change_address", "change_items", "change_payment"])
async def test_rule_4_an_order_with_changed_items_is_not_changed_again(retail, kind):
    world = await retail("pending")
    row = world.order_of("pending")
    once = world.swap(row)
    await world.yes(await world.call("propose_change_items", **once))
    assert row["status"] == "pending (item modified)"
    again = {
        "cancel_order": {"reason": "no_longer_needed"},
        "change_address": {"address": HOME},
        "change_items": {key: once[key] for key in ("swaps", "method")},
        "change_payment": {"method": once["method"]},
    }[kind]
    answer = await world.call(f"propose_{kind}", order=row["order_id"], **again)
    assert (type(answer), answer.code) == (NotAllowed, "items_already_changed")


async def test_rule_5_an_exchange_must_change_the_option(retail):
    world = await retail("delivered")
    same = world.swap_for_the_same(world.order_of("delivered"))
    assert (await world.call("propose_exchange_items", **same)).code == "same_variant"


async def test_rule_6_so_must_a_change_of_a_pending_order(retail):
    world = await retail("pending")
    same = world.swap_for_the_same(world.order_of("pending"))
    assert (await world.call("propose_change_items", **same)).code == "same_variant"


async def test_rule_7_an_empty_list_of_items_changes_nothing(retail):
    world = await retail("delivered")
    row = world.order_of("delivered")
    order, method = row["order_id"], row["payment_history"][0]["payment_method_id"]
    for answer, field in (
        (await world.call("propose_return_items", order=order, lines=[], refund_to=method), "lines"),
        (await world.call("propose_exchange_items", order=order, swaps=[], method=method), "swaps"),
    ):
        assert (type(answer), answer.fields) == (InputNeeded, (field,))


async def test_rule_8_nothing_is_changed_after_a_hand_over(retail):
    world = await retail("pending")
    row = world.order_of("pending")
    proposed = await world.call("propose_cancel_order", order=row["order_id"], reason="no_longer_needed")
    assert isinstance(await world.call("hand_to_person", reason="They want somebody."), HandOverAsked)
    async with world.database.transaction() as session:
        moved = await session.get_one(Conversation, world.conversation.id)
        moved.floor, moved.epoch = Floor.QUEUE, moved.epoch + 1
    late = await world.call("propose_cancel_order", order=row["order_id"], reason="no_longer_needed")
    assert isinstance(late, PersonNeeded)
    assert isinstance(await world.yes(proposed), NotPossible)
    assert row["status"] == "pending"


@pytest.mark.parametrize("part", ["line1", "city", "state", "postcode", "country"])
async def test_rule_9_an_address_must_be_complete(retail, part):
    world = await retail("pending")
    order, broken = world.order_of("pending")["order_id"], HOME | {part: " "}
    for answer in (
        await world.call("propose_change_address", order=order, address=broken),
        await world.call("propose_change_default_address", address=broken),
    ):
        assert (type(answer), part in answer.fields) == (InputNeeded, True)


async def test_rule_10_only_the_two_reasons_cancel_an_order(retail):
    world = await retail("pending")
    order = world.order_of("pending")["order_id"]
    assert isinstance(await world.call("propose_cancel_order", order=order, reason="too slow"), BadCall)
    assert (await world.call("propose_cancel_order", order=order)).fields == ("reason",)


async def test_rule_11_an_order_is_exchanged_or_returned_once(retail):
    world = await retail("delivered")
    row = world.order_of("delivered")
    exchange = world.swap(row)
    proposed = await world.call("propose_exchange_items", **exchange)
    assert isinstance(proposed, Proposed)
    await world.yes(proposed)
    assert (await world.call("propose_exchange_items", **exchange)).code == "already_exchanged"
    lines = [{"item_id": row["items"][-1]["item_id"], "quantity": 1}]
    back = await world.call("propose_return_items", order=row["order_id"], lines=lines, refund_to="original")
    assert back.code == "already_in_return"
