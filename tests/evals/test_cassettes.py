"""Recorded replies of a language model: played without it, and stale ones say what has changed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool

from agent.models import Writer
from agent.models.scripted import ScriptedModel, call
from evals.cassettes import Cassettes, StaleCassetteError, recorded


@tool
def list_orders() -> str:
    """The customer's orders."""
    return ""


@tool
def show_order(order: str) -> str:
    """One order."""
    return order


ASKED = [SystemMessage("You are an assistant. Be brief."), HumanMessage("Where is my order? C-0A1B2C3D")]


async def ask(writer: Writer, messages: Sequence[BaseMessage], *tools: object) -> tuple[str, list[str]]:
    model = writer.model.bind_tools(tools or [list_orders])
    chunks = [chunk async for chunk in model.astream(messages)]
    return "".join(chunk.text for chunk in chunks), [
        c["name"] for chunk in chunks for c in chunk.tool_call_chunks
    ]


@pytest.fixture
async def cassettes(tmp_path: Path) -> Cassettes:
    """A reply in words to `ASKED` is recorded."""
    recording = Cassettes(tmp_path / "replies", record=True)
    await ask(recorded(Writer("a-model", ScriptedModel(script=["It is on its way."])), recording), ASKED)
    return Cassettes(recording.folder)


def silent() -> Writer:
    return Writer("a-model", ScriptedModel(script=[]))  # fails if it is asked


async def test_a_recorded_reply_is_played_without_the_model_whatever_the_case_number(
    cassettes: Cassettes,
) -> None:
    again = [ASKED[0], HumanMessage("Where is my order? C-FFFFFFFF")]

    assert await ask(recorded(silent(), cassettes), again) == ("It is on its way.", [])


async def test_recorded_tool_calls_are_played_too(tmp_path: Path) -> None:
    recording = Cassettes(tmp_path, record=True)
    writer = Writer("a-model", ScriptedModel(script=[[call("list_orders")]]))
    await ask(recorded(writer, recording), ASKED)

    assert await ask(recorded(silent(), Cassettes(tmp_path)), ASKED) == ("", ["list_orders"])


@pytest.mark.parametrize(
    ("messages", "tools", "what"),
    [
        ([SystemMessage("You are an assistant. Be kind."), ASKED[1]], (), "the system prompt has changed: “…You are an assistant. Be brief.…” is now “…You are an assistant. Be kind."),
        ([ASKED[0], HumanMessage("Where is my tent?")], (), "message 2 (human) has changed"),
        ([*ASKED, HumanMessage("Hello?")], (), "there are 3 messages and were 2"),
        (ASKED, (show_order,), "the tools are show_order and were list_orders"),
    ],
)  # fmt: skip
async def test_a_stale_cassette_says_what_has_changed(
    cassettes: Cassettes, messages: list[BaseMessage], tools: tuple[object, ...], what: str
) -> None:
    with pytest.raises(StaleCassetteError) as error:
        await ask(recorded(silent(), cassettes), messages, *tools)

    assert what in str(error.value)
    assert cassettes.stale == [str(error.value)]
