"""The menu: what a model is told of the tools, and which tool its calls mean."""

import json

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.changes import CHANGES
from agent.menu import meant, menu
from agent.results import BadCall, Proposed
from agent.tools import build_tools, run_tool
from tests.agent.orders_world import World


@pytest.fixture
async def tools(tmp_path):
    world = await World.create(tmp_path)
    conversation = await world.conversation()
    yield build_tools(world.shop, world.proposals, conversation, "cus_maeve")
    await world.database.close()


def names(told):
    return [tool["function"]["name"] for tool in told]


def calling(**args):
    return {"name": "propose", "args": args, "id": "c1", "type": "tool_call"}


async def test_before_anything_was_looked_up_there_is_nothing_to_propose(tools):
    looks = ["list_orders", "show_order", "show_account", "hand_to_person"]
    assert names(menu(tools, looked=False)) == looks
    assert names(menu(tools, looked=True)) == [*looks, "show_variants", "propose"]


async def test_every_kind_stands_on_the_menu_with_all_that_it_takes(tools):
    propose = menu(tools, looked=True)[-1]["function"]
    lines = propose["description"].splitlines()[1:]

    for kind, entry in CHANGES.items():
        (line,) = [line for line in lines if line.startswith(f"{kind}(")]
        taken = entry.request.model_fields.keys() - {"kind"}
        assert all(name in line for name in taken)
        assert taken <= propose["parameters"]["properties"].keys()
    assert len(lines) == len(CHANGES)


async def test_what_a_shop_does_not_offer_is_not_on_the_menu(tools):
    two = [tool for tool in tools if tool.name in ("show_order", "propose_reship")]
    (_, propose) = menu(two, looked=True)
    assert "reship(order)" in propose["function"]["description"]
    assert "goodwill" not in json.dumps(propose)


async def test_without_changes_there_is_no_propose(tools):
    looks = [tool for tool in tools if not tool.name.startswith("propose_")]
    assert "propose" not in names(menu(looks, looked=True))


async def test_the_whole_menu_is_half_of_what_the_tools_one_by_one_are(tools):
    one_by_one = [convert_to_openai_tool(tool) for tool in tools]
    assert len(json.dumps(menu(tools, looked=True))) < len(json.dumps(one_by_one)) / 2


async def test_a_call_from_the_menu_is_the_call_of_the_kinds_own_tool(tools):
    call = meant(calling(kind="cancel_order", order="TT-10432", reason="no_longer_needed"))
    assert call["name"] == "propose_cancel_order"
    assert isinstance((await run_tool(tools, call)).artifact, Proposed)


def test_what_a_model_leaves_empty_was_not_said():
    call = meant(
        calling(kind="cancel_order", order="TT-10432", reason="no_longer_needed", lines=[], address={}, method="", amount=None)
    )  # fmt: skip
    assert call["args"] == {"order": "TT-10432", "reason": "no_longer_needed"}


@pytest.mark.parametrize("kind", ["refund_everything", "", None, 7, ["cancel_order"]])
async def test_a_kind_that_is_not_there_is_answered_with_what_there_is(tools, kind):
    result = await run_tool(tools, meant(calling(kind=kind, order="TT-10432")))
    assert isinstance(result.artifact, BadCall)
    assert "propose_cancel_order" in str(result.content)


def test_any_other_call_means_itself():
    call = {"name": "show_order", "args": {"order": ""}, "id": "c1", "type": "tool_call"}
    assert meant(call) == call
    broken = {"name": "propose", "args": "cancel", "id": "c1", "type": "tool_call"}
    assert meant(broken) == broken
