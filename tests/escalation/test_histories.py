"""What the rules are given of a message: since the AI got the floor, over all conversations, at that moment."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from agent.records import AuthorKind, Conversation, Floor, Message, MessageKind, Reading, TurnRecord
from agent.signals import Signals
from escalation import histories
from escalation.circumstances import Circumstances
from escalation.histories import History, history_of, steps_of
from escalation.records import TurnOutcome
from escalation.standing import Standing
from escalation.trajectory import Feeling, Shape
from escalation.triggers import Triggers
from knowledge.database import Database
from tests.escalation.makers import begin, felt, say, signals

SHAPE: Shape = Triggers.load().trajectory
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CASE = uuid4()

HANDOFF, CLAIM, HANDBACK = MessageKind.HANDOFF, MessageKind.CLAIM, MessageKind.HANDBACK
Said = Signals | MessageKind | str


def history(
    *said: Said,
    outcomes: Sequence[str | None] = (),
    elsewhere: Sequence[Feeling] = (),
    texts: Sequence[str] = (),
) -> History:
    """A thread: signals are customer's messages, texts the AI's, kinds what the system says. A minute apart."""
    spoken = [message(place, one) for place, one in enumerate(said, 2)]
    customers = [m for m in spoken if m.author_kind == AuthorKind.CUSTOMER]
    for one, text in zip(customers, texts, strict=False):
        one.text = text
    return History(
        spoken,
        {m.id: s for m, s in zip(spoken, said, strict=True) if isinstance(s, Signals)},
        {},
        {m.id: o for m, o in zip(customers, outcomes, strict=False) if o},
        elsewhere,
    )


def message(seq: int, said: Said) -> Message:
    author = {Signals: AuthorKind.CUSTOMER, str: AuthorKind.AI}.get(type(said), AuthorKind.SYSTEM)
    return Message(
        conversation_id=CASE,
        seq=seq,
        author_kind=author,
        kind=said if isinstance(said, MessageKind) else MessageKind.TEXT,
        text=said if type(said) is str else "?",
        created_at=NOON + timedelta(minutes=seq),
    )


def strengths(feelings: Sequence[Feeling]) -> list[float]:
    return [round(f.strength, 2) for f in feelings]


FURIOUS, CALM = felt(1.0), felt(0.0)


def test_after_a_hand_back_the_conversation_starts_anew_and_the_customers_own_trajectory_goes_on() -> None:
    thread = history(FURIOUS, FURIOUS, HANDOFF, CLAIM, HANDBACK, CALM)
    moment = thread.moment(thread.spoken[-1])
    assert strengths(moment.conversation) == [0.0]
    assert strengths(moment.customer) == [1.0, 1.0, 0.0]


def test_a_moment_knows_nothing_of_what_came_later() -> None:
    thread = history(
        CALM,
        "Here.",
        FURIOUS,
        HANDBACK,
        FURIOUS,
        outcomes=[TurnOutcome.ANSWER, TurnOutcome.UNKNOWN, TurnOutcome.UNKNOWN],
        elsewhere=[Feeling(NOON, 0.4), Feeling(NOON + timedelta(days=1), 0.9)],
    )
    moment = thread.moment(thread.spoken[0])
    assert (strengths(moment.conversation), strengths(moment.customer)) == ([0.0], [0.4, 0.0])
    assert moment.unanswered == 0


def test_only_what_waits_and_is_new_is_weighed_again() -> None:
    thread = history(signals(), CLAIM, HANDBACK, signals(), signals())
    _, _, _, waiting, fresh = thread.spoken
    standing = Standing(
        conversation=Conversation(case_number="C"),
        history=thread,
        asked=[thread.spoken[0], waiting, fresh],
        handback_note=None,
        open_proposal=None,
    )
    assert list(standing.moments([fresh])) == [fresh.id]
    assert list(standing.moments(standing.asked)) == [
        waiting.id,
        fresh.id,
    ]  # what a person dealt with is over
    assert standing.moments([fresh])[fresh.id] == thread.moment(fresh)


def test_messages_that_could_not_be_judged_leave_no_trace_in_the_trajectories() -> None:
    thread = history(signals(abstained=True, valence=0.0), FURIOUS, signals(abstained=True))
    assert strengths(thread.moment(thread.spoken[-1]).conversation) == [1.0]
    assert [s.message.seq for s in steps_of(thread, SHAPE)] == [3]


def test_unanswered_questions_are_counted_without_a_break() -> None:
    unknown, answer, folded, stale = "unknown", "answer", "folded", "stale"
    table = [
        ([unknown, unknown], 2),
        ([unknown, answer], 0),
        ([unknown, folded, unknown], 2),
        ([unknown, stale], 1),
    ]
    for outcomes, expected in table:
        thread = history(*[CALM] * (len(outcomes) + 1), outcomes=outcomes)
        assert thread.moment(thread.spoken[-1]).unanswered == expected, outcomes


def test_a_refusal_is_counted_once_for_each_answer_and_only_by_the_message_that_refuses() -> None:
    refused = "That did not help."
    thread = history(
        CALM,
        "One.",
        CALM,
        CALM,
        "Two.",
        CALM,
        CALM,
        texts=["How?", refused, refused, refused, "Where is it?"],
    )
    counted = [thread.moment(m).refusals for m in thread.read]
    assert counted == [0, 1, 0, 2, 0]


def test_likeness_to_what_was_asked_before_a_person_came_does_not_count() -> None:
    thread = history(CALM, "A.", HANDBACK, CALM, "B.", CALM)
    before, first, last = thread.read
    thread.circumstances[last.id] = Circumstances(likeness={before.id: 0.9, first.id: 0.8})
    assert thread.moment(last).likeness == [0.8]
    assert thread.moment(first).likeness is None  # nothing was looked up


def test_what_was_written_before_one_answer_is_asked_once() -> None:
    thread = history(CALM, CALM, "One.", CALM, "Two.", "Three.", CALM, CALM)
    first, again, later, impatient, last = thread.read
    alike = {first.id: 0.9, again.id: 0.95, later.id: 0.8, impatient.id: 0.99}
    thread.circumstances[last.id] = Circumstances(likeness=alike)
    assert thread.moment(last).likeness == [0.95, 0.8]


def test_who_had_the_floor_when_a_message_came() -> None:
    thread = history(CALM, HANDOFF, CALM, CLAIM, CALM, HANDBACK, CALM, CLAIM, MessageKind.RESOLVED, CALM)
    assert [thread.floor_at(m) for m in thread.read] == [
        Floor.AI,
        Floor.QUEUE,
        Floor.HUMAN,
        Floor.AI,
        Floor.AI,
    ]


def test_the_steps_of_a_trajectory_are_those_that_the_rules_are_given() -> None:
    thread = history(
        FURIOUS, CALM, HANDBACK, FURIOUS, felt(0.28), elsewhere=[Feeling(NOON - timedelta(days=3), 0.8)]
    )
    steps = steps_of(thread, SHAPE)
    assert [s.starts_anew for s in steps] == [False, False, True, False]
    policy = Triggers.load()
    for step in steps:
        inputs = policy.decide(thread.moment(step.message)).inputs
        assert inputs["conversation.level"] == step.conversation.level
        assert inputs["customer.level"] == step.customer.level


async def put(
    database: Database, customer: str, text: str, read: Signals, outcome: str | None = None
) -> UUID:
    conversation = await begin(database, customer)
    said = await say(database, conversation, text)
    async with database.transaction() as session:
        session.add(Reading(message_id=said.id, signals=read.to_json(), model_version="test"))
        if outcome:
            session.add(
                TurnRecord(
                    message_id=said.id, conversation_id=conversation.id, epoch=1, outcome=outcome, record={}
                )
            )
    return conversation.id


async def test_the_records_give_the_feelings_of_the_same_customer_and_of_nobody_else(
    database: Database,
) -> None:
    await put(database, "cus_maeve", "first", FURIOUS)
    await put(database, "cus_maeve", "second", signals(abstained=True))
    await put(database, "cus_jonas", "somebody else's", FURIOUS)
    now = await put(database, "cus_maeve", "third", felt(0.5), TurnOutcome.UNKNOWN)

    async with database.reading() as session:
        found = await history_of(session, await session.get_one(Conversation, now))

    [message] = found.read
    assert strengths(found.moment(message).customer) == [1.0, 0.5]
    assert strengths(found.moment(message).conversation) == [0.5]
    assert found.outcomes == {message.id: "unknown"}


async def test_of_a_customer_with_very_many_messages_the_newest_before_the_last_word_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "LAST", 2)
    for strength in (1.0, 0.25, 0.75):
        await put(database, "cus_maeve", "earlier", felt(strength))
    now = await put(database, "cus_maeve", "now", felt(0.5))
    await put(database, "cus_maeve", "later", FURIOUS)

    async with database.reading() as session:
        found = await history_of(session, await session.get_one(Conversation, now))

    assert strengths(found.elsewhere) == [0.25, 0.75]
