"""What the embedded default costs: start, first words, memory. `python -m evals.bench`, also `make bench`.

Starts `candor serve` as an operator would, in a fresh data folder, and talks to it over HTTP as the widget does.
Times vary between machines and runs; docs/measurements.md tells when and where its figures were taken.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from evals.serving import resident_mb, served

MESSAGES = 100
QUESTIONS = (
    "How long does standard delivery to Germany take?",
    "How much is express delivery?",
    "How many days do I have to return something?",
    "What does the return label cost?",
    "How long is the warranty on tents?",
)


async def main() -> None:
    """Print one line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder)) as (address, seconds, _):
            print(f"first start, tables and help centre made: {seconds:.1f} s until it serves")
            await _first_answer(address)
        async with served(Path(folder)) as (address, seconds, pid):
            answered = await _first_answer(address)
            print(
                f"cold start: {seconds:.1f} s until it serves, {seconds + answered:.1f} s until the first answer"
            )
            print(f"memory at rest: {resident_mb(pid):.0f} MB resident")
            times = await _first_words(address)
            percentiles = statistics.quantiles(times, n=100)
            print(
                f"message sent to first streamed words, {len(times)} messages one after the other, offline model: "
                f"p50 {percentiles[49]:.0f} ms, p95 {percentiles[94]:.0f} ms"
            )
            print(f"memory after {len(times)} messages: {resident_mb(pid):.0f} MB resident")


async def _first_answer(address: str) -> float:
    """Seconds from a visitor's first message to the committed answer."""
    async with _visitor(address) as (client, conversation):
        started = time.monotonic()
        body = {"client_id": uuid4().hex, "text": QUESTIONS[0]}
        reply = await client.post(f"{conversation}/messages", json=body, headers={"Prefer": "wait=30"})
        if not reply.json()["replies"]:
            raise SystemExit("there was no answer within 30 s")
        return time.monotonic() - started


async def _first_words(address: str) -> list[float]:
    """Milliseconds from sending each message to the first words of its answer on the stream."""
    times: list[float] = []
    while len(times) < MESSAGES:
        async with _visitor(address) as (client, conversation), _answers(client, conversation) as answers:
            seen: set[str] = set()
            for question in QUESTIONS:
                body = {"client_id": uuid4().hex, "text": question}
                started = time.monotonic()
                sending = asyncio.create_task(
                    client.post(f"{conversation}/messages", json=body, headers={"Prefer": "wait=30"})
                )
                while (stream_id := await asyncio.wait_for(answers.get(), 30)) in seen:
                    pass
                times.append(1000 * (time.monotonic() - started))
                seen.add(stream_id)
                (await sending).raise_for_status()
    return times


@asynccontextmanager
async def _answers(client: httpx.AsyncClient, conversation: str) -> AsyncIterator[asyncio.Queue[str]]:
    """The stream ids of drafts and answers as they arrive; a short answer comes without a draft."""
    arrived: asyncio.Queue[str] = asyncio.Queue()

    async def listen() -> None:
        async with client.stream("GET", f"{conversation}/events", timeout=None) as stream:
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name in {"draft", "message"}:
                    stream_id = json.loads(line.removeprefix("data: "))["stream_id"]
                    if stream_id is not None:
                        arrived.put_nowait(stream_id)

    listening = asyncio.create_task(listen())
    try:
        yield arrived
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@asynccontextmanager
async def _visitor(address: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        session = (await client.post("/v1/sessions", json={})).json()
        client.headers["Authorization"] = f"Bearer {session['session_token']}"
        conversation = (await client.post("/v1/conversations")).json()
        yield client, f"/v1/conversations/{conversation['id']}"


if __name__ == "__main__":
    asyncio.run(main())
