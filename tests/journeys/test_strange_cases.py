"""What the desk is shown of conversations that are unlike others: very long ones, and such with HTML everywhere."""

from uuid import UUID

import pytest

from agent.demo_shop.records import ShopCustomer
from agent.records import AuthorKind
from escalation import thread
from tests.conftest import World

HTML = '<script>alert(1)</script><img src=x onerror="alert(1)"> [x](javascript:alert(1)) <b>bold</b>'
LONG = 500  # messages


async def test_a_thread_of_five_hundred_messages_is_read_whole_claimed_and_answered(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    conversation_id = (await aoife.list())[0]["id"]
    async with world.parts.database.transaction() as session:
        for number in range(LONG):
            author = AuthorKind.CUSTOMER if number % 2 else AuthorKind.HUMAN
            await thread.append(session, UUID(conversation_id), author=author, text=f"Word {number}")
    case = await aoife.case(conversation_id)
    assert [m["text"] for m in case["messages"][-LONG:]] == [f"Word {number}" for number in range(LONG)]
    assert case["briefing"]["at_a_glance"] < 10
    assert (await aoife.claim(conversation_id)).status_code == 200
    assert (await aoife.reply(conversation_id, "I have read it all.")).status_code == 201
    assert (await maeve.thread())[-1]["text"] == "I have read it all."


@pytest.mark.parametrize("name", ["Maeve <i>Brennan</i>", HTML])
async def test_html_in_names_messages_and_notes_is_shown_as_text(world: World, name: str) -> None:
    async with world.parts.database.transaction() as session:
        (await session.get_one(ShopCustomer, "cus_maeve")).name = name
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    await maeve.send(HTML)
    await aoife.claim(maeve.conversation_id)
    await aoife.note(maeve.conversation_id, HTML)
    await aoife.reply(maeve.conversation_id, HTML)
    case = await aoife.case(maeve.conversation_id)
    assert case["customer"]["name"] == name
    written = [m for m in case["messages"] if m["text"] == HTML]
    assert [m["kind"] for m in written] == ["text", "note", "text"]
    for message in written:
        assert not any(sign in message["html"] for sign in ("<script", "<img", "<b>", 'href="javascript'))
