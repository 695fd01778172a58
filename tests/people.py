"""The people of a journey, over HTTP: a shopper with the widget's calls, a human agent with the console's."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from httpx import AsyncClient, Response

JSON = dict[str, Any]


@dataclass
class Shopper:
    """A customer in the chat."""

    client: AsyncClient
    session: JSON
    conversation_id: str = ""

    @classmethod
    async def arrive(cls, client: AsyncClient, customer_id: str | None) -> Self:
        """Open a session as the widget does, vouched for by the demo shop's page."""
        page = {"Cookie": f"demo_person={customer_id or ''}"}
        token = (await client.get("/demo/identity", headers=page)).json()["token"]
        session = (await client.post("/v1/sessions", json={"identity_token": token} if token else {})).json()
        client.headers["Authorization"] = f"Bearer {session['session_token']}"
        return cls(client, session)

    async def begin(self) -> JSON:
        """Open a conversation."""
        conversation: JSON = (await self.client.post("/v1/conversations")).json()
        self.conversation_id = conversation["id"]
        return conversation

    async def send(
        self, text: str, *, client_id: str | None = None, wait: int = 30, attachments: Sequence[str] = ()
    ) -> Response:
        """Write a message and wait for the turn."""
        if not self.conversation_id:
            await self.begin()
        return await self.client.post(
            f"/v1/conversations/{self.conversation_id}/messages",
            json={"client_id": client_id or uuid4().hex, "text": text, "attachments": list(attachments)},
            headers={"Prefer": f"wait={wait}"},
        )

    async def attach(self, name: str, data: bytes, *, key: str | None = None) -> Response:
        """Put up a file for a message to come."""
        if not self.conversation_id:
            await self.begin()
        return await self.client.post(
            f"/v1/conversations/{self.conversation_id}/attachments",
            files={"file": (name, data)},
            headers={"Idempotency-Key": key} if key else {},
        )

    async def ask(self, text: str) -> JSON:
        """Write a message; the last thing that is then in the thread."""
        response = await self.send(text)
        assert response.status_code == 201, response.text
        return (await self.thread())[-1]

    async def conversation(self) -> JSON:
        """The conversation as it is."""
        found: JSON = (await self.client.get(f"/v1/conversations/{self.conversation_id}")).json()
        return found

    async def thread(self) -> list[JSON]:
        """Every message that the customer can see."""
        messages: list[JSON] = (await self.conversation())["messages"]
        return messages

    async def confirm(self, proposal: JSON) -> Response:
        """Press Confirm on a card."""
        return await self.client.post(
            f"/v1/proposals/{proposal['id']}/confirm", json={"digest": proposal["digest"]}
        )

    async def talk_to_person(self) -> Response:
        """Press the button that always works."""
        if not self.conversation_id:
            await self.begin()
        return await self.client.post(f"/v1/conversations/{self.conversation_id}/handoff")

    async def leave_queue(self) -> Response:
        """Wait for a person no longer."""
        return await self.client.delete(f"/v1/conversations/{self.conversation_id}/handoff")

    @asynccontextmanager
    async def listening(self, last_event_id: int = 0) -> AsyncIterator["Stream"]:
        """Follow the conversation's events."""
        path = f"/v1/conversations/{self.conversation_id}/events"
        async with listening(self.client, path, last_event_id) as stream:
            yield stream


