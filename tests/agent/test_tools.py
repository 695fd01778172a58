import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.orders import OrderStatus
from agent.records import Proposal, ProposalStatus
from agent.tools import (
    BadCall,
    HandOverAsked,
    InputNeeded,
    NotAllowed,
    OrderShown,
    OrdersShown,
    PersonNeeded,
    Proposed,
    build_tools,
    run_tool,
)
from tests.agent.orders_world import World


@pytest.fixture
async def world(tmp_path):
    world = await World.create(tmp_path)
    yield world
    await world.database.close()


@pytest.fixture
async def call(world):
    """Calls a tool as Maeve's model does, and gives the message and its artifact."""
    conversation = await world.conversation()
    tools = build_tools(world.shop, world.proposals, conversation, "cus_maeve")

    async def call(name, /, **args):
        message = await run_tool(tools, {"name": name, "args": args, "id": "c1", "type": "tool_call"})
        assert message.tool_call_id == "c1"
        json.loads(message.content)
        return message, message.artifact

    call.tools = tools
    call.conversation = conversation
    return call


async def untouched(world):
    return not await world.shop_effects() and not await world.effects()


# --- reading


async def test_orders_are_listed_newest_first(call):
    message, shown = await call("list_orders")
    assert isinstance(shown, OrdersShown)
    numbers = [row["order"] for row in json.loads(message.content)["orders"]]
    assert numbers == ["TT-10432", "TT-10429", "TT-10411", "TT-10387", "TT-10254"]


async def test_an_order_is_shown_with_what_a_model_needs(call):
    message, shown = await call("show_order", order="TT-10387")
    assert isinstance(shown, OrderShown)
    row = json.loads(message.content)
    assert (row["status"], row["delivered"], row["paid_with"]) == (
        "delivered",
        "2026-11-17",
        "Visa •••• 4242",
    )
    assert row["items"][0] == {
        "item_id": "10387-1", "name": "Merino base layer (M Black)", "quantity": 2, "price": "€64.95",
        "in_return": 0, "return_until": "2026-12-17",
    }  # fmt: skip
    assert [item["return_until"] for item in row["items"]][2:] == [None, "2026-12-01"]


async def test_a_shipped_order_has_its_tracking(call):
    message, _ = await call("show_order", order="TT-10411")
    assert json.loads(message.content)["tracking"]["carrier"] == "An Post"


@pytest.mark.parametrize(
    "typed",
    [
        "TT-10432",
        " tt-10432 ",
        "tt‑10432",
        "ＴＴ－１０４３２",
        "TT-10432\u200b",
        "#TT-10432",
        "T T - 1 0 4 3 2",
        "TT–10432",
    ],
)
async def test_an_order_number_is_understood_however_it_is_typed(call, typed):
    _, shown = await call("show_order", order=typed)
    assert shown.order.number == "TT-10432"


async def test_somebody_elses_order_and_a_missing_one_get_the_same_answer(call):
    foreign, artifact = await call("show_order", order="TT-10430")
    missing, _ = await call("show_order", order="TT-10439")
    assert isinstance(artifact, InputNeeded)
    assert foreign.content.replace("10430", "10439") == missing.content
    for name in ("propose_cancel_order", "propose_return_items", "propose_change_address"):
        foreign, artifact = await call(name, order="TT-10430")
        missing, _ = await call(name, order="TT-10439")
        assert isinstance(artifact, InputNeeded)
        assert foreign.content.replace("10430", "10439") == missing.content


@pytest.mark.parametrize(
    "number",
    ["ТТ-10432", "TT-1043２x", "", "'; DROP TABLE shop_order;--", "%", "TT-10432\x00\x00", "TT_10432"],
)
async def test_look_alikes_and_tricks_find_nothing_or_the_own_order(world, call, number):
    _, artifact = await call("show_order", order=number)
    assert isinstance(artifact, InputNeeded) or artifact.order.number == "TT-10432"
    assert len(await world.shop.orders("cus_maeve")) == 5


# --- proposing


