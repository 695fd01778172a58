"""Journeys that end with, or come back from, a person."""

import asyncio
from uuid import UUID

import pytest

from tests.api.problems import is_problem
from tests.conftest import World, world_in


async def test_an_angry_customer_is_handed_to_a_person_with_a_briefing(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("Where is my order TT-10432? I have been waiting for ages and nobody cares.")
    await maeve.ask(
        "This is the third time I am writing. You people are useless and I am absolutely furious!!"
    )

    conversation = await maeve.conversation()
    assert conversation["floor"] == "queue"
    [waiting] = await aoife.list("waiting")
    assert waiting["id"] == maeve.conversation_id
    assert waiting["handoff"]["reason"] == "upset"
    assert waiting["emotion"]["valence"] < 0
    case = await aoife.case(maeve.conversation_id)
    briefing = " ".join(line["text"] for line in case["briefing"]["lines"])
    assert "TT-10432" in briefing
    ids = {message["id"] for message in case["messages"]}
    assert all(set(line["sources"]) <= ids for line in case["briefing"]["lines"])


async def test_the_button_for_a_person_works_before_any_message(world: World) -> None:
    visitor, aoife = await world.shopper(None), await world.human_agent()

    handed = (await visitor.talk_to_person()).json()
    again = (await visitor.talk_to_person()).json()

    assert handed["floor"] == "queue"
    assert again["epoch"] == handed["epoch"]
    assert [row["id"] for row in await aoife.list("waiting")] == [visitor.conversation_id]
    assert handed["case_number"] in handed["messages"][-1]["text"]


@pytest.mark.parametrize(
    "words",
    [
        "Can I talk to a real person please?",
        "Ich möchte mit einem Menschen sprechen",
        "je veux parler à un humain",
    ],
)
async def test_plain_words_for_a_person_reach_one_even_while_the_model_is_down(scripted, words: str) -> None:
    async with scripted() as world:  # a model that must not be asked at all
        maeve = await world.shopper()

        await maeve.ask(words)

        assert (await maeve.conversation())["floor"] == "queue"


async def test_a_person_claims_reads_replies_and_hands_back(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()

    claimed = await aoife.claim(maeve.conversation_id)
    assert claimed.json()["floor"] == "human"
    await aoife.reply(maeve.conversation_id, "Hello Maeve, I am looking into it.")
    await aoife.note(maeve.conversation_id, "Maeve is a regular.")
    thread = await maeve.thread()
    assert (thread[-1]["author"], thread[-1]["text"]) == (
        {"kind": "human", "name": "Aoife"},
        "Hello Maeve, I am looking into it.",
    )
    silent = await maeve.ask("How long does delivery to Germany take?")
    assert silent["author"]["kind"] == "customer"  # nobody has answered: the AI is silent

    await aoife.reply(maeve.conversation_id, "Three to six working days.")
    back = await aoife.hand_back(maeve.conversation_id, "Refund was promised by phone.")
    assert back.json()["floor"] == "ai"
    answer = await maeve.ask("How much is express delivery?")
    assert answer["author"]["kind"] == "ai"
    assert all(
        "Maeve is a regular" not in m["text"] and "promised" not in m["text"] for m in await maeve.thread()
    )


async def test_the_model_reads_the_note_of_the_hand_back(scripted) -> None:
    async with scripted("I see.") as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.talk_to_person()
        await aoife.claim(maeve.conversation_id)
        await aoife.hand_back(maeve.conversation_id, "The jacket was replaced on Monday.")

        await maeve.ask("And now?")

        system = world.parts.attendance.turn.providers.writers[0].model.seen[0][0].content
        assert "The jacket was replaced on Monday." in system


async def test_a_person_takes_over_while_the_ai_writes_and_its_reply_never_appears(scripted) -> None:
    go_on = asyncio.Event()
    async with scripted(
        ["I can look into that for you. I", go_on, " can tell you more in a moment."]
    ) as world:
        maeve, aoife = await world.shopper(), await world.human_agent()
        await maeve.begin()
        async with maeve.listening() as stream:
            sending = asyncio.create_task(maeve.send("What about my parcel?"))
            draft = await stream.until("draft")
            assert "look into that" in draft.data["text"]
            await aoife.claim(maeve.conversation_id)
            go_on.set()
            await sending
            await stream.until("draft_withdrawn", stream_id=draft.data["stream_id"])

        assert not [m for m in await maeve.thread() if m["author"]["kind"] == "ai"]
        notes = [m for m in (await aoife.case(maeve.conversation_id))["messages"] if m["kind"] == "note"]
        assert len(notes) == 1
        assert notes[0]["audience"] == "staff"
        assert "tell you more" in notes[0]["text"]


async def test_an_open_proposal_dies_when_a_person_takes_the_floor(world: World) -> None:
    maeve = await world.shopper()
    card = (await maeve.ask("Please cancel order TT-10432, I ordered it by mistake"))["proposal"]

    await maeve.talk_to_person()
    late = await maeve.confirm(card)

    assert late.status_code == 409
    assert (await world.parts.shop.order("cus_maeve", "TT-10432")).status == "pending"
    assert next(m for m in await maeve.thread() if m["proposal"])["proposal"]["status"] == "withdrawn"


async def test_two_people_claim_and_the_loser_is_told_who_was_first(world: World) -> None:
    maeve = await world.shopper()
    aoife, brian = await world.human_agent("Aoife"), await world.human_agent("Brian")
    epoch = (await maeve.talk_to_person()).json()["epoch"]

    results = await asyncio.gather(
        aoife.claim(maeve.conversation_id, epoch), brian.claim(maeve.conversation_id, epoch)
    )

    assert sorted(r.status_code for r in results) == [200, 409]
    won, lost = sorted(results, key=lambda r: r.status_code)
    assert lost.json()["holder"]["name"] == won.json()["holder"]["name"]


async def test_a_resolved_conversation_opens_again_when_the_customer_writes(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)
    await aoife.resolve(maeve.conversation_id)
    assert (await maeve.conversation())["resolved"] is True

    answer = await maeve.ask("How much is express delivery?")

    assert (await maeve.conversation())["resolved"] is False
    assert answer["author"]["kind"] == "ai"
    assert "reopened" in [m["kind"] for m in await maeve.thread()]


async def test_anger_that_a_person_has_dealt_with_does_not_ring_again(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("You people are useless and I am absolutely furious!!")
    await maeve.ask("Still nothing! This is a disgrace, I am so angry with you!")
    assert (await maeve.conversation())["floor"] == "queue"
    await aoife.claim(maeve.conversation_id)
    await aoife.hand_back(maeve.conversation_id)

    answer = await maeve.ask("How much is express delivery?")

    assert answer["author"]["kind"] == "ai"
    assert (await maeve.conversation())["floor"] == "ai"
    *_, before, now = (await aoife.case(maeve.conversation_id))["trajectory"]["points"]
    assert (before["upset"], before["starts_anew"]) == (True, False)
    assert (now["upset"], now["starts_anew"], now["level"], now["moved"]) == (False, True, 0, 0)
    assert (now["customer_upset"], 0 < now["customer_level"] < before["customer_level"]) == (True, True)


async def test_who_was_upset_before_is_handed_over_at_the_next_negative_word(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("You people are useless and I am absolutely furious!!")
    await maeve.ask("Still nothing! This is a disgrace, I am so angry with you!")
    await aoife.claim(maeve.conversation_id)
    await aoife.hand_back(maeve.conversation_id)

    await maeve.ask("That was no use, I am very disappointed.")

    [row] = await aoife.list("waiting")
    assert row["handoff"]["decision"]["rule"] == "upset-again"
    assert row["handoff"]["decision"]["policy_version"] == world.parts.attendance.triggers.version
    assert row["handoff"]["decision"]["saw"][1] == "The message is negative, by the reader's own cut"


async def test_a_danger_told_while_waiting_makes_the_case_urgent(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    assert (await aoife.list("waiting"))[0]["handoff"]["urgency"] == "normal"

    await maeve.ask("Your headlamp got so hot that it burned my hand, I am in hospital")

    handoff = (await aoife.list("waiting"))[0]["handoff"]
    assert (handoff["urgency"], handoff["reason"], handoff["queue"]) == ("urgent", "product_safety", "care")


async def test_a_danger_told_just_before_the_button_is_not_lost(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.begin()
    read, pressed = world.parts.reader.read, asyncio.Event()

    async def slowly(text: str):
        await pressed.wait()
        return await read(text)

    world.parts.attendance.reader.read = slowly
    sending = asyncio.create_task(maeve.send("Your headlamp got so hot that it burned my hand"))
    async with maeve.listening() as stream:
        await stream.until("message", author={"kind": "customer", "name": "Maeve Brennan"})
        await maeve.talk_to_person()
        pressed.set()
        await sending

    assert (await aoife.list("waiting"))[0]["handoff"]["urgency"] == "urgent"


async def test_a_danger_told_while_waiting_survives_a_kill_before_it_was_read(data_dir) -> None:
    async with world_in(data_dir) as world:
        maeve = await world.shopper()
        await maeve.talk_to_person()
        world.parts.attendance.see_to = lambda _: None  # the process dies before it reads
        await maeve.send("Your headlamp got so hot that it burned my hand", wait=0)
        conversation_id = maeve.conversation_id

    async with world_in(data_dir) as world:
        aoife = await world.human_agent()
        await world.parts.attendance.until_attended(UUID(conversation_id), 20)

        assert (await aoife.list("waiting"))[0]["handoff"]["urgency"] == "urgent"


async def test_who_waits_for_a_person_may_leave_it_and_the_desk_sees_that(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    waiting = await maeve.conversation()
    assert waiting["can_withdraw"] is True

    async with maeve.listening() as stream:
        left = await maeve.leave_queue()
        told = await stream.until("floor", floor="ai")

    assert left.status_code == 200
    assert (left.json()["floor"], left.json()["can_withdraw"]) == ("ai", False)
    assert told.data["can_withdraw"] is False
    last = left.json()["messages"][-1]
    assert (last["author"]["kind"], last["kind"]) == ("system", "text")
    assert last["text"].startswith("You are no longer waiting for a person.")
    assert await aoife.list("waiting") == []
    case = await aoife.case(maeve.conversation_id)
    assert case["messages"][-1]["text"] == last["text"]
    assert case["handoffs"][0]["ended_at"] is not None
    answer = await maeve.ask("How long can I return something?")
    assert answer["author"]["kind"] == "ai"


async def test_leaving_the_queue_twice_is_leaving_it_once_and_the_way_back_stays_open(world: World) -> None:
    maeve = await world.shopper()
    await maeve.talk_to_person()
    first, second = await maeve.leave_queue(), await maeve.leave_queue()
    assert first.json()["messages"] == second.json()["messages"]
    assert (await maeve.talk_to_person()).json()["floor"] == "queue"


async def test_once_a_person_has_come_the_queue_cannot_be_left(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)
    assert (await maeve.conversation())["can_withdraw"] is False
    refused = await maeve.leave_queue()
    assert is_problem(refused, 409)
    assert (await maeve.conversation())["floor"] == "human"


async def test_a_matter_of_safety_stays_at_the_desk_whatever_the_customer_says(world: World) -> None:
    maeve, aoife = await world.shopper(), await world.human_agent()
    await maeve.ask("I want to kill myself")
    assert (await maeve.conversation())["floor"] == "queue"
    assert (await maeve.conversation())["can_withdraw"] is False
    assert is_problem(await maeve.leave_queue(), 409)
    assert [case["id"] for case in await aoife.list("waiting")] == [maeve.conversation_id]
