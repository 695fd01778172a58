"""The laws of the thread and the floor, kept by the database and by compare-and-set."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select

from agent.records import Audience, AuthorKind, Floor, Message, MessageKind
from escalation import thread
from escalation.cases import Cases
from escalation.desk import Desk, ResolvedError
from escalation.events import Hub, events_after
from escalation.handoffs import open_handoff_of
from escalation.records import Handoff, StaffAccount
from escalation.thread import ConversationNotFoundError, FloorTakenError
from knowledge.database import Database
from tests.escalation.makers import account, begin, dispatch, fresh, now, say, texts_of, wait


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, Hub(), dispatch(database))


# --- what no code can write, because the database refuses it


@pytest.mark.parametrize(
    ("fields", "law"),
    [
        ({"author": "bot"}, "author_kind_is_known"),
        ({"author": "AI"}, "author_kind_is_known"),
        ({"author": ""}, "author_kind_is_known"),
        ({"kind": "whisper"}, "kind_is_known"),
        ({"audience": "nobody"}, "audience_is_known"),
        ({"kind": "disclosure"}, "disclosure_comes_first"),
        ({"kind": "note", "audience": "everyone"}, "a_note_is_internal"),
    ],
)
async def test_a_message_against_the_laws_is_refused_and_leaves_no_trace(
    database: Database, fields: dict[str, Any], law: str
) -> None:
    conversation = await begin(database)

    with pytest.raises(IntegrityError, match=law):
        await say(database, conversation, "x", **fields)

    assert len(await texts_of(database, conversation)) == 1
    assert (await now(database, conversation)).last_seq == 1


@pytest.mark.parametrize("author", [AuthorKind.AI, AuthorKind.CUSTOMER, AuthorKind.SYSTEM])
async def test_nothing_stands_before_the_disclosure(database: Database, author: AuthorKind) -> None:
    conversation = await begin(database)
    async with database.transaction() as session:
        for message in await thread.messages_of(session, conversation.id):
            await session.delete(message)
        (await fresh(session, conversation)).last_seq = 0

    with pytest.raises(IntegrityError, match="disclosure_comes_first"):
        await say(database, conversation, "Hello", author=author)


async def test_two_messages_cannot_have_one_place_or_one_client_id(database: Database) -> None:
    conversation = await begin(database)
    await say(database, conversation, "first", client_id="same")

    with pytest.raises(IntegrityError):
        await say(database, conversation, "second", client_id="same")
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(Message(conversation_id=conversation.id, seq=2, author_kind="customer", text="x"))

    assert (await texts_of(database, conversation))[1:] == ["first"]


@pytest.mark.parametrize("floor", [Floor.QUEUE, Floor.HUMAN])
async def test_the_database_itself_silences_the_ai_when_it_does_not_have_the_floor(
    database: Database, floor: Floor
) -> None:
    conversation = await begin(database)
    holder = await account(database, "Aoife") if floor is Floor.HUMAN else None
    async with database.transaction() as session:
        await thread.move_floor(session, conversation.id, epoch=1, to=floor, holder=holder)

    with pytest.raises(DBAPIError, match="the AI does not have the floor"):
        await say(database, conversation, "I am still here!", author=AuthorKind.AI)
    await say(  # its late draft may be kept where only staff sees it
        database,
        conversation,
        "draft",
        author=AuthorKind.AI,
        kind=MessageKind.NOTE,
        audience=Audience.STAFF,
    )

    assert (await texts_of(database, conversation))[1:] == ["draft"]


async def test_the_human_floor_has_a_holder_and_no_other_floor_has(database: Database) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")
    for floor, holder in ((Floor.HUMAN, None), (Floor.AI, aoife), (Floor.QUEUE, aoife)):
        with pytest.raises(IntegrityError, match="a_person_holds_the_human_floor"):
            async with database.transaction() as session:
                await thread.move_floor(session, conversation.id, epoch=1, to=floor, holder=holder)
    assert (await now(database, conversation)).epoch == 1


async def test_a_conversation_has_one_open_handoff_at_most(database: Database) -> None:
    conversation = await begin(database)
    async with database.transaction() as session:
        await wait(session, conversation, epoch=1)

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await wait(session, conversation, epoch=2)

    assert (await now(database, conversation)).epoch == 2


# --- compare-and-set


async def test_whoever_saw_an_older_epoch_does_not_move_the_floor(database: Database) -> None:
    conversation = await begin(database)
    async with database.transaction() as session:
        await thread.move_floor(session, conversation.id, epoch=1, to=Floor.QUEUE)

    for stale in (1, 0, 3, -1):
        with pytest.raises(FloorTakenError, match=r"(?i)the queue has the floor now"):
            async with database.transaction() as session:
                await thread.move_floor(session, conversation.id, epoch=stale, to=Floor.AI)

    after = await now(database, conversation)
    assert (after.floor, after.epoch) == (Floor.QUEUE, 2)


async def test_the_floor_of_a_conversation_that_does_not_exist_cannot_be_moved(database: Database) -> None:
    with pytest.raises(ConversationNotFoundError):
        async with database.transaction() as session:
            await thread.move_floor(session, uuid4(), epoch=1, to=Floor.QUEUE)


async def test_fifty_claims_at_once_have_one_winner_and_the_others_are_told_who(
    database: Database, desk: Desk
) -> None:
    conversation = await begin(database)
    async with database.transaction() as session:
        await wait(session, conversation, epoch=1)
    people = [await account(database, f"Person{number}") for number in range(50)]

    async def claim(person: StaffAccount) -> str | None:
        try:
            await desk.claim(person, conversation.id, epoch=2)
        except FloorTakenError as taken:
            return str(taken)
        return None

    told = await asyncio.gather(*(claim(person) for person in people))

    assert told.count(None) == 1
    winner = people[told.index(None)]
    assert set(told) == {None, f"{winner.name} has the floor now."}
    after = await now(database, conversation)
    assert (after.floor, after.holder_id, after.epoch) == (Floor.HUMAN, winner.id, 3)
    arrivals = [t for t in await texts_of(database, conversation) if "is here now" in t]
    assert arrivals == [f"{winner.name}, a person on our team, is here now."]
    async with database.reading() as session:
        [handoff] = (await session.exec(select(Handoff))).all()
    assert handoff.claimed_by == winner.id


async def test_claiming_twice_is_claiming_once(database: Database, desk: Desk) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")

    await desk.claim(aoife, conversation.id, epoch=1)
    claimed = await now(database, conversation)
    await desk.claim(aoife, conversation.id, epoch=1)  # a double click: the screen still showed the old epoch
    await desk.claim(aoife, conversation.id, epoch=claimed.epoch)

    assert await now(database, conversation) == claimed
    assert len(await texts_of(database, conversation)) == 2


async def test_a_resolved_conversation_is_not_claimed(database: Database, desk: Desk) -> None:
    conversation, (person,) = await begin(database), [await account(database, "Aoife")]
    await desk.claim(person, conversation.id, epoch=1)
    await desk.resolve(person, conversation.id)
    with pytest.raises(ResolvedError, match="opens again when the customer writes"):
        await desk.claim(person, conversation.id, epoch=4)
    async with database.reading() as session:
        now = await thread.find(session, conversation.id)
    assert (now.floor, now.resolved_at is not None) == (Floor.AI, True)


async def test_taking_over_from_the_ai_opens_a_handoff_that_is_claimed(
    database: Database, desk: Desk
) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")

    await desk.claim(aoife, conversation.id, epoch=1)

    async with database.reading() as session:
        handoff = await open_handoff_of(session, conversation.id)
    assert handoff is not None
    assert (handoff.reason, handoff.claimed_by) == ("taken_over", aoife.id)


# --- only the holder


async def test_only_the_holder_replies_hands_back_and_resolves(database: Database, desk: Desk) -> None:
    conversation = await begin(database)
    aoife, ben = await account(database, "Aoife"), await account(database, "Ben")
    attempts = (
        lambda person: desk.reply(person, conversation.id, client_id=uuid4().hex, text="Hello"),
        lambda person: desk.hand_back(person, conversation.id, note="n"),
        lambda person: desk.resolve(person, conversation.id),
    )

    for attempt in attempts:
        with pytest.raises(FloorTakenError, match=r"(?i)the AI has the floor"):
            await attempt(aoife)
    await desk.claim(aoife, conversation.id, epoch=1)
    for attempt in attempts:
        with pytest.raises(FloorTakenError, match="Aoife has the floor"):
            await attempt(ben)

    assert len(await texts_of(database, conversation)) == 2
    assert (await now(database, conversation)).holder_id == aoife.id


async def test_a_person_who_was_relieved_cannot_reply_any_more(database: Database, desk: Desk) -> None:
    conversation = await begin(database)
    aoife, ben = await account(database, "Aoife"), await account(database, "Ben")
    await desk.claim(aoife, conversation.id, epoch=1)
    await desk.hand_back(aoife, conversation.id, note="")
    await desk.claim(ben, conversation.id, epoch=(await now(database, conversation)).epoch)

    with pytest.raises(FloorTakenError, match="Ben has the floor"):
        await desk.reply(aoife, conversation.id, client_id="late", text="One more thing")

    assert "One more thing" not in await texts_of(database, conversation)


async def test_a_reply_sent_twice_is_one_message(database: Database, desk: Desk) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")
    await desk.claim(aoife, conversation.id, epoch=1)

    replies = await asyncio.gather(
        *(desk.reply(aoife, conversation.id, client_id="r1", text="Hello") for _ in range(10))
    )

    assert len({reply.id for reply in replies}) == 1
    assert (await texts_of(database, conversation)).count("Hello") == 1


async def test_a_persons_client_id_never_meets_a_customers(database: Database, desk: Desk) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")
    await say(database, conversation, "from the customer", client_id="1")
    await desk.claim(aoife, conversation.id, epoch=1)

    reply = await desk.reply(aoife, conversation.id, client_id="1", text="from the person")

    assert (reply.text, reply.author_kind) == ("from the person", AuthorKind.HUMAN)


async def test_a_note_is_nowhere_where_the_customer_looks(database: Database, desk: Desk) -> None:
    conversation, ben = await begin(database), await account(database, "Ben")

    note = await desk.note(
        ben, conversation.id, client_id="n", text="VIP, be careful"
    )  # nobody's floor needed

    async with database.reading() as session:
        seen = await thread.messages_of(session, conversation.id, audience=Audience.EVERYONE)
    assert "VIP, be careful" not in [m.text for m in seen]
    told = await events_after(database, 0, conversation_id=conversation.id, audience=Audience.EVERYONE)
    assert note.id not in [event.ref for event in told]
    assert (
        await Cases(database, desk.dispatch).summary(conversation.id)
    ).last_message is None  # nor in the list's last words


async def test_a_hand_back_ends_the_handoff_with_the_note_and_a_resolve_without(
    database: Database, desk: Desk
) -> None:
    conversation, aoife = await begin(database), await account(database, "Aoife")
    await desk.claim(aoife, conversation.id, epoch=1)
    await desk.hand_back(aoife, conversation.id, note="Offer the repair")
    await desk.claim(aoife, conversation.id, epoch=(await now(database, conversation)).epoch)
    await desk.resolve(aoife, conversation.id)

    handoffs = (await Cases(database, desk.dispatch).case(conversation.id)).handoffs

    assert [(h.ended_as, h.handback_note) for h in handoffs] == [
        ("resolved", None),
        ("handback", "Offer the repair"),
    ]
    after = await now(database, conversation)
    assert (after.floor, after.resolved_at is not None, after.holder_id) == (Floor.AI, True, None)