async def test_a_cancellation_is_proposed_not_done(world, call):
    message, proposed = await call("propose_cancel_order", order="TT-10432", reason="No longer needed")
    assert isinstance(proposed, Proposed)
    assert proposed.proposal.status == ProposalStatus.OPEN
    assert json.loads(message.content)["lines"]["Refund"] == "€81.50 to your Visa •••• 4242"
    assert proposed.proposal.digest not in message.content
    assert (await world.shop.order("cus_maeve", "TT-10432")).status is OrderStatus.PENDING
    assert await untouched(world)


async def test_a_return_is_proposed_not_done(world, call):
    _, proposed = await call(
        "propose_return_items",
        order="TT-10387",
        lines=[{"item_id": "10387-2", "quantity": 1}],
        refund_to="gift_card",
    )
    assert proposed.proposal.effects["refund"] == {"amount": 18_50, "currency": "EUR"}
    assert await untouched(world)


async def test_an_address_is_asked_for_until_it_is_complete_and_kept_as_text(world, call):
    _, needed = await call("propose_change_address", order="TT-10429", address={"city": "Galway"})
    assert needed.fields == ("name", "line1", "country")
    _, proposed = await call(
        "propose_change_address",
        order="TT-10429",
        address={
            "name": "<script>1</script>",
            "line1": "3 Quay Street",
            "postcode": "H91 AB12",
            "city": "Galway",
            "country": "Ireland",
        },
    )
    assert proposed.proposal.arguments["address"]["name"] == "<script>1</script>"
    assert await untouched(world)


async def test_what_is_missing_is_asked_for(call):
    _, needed = await call("propose_cancel_order", order="TT-10432")
    assert needed.fields == ("reason",)
    _, needed = await call("propose_return_items", order="TT-10387")
    assert needed.fields == ("lines",)
    _, needed = await call(
        "propose_return_items", order="TT-10387", lines=[{"item_id": "10387-2", "quantity": 1}]
    )
    assert needed.fields == ("refund_to",)


async def test_a_rule_that_says_no_names_its_article(call):
    message, refused = await call(
        "propose_return_items",
        order="TT-10387",
        lines=[{"item_id": "10387-3", "quantity": 1}],
        refund_to="original",
    )
    assert isinstance(refused, NotAllowed)
    assert (refused.code, refused.article) == ("hygiene", "return-exceptions")
    assert json.loads(message.content)["article"] == "return-exceptions"


async def test_what_exceeds_the_limits_needs_a_person(world):
    conversation = await world.conversation("cus_jonas")
    tools = build_tools(world.shop, world.proposals, conversation, "cus_jonas")
    args = {"order": "TT-10430", "reason": "ordered_by_mistake"}
    message = await run_tool(tools, {"name": "propose_cancel_order", "args": args, "id": "c1"})
    assert isinstance(message.artifact, PersonNeeded)
    assert "€500.00" in message.artifact.reason


async def test_a_person_can_be_asked_for(call):
    _, asked = await call("hand_to_person", reason="The customer wants to speak to somebody.")
    assert asked == HandOverAsked("The customer wants to speak to somebody.")


async def test_an_outage_and_a_moved_floor_are_results_not_exceptions(world, call):
    world.shop.down = True
    _, outage = await call("list_orders")
    assert isinstance(outage, PersonNeeded)
    world.shop.down = False
    await world.move_floor(call.conversation)
    _, moved = await call("propose_cancel_order", order="TT-10432", reason="no_longer_needed")
    assert isinstance(moved, PersonNeeded)
    assert await world.rows(Proposal) == []


# --- hostile


@pytest.mark.parametrize("customer_id", [None, "cus_jonas"])
async def test_who_is_not_the_conversations_verified_customer_gets_no_order_tools(world, customer_id):
    visitor = await world.conversation(None)
    for conversation in (visitor, await world.conversation("cus_maeve")):
        tools = build_tools(world.shop, world.proposals, conversation, customer_id)
        assert [tool.name for tool in tools] == ["hand_to_person"]


