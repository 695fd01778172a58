"""Who takes which conversation at the desk: claims without the skill, the next one, passing on."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from agent.records import Conversation, Floor
from escalation.finding import Filters
from escalation.handoffs import ASKED_BY_BUTTON, Call
from escalation.lists import View
from escalation.moving import MoveReason, NotAvailableError, UnknownTargetError
from escalation.records import Reason, Role, StaffAccount, Status, Urgency
from escalation.taking import NotForYouError
from escalation.thread import FloorTakenError
from knowledge.database import Database
from tests.escalation.desk_floor import MINUTE, NOON, DeskFloor
from tests.escalation.makers import account, now, texts_of

SAFETY = Call(Reason.SAFETY, "w", Urgency.URGENT, "care", {"rule": "self-harm"})
UPSET = Call(Reason.UPSET, "w", Urgency.HIGH, "complaints", {"rule": "rage"})


# --- claims


async def test_a_claim_without_the_skill_is_refused_while_somebody_with_it_is_there(floor: DeskFloor) -> None:
    aoife, cara = await floor.person("Aoife"), await floor.person("Cara", skills=["care"])
    waiting = await floor.waiting(call=SAFETY)

    with pytest.raises(NotForYouError) as refused:
        await floor.desk.claim(aoife, waiting.id, epoch=2)
    assert str(refused.value) == (
        "Please leave this one: it needs the skill “care”; Cara can take it. A supervisor may take it all the same."
    )
    assert (await now(floor.database, waiting)).floor == Floor.QUEUE

    await floor.presence.set(
        cara, Status.AWAY
    )  # nobody who fits is there: the customer does not wait for them
    await floor.desk.claim(aoife, waiting.id, epoch=2)
    assert (await now(floor.database, waiting)).holder_id == aoife.id


async def test_a_supervisor_takes_it_all_the_same(floor: DeskFloor) -> None:
    await floor.person("Cara", skills=["care"])
    boss = await floor.person("Bo", role=Role.SUPERVISOR)
    waiting = await floor.waiting(call=SAFETY)
    await floor.desk.claim(boss, waiting.id, epoch=2)
    assert (await now(floor.database, waiting)).holder_id == boss.id


async def test_a_queue_without_members_is_served_by_whoever_is_there(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife", queues=["general"])
    waiting = await floor.waiting(call=UPSET)  # to complaints, where nobody works
    await floor.desk.claim(aoife, waiting.id, epoch=2)
    assert (await now(floor.database, waiting)).holder_id == aoife.id


# --- the next one


async def take(floor: DeskFloor, person: StaffAccount) -> Any:
    """The id of what they were given, or why there was nothing."""
    taken, why = await floor.desk.take_next(person)
    return taken or why


async def test_the_next_one_is_the_first_of_the_list(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife")
    normal, angry, danger = (
        await floor.waiting(),
        await floor.waiting(call=UPSET),
        await floor.waiting(call=SAFETY),
    )
    listed = [row.conversation.id for row in await floor.cases.list(aoife, "waiting")]  # type: ignore[arg-type]
    assert listed == [danger.id, angry.id, normal.id]
    assert [await take(floor, aoife) for _ in range(4)] == [*listed, "Nobody is waiting for you."]


async def test_ten_people_who_take_the_next_at_once_get_ten_different_ones(floor: DeskFloor) -> None:
    people = [await floor.person(f"Person{number}") for number in range(10)]
    waiting = [await floor.waiting() for _ in range(10)]
    taken = await asyncio.gather(*(take(floor, person) for person in people))
    # Whoever lost five races in a row is told so and tries again.
    while any(isinstance(one, str) for one in taken):
        taken = [
            one if not isinstance(one, str) else await take(floor, person)
            for one, person in zip(taken, people, strict=True)
        ]
    assert sorted(taken) == sorted(conversation.id for conversation in waiting)


async def one_after_the_other(floor: DeskFloor, *calls: Call) -> list[Conversation]:
    """Conversations that come to the desk, a second between them."""
    came = []
    for call in calls:
        floor.time += timedelta(seconds=1)
        came.append(await floor.waiting(call=call))
    return came


async def test_nobody_is_offered_more_than_they_can_hold(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife", capacity=2)
    waiting = await one_after_the_other(floor, ASKED_BY_BUTTON, ASKED_BY_BUTTON, ASKED_BY_BUTTON)
    assert [await take(floor, aoife) for _ in range(2)] == [waiting[0].id, waiting[1].id]
    assert "as many conversations as you are offered at the same time (2)" in await take(floor, aoife)
    await floor.desk.claim(aoife, waiting[2].id, epoch=2)  # but may decide so herself


async def test_after_three_hard_ones_in_a_row_something_else_comes(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife", capacity=9)
    *hard, calm = await one_after_the_other(floor, UPSET, UPSET, UPSET, UPSET, ASKED_BY_BUTTON)

    taken = []
    for _ in range(5):
        floor.time += timedelta(seconds=1)
        taken.append(await take(floor, aoife))

    assert taken == [hard[0].id, hard[1].id, hard[2].id, calm.id, hard[3].id]


async def test_a_fourth_hard_one_is_left_to_a_colleague_who_is_there_and_else_taken(floor: DeskFloor) -> None:
    aoife, ben = await floor.person("Aoife", capacity=9), await floor.person("Ben")
    hard = await one_after_the_other(floor, UPSET, UPSET, UPSET, UPSET)
    for conversation in hard[:3]:
        await floor.desk.claim(aoife, conversation.id, epoch=2)

    assert "Ben can take it" in await take(floor, aoife)
    await floor.presence.set(ben, Status.AWAY)
    assert await take(floor, aoife) == hard[3].id  # nobody else is there: no customer is left


async def test_whoever_has_waited_long_is_taken_before_a_fresh_more_urgent_case(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife")
    old = await floor.waiting()
    floor.time = NOON + 400 * MINUTE
    await floor.presence.set(aoife, Status.ONLINE)
    fresh = await floor.waiting(call=UPSET)
    assert [await take(floor, aoife), await take(floor, aoife)] == [old.id, fresh.id]


async def test_the_list_of_one_queue_shows_that_queue(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife")
    await floor.waiting()
    angry = await floor.waiting(call=UPSET)
    rows = await floor.cases.list(aoife, View.WAITING, Filters(queue="complaints"))
    assert [row.conversation.id for row in rows] == [angry.id]


# --- the clock at the desk


async def test_the_first_and_the_next_word_stop_their_clocks(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife")
    held = await floor.held(aoife)
    await floor.desk.note(aoife, held.id, client_id="n", text="Regular customer")  # no word to the customer
    assert (await floor.handoff(held)).answered_at is None
    floor.time = NOON + 61 * MINUTE
    await floor.desk.reply(aoife, held.id, client_id="a", text="Hello")
    await floor.desk.reply(aoife, held.id, client_id="a", text="Hello")  # sent twice is answered once
    handoff = await floor.handoff(held)
    assert (handoff.kept, handoff.broken, handoff.clock_from) == (0, 1, None)


# --- passing on


async def passed_on(floor: DeskFloor, by: StaffAccount, conversation: Conversation, **to: Any) -> None:
    epoch = (await now(floor.database, conversation)).epoch
    move = floor.moving.to_queue if "queue" in to else floor.moving.to_person
    await move(by, conversation.id, **({"epoch": epoch, "reason": MoveReason.NEEDS_SKILL} | to))


async def test_a_conversation_passed_to_a_queue_waits_there_and_the_customer_reads_one_line(
    floor: DeskFloor,
) -> None:
    aoife = await floor.person("Aoife")
    held = await floor.held(aoife)
    await floor.desk.reply(aoife, held.id, client_id="a", text="Hello")

    await passed_on(floor, aoife, held, queue="payments", note="Chargeback of €81.50")

    after, handoff = await now(floor.database, held), await floor.handoff(held)
    assert (after.floor, after.holder_id) == (Floor.QUEUE, None)
    assert (handoff.queue, handoff.moved_from, handoff.claimed_by) == ("payments", "general", None)
    assert handoff.clock_due == NOON + 45 * MINUTE  # a next word is owed
    line, note = (await texts_of(floor.database, held))[-2:]
    assert line.startswith("Aoife has passed your conversation on to colleagues who can help with this.")
    assert note == "Passed on to the queue “payments” (needs skill). Chargeback of €81.50"


async def test_a_conversation_passed_to_a_person_is_theirs_at_once(floor: DeskFloor) -> None:
    aoife, ben = await floor.person("Aoife"), await floor.person("Ben")
    held = await floor.held(aoife)
    await passed_on(floor, aoife, held, person_id=ben.id)
    assert (await now(floor.database, held)).holder_id == ben.id
    handoff = await floor.handoff(held)
    assert (handoff.claimed_by, handoff.clock_due) == (ben.id, NOON + 60 * MINUTE)  # the promise goes on
    line = (await texts_of(floor.database, held))[-2]
    assert line.startswith("Aoife has passed your conversation on to Ben, a person on our team")
    with pytest.raises(FloorTakenError, match="Ben"):
        await floor.desk.reply(aoife, held.id, client_id="late", text="One more thing")


async def test_nobody_is_given_a_conversation_who_is_not_there_or_has_no_room(floor: DeskFloor) -> None:
    aoife, boss = await floor.person("Aoife"), await floor.person("Bo", role=Role.SUPERVISOR)
    ben, absent = await floor.person("Ben", capacity=1), await account(floor.database, "Zoe")
    await floor.held(ben)
    held = await floor.held(aoife)
    with pytest.raises(NotAvailableError, match="Zoe is not there now"):
        await passed_on(floor, aoife, held, person_id=absent.id)
    with pytest.raises(NotAvailableError, match="Ben has 1 conversations already"):
        await passed_on(floor, aoife, held, person_id=ben.id)
    with pytest.raises(UnknownTargetError, match="no such person"):
        await passed_on(floor, aoife, held, person_id=held.id)
    with pytest.raises(UnknownTargetError, match="no queue 'nowhere'"):
        await passed_on(floor, aoife, held, queue="nowhere")
    assert (await now(floor.database, held)).holder_id == aoife.id

    await passed_on(floor, boss, held, person_id=ben.id)  # a supervisor may
    assert (await now(floor.database, held)).holder_id == ben.id


async def test_only_the_holder_or_a_supervisor_passes_on(floor: DeskFloor) -> None:
    aoife, ben = await floor.person("Aoife"), await floor.person("Ben")
    boss = await floor.person("Bo", role=Role.SUPERVISOR)
    held, waiting = await floor.held(aoife), await floor.waiting()
    with pytest.raises(FloorTakenError, match="Aoife"):
        await passed_on(floor, ben, held, queue="payments")
    with pytest.raises(FloorTakenError, match="queue"):
        await passed_on(floor, ben, waiting, queue="payments")
    for conversation in (held, waiting):
        await passed_on(floor, boss, conversation, queue="payments")
        assert (await floor.handoff(conversation)).queue == "payments"


async def test_two_supervisors_who_move_one_conversation_at_once_have_one_winner(floor: DeskFloor) -> None:
    waiting = await floor.waiting()
    people = [await floor.person(f"Boss{n}", role=Role.SUPERVISOR) for n in range(4)]
    queues = ["payments", "complaints", "care", "general"]

    async def move(boss: StaffAccount, queue: str) -> bool:
        try:
            await floor.moving.to_queue(boss, waiting.id, epoch=2, queue=queue, reason=MoveReason.WRONG_QUEUE)
        except FloorTakenError:
            return False
        return True

    won = await asyncio.gather(*(move(boss, queue) for boss, queue in zip(people, queues, strict=True)))

    assert won.count(True) == 1
    assert (await floor.handoff(waiting)).queue == queues[won.index(True)]
    lines = [
        text for text in await texts_of(floor.database, waiting) if "has passed your conversation" in text
    ]
    assert len(lines) == 1


async def test_a_conversation_with_the_ai_is_not_at_the_desk_to_be_passed_on(floor: DeskFloor) -> None:
    aoife = await floor.person("Aoife")
    held = await floor.held(aoife)
    await floor.desk.hand_back(aoife, held.id, note="")
    with pytest.raises(FloorTakenError, match="The AI"):
        await passed_on(floor, aoife, held, queue="payments")


async def test_the_line_is_written_in_the_customers_language(floor: DeskFloor, either: Database) -> None:
    aoife = await floor.person("Aoife", languages=["de"])
    waiting = await floor.waiting(language="de")
    await floor.desk.claim(aoife, waiting.id, epoch=2)
    await passed_on(floor, aoife, waiting, queue="payments")
    assert "Aoife hat Ihr Gespräch" in (await texts_of(either, waiting))[-2]
    await floor.desk.claim(aoife, waiting.id, epoch=4)
    await floor.desk.hand_back(aoife, waiting.id, note="")
    assert (await texts_of(either, waiting))[-2:] == [
        "Aoife, ein Mensch aus unserem Team, ist jetzt da.",
        "Sie sprechen wieder mit dem KI-Assistenten. Ein Mensch ist einen Knopfdruck entfernt.",
    ]
