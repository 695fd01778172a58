"""What became of a suggested reply."""

from uuid import UUID

import pytest
from sqlmodel import select

from agent.records import Conversation
from escalation.records import StaffAccount, SuggestedReply
from escalation.suggested import note_shown
from knowledge.database import Database
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
