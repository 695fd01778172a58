"""The figures of a small set of records, worked out by hand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from agent.records import Conversation, Message, TurnRecord
from api.migrate import migrate
from escalation.after.policy import After
from escalation.after.records import Pulse, Rating
from escalation.centre.centre import Centre
from escalation.centre.export import as_csv
from escalation.centre.periods import Period
from escalation.records import Handoff
from knowledge.database import Database
from tests.escalation import makers
from tests.servers import postgres

# Friday, noon in Dublin.
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


class Records:
    """Writes conversations whose every time is given in days before now."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def conversation(
        self,
        begun: float,
        *questions: tuple[float, str | None],
        handoff: str | None = None,
        resolved: float | None = None,
        solved: tuple[float, bool] | None = None,
        upset: bool = False,
        asks: bool = True,
        again_of: Conversation | None = None,
        cost: int = 0,
        **rated,
    ) -> Conversation:
        """Questions are (days ago, outcome of the turn); a handoff is 'open' or how it ended."""
        made = Conversation(
            case_number=f"C-{uuid4().hex[:8]}",
            customer_id="cus_maeve",
            floor="queue" if handoff == "open" else "ai",
            created_at=NOW - begun * DAY,
            resolved_at=None if resolved is None else NOW - resolved * DAY,
        )
        async with self.database.transaction() as session:
            session.add(made)
            await session.flush()
            for place, (ago, outcome) in enumerate(questions):
                at = NOW - ago * DAY
                said = Message(
                    conversation_id=made.id, seq=place + 2, author_kind="customer", text="?", created_at=at
                )
                session.add(said)
                await session.flush()
                session.add(
                    Pulse(
                        message_id=said.id,
                        conversation_id=made.id,
                        at=at,
                        asks=asks,
                        upset=upset,
                        again_of=again_of.id if again_of and place == 0 else None,
                    )
                )
                if outcome:
                    session.add(
                        TurnRecord(
                            message_id=said.id,
                            conversation_id=made.id,
                            epoch=1,
                            outcome=outcome,
                            record={},
                            cost_micros=cost,
                            created_at=at,
                        )
                    )
            if handoff:
                opened = NOW - begun * DAY
                session.add(
                    Handoff(
                        conversation_id=made.id,
                        reason="upset",
                        why="",
                        urgency="normal",
                        queue="general",
                        decision={"rule": "desk"},
                        opened_at=opened,
                        kept=2 if handoff == "resolved" else 0,
                        broken=1 if handoff == "resolved" else 0,
                        ended_at=None if handoff == "open" else opened + HOUR,
                        ended_as=None if handoff == "open" else handoff,
                        clock_from=opened if handoff == "open" else None,
                        clock_due=opened + HOUR if handoff == "open" else None,
                    )
                )
            if solved:
                rated_at = NOW - solved[0] * DAY
                session.add(
                    Rating(
                        conversation_id=made.id,
                        asked_at=rated_at - timedelta(minutes=1),
                        solved=solved[1],
                        rated_at=rated_at,
                        **rated,
                    )
                )
        return made


@pytest.fixture
async def records(database: Database) -> Records:
    return Records(database)


def centre(database: Database) -> Centre:
    return Centre(database, makers.dispatch(database), After.load(), clock=lambda: NOW)


async def a_week(records: Records) -> None:
    """The seven days that end on 27 November, and one conversation of the week before."""
    say = records.conversation
    # At rest within the week: ten of them.
    await say(2, (2, "answer"), cost=300_000)  # assumed, AI
    await say(
        3, (3, "unknown"), (2.9, "answer"), solved=(2.8, True), satisfaction=5, effort=1
    )  # confirmed, AI
    await say(3, (3, "answer"), solved=(2.9, False), satisfaction=2, effort=4, comment="Still no parcel")
    await say(4, (4, "unknown"))  # left without an answer
    first = await say(5, (5, "answer"))  # came back with it two days later …
    await say(3, (3, "answer"), again_of=first, cost=100_000)  # … and then it was assumed, AI
    await say(4, (4, "person:upset"), handoff="resolved", resolved=3.9, upset=True)  # assumed, people
    await say(2, (2, "person:upset"), handoff="resolved", resolved=1.9, solved=(1.8, True), satisfaction=4)
    await say(2, (2, "person:upset"), (1.5, "answer"), handoff="handback")  # handed back: people, assumed
    # They said yes and then asked something else, which was answered: the yes was for what was before.
    await say(3, (3, "answer"), (1.2, "answer"), solved=(2.9, True))
    # Not at rest: silent for less than a day, or with a person.
    await say(0.2, (0.2, "answer"), cost=100_000)
    await say(0.1, (0.1, "person:upset"), handoff="open", upset=True)
    # Nothing was asked.
    await say(2, (2, "answer"), asks=False)
    # The week before.
    await say(9, (9, "answer"), cost=40_000)


