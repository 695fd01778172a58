"""One owner of the floor, and nobody is left without an answer for it (law 4)."""

import asyncio

import pytest

from agent.models.scripted import call
from agent.records import Proposal, TurnRecord
from escalation.records import TurnOutcome
from tests.laws.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def outcomes(stage: Stage, conversation_id: str) -> list[str]:
    return [turn.outcome for turn in await stage.rows(TurnRecord, conversation_id)]


async def test_a_turn_that_was_overtaken_twice_is_dropped_and_the_question_answered_under_the_new_epoch(
    stage: Stage,
) -> None:
    go_on = asyncio.Event()
    stage.says(["I can look into it. One", go_on, " moment please."], "Good morning.")
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("How long does delivery take?"))
        draft = await stream.until("draft")
        for _ in range(2):  # away and back, and away and back: the floor looks as before, the epoch does not
            await aoife.claim(maeve.conversation_id)
            await aoife.hand_back(maeve.conversation_id)
        go_on.set()
        await sending
        await stream.until("draft_withdrawn", stream_id=draft.data["stream_id"])

    said = [m["text"] for m in await maeve.thread() if m["author"]["kind"] == "ai"]
    assert said == ["Good morning."]
    assert await outcomes(stage, maeve.conversation_id) == ["answer"]


async def test_what_a_person_took_over_and_left_unanswered_is_answered_after_the_hand_back(
    stage: Stage,
) -> None:
    go_on = asyncio.Event()
    stage.says(["I can look into it. One", go_on, " moment please."], "Good morning.")
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("How long does delivery take?"))
        await stream.until("draft")
        await aoife.claim(maeve.conversation_id)
        go_on.set()
        await sending
    assert await outcomes(stage, maeve.conversation_id) == [TurnOutcome.STALE]  # silent, but on record

    await aoife.hand_back(maeve.conversation_id)
    await stage.attended(maeve)

    assert (await maeve.thread())[-1]["text"] == "Good morning."
    assert await outcomes(stage, maeve.conversation_id) == ["answer"]


async def test_what_a_person_answered_is_not_answered_again_after_the_hand_back(stage: Stage) -> None:
    go_on = asyncio.Event()
    stage.says(["I can look into it. One", go_on, " moment please."])
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("How long does delivery take?"))
        await stream.until("draft")
        await aoife.claim(maeve.conversation_id)
        go_on.set()
        await sending
    await aoife.reply(maeve.conversation_id, "Three days.")

    await aoife.hand_back(maeve.conversation_id)
    await stage.attended(maeve)

    assert not [m for m in await maeve.thread() if m["author"]["kind"] == "ai"]


async def test_a_model_that_proposes_after_it_lost_the_floor_leaves_nothing_to_confirm(stage: Stage) -> None:
    claimed = asyncio.Event()
    stage.says(
        [
            "I can look into it. One",
            claimed,
            call("propose_cancel_order", order="TT-10432", reason="ordered_by_mistake"),
        ]
    )
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("Cancel TT-10432, I ordered it by mistake"))
        await stream.until("draft")
        await aoife.claim(maeve.conversation_id)
        claimed.set()
        await sending

        assert not stream.of("proposal")
    assert await stage.rows(Proposal, maeve.conversation_id) == []
    conversation = await maeve.conversation()
    assert (conversation["floor"], [m for m in conversation["messages"] if m["proposal"]]) == ("human", [])


async def test_no_draft_leaves_after_the_floor_has_moved(stage: Stage) -> None:
    go_on = asyncio.Event()
    stage.says(["I can look into it. Thank", go_on, " you. Please wait. Thanks again. Good morning."])
    maeve, [aoife] = await stage.shopper(), await stage.desk()
    async with maeve.listening() as stream:
        sending = asyncio.create_task(maeve.send("How long does delivery take?"))
        await stream.until("draft")
        await aoife.claim(maeve.conversation_id)
        await stream.until("floor", floor="human")
        go_on.set()
        await sending
        await stream.until("draft_withdrawn")
        await aoife.reply(maeve.conversation_id, "Three days.")
        await stream.until("message", text="Three days.")

        names = [told.name for told in stream.events]
    assert "draft" not in names[names.index("floor") :]


async def test_only_the_holder_speaks_and_a_note_is_all_that_others_can_leave(stage: Stage) -> None:
    maeve, [aoife, ben] = await stage.shopper(), await stage.desk(2)
    await maeve.talk_to_person()
    await aoife.claim(maeve.conversation_id)

    refused = [
        await ben.reply(maeve.conversation_id, "Hello"),
        await ben.hand_back(maeve.conversation_id),
        await ben.resolve(maeve.conversation_id),
        await ben.claim(maeve.conversation_id),
    ]

    assert [r.status_code for r in refused] == [409] * 4
    assert {r.json()["holder"]["name"] for r in refused} == {aoife.account["name"]}
    assert (await ben.note(maeve.conversation_id, "Careful")).status_code == 201
    assert (await maeve.conversation())["holder"]["name"] == aoife.account["name"]
