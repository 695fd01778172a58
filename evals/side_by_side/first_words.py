"""From the provider's first whole sentence to the customer's first words: `python first_words.py HARNESS [TURNS]`.

Runs with the harness's Python, one customer after the other. The provider is here, so that one clock tells both moments:
it writes a sentence, notes when, waits for longer than anybody needs, and writes the rest. A sentence is whole when
the next one begins: "2.5" must not end at its point.
"""

import asyncio
import json
import os
import statistics
import sys
import time

from aiohttp import ClientError, ClientSession, web

FIRST = "You should see an update within two business days. If"
REST = " anything looks off, reply here and we will take another look right away for you."
PAUSE = 0.5  # seconds
BOOT = 240  # seconds until it must serve
QUESTION = "My bulb drops off the network, when will I see an update?"


async def main() -> None:
    """Start provider and server, ask, print."""
    sys.path.insert(0, sys.argv[1])
    from target import Candor

    turns = int(sys.argv[2]) if len(sys.argv) > 2 else 40  # noqa: PLR2004 - the optional argument
    whole: list[float] = []
    runner = web.AppRunner(_provider(whole))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 8099).start()
    target = Candor()
    serving = await asyncio.create_subprocess_exec(*target.cmd(), env={**os.environ, **target.env})
    try:
        async with ClientSession() as http:
            await _until_up(http, target.base + target.ready)
            waited = []
            for one in range(turns):
                conversation = await target.open(http, one)
                started = time.perf_counter()
                turn = await target.turn(http, conversation, QUESTION)
                waited.append(1000 * (started + turn.ttft - whole[-1]))
                conversation.following.cancel()
    finally:
        serving.terminate()
        await serving.wait()
        await runner.cleanup()
    percentiles = statistics.quantiles(waited, n=20)
    print(
        f"whole sentence at the provider → first words at the customer, {turns} turns: "
        f"p50 {percentiles[9]:.1f} ms, p95 {percentiles[18]:.1f} ms"
    )


def _provider(whole: list[float]) -> web.Application:
    async def complete(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for words in FIRST.split(" "):
            await response.write(_chunk(f"{words} " if words != "If" else words))
        whole.append(time.perf_counter())
        await asyncio.sleep(PAUSE)
        await response.write(_chunk(REST) + _chunk(None) + b"data: [DONE]\n\n")
        return response

    application = web.Application()
    application.router.add_post("/v1/chat/completions", complete)
    return application


def _chunk(text: str | None) -> bytes:
    choice = {
        "index": 0,
        "delta": {"content": text} if text else {},
        "finish_reason": None if text else "stop",
    }
    body = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


async def _until_up(http: ClientSession, url: str) -> None:
    async with asyncio.timeout(BOOT):
        while True:
            try:
                async with http.get(url):
                    return
            except ClientError:
                await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main())
