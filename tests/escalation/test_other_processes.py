"""Several processes on one database: the streams of each learn what another has written."""

import asyncio
from pathlib import Path

from agent.records import AuthorKind, Conversation, MessageKind
from api.migrate import migrate
from escalation import thread
from escalation.events import Hub, OtherProcesses, follow
from escalation.records import Event
from knowledge.database import Database


async def test_a_stream_hears_of_what_another_process_wrote_and_each_event_once(tmp_path: Path) -> None:
    here, there = (Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}") for _ in range(2))
    await migrate(here)
    hub = Hub()
    others = OtherProcesses(here, hub)
    await others.look()
    conversation = Conversation(case_number="C-1", visitor_id="v")
    async with there.transaction() as session:
        session.add(conversation)
        await session.flush()
        await thread.append(
            session, conversation.id, author=AuthorKind.SYSTEM, kind=MessageKind.DISCLOSURE, text="AI"
        )
    stream = follow(here, hub, 0, conversation_id=conversation.id)
    async with asyncio.timeout(20):
        heard = [await anext(stream)]
        for _ in range(3):
            hearing = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            async with there.transaction() as session:
                await thread.append(session, conversation.id, author=AuthorKind.CUSTOMER, text="Hello")
            await others.look()
            await others.look()
            heard.append(await hearing)
    assert [event.id for event in heard if isinstance(event, Event)] == [1, 2, 3, 4]
    await here.close()
    await there.close()
