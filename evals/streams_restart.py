"""Open streams through a rolling restart: `python -m evals.streams_restart [--streams 500]`.

Two processes serve one database (records in SQLite, vectors in a Chroma server). Each client has a conversation that waits
for a person, follows its stream at one process, and writes messages to either while first one process and then the other is
ended and started again. Whoever is cut off goes to the other process with its `Last-Event-ID`. At the end every stream must
have shown each event of its conversation exactly once: what the record holds is what must have come.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from evals.serving import candor, free_port, until_healthy

PAUSE = (5.0, 40.0)  # seconds between two messages of a client, for as long as the restarts last
PATIENCE = 60.0  # seconds that the last events may take


@dataclass
class Servers:
    """The processes by their address; one that restarts keeps its address."""

    folder: Path
    chroma: int
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, address: str) -> None:
        """Start the one that listens there."""
        self.running[address] = process = await candor(
            self.folder,
            "serve",
            CANDOR_PORT=address.rpartition(":")[2],
            CANDOR_CHROMA_SERVER=f"127.0.0.1:{self.chroma}",
        )
        await until_healthy(address, process)

    async def restart(self, address: str) -> None:
        """End it as an operator does, and start it again."""
        self.running[address].send_signal(signal.SIGTERM)
        await self.running[address].wait()
        await self.start(address)

    async def stop(self) -> None:
        """End both."""
        for process in self.running.values():
            if process.returncode is None:
                process.terminate()
                await process.wait()


@dataclass
class Client:
    """A visitor with a conversation and a stream."""

    http: httpx.AsyncClient
    addresses: tuple[str, str]
    token: str = ""
    conversation: str = ""
    last_id: int = 0
    seen: list[int] = field(default_factory=list)  # ids of events
    shown: list[str] = field(default_factory=list)  # ids of messages
    acknowledged: list[str] = field(default_factory=list)
    cut: int = 0
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self) -> None:
        """Open a conversation and ask for a person, so that the AI is silent."""
        session = (await self._post("/v1/sessions", {})).json()
        self.token = session["session_token"]
        self.conversation = (await self._post("/v1/conversations", {})).json()["id"]
        await self._post(f"/v1/conversations/{self.conversation}/handoff", {})

    async def follow(self, opened: asyncio.Semaphore) -> None:
        """Follow the stream for ever, at the other process whenever it breaks off."""
        at = random.randrange(2)
        while True:
            with suppress(httpx.TransportError):
                await self._listen(self.addresses[at % 2], opened)
            self.cut += 1
            at += 1
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def write(self, over: asyncio.Event) -> None:
        """Write messages at random moments until it is over; each is sent until it is acknowledged."""
        while not over.is_set():
            await asyncio.sleep(random.uniform(*PAUSE))
            body = {"client_id": uuid4().hex, "text": "Is anybody there?"}
            answer = await self._post(f"/v1/conversations/{self.conversation}/messages", body)
            self.acknowledged.append(answer.json()["message"]["id"])

    async def until(self, event_id: int) -> None:
        """Wait until the stream has shown an event, or a later one."""
        while self.last_id < event_id:
            self._came.clear()
            await self._came.wait()

    async def record(self) -> tuple[list[str], int]:
        """What the record holds: messages, and the newest event."""
        headers = {"Authorization": f"Bearer {self.token}"}
        found = (
            await self.http.get(f"{self.addresses[0]}/v1/conversations/{self.conversation}", headers=headers)
        ).json()
        return [message["id"] for message in found["messages"]], found["last_event_id"]

    async def _listen(self, address: str, opened: asyncio.Semaphore) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Last-Event-ID": str(self.last_id)}
        path = f"{address}/v1/conversations/{self.conversation}/events"
        async with self.http.stream(
            "GET", path, headers=headers, timeout=httpx.Timeout(10, read=40)
        ) as answer:
            opened.release()
            name, event_id = "", None
            async for line in answer.aiter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "id":
                    event_id = int(value)
                elif key == "data":
                    data = json.loads(value)
                    if name == "message":
                        self.shown.append(data["id"])
                elif not line and event_id is not None:
                    self.seen.append(event_id)
                    self.last_id, event_id = event_id, None
                    self._came.set()

    async def _post(self, path: str, body: dict[str, str]) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        for attempt in range(200):
            address = self.addresses[(attempt + random.randrange(2)) % 2]
            try:
                answer = await self.http.post(address + path, json=body, headers=headers, timeout=30)
                if answer.status_code < 300:  # noqa: PLR2004 - HTTP's own number
                    return answer
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
        raise SystemExit(f"{path} was never acknowledged")


async def main() -> int:
    """Print what came, and what did not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500)
    wanted = parser.parse_args().streams
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with _servers(folder) as servers, httpx.AsyncClient(limits=limits) as http:
            first, second = servers.running
            clients = [Client(http, (first, second)) for _ in range(wanted)]
            for some in range(0, wanted, 25):
                await asyncio.gather(*(client.begin() for client in clients[some : some + 25]))
            opened = asyncio.Semaphore(0)
            following = [asyncio.create_task(client.follow(opened)) for client in clients]
            for _ in range(wanted):
                await opened.acquire()
            print(f"{wanted} streams are open at two processes", flush=True)
            started, over = time.monotonic(), asyncio.Event()
            writing = [asyncio.create_task(client.write(over)) for client in clients]
            for address in (first, second):
                await asyncio.sleep(5)
                await servers.restart(address)
                print(f"{time.monotonic() - started:.0f} s: one process has restarted", flush=True)
            over.set()
            await asyncio.gather(*writing)
            missing, twice = await _judged(clients)
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
    sent = sum(len(client.acknowledged) for client in clients)
    print(
        f"{sent} messages acknowledged, {sum(len(c.seen) for c in clients)} events shown, {sum(c.cut for c in clients)} "
        f"streams cut off and resumed: {missing} missing, {twice} twice"
    )
    return int(bool(missing or twice))


async def _judged(clients: list[Client]) -> tuple[int, int]:
    """How many messages of the record no stream has shown, and how many events came twice."""
    records = [await client.record() for client in clients]
    with suppress(TimeoutError):  # what has not come by then is missing
        async with asyncio.timeout(PATIENCE):
            for client, (_, newest) in zip(clients, records, strict=True):
                await client.until(newest)
    missing = twice = 0
    for client, (messages, _) in zip(clients, records, strict=True):
        missing += len((set(messages) | set(client.acknowledged)) - set(client.shown))
        twice += sum(count - 1 for count in Counter(client.seen).values())
        twice += sum(count - 1 for count in Counter(client.shown).values())
    return missing, twice


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[Servers]:
    chroma = free_port()
    vectors = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("chroma"),
        *("run", "--path", str(folder / "chroma"), "--port", str(chroma), "--host", "127.0.0.1"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    servers = Servers(folder, chroma)
    try:
        await _until_it_listens(chroma)
        for _ in range(2):
            await servers.start(f"http://127.0.0.1:{free_port()}")
        yield servers
    finally:
        await servers.stop()
        vectors.terminate()
        await vectors.wait()


async def _until_it_listens(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
