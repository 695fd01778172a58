"""Calls of one reply: side by side where they only look, one at a time where they propose, and never the same twice."""

import asyncio

import pytest
from langchain_core.messages import ToolCall
from langchain_core.tools import StructuredTool

from agent.answers import Answer, NeedsPerson, PersonReason
from agent.confidential import Confidential
from agent.evidence import Evidence
from agent.models import Writer
from agent.models.scripted import ScriptedModel, call
from agent.records import Proposal
from agent.results import BadCall, OrdersShown, Proposed
from agent.tool_calls import AT_ONCE, REPEATS, ToolCalls
from agent.tools import build_tools
from tests.agent.orders_world import World
from tests.agent.turn_world import chat

ADDRESS = {
    "name": "Maeve Brennan",
    "line1": "3 Quay Street",
    "postcode": "H91 AB12",
    "city": "Galway",
    "country": "IE",
}
CANCEL = {"order": "TT-10432", "reason": "ordered_by_mistake"}


def calling(name: str, **args) -> ToolCall:
    return ToolCall(name=name, args=args, id=f"id-{name}", type="tool_call")


@pytest.fixture
async def calls(tmp_path):
    world = await World.create(tmp_path)
    tools = build_tools(world.shop, world.proposals, await world.conversation(), "cus_maeve")
    made = ToolCalls(tools, Evidence(()))
    made.world = world
    return made


async def test_calls_that_only_look_run_side_by_side_and_answer_in_their_order():
    """Each of two waits for the other to begin: one after the other they would wait for ever."""
    begun = {"a": asyncio.Event(), "b": asyncio.Event()}

    async def look(given: dict[str, str]):
        begun[given["own"]].set()
        await begun[given["other"]].wait()
        return given["own"], OrdersShown(())

    schema = {"type": "object", "properties": {"own": {"type": "string"}, "other": {"type": "string"}}}
    tool = StructuredTool(
        name="show_order",
        description="",
        args_schema=schema,
        coroutine=look,
        response_format="content_and_artifact",
    )
    both = [calling("show_order", own="a", other="b"), calling("show_order", own="b", other="a")]
    async with asyncio.timeout(10):
        results = await ToolCalls([tool], Evidence(())).run(both)
    assert [result.content for result in results] == ["a", "b"]


async def test_of_two_proposals_in_one_reply_the_second_is_not_made(calls):
    first, second = await calls.run(
        [
            calling("propose_cancel_order", **CANCEL),
            calling("propose_change_address", order="TT-10429", address=ADDRESS),
        ]
    )
    assert isinstance(first.artifact, Proposed)
    assert isinstance(second.artifact, BadCall)
    assert "One proposal at a time" in second.content
    assert [row.action for row in await calls.world.rows(Proposal)] == ["cancel_order"]


async def test_the_same_call_is_made_once_however_often_it_is_asked(calls):
    results = await calls.run([calling("propose_cancel_order", **CANCEL)] * 2)
    again = await calls.run([calling("propose_cancel_order", **dict(reversed(CANCEL.items())))])
    assert isinstance(results[0].artifact, Proposed)
    assert "exactly this before" in again[0].content
    assert len(await calls.world.rows(Proposal)) == 1


async def test_hundreds_of_calls_in_one_reply_run_as_many_as_a_question_could_need(calls):
    many = [calling("show_order", order=f"TT-{number}") for number in range(10_000, 10_300)]
    results = await calls.run(many)
    run = [result for result in results if "At most" not in result.content]
    assert (len(results), len(run)) == (300, AT_ONCE)


async def test_a_model_that_goes_round_in_circles_ends_with_a_person(tmp_path):
    model = ScriptedModel(script=[[call("list_orders")] for _ in range(REPEATS + 2)])
    talk = await chat(tmp_path, Writer("scripted", model))
    outcome = await talk.ask("What have I ordered?")
    assert isinstance(outcome, NeedsPerson)
    assert (outcome.reason, outcome.why) == (PersonReason.STUCK, "the same calls again and again")
    model.assert_consumed()


async def test_one_slip_of_asking_again_is_forgiven(tmp_path):
    model = ScriptedModel(
        script=[[call("list_orders")], [call("list_orders")], "Your newest order is TT-10432."]
    )
    talk = await chat(tmp_path, Writer("scripted", model))
    assert isinstance(await talk.ask("What have I ordered?"), Answer)


async def test_a_proposal_whose_card_would_tell_a_colleagues_note_is_not_made(calls):
    note = Confidential(note="Her code is Heron-7731. She resells.")
    tools = build_tools(
        calls.world.shop, calls.world.proposals, await calls.world.conversation(), "cus_maeve"
    )
    made = ToolCalls(tools, Evidence((), confidential=note))

    (told,) = await made.run(
        [calling("propose_change_address", order="TT-10429", address=ADDRESS | {"line2": "heron 7731"})]
    )

    assert isinstance(told.artifact, BadCall)
    assert await calls.world.rows(Proposal) == []
