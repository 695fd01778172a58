"""What happens is told to other systems: exactly once into the outbox, at least once out, with one id."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from agent.records import AuthorKind, Conversation, MessageKind
from api.migrate import migrate
from escalation import thread
from escalation.webhooks.catalogue import CATALOGUE, NAMES
from escalation.webhooks.courier import BACKOFF, DISABLED_AFTER, LEASE, Courier
from escalation.webhooks.endpoints import WebhookError, Webhooks
from escalation.webhooks.records import WebhookDelivery, WebhookMessage
from knowledge.database import Database
from tests.conftest import World
from tests.servers import postgres


@dataclass
class Receiver:
    """A customer's server: keeps what comes, and answers as it is told."""

    url: str = ""
    status: int = 204
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.came]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.came.append((headers, body.decode()))
        writer.write(f"HTTP/1.1 {self.status} X\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with server:
        yield receiver


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    else:
        made = Database(request.getfixturevalue("postgres_url"))
    await migrate(made)
    yield made
    hooks = Webhooks(made)
    for standing in await hooks.standing():
        await hooks.remove(standing.endpoint.id)
    await made.close()


async def happen(database: Database, *, fails: bool = False) -> Conversation:
    """A visitor begins and a person resolves it; or none of it, where the transaction fails."""
    conversation = Conversation(case_number=f"C-{datetime.now(UTC).timestamp()}", visitor_id="v")
    async with database.transaction() as session:
        session.add(conversation)
        await session.flush()
        for author, kind in (
            (AuthorKind.SYSTEM, MessageKind.DISCLOSURE),
            (AuthorKind.CUSTOMER, MessageKind.TEXT),
            (AuthorKind.SYSTEM, MessageKind.RESOLVED),
        ):
            await thread.append(session, conversation.id, author=author, kind=kind, text="a word of mine")
        if fails:
            raise RuntimeError
    return conversation


TOLD = ["conversation.opened", "message.created", "conversation.resolved"]


async def outbox(database: Database) -> list[str]:
    async with database.reading() as session:
        return [
            one.type
            for one in (await session.exec(select(WebhookMessage).order_by(WebhookMessage.number))).all()
        ]


async def test_what_happens_is_told_once_signed_and_without_anybodys_words(database: Database) -> None:
    async with receiving() as receiver:
        endpoint = await Webhooks(database, to_private=True).add(receiver.url)
        conversation = await happen(database)

        for _ in range(3):
            await Courier(database, to_private=True).deliver()

    assert sorted(receiver.types) == sorted(TOLD)
    assert len(set(receiver.ids)) == 3
    for headers, body in receiver.came:
        assert json.loads(body)["data"]["conversation_id"] == str(conversation.id)
        assert "a word of mine" not in body
        key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == wanted


async def test_what_is_rolled_back_is_not_told_and_without_an_endpoint_nothing_is_written(
    database: Database,
) -> None:
    before = len(await outbox(database))
    await happen(database)
    assert len(await outbox(database)) == before
    await Webhooks(database, to_private=True).add("http://127.0.0.1:1/")
    with pytest.raises(RuntimeError):
        await happen(database, fails=True)
    assert len(await outbox(database)) == before


async def test_what_is_not_taken_comes_again_later_and_later_with_the_same_id(database: Database) -> None:
    clock = Clock()
    async with receiving() as receiver:
        receiver.status = 500
        await Webhooks(database, to_private=True, clock=clock).add(receiver.url, ["conversation.opened"])
        await happen(database)
        clock.now += timedelta(seconds=1)
        courier = Courier(database, to_private=True, clock=clock)
        for pause in (timedelta(), *BACKOFF[:3]):
            clock.now += pause * 0.75
            assert await courier.deliver() == (pause == timedelta())
            clock.now += pause * 0.5
            await courier.deliver()
        receiver.status = 204
        clock.now += BACKOFF[3] * 1.25
        await courier.deliver()
        assert await courier.deliver() == 0
    assert len(receiver.came) == 5
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.came}) == 1


async def test_an_endpoint_that_fails_for_days_is_disabled_with_the_reason_and_replayed_after(
    database: Database,
) -> None:
    clock = Clock()
    async with receiving() as receiver:
        hooks = Webhooks(database, to_private=True, clock=clock)
        endpoint = await hooks.add(receiver.url)
        receiver.status = 503
        courier = Courier(database, to_private=True, clock=clock)
        since = datetime.now(UTC) - timedelta(seconds=1)
        await happen(database)
        clock.now += timedelta(seconds=2)
        await courier.deliver()
        clock.now += DISABLED_AFTER + timedelta(hours=1)
        await courier.deliver()
        [standing] = await hooks.standing()
        assert "503" in (standing.endpoint.disabled_why or "")

        await happen(database)
        clock.now += timedelta(days=2)
        receiver.came.clear()
        assert await courier.deliver() == 0
        receiver.status = 200
        await hooks.enable(endpoint.id)
        # The server of PostgreSQL is shared: what an earlier test wrote within the second counts too.
        async with database.reading() as session:
            of_late = select(WebhookMessage).where(WebhookMessage.created_at >= since)
            told = len((await session.exec(of_late)).all())
        assert told >= 6
        assert await hooks.replay(endpoint.id, since=since) == told
        await courier.deliver()
        [one, *_] = receiver.ids
        assert await hooks.replay(endpoint.id, message=one) == 1
        await courier.deliver()
    assert sorted(receiver.types)[:2] == ["conversation.opened"] * 2
    assert (len(receiver.came), len(set(receiver.ids))) == (told + 1, told)


