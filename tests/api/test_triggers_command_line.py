"""`candor triggers` as an operator uses it: the real command over a real database, SQLite and PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.records import AuthorKind, MessageKind, Reading
from agent.signals import Signals, Stake
from api.migrate import migrate
from escalation.circumstances import Circumstances
from escalation.records import Circumstance
from escalation.triggers import POLICY_FILE, Triggers
from knowledge.database import Database
from tests.api.process import candor, outcome
from tests.escalation.makers import begin, felt, say, signals, stake
from tests.servers import postgres

SECRET = "My name is Ada and I live at 5 Mill Lane"


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(
    request: pytest.FixtureRequest, prepared_data: Path, tmp_path: Path
) -> AsyncIterator[Database]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
        made = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    else:
        made = Database(request.getfixturevalue("postgres_url"))
        async with made.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await migrate(made)
    yield made
    await made.close()


async def past(database: Database, *said: Signals | MessageKind, case: str, **known: Circumstances) -> None:
    """A conversation of the past: signals are the customer's messages, kinds what the system said."""
    conversation = await begin(database)
    async with database.transaction() as session:
        conversation.case_number = case
        session.add(conversation)
    for one in said:
        if isinstance(one, MessageKind):
            await say(database, conversation, "…", author=AuthorKind.SYSTEM, kind=one)
            continue
        message = await say(database, conversation, SECRET)
        async with database.transaction() as session:
            session.add(Reading(message_id=message.id, signals=one.to_json(), model_version="test"))
            if known:
                session.add(Circumstance(message_id=message.id, facts=known["known"].to_json()))


async def said_by(database: Database, folder: Path, *arguments: str) -> tuple[int | None, str]:
    return await outcome(
        await candor("triggers", *arguments, folder=folder, CANDOR_DATABASE_URL=database.url)
    )


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """The policy in use, with one passage changed."""
    text = POLICY_FILE.read_text("utf-8")
    assert text.count(old) == 1, old
    file = tmp_path / "new.yaml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


async def test_a_replay_tells_who_would_have_been_handed_over_or_no_longer_and_why(
    database: Database, tmp_path: Path
) -> None:
    await past(database, signals(), stake(Stake.legal, 0.45), case="C-NEWLY")
    await past(database, felt(1.0), felt(1.0), MessageKind.HANDOFF, signals(), case="C-SAME")
    await past(database, stake(Stake.legal, 0.9), case="C-BOTH")
    await past(database, signals(), case="C-NEITHER", known=Circumstances(tier="gold"))
    file = changed(tmp_path, "stakes.legal: 0.5", "stakes.legal: 0.4")
    more = file.read_text("utf-8").replace("conversation.upset: true", "conversation.level: 0.9")
    file.write_text(more, encoding="utf-8")

    code, said = await said_by(database, tmp_path, "replay", "--policy", str(file))

    assert code == 0, said
    lines = [line.strip() for line in said.splitlines()]
    assert lines[0] == f"Current policy {Triggers.load().version}, new policy {Triggers.load(file).version}"
    newly = lines.index("C-NEWLY")
    assert lines[newly + 1 : newly + 3] == [
        "#3  current: stays with the AI, new: legal",
        "new: At stake: legal: 0.45 (from 0.4)",
    ]
    same = lines.index("C-SAME")
    assert lines[same + 1] == "#3  current: lasting-anger, new: upset-again"
    assert "current: The conversation is upset, and has not come to rest since (at 0.58)" in lines
    assert not {"C-BOTH", "C-NEITHER"} & set(lines)
    assert "4 conversations, 7 messages, 3 decided differently" in lines
    assert lines[-6:] == [
        "1  stays with the AI under both",
        "2  handed over at the same message",
        "1  newly handed over",
        "0  no longer handed over",
        "0  handed over earlier",
        "0  handed over later",
    ]
    assert "Ada" not in said


async def test_with_all_the_same_decisions_are_told_too(database: Database, tmp_path: Path) -> None:
    await past(database, stake(Stake.legal, 0.9), case="C-BOTH")
    code, said = await said_by(database, tmp_path, "replay", "--policy", str(POLICY_FILE), "--all")
    assert (code, "#2  current: legal, new: legal" in said) == (0, True)
    assert "0 decided differently" in said


async def test_a_replay_since_a_day_leaves_out_what_began_before(database: Database, tmp_path: Path) -> None:
    await past(database, stake(Stake.legal, 0.9), case="C-BOTH")
    for day, expected in (
        ("2020-01-01", "1 conversation, 1 message,"),
        ("2999-01-01", "0 conversations, 0 messages,"),
    ):
        code, said = await said_by(database, tmp_path, "replay", "--policy", str(POLICY_FILE), "--since", day)
        assert (code, expected in said) == (0, True), said


async def test_a_broken_policy_is_refused_before_anything_is_looked_at(tmp_path: Path) -> None:
    file = changed(tmp_path, "stakes.legal: 0.5", "stakes.leagl: 0.5")
    for command in (["replay"], ["show"]):
        process = await candor("triggers", *command, "--policy", str(file), folder=tmp_path)
        code, said = await outcome(process)
        assert (code, "Traceback" in said) == (2, False)
        assert said.startswith("new.yaml: rule 'legal' asks for stakes.leagl, which is not measured.")
    assert not (tmp_path / "candor.db").exists()


async def test_the_server_does_not_start_with_a_broken_policy(tmp_path: Path) -> None:
    file = changed(tmp_path, "ring_at: 0.45", "ring_at: 0.2")
    process = await candor("serve", folder=tmp_path, CANDOR_TRIGGERS_FILE=str(file))
    code, said = await outcome(process)
    assert (code, "Traceback" in said) == (2, False)
    assert "CANDOR_TRIGGERS_FILE: new.yaml: trajectory: rest_below must be less than ring_at" in said


async def test_show_prints_every_rule_of_the_policy_in_use(tmp_path: Path) -> None:
    file = changed(tmp_path, "customer.tier: gold", "customer.tier: silver")
    process = await candor("triggers", "show", folder=tmp_path, CANDOR_TRIGGERS_FILE=str(file))
    code, said = await outcome(process)
    assert code == 0
    assert f"Policy {Triggers.load(file).version}" in said
    assert "customer.tier ≥ silver" in said
    assert all(rule.rule in said for rule in Triggers.load().rules)