async def test_resolutions_of_a_week_are_as_worked_out_by_hand(database, records) -> None:
    await a_week(records)

    report = await centre(database).report(Period.WEEK)

    found = {name: (value.count, value.of) for name, value in report.values.items()}
    assert found["ai_confirmed"] == (1, 10)
    assert found["ai_assumed"] == (3, 10)  # the first, the one that came back, and what followed a yes
    assert found["people_confirmed"] == (1, 10)
    assert found["people_assumed"] == (2, 10)
    assert found["not_solved"] == (1, 10)
    assert found["unanswered"] == (1, 10)
    assert found["came_back"] == (1, 10)
    assert report.values["ai_assumed"].before == 1.0  # of one
    # A chart has a step a day; on the day that began five before today nothing came to rest, on the next one two did.
    assert report.values["ai_assumed"].series[:3] == (None, None, 0.0)


async def test_the_other_figures_of_a_week_are_as_worked_out_by_hand(database, records) -> None:
    await a_week(records)

    report = await centre(database).report(Period.WEEK)

    found = {name: (value.count, value.of) for name, value in report.values.items()}
    assert found["contained"] == (8, 12)  # twelve began and asked something, four of them saw a person
    assert found["repeats"] == (1, 12)
    assert found["new_cases"][0] == 4
    assert found["promises_kept"] == (4, 7)  # two each of two cases, one broken in each, one late by now
    assert found["upset"] == (2, 13)
    assert found["upset_now"] == (0, 0)
    assert found["rated"] == (4, 4)
    assert found["said_solved"] == (3, 4)
    assert found["satisfied"] == (2, 3)
    assert (found["effort"], report.values["effort"].value) == ((5, 2), 2.5)
    assert found["spent"] == (500_000, 1)
    assert found["per_confirmed"] == (500_000, 1)
    assert found["per_resolved"] == (500_000, 4)
    assert report.values["per_resolved"].before == 40_000
    assert [(r.name, r.count, r.before) for r in report.reasons] == [("upset", 4, 0)]
    assert [(rating.comment, rating.solved) for rating, _ in report.words] == [("Still no parcel", False)]


async def test_postgresql_counts_the_same(database, records) -> None:
    await a_week(records)
    expected = (await centre(database).report(Period.WEEK)).values
    with postgres() as url:
        other = Database(url)
        try:
            await migrate(other)
            await a_week(Records(other))
            found = await centre(other).report(Period.WEEK)
            assert as_csv(found, After.load())
            assert [(rating.comment, rating.solved) for rating, _ in found.words] == [
                ("Still no parcel", False)
            ]
        finally:
            await other.close()

    assert found.values == expected


async def test_today_counts_what_came_to_rest_today_and_who_is_upset_now(database, records) -> None:
    await records.conversation(1.3, (1.3, "answer"))  # silent for a day since this morning
    await records.conversation(0.3, (0.2, "answer"), solved=(0.1, True))
    await records.conversation(0.02, (0.03, "answer"), (0.02, "answer"), upset=True)
    await records.conversation(0.01, (0.01, "answer"))

    values = (await centre(database).report(Period.TODAY)).values

    assert (values["ai_assumed"].count, values["ai_confirmed"].count, values["ai_assumed"].of) == (1, 1, 2)
    assert (values["upset_now"].count, values["upset_now"].of) == (1, 2)
    assert (values["waiting_now"].value, values["upset_now"].series) == (0, (None,) * 13)


async def test_a_case_that_waits_too_long_counts_as_waiting_and_at_risk(database, records) -> None:
    await records.conversation(0.2, (0.2, "person:upset"), handoff="open")

    values = (await centre(database).report(Period.TODAY)).values

    assert (values["waiting_now"].value, values["at_risk_now"].value) == (1, 1)
    assert (values["promises_kept"].count, values["promises_kept"].of) == (0, 1)


async def test_the_export_has_the_definitions_and_nobodys_words(database, records) -> None:
    await a_week(records)
    made = centre(database)

    text = as_csv(await made.report(Period.WEEK), made.after)

    assert "resolution,ai_confirmed,share" in text
    assert ",1,10,0.1,0.0179,0.4042," in text
    assert "24 hours have passed" in text
    assert "Still no parcel" not in text
    assert "maeve" not in text.lower()
    assert "C-" not in text