@dataclass
class HumanAgent:
    """A person at the console."""

    client: AsyncClient
    account: JSON

    @classmethod
    async def sign_in(cls, client: AsyncClient, email: str, password: str) -> Self:
        """Sign in as the console does."""
        client.headers["X-Candor-Desk"] = "1"
        response = await client.post("/v1/desk/sign-in", json={"email": email, "password": password})
        assert response.status_code == 200, response.text
        return cls(client, response.json())

    async def list(self, view: str = "waiting") -> list[JSON]:
        """A list of the console."""
        items: list[JSON] = (await self.client.get("/v1/desk/conversations", params={"view": view})).json()[
            "items"
        ]
        return items

    async def case(self, conversation_id: str) -> JSON:
        """A conversation with its briefing."""
        found: JSON = (await self.client.get(f"/v1/desk/conversations/{conversation_id}")).json()
        return found

    async def claim(self, conversation_id: str, epoch: int | None = None) -> Response:
        """Claim under the epoch that is on the screen."""
        seen = (await self.case(conversation_id))["epoch"] if epoch is None else epoch
        return await self.client.post(f"/v1/desk/conversations/{conversation_id}/claim", json={"epoch": seen})

    async def reply(self, conversation_id: str, text: str, client_id: str | None = None) -> Response:
        """Speak to the customer."""
        return await self.client.post(
            f"/v1/desk/conversations/{conversation_id}/replies",
            json={"client_id": client_id or uuid4().hex, "text": text},
        )

    async def note(self, conversation_id: str, text: str) -> Response:
        """Leave an internal note."""
        return await self.client.post(
            f"/v1/desk/conversations/{conversation_id}/notes", json={"client_id": uuid4().hex, "text": text}
        )

    async def hand_back(self, conversation_id: str, note: str = "") -> Response:
        """Give the floor back to the AI."""
        return await self.client.post(
            f"/v1/desk/conversations/{conversation_id}/hand-back", json={"note": note}
        )

    async def approve(self, approval: JSON, note: str = "") -> Response:
        """Say yes to exactly the request that is on the screen."""
        said = {"digest": approval["digest"], "note": note}
        return await self.client.post(f"/v1/desk/approvals/{approval['id']}/approve", json=said)

    async def refuse(self, approval: JSON, note: str = "") -> Response:
        """Say no to it."""
        said = {"digest": approval["digest"], "note": note}
        return await self.client.post(f"/v1/desk/approvals/{approval['id']}/refuse", json=said)

    async def resolve(self, conversation_id: str) -> Response:
        """Close the matter."""
        return await self.client.post(f"/v1/desk/conversations/{conversation_id}/resolve")

    @asynccontextmanager
    async def listening(self, last_event_id: int = 0) -> AsyncIterator["Stream"]:
        """Follow every conversation's news."""
        async with listening(self.client, "/v1/desk/events", last_event_id) as stream:
            yield stream


@dataclass(frozen=True)
class Told:
    """One event of a stream."""

    name: str
    data: JSON
    id: int | None


@dataclass
class Stream:
    """Events as they come; `until` waits for one."""

    events: list[Told] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, told: Told) -> None:
        """One more."""
        self.events.append(told)
        self._came.set()

    async def until(
        self, name: str, fits: Callable[[JSON], bool] = bool, seconds: float = 20, **data: Any
    ) -> Told:
        """The first event of that name whose data fits and has these values, past or to come."""
        async with asyncio.timeout(seconds):
            seen = 0
            while True:
                for told in self.events[seen:]:
                    same = all(told.data.get(key) == value for key, value in data.items())
                    if told.name == name and same and fits(told.data):
                        return told
                seen = len(self.events)
                self._came.clear()
                await self._came.wait()

    def of(self, name: str) -> list[Told]:
        """Every event of a name so far."""
        return [told for told in self.events if told.name == name]


@asynccontextmanager
async def listening(client: AsyncClient, path: str, last_event_id: int) -> AsyncIterator[Stream]:
    """Read a stream in the background as long as the block lasts."""
    stream = Stream()
    async with client.stream(
        "GET", path, headers={"Last-Event-ID": str(last_event_id)}, timeout=None
    ) as response:
        assert response.status_code == 200, await response.aread()

        async def read() -> None:
            fields: dict[str, str] = {}
            async for line in response.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "data" in fields:
                    event_id = int(fields["id"]) if "id" in fields else None
                    stream.add(Told(fields.get("event", "message"), json.loads(fields["data"]), event_id))
                    fields = {}
                else:
                    fields = {}

        reading = asyncio.create_task(read())
        try:
            yield stream
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
