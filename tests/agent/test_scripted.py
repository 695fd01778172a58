"""The scripted model is strict: what is not in the script fails, and so does what is left of it."""

import asyncio

import pytest
from langchain_core.messages import HumanMessage

from agent.models.scripted import ScriptedModel, UnscriptedCallError, call


async def said(model: ScriptedModel, text: str = "Hi") -> list[str]:
    return [chunk.text async for chunk in model.astream([HumanMessage(text)]) if chunk.text]


async def test_replies_come_one_by_one_and_the_messages_of_each_call_are_kept() -> None:
    model = ScriptedModel(script=["One.", ["Tw", "o."], lambda messages: f"You said {messages[-1].content}."])

    assert await said(model, "a") == ["One."]
    assert await said(model, "b") == ["Tw", "o."]
    assert await said(model, "c") == ["You said c."]
    assert [seen[-1].content for seen in model.seen] == ["a", "b", "c"]
    model.assert_consumed()


async def test_a_call_that_the_script_did_not_foresee_fails() -> None:
    model = ScriptedModel(script=["One."])
    await said(model)

    with pytest.raises(UnscriptedCallError, match="Call 2 is not in the script"):
        await said(model, "again")


async def test_a_reply_that_nobody_asked_for_fails() -> None:
    model = ScriptedModel(script=["One.", "Two."])
    await said(model)

    with pytest.raises(AssertionError, match="1 scripted replies were never asked for"):
        model.assert_consumed()


async def test_a_scripted_tool_call_arrives_as_one() -> None:
    model = ScriptedModel(script=[[call("show_order", order="TT-1"), call("list_orders")]])

    reply = await model.ainvoke("Where is it?")

    assert [(c["name"], c["args"]) for c in reply.tool_calls] == [
        ("show_order", {"order": "TT-1"}),
        ("list_orders", {}),
    ]
    assert len({c["id"] for c in reply.tool_calls}) == 2


async def test_an_exception_is_raised_after_what_stands_before_it() -> None:
    model = ScriptedModel(script=[["One.", OSError("gone")]])
    chunks = model.astream("Hi")

    assert (await anext(chunks)).text == "One."
    with pytest.raises(OSError, match="gone"):
        await anext(chunks)


async def test_an_event_holds_the_model_until_a_test_lets_it_go_on() -> None:
    go_on = asyncio.Event()
    model = ScriptedModel(script=[["One.", go_on, "Two."]])
    chunks = model.astream("Hi")

    assert (await anext(chunks)).text == "One."
    waiting = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0)
    assert not waiting.done()
    go_on.set()
    assert (await waiting).text == "Two."


def test_the_same_script_can_be_read_without_a_stream() -> None:
    model = ScriptedModel(script=["One.", [asyncio.Event()]])

    assert model.invoke("Hi").content == "One."
    with pytest.raises(TypeError, match="only be streamed asynchronously"):
        model.invoke("Hi")
