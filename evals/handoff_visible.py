"""From the decision to hand over until every open console shows it: `python -m evals.handoff_visible [--consoles 50] [--handoffs 200]`.

A real `candor serve` in a process of its own; so many people of the desk follow its stream, each over a connection of their own.
Conversations are handed over over HTTP, by the button and in plain words in turn, a quarter of a second apart. The clock runs from
`opened_at`, which the server stamps right before it commits the handoff, so the commit is counted too; it ends when a console has read
the event that puts the conversation into its list of those who wait. Both ends are on one machine and one clock.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
from collections import defaultdict
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from escalation.settings import Settings
from escalation.staff import Staff
from evals.serving import served
from knowledge.database import Database

APART = 0.25  # seconds between two handoffs
SEEN_WITHIN = 30.0  # seconds; what takes longer has not been seen
_PASSWORD = "only for this measurement"  # noqa: S105 - of accounts in a folder that is thrown away
_IN_WORDS = "I want to talk to a human, please."


class Screens:
    """When each console was told that a conversation waits, in milliseconds since the decision."""

    def __init__(self, consoles: int) -> None:
        self.consoles = consoles
        self.seen: dict[str, dict[int, float]] = defaultdict(dict)
        self._by_all: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def follow(self, console: httpx.AsyncClient, place: int, opened: asyncio.Event) -> None:
        """Read a console's stream, until cancelled."""
        async with console.stream("GET", "/v1/desk/events", timeout=None) as stream:
            opened.set()
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == "conversation":
                    self._told(json.loads(line.removeprefix("data: ")), place)

    def _told(self, conversation: dict, place: int) -> None:  # type: ignore[type-arg]  # JSON
        if conversation["floor"] != "queue" or place in self.seen[conversation["id"]]:
            return
        decided = datetime.fromisoformat(conversation["handoff"]["opened_at"])
        self.seen[conversation["id"]][place] = 1000 * (datetime.now(UTC) - decided).total_seconds()
        if len(self.seen[conversation["id"]]) == self.consoles:
            self._by_all[conversation["id"]].set()

    async def until_seen(self, conversation_id: str) -> None:
        """Wait until every console shows it. Raises `TimeoutError`."""
        async with asyncio.timeout(SEEN_WITHIN):
            await self._by_all[conversation_id].wait()


async def handed_over(address: str, *, by_button: bool) -> str:
    """A visitor who asks for a person: the conversation's id."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as visitor:
        session = (await visitor.post("/v1/sessions", json={})).raise_for_status().json()
        visitor.headers["Authorization"] = f"Bearer {session['session_token']}"
        conversation = (await visitor.post("/v1/conversations")).raise_for_status().json()
        path = f"/v1/conversations/{conversation['id']}"
        if by_button:
            (await visitor.post(f"{path}/handoff")).raise_for_status()
        else:
            body = {"client_id": uuid4().hex, "text": _IN_WORDS}
            (await visitor.post(f"{path}/messages", json=body)).raise_for_status()
        return str(conversation["id"])


async def measured(consoles: int, handoffs: int) -> tuple[list[float], list[float]]:
    """Milliseconds until visible: of each console and handoff, and of the last console of each handoff."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candor-visible-")))
        address, _, _ = await stack.enter_async_context(served(folder))
        screens = Screens(consoles)
        tasks = []
        for place, console in enumerate(await _signed_in(stack, folder, address, consoles)):
            opened = asyncio.Event()
            tasks.append(asyncio.create_task(screens.follow(console, place, opened)))
            await opened.wait()
        stack.callback(lambda: [task.cancel() for task in tasks])
        for number in range(handoffs):
            await screens.until_seen(await handed_over(address, by_button=number % 2 == 0))
            await asyncio.sleep(APART)
        seen = [list(times.values()) for times in screens.seen.values() if times]
    return [time for times in seen for time in times], [max(times) for times in seen]


async def _signed_in(
    stack: AsyncExitStack, folder: Path, address: str, people: int
) -> list[httpx.AsyncClient]:
    database = Database(Settings(_env_file=None, data_dir=folder).records_url)  # type: ignore[call-arg]  # pydantic-settings' own
    stack.push_async_callback(database.close)
    staff = Staff(database)
    consoles = []
    for number in range(people):
        email = f"{number}@desk.example"
        await staff.create(email, f"Agent {number}", _PASSWORD)
        client = httpx.AsyncClient(base_url=address, timeout=60, headers={"X-Candor-Desk": "1"})
        consoles.append(await stack.enter_async_context(client))
        said = {"email": email, "password": _PASSWORD}
        (await client.post("/v1/desk/sign-in", json=said)).raise_for_status()
    return consoles


def told(times: list[float]) -> str:
    """The usual percentiles of times in ms."""
    hundredths = statistics.quantiles(times, n=100)
    return f"p50 {hundredths[49]:.0f} ms, p95 {hundredths[94]:.0f} ms, p99 {hundredths[98]:.0f} ms"


def main() -> None:
    """Print the percentiles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--handoffs", type=int, default=200)
    arguments = parser.parse_args()
    each, last = asyncio.run(measured(arguments.consoles, arguments.handoffs))
    print(f"{arguments.handoffs} handoffs, {arguments.consoles} consoles, decided to visible: {told(each)}")
    print(f"until the last of the consoles shows it: {told(last)}")


if __name__ == "__main__":
    main()
