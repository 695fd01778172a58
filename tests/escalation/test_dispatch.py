"""Where a conversation goes and what its customer reads, from the records; and that nothing there can fail a handoff."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.money import Money
from agent.records import Reading
from agent.signals import Stake
from escalation.circumstances import Circumstances
from escalation.dispatch import Dispatch, need_of
from escalation.handoffs import ASKED_BY_BUTTON, Call
from escalation.histories import history_of
from escalation.presence import Presence
from escalation.records import Circumstance, Handoff, Reason, Status, Urgency
from escalation.routing import ROUTING_FILE, Need, Routing
from escalation.trajectory import Shape
from escalation.triggers import Triggers
from knowledge.database import Database
from tests.escalation.makers import account, begin, dispatch, felt, say, signals, wait

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
SHAPE: Shape = Triggers.load().trajectory
ENTITLED = Call(Reason.APPROVAL_NEEDED, "w", Urgency.NORMAL, "general", {"rule": "turn"}, "Refund of €600")


def at_noon() -> datetime:
    return NOON


async def read(database: Database, conversation: Any, said: Any, **known: Any) -> None:
    """The customer says something, and it is read."""
    message = await say(database, conversation, "…")
    async with database.transaction() as session:
        session.add(Reading(message_id=message.id, signals=said.to_json(), model_version="test"))
        session.add(Circumstance(message_id=message.id, facts=Circumstances(**known).to_json()))


async def need(database: Database, conversation: Any, call: Call = ASKED_BY_BUTTON) -> Need:
    async with database.reading() as session:
        return need_of(call, await history_of(session, conversation), SHAPE)


async def test_what_is_known_of_the_conversation_is_what_routing_is_given(database: Database) -> None:
    conversation = await begin(database)
    await read(database, conversation, signals(language="de", stakes={Stake.legal: 0.7}), tier="gold")
    await read(database, conversation, felt(1.0))
    await read(database, conversation, felt(1.0), order_total=Money(60000, "EUR"))

    known = await need(database, conversation, ENTITLED)

    assert (known.reason, known.urgency, known.queue) == ("approval_needed", "normal", "general")
    assert (known.stakes[Stake.legal], known.stakes[Stake.fraud]) == (0.7, 0.0)
    assert (known.tier, known.amount, known.upset) == ("gold", Money(60000, "EUR"), True)


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ([], None),
        (["und"], None),
        (["de", "de", "en"], "de"),  # "ok" after two German sentences
        (["en", "de"], "de"),  # of equals the last
        (["en", "de", "de", "de", "de", "de"], "de"),
        (["en"] * 10 + ["fr"] * 5, "fr"),  # the last five tell
        (["la", "en", "la"], "en"),  # Latin is a slip of the recogniser
    ],
)
async def test_the_language_is_the_one_that_the_customer_writes(
    database: Database, written: list[str], language: str | None
) -> None:
    conversation = await begin(database)
    for one in written:
        await read(database, conversation, signals(language=one))
    assert (await need(database, conversation)).language == language


async def test_a_conversation_without_a_word_goes_to_a_person_all_the_same(database: Database) -> None:
    arrival = await dispatch(database, clock=at_noon).arrange(await begin(database), ASKED_BY_BUTTON)
    assert (arrival.assignment.queue, arrival.assignment.due) == ("general", NOON + timedelta(hours=1))


async def test_the_wait_comes_from_the_queues_own_history(database: Database) -> None:
    aoife = await account(database, "Aoife")
    await Presence(database, at_noon).set(aoife, Status.ONLINE)
    for number in range(10):
        await answered(database, begun=NOON - timedelta(hours=3), minutes=number)
    ours = dispatch(database, clock=at_noon)

    arrival = await ours.arrange(await begin(database), ASKED_BY_BUTTON)
    assert "within 10 minutes" in arrival.text  # eight of ten waited 7 minutes or less

    payments = Call(Reason.PAYMENT_DISPUTE, "w", Urgency.NORMAL, "payments", {"rule": "chargeback"})
    assert "cannot say yet" in (await ours.arrange(await begin(database), payments)).text  # no history there


async def answered(database: Database, *, begun: datetime, minutes: float, **fields: Any) -> None:
    """A conversation of the past that got its first word after so many minutes."""
    conversation = await begin(database)
    async with database.transaction() as session:
        handoff = await wait(session, conversation, now=begun)
        handoff.answered_at = begun + timedelta(minutes=minutes)
        handoff.ended_at = handoff.answered_at
        for name, value in fields.items():
            setattr(handoff, name, value)
        session.add(handoff)


async def test_nights_do_not_count_as_waiting(database: Database) -> None:
    await Presence(database, at_noon).set(await account(database, "Aoife"), Status.ONLINE)
    evening = datetime(2026, 11, 26, 19, 55, tzinfo=UTC)
    for _ in range(8):
        await answered(database, begun=evening, minutes=12 * 60 + 10)  # closes at 20:00, opens at 8:00
    text = (await dispatch(database, clock=at_noon).arrange(await begin(database), ASKED_BY_BUTTON)).text
    assert "within 10 minutes" in text


async def test_who_still_waits_longer_than_usual_makes_the_wait_longer(database: Database) -> None:
    await Presence(database, at_noon).set(await account(database, "Aoife"), Status.ONLINE)
    for _ in range(8):
        await answered(database, begun=NOON - timedelta(hours=3), minutes=5)
    for _ in range(4):
        conversation = await begin(database)
        async with database.transaction() as session:
            await wait(session, conversation, now=NOON - timedelta(minutes=100))
    text = (await dispatch(database, clock=at_noon).arrange(await begin(database), ASKED_BY_BUTTON)).text
    assert "within 2 hours" in text


async def test_what_a_person_took_over_from_the_ai_is_no_wait(database: Database) -> None:
    await Presence(database, at_noon).set(await account(database, "Aoife"), Status.ONLINE)
    for _ in range(8):
        await answered(database, begun=NOON - timedelta(hours=1), minutes=0, reason="taken_over")
    text = (await dispatch(database, clock=at_noon).arrange(await begin(database), ASKED_BY_BUTTON)).text
    assert "cannot say yet" in text


async def test_outside_hours_the_text_says_when_people_are_back_and_what_one_may_do(
    database: Database,
) -> None:
    ours = dispatch(database, clock=lambda: datetime(2026, 11, 29, 12, tzinfo=UTC))
    text = (await ours.arrange(await begin(database), ASKED_BY_BUTTON)).text
    assert "People are back tomorrow at 8:00 (Dublin time)." in text
    assert "You may wait here" in text
    assert "You can go on writing." in text


# --- nothing here may fail a handoff


class Broken(Routing):
    """Rules with a fault that no check has found."""

    def assign(self, *_: Any, **__: Any) -> Any:
        raise ZeroDivisionError


@pytest.mark.parametrize(("queue", "goes_to"), [("payments", "payments"), ("gone", "general")])
async def test_an_error_in_routing_leads_to_a_queue_all_the_same(
    database: Database, queue: str, goes_to: str
) -> None:
    broken = Broken.model_validate(Routing.load().model_dump())
    conversation = await begin(database)
    call = Call(Reason.FRAUD, "w", Urgency.HIGH, queue, {"rule": "fraud"}, "Refund of €600")

    arrival = await dispatch(database, broken).arrange(conversation, call)

    assert (arrival.assignment.queue, arrival.assignment.due) == (goes_to, None)
    assert conversation.case_number in arrival.text
    assert "Refund of €600" in arrival.text


async def test_a_database_that_hangs_is_not_waited_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("escalation.dispatch.people_of", hangs)
    monkeypatch.setattr("escalation.dispatch.SECONDS", 0.05)
    arrival = await dispatch(database).arrange(await begin(database), ASKED_BY_BUTTON)
    assert arrival.assignment.queue == "general"


# --- rules that change while the desk is open


async def test_a_changed_file_is_taken_up_and_a_broken_one_is_not(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "routing.yaml"
    file.write_text(ROUTING_FILE.read_text("utf-8"), encoding="utf-8")
    ours = Dispatch(database, Routing.load(file), SHAPE, file=file, clock=at_noon)

    file.write_text(file.read_text("utf-8").replace("default: general", "default: care"), encoding="utf-8")
    ours.refresh()
    assert ours.routing.default == "care"

    for broken in ("default: nowhere", "\0", ": ["):
        file.write_text(broken, encoding="utf-8")
        ours.refresh()
        assert ours.routing.default == "care"
    file.unlink()
    ours.refresh()
    assert ours.routing.default == "care"


async def test_a_queue_that_is_no_longer_in_the_file_keeps_its_conversations(database: Database) -> None:
    conversation = await begin(database)
    async with database.transaction() as session:
        handoff: Handoff = await wait(session, conversation, now=NOON)
        handoff.queue = "a queue of last year"
        session.add(handoff)
    routing = Routing.load()
    assert routing.hours_of("a queue of last year") is routing.hours["shop"]
    assert routing.promise("a queue of last year", "normal").first == 60
