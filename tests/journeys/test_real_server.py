"""The product against a real OpenAI-compatible server: its streams, tool calls, grammars, token counts and refusals."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from agent.records import TurnRecord
from escalation.assembly import assemble
from tests.conftest import World, serving, settings_in

pytest.importorskip("xllamacpp", reason="there is a llama.cpp server for Linux on x86-64 only")
from tests.llama.model import write_model

KEY = "a key of this test"
SAID = "Standard delivery to Germany takes 3–6 working days [1]."
SCRIPTS = {
    "<|answer|>": ["Standard", " delivery", " to Germany", " takes", " 3–6", " working days", " [", "1].", "\n"],
    "<|call|>": ["<tool_", "call>\n", '{"name": "show_order"', ', "arguments": {"order":', ' "TT-10432"}', "}\n", "</tool_call>"],
    "<|told|>": ["Your", " order TT-10432", " is pending", ". "],
    "<|step|>": ['{"step": {"tool": "show_', 'order", "arguments"', ': {"order": "', "TT-10432", '"}}}'],
    "<|step_told|>": ['{"step": {"answer": "', "Your order TT-10432 is pending", '."}}'],
    "<|long|>": ["Happy to", " help", "! ", "Thanks", " for", " asking! ", "Happy to"],
}  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("llama") / "scripted.gguf"
    write_model(file, SCRIPTS)
    return file


class Server:
    """llama.cpp in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self._process = process
        self.address = address

    async def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


@asynccontextmanager
async def server(model: Path, *, context: int = 32_768) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.llama", str(model), KEY, str(context),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    assert address.startswith("http://127.0.0.1:"), address
    made = Server(process, address)
    try:
        yield made
    finally:
        await made.kill()


@asynccontextmanager
async def product(data_dir: Path, address: str, key: str = KEY, **more: Any) -> AsyncIterator[World]:
    provider = {
        "name": "llama",
        "model": "scripted",
        "base_url": f"{address}/v1",
        "api_key": key,
        "tries": 1,
    } | more
    parts = assemble(settings_in(data_dir, model="openai", providers=(provider,), model_seconds=60))
    async with serving(parts) as at:
        world = World(parts, at)
        try:
            yield world
        finally:
            await world.close()


async def records(world: World) -> list[dict[str, Any]]:
    async with world.parts.database.reading() as session:
        return [row.record for row in await session.exec(select(TurnRecord).order_by(TurnRecord.created_at))]


async def test_an_answer_streams_and_its_tokens_are_counted(model: Path, data_dir: Path) -> None:
    async with server(model) as llama, product(data_dir, llama.address) as world:
        visitor = await world.shopper(None)
        answer = await visitor.ask("How long does delivery to Germany take?")
        (record,) = await records(world)

    assert answer["text"] == SAID
    assert [citation["article"] for citation in answer["citations"]] == ["delivery"]
    assert (record["provider"], record["model"]) == ("llama", "scripted")
    assert record["spent"]["output"] == len(SCRIPTS["<|answer|>"]) + 1
    assert record["spent"]["input"] > 1_000
    assert "estimated" not in record["spent"] or not record["spent"]["estimated"]
    assert "failed" not in record


async def test_a_tool_is_called_and_its_result_told(model: Path, data_dir: Path) -> None:
    async with server(model) as llama, product(data_dir, llama.address) as world:
        maeve = await world.shopper()
        answer = await maeve.ask("Where is TT-10432?")
        (record,) = await records(world)

    assert answer["text"] == "Your order TT-10432 is pending."
    assert record["tools"] == [{"name": "show_order", "result": "OrderShown"}]
    assert record["provider"] == "llama"


async def test_the_server_holds_replies_to_our_schema(model: Path, data_dir: Path) -> None:
    async with server(model) as llama, product(data_dir, llama.address, tools="json_schema") as world:
        maeve = await world.shopper()
        answer = await maeve.ask("Where is TT-10432?")
        (record,) = await records(world)

    assert answer["text"] == "Your order TT-10432 is pending."
    assert record["tools"] == [{"name": "show_order", "result": "OrderShown"}]
    assert record["provider"] == "llama"


async def test_a_refused_key_ends_with_the_offline_model(model: Path, data_dir: Path) -> None:
    async with server(model) as llama, product(data_dir, llama.address, key="another key") as world:
        answer = await (await world.shopper(None)).ask("How long does delivery to Germany take?")
        (record,) = await records(world)

    assert "3–6 working days" in answer["text"]
    assert record["provider"] == "offline"
    assert len(record["failed"]) == 1


async def test_a_question_too_long_for_the_model_says_nothing_against_the_provider(
    model: Path, data_dir: Path
) -> None:
    async with server(model, context=512) as llama, product(data_dir, llama.address) as world:
        answers = [
            await (await world.shopper(None)).ask("How long does delivery to Germany take?") for _ in range(6)
        ]
        degraded = world.parts.attendance.turn.providers.degraded
        told = await records(world)

    assert all("3–6 working days" in answer["text"] for answer in answers)
    assert {record["provider"] for record in told} == {"offline"}
    assert degraded == []


async def test_a_server_that_dies_while_it_speaks_leaves_an_answer(model: Path, data_dir: Path) -> None:
    async with server(model) as llama, product(data_dir, llama.address) as world:
        visitor = await world.shopper(None)
        await visitor.begin()
        async with visitor.listening() as stream:
            sending = asyncio.create_task(
                visitor.send("Tell me at length, how long does delivery to Germany take?")
            )
            await stream.until("draft")
            await llama.kill()
            await sending
            answer = (await visitor.thread())[-1]
        (record,) = await records(world)

    assert "3–6 working days" in answer["text"]
    assert record["provider"] == "offline"
    assert len(record["failed"]) == 1
