"""Messages through HTTP: once each, in order, one turn at a time, nothing lost."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from agent.records import TurnRecord
from tests.conftest import World
from tests.people import Shopper

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "How long does standard delivery to Germany take?"


async def turns_of(house: World, shopper: Shopper) -> list[str]:
    """Outcomes of every attended message, in the order of the thread."""
    query = select(TurnRecord).where(TurnRecord.conversation_id == UUID(shopper.conversation_id))
    async with house.parts.database.reading() as session:
        return [turn.outcome for turn in (await session.exec(query)).all()]


def kinds(thread: list[dict]) -> list[str]:
    return [m["author"]["kind"] for m in thread]


async def test_the_same_client_id_again_is_the_first_answer_again(house: World) -> None:
    visitor = await house.shopper(None)
    first = await visitor.send(QUESTION, client_id="once")

    again = await visitor.send(QUESTION, client_id="once")
    other_text = await visitor.send("Something else altogether", client_id="once")

    assert (first.status_code, again.status_code, other_text.status_code) == (201, 200, 200)
    assert first.json() == again.json() == other_text.json()
    assert len(first.json()["replies"]) == 1
    assert kinds(await visitor.thread()) == ["system", "customer", "ai"]
    assert await turns_of(house, visitor) == ["answer"]


async def test_the_same_client_id_20_times_at_once_is_one_message_one_turn_and_one_answer(
    house: World,
) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()

    responses = await asyncio.gather(*(visitor.send(QUESTION, client_id="once") for _ in range(20)))

    assert sorted(r.status_code for r in responses) == [200] * 19 + [201]
    assert all(r.json() == responses[0].json() for r in responses)
    assert len(responses[0].json()["replies"]) == 1
    assert kinds(await visitor.thread()) == ["system", "customer", "ai"]
    assert await turns_of(house, visitor) == ["answer"]


async def test_the_same_client_id_in_two_conversations_is_two_messages(house: World) -> None:
    visitor = await house.shopper(None)
    first = await visitor.send("hello", client_id="1")
    await visitor.begin()
    second = await visitor.send("hello", client_id="1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["message"]["id"] != second.json()["message"]["id"]


async def test_two_messages_at_once_are_both_kept_and_both_attended_to(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()

    responses = await asyncio.gather(
        visitor.send("How long is the warranty on tents?"), visitor.send("What does express delivery cost?")
    )

    assert [r.status_code for r in responses] == [201, 201]
    thread = await visitor.thread()
    assert [m["seq"] for m in thread] == list(range(1, len(thread) + 1))
    assert kinds(thread).count("customer") == 2
    assert thread[-1]["author"]["kind"] == "ai"
    assert len(await turns_of(house, visitor)) == 2
    said = " ".join(m["text"] for m in thread if m["author"]["kind"] == "ai")
    assert "5 years" in said
    assert "12.95" in said


async def test_ten_messages_at_once_are_all_kept_and_all_attended_to(house: World) -> None:
    visitor = await house.shopper(None)
    await visitor.begin()
    # Of different things: who asks the same three times gets a person.
    things = [
        "delivery",
        "returns",
        "repairs",
        "vouchers",
        "invoices",
        "points",
        "warranty",
        "stock",
        "sizes",
        "exchanges",
    ]
    texts = [f"What must I know about {thing}?" for thing in things]

    responses = await asyncio.gather(*(visitor.send(text) for text in texts))

    assert {r.status_code for r in responses} == {201}
    thread = await visitor.thread()
    assert {m["text"] for m in thread if m["author"]["kind"] == "customer"} == set(texts)
    assert [m["seq"] for m in thread] == list(range(1, len(thread) + 1))
    assert len(await turns_of(house, visitor)) == 10
    replies = [m["in_reply_to"] for m in thread if m["author"]["kind"] == "ai"]
    assert len(replies) == len(set(replies))


async def test_a_message_for_a_resolved_conversation_opens_it_again_and_is_answered(house: World) -> None:
    visitor, aoife = await house.shopper(None), await house.human_agent("Aoife")
    await visitor.send(QUESTION, client_id="first")
    await aoife.claim(visitor.conversation_id)
    assert (await aoife.resolve(visitor.conversation_id)).status_code == 200
    assert (await visitor.conversation())["resolved"] is True

    replayed = await visitor.send(QUESTION, client_id="first")  # a late retry is no new message
    assert (replayed.status_code, (await visitor.conversation())["resolved"]) == (200, True)
    response = await visitor.send("And how long is the warranty on tents?")

    assert response.status_code == 201
    assert "5 years" in response.json()["replies"][0]["text"]
    conversation = await visitor.conversation()
    assert (conversation["resolved"], conversation["floor"]) == (False, "ai")
    assert [m["kind"] for m in conversation["messages"]] == [
        "disclosure", "text", "text", "claim", "resolved", "reopened", "text", "text",
    ]  # fmt: skip


async def test_the_way_to_a_person_works_from_a_resolved_conversation(house: World) -> None:
    visitor, ben = await house.shopper(None), await house.human_agent("Ben")
    await visitor.begin()
    await ben.claim(visitor.conversation_id)
    await ben.resolve(visitor.conversation_id)

    first, second = await visitor.talk_to_person(), await visitor.talk_to_person()

    assert [r.json()["floor"] for r in (first, second)] == ["queue", "queue"]
    case = await ben.case(visitor.conversation_id)
    assert [h["reason"] for h in case["handoffs"]] == ["asked_for_person", "taken_over"]


async def test_what_a_customer_wrote_to_a_person_who_gave_no_reply_is_answered_after_the_hand_back(
    house: World,
) -> None:
    visitor, cara = await house.shopper(None), await house.human_agent("Cara")
    await visitor.begin()
    await cara.claim(visitor.conversation_id)
    await visitor.send(QUESTION)
    await cara.hand_back(visitor.conversation_id, "Please answer this")
    await house.parts.attendance.until_attended(UUID(visitor.conversation_id), 20)

    last = (await visitor.thread())[-1]

    assert last["author"]["kind"] == "ai"
    assert "3–6 working days" in last["text"]


async def test_a_person_may_be_asked_for_20_times_at_once_and_it_is_one_handoff(house: World) -> None:
    visitor, dan = await house.shopper(None), await house.human_agent("Dan")
    await visitor.begin()

    responses = await asyncio.gather(*(visitor.talk_to_person() for _ in range(20)))

    assert {r.status_code for r in responses} == {200}
    assert len((await dan.case(visitor.conversation_id))["handoffs"]) == 1
    assert [m["kind"] for m in await visitor.thread()] == ["disclosure", "handoff"]


CARD = "4242 4242 4242 4242"


async def test_a_card_number_is_masked_before_it_is_written_down_wherever_it_comes_in(house: World) -> None:
    visitor, eve = await house.shopper(None), await house.human_agent("Eve")
    response = await visitor.send(f"My card is {CARD}, charge it.")
    await eve.claim(visitor.conversation_id)
    await eve.reply(visitor.conversation_id, f"Is it {CARD}?")
    await eve.note(visitor.conversation_id, f"They sent {CARD}")
    await eve.hand_back(visitor.conversation_id, f"Their card is {CARD}\0")

    assert "•••• 4242" in response.json()["message"]["text"]
    async with house.parts.database.engine.connect() as connection:
        for table in ("message", "turn", "handoff", "event"):
            rows = (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()  # noqa: S608 - our own names
            assert CARD not in str(rows), table
            assert "\\x00" not in str(rows), table


async def test_a_conversation_opened_again_under_its_key_is_the_same_one_and_only_for_its_caller(
    house: World,
) -> None:
    visitor, other = await house.shopper(None), await house.shopper(None)
    key = {"Idempotency-Key": uuid4().hex}

    first = await visitor.client.post("/v1/conversations", headers=key)
    again = await visitor.client.post("/v1/conversations", headers=key)
    others = await other.client.post("/v1/conversations", headers=key)

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert others.json()["id"] != first.json()["id"]
    assert (await visitor.client.post("/v1/conversations")).json()["id"] != first.json()["id"]
