"""Streams: both sides see one another at once, and a cut stream goes on without a gap or a double."""

from tests.conftest import World, world_in


async def test_both_sides_see_each_others_messages_at_once(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)

    async with maeve.listening() as chat, aoife.listening() as console:
        await aoife.reply(maeve.conversation_id, "Good morning!")
        seen = await chat.until("message", text="Good morning!")
        await maeve.send("Good morning to you", wait=0)
        told = await console.until("message", lambda data: data["message"]["text"] == "Good morning to you")

    assert seen.data["author"] == {"kind": "human", "name": "Aoife"}
    assert told.data["conversation_id"] == maeve.conversation_id


async def test_an_answer_streams_as_drafts_and_ends_as_the_message_with_the_same_stream_id(
    world: World,
) -> None:
    maeve = await world.shopper()
    await maeve.begin()

    async with maeve.listening() as stream:
        await maeve.send("How long does standard delivery to Germany take?")
        message = await stream.until("message", author={"kind": "ai", "name": None})

    drafts = stream.of("draft")
    assert drafts
    assert {d.data["stream_id"] for d in drafts} == {message.data["stream_id"]}
    assert all(message.data["text"].startswith(d.data["text"].strip()) for d in drafts)
    assert all(d.id is None for d in drafts)


async def test_a_reloaded_page_resumes_without_a_gap_or_a_double(world: World) -> None:
    maeve = await world.shopper()
    await maeve.begin()
    async with maeve.listening() as first:
        await maeve.send("How much is express delivery?")
        await first.until("message", author={"kind": "ai", "name": None})
    last = max(told.id for told in first.events if told.id is not None)
    await maeve.send("And how much is a pick-up point?")

    async with maeve.listening(last) as second:
        await second.until("message", author={"kind": "ai", "name": None})

    ids = [told.data["id"] for stream in (first, second) for told in stream.of("message")]
    assert ids == [message["id"] for message in await maeve.thread()]


async def test_the_conversation_says_where_its_stream_goes_on(world: World) -> None:
    maeve = await world.shopper()
    await maeve.ask("How much is express delivery?")
    snapshot = await maeve.conversation()
    await maeve.send("And to Norway?")

    async with maeve.listening(snapshot["last_event_id"]) as stream:
        await stream.until("message", author={"kind": "ai", "name": None})

    seen = [m["id"] for m in snapshot["messages"]] + [t.data["id"] for t in stream.of("message")]
    assert seen == [m["id"] for m in await maeve.thread()]


async def test_a_message_that_was_acknowledged_is_answered_after_a_restart(data_dir) -> None:
    async with world_in(data_dir) as world:
        maeve = await world.shopper()
        await maeve.begin()
        world.parts.attendance.see_to = lambda _: None  # the process dies before it attends
        assert (await maeve.send("How much is express delivery?", wait=0)).status_code == 201
        conversation_id = maeve.conversation_id

    async with world_in(data_dir) as world:
        maeve = await world.shopper()
        maeve.conversation_id = conversation_id
        async with maeve.listening() as stream:
            answer = await stream.until("message", author={"kind": "ai", "name": None})

    assert "€12.95" in answer.data["text"]
