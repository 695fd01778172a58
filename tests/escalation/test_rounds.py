"""Rounds at the desk: people who have gone, promises about to break, cases that wake. Several machines may go at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from agent.records import Floor
from escalation.events import events_after
from escalation.handoffs import open_handoff_of
from escalation.moving import UnknownTargetError
from escalation.presence import LEASE, SKEW, people_of
from escalation.records import EventKind, Handoff, Status
from escalation.routing import Routing
from escalation.thread import FloorTakenError
from tests.escalation.desk_floor import MINUTE, NOON, DeskFloor
from tests.escalation.makers import account, now, texts_of

GONE = LEASE + SKEW + timedelta(seconds=1)


# --- leases


async def test_three_conversations_of_a_browser_that_died_return_to_their_queue_and_customers_are_told(
    floor: DeskFloor,
) -> None:
    aoife = await account(floor.database, "Aoife")
    await floor.presence.set(aoife, Status.ONLINE)
    held = [await floor.held(aoife) for _ in range(3)]
    await floor.desk.reply(aoife, held[0].id, client_id="1", text="Hello")

    floor.time += LEASE
    await floor.rounds.make()
    assert [(await now(floor.database, c)).floor for c in held] == [
        Floor.HUMAN
    ] * 3  # clocks may differ a little

    floor.time = NOON + GONE
    await asyncio.gather(*(floor.rounds.return_conversations() for _ in range(4)))  # four machines at once

    for conversation in held:
        after = await now(floor.database, conversation)
        assert (after.floor, after.holder_id, after.epoch) == (Floor.QUEUE, None, 4)
        told = [text for text in await texts_of(floor.database, conversation) if "had to leave" in text]
        assert told == [
            "Aoife had to leave. You are waiting for a person on our team again and keep your place; what you wrote is not lost."
        ]
        handoff = await floor.handoff(conversation)
        assert (handoff.claimed_by, handoff.claimed_at, handoff.queue) == (None, None, "general")
    # Who had no word yet keeps their promise and their place; who had one is owed the next.
    assert (await floor.handoff(held[1])).clock_due == NOON + 60 * MINUTE
    assert (await floor.handoff(held[0])).clock_due == floor.time + 45 * MINUTE


async def test_whoever_is_back_before_the_round_keeps_their_conversations(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    await floor.presence.set(aoife, Status.ONLINE)
    held = await floor.held(aoife)
    floor.time += GONE
    await floor.presence.set(aoife, Status.AWAY)  # away, and there

    await floor.rounds.make()

    assert (await now(floor.database, held)).holder_id == aoife.id


async def test_whoever_comes_back_at_the_very_moment_has_their_conversations_or_has_not_and_nothing_between(
    floor: DeskFloor,
) -> None:
    aoife = await account(floor.database, "Aoife")
    for _ in range(8):
        await floor.presence.set(aoife, Status.ONLINE)
        held = await floor.held(aoife)
        floor.time += GONE
        await asyncio.gather(
            floor.rounds.return_conversations(),
            floor.presence.set(aoife, Status.ONLINE),
            floor.rounds.return_conversations(),
        )
        after = await now(floor.database, held)
        told = [text for text in await texts_of(floor.database, held) if "had to leave" in text]
        assert (after.floor, after.holder_id, len(told)) in {
            (Floor.HUMAN, aoife.id, 0),
            (Floor.QUEUE, None, 1),
        }
        if after.floor == Floor.HUMAN:
            await floor.desk.resolve(aoife, held.id)


async def test_whoever_never_said_that_they_are_there_is_not_taken_for_gone(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    held = await floor.held(aoife)
    floor.time += timedelta(days=1)
    await floor.rounds.make()
    assert (await now(floor.database, held)).holder_id == aoife.id


async def test_signing_out_gives_back_what_one_holds_at_the_next_round(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    await floor.presence.set(aoife, Status.ONLINE)
    held = await floor.held(aoife)
    await floor.presence.leave(aoife)
    await floor.rounds.make()
    assert (await now(floor.database, held)).floor == Floor.QUEUE


async def test_a_machine_whose_clock_is_half_a_minute_ahead_sends_nobody_away(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    await floor.presence.set(aoife, Status.ONLINE)
    held = await floor.held(aoife)
    floor.time = NOON + LEASE + SKEW  # the lease has just ended there, by its own clock
    await floor.rounds.make()
    assert (await now(floor.database, held)).holder_id == aoife.id


async def test_two_tabs_that_say_at_once_that_one_is_there_are_one_presence(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    await asyncio.gather(*(floor.presence.set(aoife, Status.ONLINE) for _ in range(5)))
    async with floor.database.reading() as session:
        [person] = await people_of(session, Routing.load(), NOON)
    assert person.on


# --- promises about to break


async def test_a_case_at_risk_is_raised_and_overflows_once_whoever_goes_round(floor: DeskFloor) -> None:
    await floor.presence.set(await account(floor.database, "Aoife"), Status.ONLINE)
    conversation = await floor.waiting()
    async with floor.database.transaction() as session:
        handoff = await open_handoff_of(session, conversation.id)
        assert handoff
        handoff.queue = "payments"
        session.add(handoff)

    floor.time = NOON + 44 * MINUTE
    await floor.rounds.relieve()
    assert (await floor.handoff(conversation)).urgency == "normal"

    floor.time = NOON + 45 * MINUTE
    await floor.presence.set(await account(floor.database, "Ben", queues=["general"]), Status.ONLINE)
    await asyncio.gather(*(floor.rounds.relieve() for _ in range(4)))
    floor.time = NOON + 90 * MINUTE
    await floor.rounds.relieve()

    after = await floor.handoff(conversation)
    assert (after.urgency, after.queue, after.moved_from) == ("high", "general", "payments")
    assert after.clock_due == NOON + 60 * MINUTE  # the promise stays what it was
    events = await events_after(floor.database, 0, conversation_id=conversation.id)
    assert [event.kind for event in events].count(EventKind.HANDOFF) == 1


async def test_a_case_that_has_been_taken_meanwhile_is_not_raised(floor: DeskFloor) -> None:
    conversation = await floor.waiting()
    floor.time = NOON + 50 * MINUTE
    await floor.desk.claim(await account(floor.database, "Aoife"), conversation.id, epoch=2)
    await floor.rounds.relieve()
    assert (await floor.handoff(conversation)).urgency == "normal"


# --- what was put aside


async def test_what_was_put_aside_comes_back_on_top_at_its_time(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    first, second = await floor.held(aoife), await floor.held(aoife)
    await floor.moving.snooze(aoife, first.id, until=NOON + 30 * MINUTE)

    async def mine() -> list[str]:
        return [row.conversation.case_number for row in await floor.cases.list(aoife, "mine")]  # type: ignore[arg-type]

    assert await mine() == [second.case_number, first.case_number]
    floor.time = NOON + 31 * MINUTE
    await asyncio.gather(*(floor.rounds.wake() for _ in range(3)))

    assert await mine() == [first.case_number, second.case_number]
    handoff = await floor.handoff(first)
    assert (handoff.snoozed_until, handoff.woken_at) == (None, floor.time)
    events = await events_after(floor.database, 0, conversation_id=first.id)
    assert [event.kind for event in events].count(EventKind.HANDOFF) == 2  # put aside, and back


async def test_what_sleeps_stays_with_its_holder_after_hours_and_returns_to_the_queue_when_it_wakes(
    floor: DeskFloor,
) -> None:
    aoife = await account(floor.database, "Aoife")
    await floor.presence.set(aoife, Status.ONLINE)
    held = await floor.held(aoife)
    await floor.moving.snooze(aoife, held.id, until=NOON + timedelta(hours=20))

    floor.time = NOON + timedelta(hours=19)
    await floor.rounds.make()
    assert (await now(floor.database, held)).holder_id == aoife.id
    assert not [text for text in await texts_of(floor.database, held) if "had to leave" in text]

    floor.time = NOON + timedelta(hours=21)
    await floor.rounds.make()
    assert (await now(floor.database, held)).floor == Floor.QUEUE


async def test_what_sleeps_leaves_room_for_another(floor: DeskFloor) -> None:
    aoife = await account(floor.database, "Aoife")
    held = await floor.held(aoife)

    async def load() -> int:
        async with floor.database.reading() as session:
            return (await people_of(session, Routing.load(), floor.time))[0].load

    assert await load() == 1
    await floor.moving.snooze(aoife, held.id, until=NOON + 30 * MINUTE)
    assert await load() == 0
    floor.time = NOON + 30 * MINUTE
    assert await load() == 1


@pytest.mark.parametrize("minutes", [-1, 0, 31 * 24 * 60])
async def test_nothing_is_put_aside_until_the_past_or_for_ever(floor: DeskFloor, minutes: int) -> None:
    aoife = await account(floor.database, "Aoife")
    held = await floor.held(aoife)
    with pytest.raises(UnknownTargetError, match="within the next 30 days"):
        await floor.moving.snooze(aoife, held.id, until=NOON + minutes * MINUTE)


async def test_only_the_holder_puts_aside(floor: DeskFloor) -> None:
    held = await floor.held(await account(floor.database, "Aoife"))
    with pytest.raises(FloorTakenError, match="Aoife"):
        await floor.moving.snooze(await account(floor.database, "Ben"), held.id, until=NOON + MINUTE)


# --- everything is left as it was where nothing is to do


async def test_a_round_over_a_quiet_desk_changes_nothing(floor: DeskFloor) -> None:
    await floor.waiting()
    async with floor.database.reading() as session:
        before = (await session.exec(select(Handoff))).all()
    await floor.rounds.make()
    async with floor.database.reading() as session:
        assert (await session.exec(select(Handoff))).all() == before
