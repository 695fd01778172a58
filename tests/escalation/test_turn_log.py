"""What the AI did is logged in a chain that nobody rewrites unseen."""

from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import delete, update

from agent.records import Conversation, Message, TurnLogEntry, TurnRecord
from api.migrate import migrate
from escalation.turn_log import altered_records, broken_links, check_turns, entry_after
from knowledge.database import Database, sqlite3
from tests.api.process import candor, outcome
from tests.conftest import World
from tests.servers import postgres

CONVERSATION = uuid4()


def turn(outcome: str = "answer", **record) -> TurnRecord:
    return TurnRecord(
        message_id=uuid4(), conversation_id=CONVERSATION, epoch=1, outcome=outcome, record=record
    )


def chain(*turns: TurnRecord) -> list[TurnLogEntry]:
    entries: list[TurnLogEntry] = []
    for one in turns:
        entries.append(entry_after(entries[-1] if entries else None, one))
    return entries


def test_entries_follow_each_other() -> None:
    entries = chain(turn(question="a"), turn(question="b"), turn(question="c"))

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert broken_links(entries) == []


def test_a_changed_entry_shows() -> None:
    entries = chain(turn(), turn(), turn())
    entries[1].outcome = "unknown"

    assert broken_links(entries) == [f"conversation {CONVERSATION}, entry 2: it was changed."]


def test_an_entry_that_was_written_anew_breaks_the_next() -> None:
    entries = chain(turn(), turn(), turn())
    entries[1] = entry_after(entries[0], turn("unknown"))

    assert broken_links(entries) == [
        f"conversation {CONVERSATION}, entry 3: it does not follow the entry before it."
    ]


@pytest.mark.parametrize("place", [0, 1])
def test_a_missing_entry_shows(place: int) -> None:
    entries = chain(turn(), turn(), turn())
    del entries[place]

    assert broken_links(entries) == [
        f"conversation {CONVERSATION}, entry {place + 2}: an entry before it is missing."
    ]


def test_a_record_that_was_changed_or_taken_away_shows_and_a_stale_one_makes_room() -> None:
    honest, changed, gone, stale, unlogged = turn(), turn(question="a"), turn(), turn("stale"), turn()
    last = {entry.message_id: entry for entry in chain(honest, changed, gone, stale)}
    changed.record = {"question": "b"}
    turns = {one.message_id: one for one in (honest, changed, unlogged)}

    assert altered_records(turns, last) == [
        f"message {changed.message_id}: the record of its turn was changed.",
        f"message {unlogged.message_id}: its turn is not in the log.",
        f"message {gone.message_id}: the record of its turn is gone.",
    ]


async def test_every_turn_of_a_conversation_is_in_the_log(world: World, data_dir: Path) -> None:
    maeve = await world.shopper()
    await maeve.ask("How long does delivery to Germany take?")
    await maeve.ask("Please cancel order TT-10432, it was ordered by mistake")
    await maeve.ask("Yes")

    database = world.parts.database
    assert await check_turns(database) == []
    with closing(sqlite3.connect(data_dir / "candor.db")) as file:
        numbers = file.execute("SELECT number FROM turn_log ORDER BY number").fetchall()
        assert numbers == [(1,), (2,), (3,)]
        for attempt in ("UPDATE turn_log SET outcome = 'answer'", "DELETE FROM turn_log"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                file.execute(attempt)
        file.execute("UPDATE turn SET record = '{}' WHERE outcome = 'answer'")
        file.execute("DROP TRIGGER the_log_stays_delete")
        file.execute("DELETE FROM turn_log WHERE number = 3")
        file.commit()
    problems = await check_turns(database)
    assert sum("was changed" in problem for problem in problems) >= 1
    assert sum("is not in the log" in problem for problem in problems) == 1


async def test_postgresql_refuses_a_change_of_the_log_too() -> None:
    with postgres() as url:
        database = Database(url)
        await migrate(database)
        entry = entry_after(None, turn())
        async with database.transaction() as session:
            conversation = Conversation(id=CONVERSATION, case_number="C-1", visitor_id="v")
            session.add(conversation)
            await session.flush()
            said = Message(
                id=entry.message_id, conversation_id=CONVERSATION, seq=2, author_kind="customer", text="Hi"
            )
            session.add(said)
            await session.flush()
            session.add(entry)
        for attempt in (update(TurnLogEntry).values(outcome="unknown"), delete(TurnLogEntry)):
            with pytest.raises(IntegrityError, match="append-only"):
                async with database.transaction() as session:
                    await session.exec(attempt)
        await database.close()


async def test_turns_from_before_the_log_are_entered_and_the_command_finds_them_whole(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await migrate(database, "0009")
    conversation, first, second = (uuid4().hex for _ in range(3))
    with closing(sqlite3.connect(tmp_path / "candor.db")) as old:
        old.execute(
            "INSERT INTO conversation (id, case_number, visitor_id, floor, epoch, last_seq, created_at)"
            " VALUES (?, 'C-1', 'v', 'ai', 1, 3, '2026-11-01')",
            (conversation,),
        )
        for seq, message in enumerate((first, second), start=2):
            old.execute(
                "INSERT INTO message (id, conversation_id, seq, author_kind, author_name, kind, audience, text, citations,"
                " offer_person, created_at) VALUES (?, ?, ?, 'customer', '', 'text', 'everyone', 'Hi', '[]', 0, '2026-11-01')",
                (message, conversation, seq),
            )
            old.execute(
                "INSERT INTO turn (message_id, conversation_id, epoch, outcome, record, created_at)"
                " VALUES (?, ?, 1, 'answer', '{\"confidence\": 0.5}', ?)",
                (message, conversation, f"2026-11-0{seq}"),
            )
        old.commit()
    await migrate(database)
    await database.close()

    status, said = await outcome(await candor("turns", "check", folder=tmp_path))

    assert (status, said) == (0, "The log is whole, and every turn is as it was recorded.\n")
    with closing(sqlite3.connect(tmp_path / "candor.db")) as file:
        assert file.execute("SELECT number, message_id FROM turn_log ORDER BY number").fetchall() == [
            (1, first),
            (2, second),
        ]
