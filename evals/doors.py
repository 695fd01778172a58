"""`candor eval doors`: the mystery shopper at the doors themselves. The same question over HTTP to a real `candor serve`: as the widget asks
(and reads the answer from its stream of events), as a program asks over REST, and as the console's copilot is asked by a person.

What a case expects is scored by `candor eval run`, at the front desk behind these doors. Here the doors alone are compared: an answer
with other words or other sources at one of them is wrong. Only questions are asked; a change would not be the same a second time.
"""

import asyncio
import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from escalation.settings import Settings
from escalation.staff import Staff
from evals.runs.result import AtDoor
from evals.scorers.another_answer import differs
from evals.serving import served
from evals.suites.case import Case
from evals.suites.files import Located
from knowledge.database import Database

WAIT = 60.0  # seconds that an answer may take
DESK = "mystery@desk.example"
PASSWORD = "of an account in a folder that is thrown away"  # noqa: S105 - as it says


@dataclass(frozen=True)
class Asked:
    """One question, what each door answered, and where they are not alike."""

    located: Located
    answers: tuple[AtDoor, ...]

    @property
    def wrong(self) -> list[str]:
        """What differs from the first door, in words."""
        first, *others = self.answers
        return [what for other in others if (what := differs(first, other))]


def can_be_asked(case: Case) -> bool:
    """Whether a case is one question at several doors, in the world that a server of the demo shop has."""
    world, lines = case.world, case.customer.lines
    plain = not (
        world.articles
        or world.orders
        or world.items
        or world.stock
        or world.refunds
        or world.earlier
        or world.faults
    )
    return (
        plain
        and world.shop == "demo"
        and len(case.doors) > 1
        and len(lines) == 1
        and lines[0].say is not None
    )


async def ask(cases: Sequence[Located]) -> list[Asked]:
    """Every question that can be, at its doors, on a server of their own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="candor-doors-")))
        address, _, _ = await stack.enter_async_context(served(folder))
        desk = await stack.enter_async_context(_desk(address))
        await _hire(folder)
        signing_in = {"email": DESK, "password": PASSWORD}
        (await desk.post("/v1/desk/sign-in", json=signing_in)).raise_for_status()
        return [
            Asked(one, tuple([await _at(door, address, desk, one.case) for door in one.case.doors]))
            for one in cases
            if can_be_asked(one.case)
        ]


def _desk(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, timeout=WAIT, headers={"X-Candor-Desk": "1"})


async def _hire(folder: Path) -> None:
    database = Database(Settings(_env_file=None, data_dir=folder).records_url)  # type: ignore[call-arg]  # pydantic-settings' own
    try:
        await Staff(database).create(DESK, "Mystery Shopper", PASSWORD)
    finally:
        await database.close()


async def _at(door: str, address: str, desk: httpx.AsyncClient, case: Case) -> AtDoor:
    text = case.customer.lines[0].say or ""
    async with httpx.AsyncClient(base_url=address, timeout=WAIT) as client:
        conversation = await _conversation(client, case.world.customer)
        match door:
            case "widget":
                return _answered(door, await _on_the_stream(client, conversation, text))
            case "rest":
                replies = await _sent(client, conversation, text, wait=True)
                return _answered(door, next((one for one in replies if _is_reply(one)), None))
        await client.post(f"{conversation}/handoff")
        await _sent(client, conversation, text, wait=False)  # nobody would answer
        drafted = await desk.post(f"/v1/desk{conversation.removeprefix('/v1')}/suggestions", json={})
        return _answered(door, drafted.raise_for_status().json())


async def _conversation(client: httpx.AsyncClient, customer: str | None) -> str:
    """A new one of this customer of the demo shop, or of a visitor; its path."""
    who = {"Cookie": f"demo_person={customer or ''}"}
    token = (await client.get("/demo/identity", headers=who)).raise_for_status().json()["token"]
    session = await client.post("/v1/sessions", json={"identity_token": token} if token else {})
    client.headers["Authorization"] = f"Bearer {session.raise_for_status().json()['session_token']}"
    return f"/v1/conversations/{(await client.post('/v1/conversations')).raise_for_status().json()['id']}"


async def _sent(
    client: httpx.AsyncClient, conversation: str, text: str, *, wait: bool
) -> list[dict[str, Any]]:
    """The replies that came with the acknowledgement; none without `wait`."""
    body = {"client_id": uuid4().hex, "text": text}
    headers = {"Prefer": f"wait={WAIT:.0f}"} if wait else {}
    sent = await client.post(f"{conversation}/messages", json=body, headers=headers)
    replies: list[dict[str, Any]] = sent.raise_for_status().json()["replies"]
    return replies


async def _on_the_stream(client: httpx.AsyncClient, conversation: str, text: str) -> dict[str, Any] | None:
    """The answer as the widget gets it: by an event, some time after the message was acknowledged. None if it did not come in `WAIT`."""
    listening = asyncio.create_task(_first_answer(client, conversation))
    try:
        await _sent(client, conversation, text, wait=False)
        return await asyncio.wait_for(listening, WAIT)
    except TimeoutError:
        return None
    finally:
        listening.cancel()


async def _first_answer(client: httpx.AsyncClient, conversation: str) -> dict[str, Any] | None:
    event = ""
    async with client.stream("GET", f"{conversation}/events", timeout=None) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == "message":
                message: dict[str, Any] = json.loads(line.removeprefix("data: "))
                if _is_reply(message):
                    return message
    return None


def _is_reply(message: Mapping[str, Any]) -> bool:
    return bool(message["author"]["kind"] != "customer" and message["kind"] != "disclosure")


def _answered(door: str, message: Mapping[str, Any] | None) -> AtDoor:
    """What the AI said; nothing where a person was fetched, for what is told then names the case."""
    if message is None or message.get("author", {"kind": "ai"})["kind"] != "ai":
        return AtDoor(door=door, text="")
    return AtDoor(
        door=door, text=message["text"], cited=tuple(citation["article"] for citation in message["citations"])
    )
