"""What became of a suggested reply."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from agent.records import Conversation
from escalation.records import StaffAccount, SuggestedReply
from escalation.suggested import Became, became_of, note_shown
from knowledge.database import Database, utc_now
from tests.escalation.desk_floor import DeskFloor

DRAFT = "Standard delivery takes two days."


async def shown_to(either: Database, person: StaffAccount, conversation: Conversation) -> UUID:
    async with either.transaction() as session:
        return await note_shown(session, person, conversation.id, DRAFT)


@pytest.mark.parametrize(
    ("sent", "edited"), [(DRAFT, False), ("Standard  delivery\ntakes two days.", False), ("Two days.", True)]
)
async def test_a_draft_that_is_sent_was_used_as_it_was_or_edited(
    floor: DeskFloor, either: Database, sent: str, *, edited: bool
) -> None:
    aoife = await floor.person("Aoife")
    held = await floor.held(aoife)
    draft, dropped = await shown_to(either, aoife, held), await shown_to(either, aoife, held)
    message = await floor.desk.reply(aoife, held.id, client_id="a", text=sent, suggestion=draft)
    async with either.reading() as session:
        rows = {row.id: row for row in (await session.exec(select(SuggestedReply))).all()}
    assert (rows[draft].message_id, rows[draft].edited) == (message.id, edited)
    assert (rows[dropped].message_id, rows[dropped].edited) == (None, None)


async def test_a_draft_of_somebody_else_or_of_another_conversation_stays_as_it_is(
    floor: DeskFloor, either: Database
) -> None:
    aoife, brian = await floor.person("Aoife"), await floor.person("Brian")
    held, other = await floor.held(aoife), await floor.held(aoife)
    for number, draft in enumerate(
        (await shown_to(either, brian, held), await shown_to(either, aoife, other))
    ):
        await floor.desk.reply(aoife, held.id, client_id=str(number), text=DRAFT, suggestion=draft)
    async with either.reading() as session:
        assert {row.message_id for row in (await session.exec(select(SuggestedReply))).all()} == {None}


async def test_of_the_drafts_of_a_time_is_told_what_became_of_them(
    floor: DeskFloor, either: Database
) -> None:
    aoife, begun = await floor.person("Aoife"), utc_now()
    held = await floor.held(aoife)
    for number, sent in enumerate((DRAFT, "Two days.", None, None)):
        draft = await shown_to(either, aoife, held)
        if sent:
            await floor.desk.reply(aoife, held.id, client_id=str(number), text=sent, suggestion=draft)
    async with either.reading() as session:
        told = await became_of(session, begun, utc_now() + timedelta(seconds=1))
        before = await became_of(session, begun - timedelta(days=1), begun)
    assert (told, told.dropped) == (Became(shown=4, as_it_was=1, edited=1), 2)
    assert before == Became(shown=0, as_it_was=0, edited=0)