async def test_no_tool_takes_a_customer_or_an_amount_or_a_confirmation(call):
    for tool in call.tools:
        names = json.dumps(tool.args_schema).lower()
        assert not any(word in names for word in ("customer_id", "confirm", "digest", "email"))
        assert "amount" not in tool.args or tool.name == "propose_goodwill"  # a wish, which the policy bounds


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("show_order", {}),
        ("show_order", {"order": None}),
        ("show_order", {"order": ["TT-10432", "TT-10430"]}),
        ("show_order", {"order": "TT-10432", "customer_id": "cus_jonas"}),
        ("show_order", {"order": "x" * 65}),
        ("show_order", {"order": "TT-\ud800"}),
        ("list_orders", {"email": "jonas.weber@customers.example"}),
        ("list_orders", {"limit": -1}),
        (
            "propose_cancel_order",
            {"order": "TT-10432", "reason": "no_longer_needed", "confirmed": True},
        ),
        ("propose_cancel_order", {"order": "TT-10432", "reason": "because I say so"}),
        (
            "propose_cancel_order",
            {"order": "TT-10432", "reason": "no_longer_needed", "refund": "1000.00"},
        ),
        (
            "propose_return_items",
            {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": float("nan")}]},
        ),
        ("propose_return_items", {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": 1e9}]}),
        ("propose_return_items", {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": "1"}]}),
        ("propose_return_items", {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": True}]}),
        (
            "propose_return_items",
            {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": 1, "price": 1}]},
        ),
        ("propose_return_items", {"order": "TT-10387", "lines": "all"}),
        ("propose_change_address", {"order": "TT-10429", "address": "3 Quay Street"}),
        ("propose_change_address", {"order": "TT-10429", "address": {"line1": 3}}),
        ("hand_to_person", {"reason": "help", "queue": "vip", "priority": "urgent"}),
        ("issue_refund", {"order": "TT-10432", "amount": "10.00"}),
        ("confirm", {"proposal_id": "1"}),
        ("show_order ", {"order": "TT-10432"}),
    ],
)
async def test_a_wrong_call_is_told_what_is_wrong_and_changes_nothing(world, call, name, args):
    message, bad = await call(name, **args)
    assert isinstance(bad, BadCall)
    assert "try_again" in json.loads(message.content)
    assert "cus_jonas" not in message.content
    assert await untouched(world)
    assert await world.rows(Proposal) == []


@pytest.mark.parametrize(
    ("name", "args", "asked"),
    [
        (
            "propose_return_items",
            {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": -1}]},
            ("lines",),
        ),
        (
            "propose_return_items",
            {"order": "TT-10387", "lines": [{"item_id": "10387-2", "quantity": 0}]},
            ("lines",),
        ),
        (
            "propose_return_items",
            {
                "order": "TT-10387",
                "lines": [{"item_id": "10387-2", "quantity": 1}],
                "refund_to": "my Bitcoin wallet",
            },
            ("refund_to",),
        ),
        (
            "propose_change_address",
            {"order": "TT-10429", "address": {"line1": "x" * 5000}},
            ("name", "city", "line1", "country"),
        ),
    ],
)
async def test_what_no_shop_could_do_is_asked_for_again(world, call, name, args, asked):
    _, needed = await call(name, **args)
    assert needed.fields == asked
    assert await world.rows(Proposal) == []


async def test_items_of_another_order_are_not_returned_with_this_one(call):
    for item_id in ("10411-1", "10368-1", "10387-9"):
        _, needed = await call(
            "propose_return_items",
            order="TT-10387",
            lines=[{"item_id": item_id, "quantity": 1}],
            refund_to="original",
        )
        assert needed.fields == ("lines",)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["TT-10432", "TT-10387", "10387-2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_ARGUMENTS = st.dictionaries(
    st.sampled_from(["order", "reason", "lines", "refund_to", "customer_id", "address", "swaps", "amount", "self", "config"]),
    _JSON,
    max_size=5,
)  # fmt: skip
_TOOLS = st.sampled_from(
    [
        "list_orders",
        "show_order",
        "propose_cancel_order",
        "propose_return_items",
        "propose_change_address",
        "propose_exchange_items",
        "propose_goodwill",
        "hand_to_person",
        "refund",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_TOOLS, args=_ARGUMENTS)
async def test_no_call_raises_and_none_has_an_effect(world, call, name, args):
    await call(name, **args)
    assert await untouched(world)


async def test_without_proposals_a_model_can_look_and_ask_for_a_person_and_nothing_else(world):
    tools = build_tools(world.shop, None, await world.conversation(), "cus_maeve")

    assert [tool.name for tool in tools] == [
        "list_orders",
        "show_order",
        "show_variants",
        "show_account",
        "hand_to_person",
    ]