async def test_a_courier_that_dies_is_followed_by_another_and_two_do_not_take_the_same(
    database: Database,
) -> None:
    clock = Clock()
    async with receiving() as receiver:
        await Webhooks(database, to_private=True, clock=clock).add(receiver.url)
        await happen(database)
        clock.now += timedelta(seconds=2)
        first, second = (Courier(database, to_private=True, clock=clock) for _ in range(2))
        await asyncio.gather(first.deliver(), second.deliver())
        assert len(receiver.came) == 3

        await happen(database)
        clock.now += timedelta(seconds=2)
        await first._hand_out()
        await first._take()  # and here it is killed
        assert await second.deliver() == 0
        clock.now += LEASE
        assert await second.deliver() == 3
    assert len(receiver.came) == len(set(receiver.ids)) == 6


async def test_while_a_secret_is_replaced_both_sign(database: Database) -> None:
    clock = Clock()
    async with receiving() as receiver:
        hooks = Webhooks(database, to_private=True, clock=clock)
        endpoint = await hooks.add(receiver.url, ["conversation.opened"])
        await hooks.rotate(endpoint.id)
        courier = Courier(database, to_private=True, clock=clock)
        for pause in (timedelta(seconds=2), timedelta(days=2)):
            await happen(database)
            clock.now += pause
            await courier.deliver()
    assert [len(headers["webhook-signature"].split(" ")) for headers, _ in receiver.came] == [2, 1]


async def test_an_endpoint_that_is_gone_is_asked_no_more(database: Database) -> None:
    async with receiving() as receiver:
        receiver.status = 410
        hooks = Webhooks(database, to_private=True)
        await hooks.add(receiver.url, ["conversation.opened"])
        await happen(database)
        await Courier(database, to_private=True).deliver()
        [standing] = await hooks.standing()
    assert "410" in (standing.endpoint.disabled_why or "")


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://localhost/", "ftp://example.com/", "https://2130706433/"]
)
async def test_an_address_that_is_not_public_and_https_is_not_added(tmp_path: Path, url: str) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    with pytest.raises(WebhookError):
        await Webhooks(database).add(url)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/", "https://localhost/"]
)
async def test_nothing_is_sent_into_the_own_network_whatever_a_name_leads_to(
    tmp_path: Path, url: str
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database)
    await Webhooks(database, to_private=True).add(url, ["conversation.opened"])
    await happen(database)
    await Courier(database).deliver()
    async with database.reading() as session:
        [delivery] = (await session.exec(select(WebhookDelivery))).all()
    await database.close()
    assert delivery.delivered_at is None
    assert "public internet" in (delivery.answer or "") or "dot" in (delivery.answer or "")


async def test_an_unknown_event_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(WebhookError, match=r"conversation\.opened"):
        await Webhooks(Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")).add(
            "https://example.com", ["nothing"]
        )


async def test_a_conversation_tells_everything_of_the_catalogue_that_happened(world: World) -> None:
    async with receiving() as receiver:
        world.parts.courier.to_private = True
        await Webhooks(world.parts.database, to_private=True).add(receiver.url)
        maeve, aoife = await world.shopper(), await world.human_agent()
        card = (await maeve.ask("Please cancel order TT-10432, I ordered it by mistake"))["proposal"]
        await maeve.confirm(card)
        await maeve.talk_to_person()
        await aoife.claim(maeve.conversation_id)
        await aoife.note(maeve.conversation_id, "between us")
        await aoife.resolve(maeve.conversation_id)
        await maeve.send("One more thing")
        while await world.parts.courier.deliver():
            pass
    by_type = {json.loads(body)["type"]: json.loads(body)["data"] for _, body in receiver.came}
    assert {
        "conversation.opened", "proposal.created", "proposal.confirmed", "proposal.done", "receipt.created",
        "handoff.created", "conversation.claimed", "conversation.resolved", "conversation.reopened", "message.created",
    } <= set(by_type) <= set(NAMES)  # fmt: skip
    examples = {one.name: one.example for one in CATALOGUE}
    for name, data in by_type.items():
        assert data.keys() == examples[name].keys()
    everything = "".join(body for _, body in receiver.came)
    assert not [
        word for word in ("between us", "One more thing", "Maeve", "TT-10432", "@") if word in everything
    ]
