"""`candor routing` and `candor staff set` as an operator uses them."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from escalation.policy_files import PolicyError
from escalation.routing import ROUTING_FILE, Routing
from escalation.routing_files import RoutingChangedError, put_in_use
from escalation.staff import Staff, StaffError
from knowledge.database import Database
from tests.api.process import candor, outcome


async def said_by(folder: Path, *arguments: str, **environment: str) -> tuple[int | None, str]:
    return await outcome(await candor(*arguments, folder=folder, **environment))


def changed(file: Path, old: str, new: str) -> Path:
    """The shipped routing with one passage changed."""
    text = ROUTING_FILE.read_text("utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def files_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def test_show_prints_queues_routes_hours_and_who_comes_first(tmp_path: Path) -> None:
    code, said = await said_by(tmp_path, "routing", "show")
    routing = Routing.load()
    assert code == 0
    assert f"Routing {routing.version}" in said
    assert all(name in said for name in (*routing.queues, *(route.route for route in routing.routes)))
    assert "general (default)" in said
    assert "reason approval_needed; amount ≥ 500.0" in said
    assert "12-25: closed" in said
    assert "whoever has waited 12 open hours longer than another comes before them" in said


async def test_check_says_whether_a_file_can_be_used_and_the_server_does_not_start_with_one_that_cannot(
    tmp_path: Path,
) -> None:
    good = changed(tmp_path / "good.yaml", "capacity: 4", "capacity: 5")
    broken = changed(tmp_path / "broken.yaml", "default: general", "default: nowhere")

    code, said = await said_by(tmp_path, "routing", "check", str(good))
    assert (code, said) == (
        0,
        f"good.yaml can be used: version {Routing.load(good).version}, 4 queues, 5 routes.\n",
    )
    for command in (
        ["routing", "check", str(broken)],
        ["routing", "show", str(broken)],
        ["routing", "simulate", str(broken)],
    ):
        code, said = await said_by(tmp_path, *command)
        assert (code, "Traceback" in said) == (2, False)
        assert said.startswith("broken.yaml: default: there is no 'nowhere'.")
    code, said = await said_by(tmp_path, "serve", CANDOR_ROUTING_FILE=str(broken))
    assert (code, "Traceback" in said) == (2, False)
    assert "broken.yaml: default: there is no 'nowhere'." in said


async def test_simulate_compares_with_first_come_first_served(tmp_path: Path) -> None:
    arguments = ("routing", "simulate", "--arrivals", "300", "--agents", "2", "--seed", "7", "--days", "2")
    code, said = await said_by(tmp_path, *arguments)
    assert code == 0, said
    assert "2 days of 300 customers and 2 people, seed 7 to 8" in said
    [kept] = re.findall(r"first word in time, all +([\d.]+)% .*? ([\d.]+)% \(", said)
    assert float(kept[0]) > float(kept[1])
    assert (await said_by(tmp_path, *arguments))[1] == said
    assert not (tmp_path / "candor.db").exists()


# --- two people who change the rules at once


async def test_a_file_is_put_in_use_only_over_the_version_that_was_looked_at(tmp_path: Path) -> None:
    current = Path(shutil.copy(ROUTING_FILE, tmp_path / "routing.yaml"))
    mine = changed(tmp_path / "mine.yaml", "capacity: 4", "capacity: 5")
    hers = changed(tmp_path / "hers.yaml", "at_risk: 0.75", "at_risk: 0.5")
    seen, setting = Routing.load(current).version, {"CANDOR_ROUTING_FILE": str(current)}

    code, said = await said_by(tmp_path, "routing", "use", str(hers), "--over", seen, **setting)
    assert (code, said) == (0, f"In use: version {Routing.load(hers).version}, in place of {seen}.\n")
    code, said = await said_by(tmp_path, "routing", "use", str(mine), "--over", seen, **setting)
    assert code == 2
    assert "somebody has changed it meanwhile. Nothing was replaced." in said
    assert Routing.load(current).version == Routing.load(hers).version

    code, said = await said_by(tmp_path, "routing", "use", str(mine), "--over", seen)
    assert (code, "CANDOR_ROUTING_FILE is not set" in said) == (2, True)


async def test_of_twenty_who_put_their_file_in_use_at_once_one_wins(tmp_path: Path) -> None:
    current = Path(shutil.copy(ROUTING_FILE, tmp_path / "routing.yaml"))
    seen = Routing.load(current).version
    files = [
        changed(tmp_path / f"{number}.yaml", "capacity: 4", f"capacity: {number + 5}") for number in range(20)
    ]

    def put(file: Path) -> str:
        try:
            return put_in_use(file, current, over=seen).version
        except RoutingChangedError:
            return ""

    won = [
        version for version in await asyncio.gather(*(asyncio.to_thread(put, f) for f in files)) if version
    ]
    assert won == [Routing.load(current).version]
    assert files_in(tmp_path) == len(files) + 2  # the file and its lock: no draft is left behind


def test_a_broken_file_replaces_nothing(tmp_path: Path) -> None:
    current = Path(shutil.copy(ROUTING_FILE, tmp_path / "routing.yaml"))
    broken = changed(tmp_path / "broken.yaml", "default: general", "default: nowhere")
    with pytest.raises(PolicyError):
        put_in_use(broken, current, over=Routing.load(current).version)
    assert current.read_text("utf-8") == ROUTING_FILE.read_text("utf-8")


# --- what a person takes


async def test_what_a_person_takes_is_set_and_shown(prepared_data: Path, tmp_path: Path) -> None:
    shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    await Staff(database).create("ada@desk.example", "Ada", "a long enough password")

    code, said = await said_by(
        tmp_path,
        *("staff", "set", "Ada@desk.example", "--role", "supervisor", "--queues", "payments, care"),
        *("--skills", "care", "--languages", "de,fr", "--capacity", "6"),
    )
    assert (code, said) == (
        0,
        "ada@desk.example  Ada, supervisor; queues: payments, care; skills: care; languages: de, fr; capacity: 6\n",
    )
    code, said = await said_by(tmp_path, "staff", "set", "ada@desk.example", "--queues", "payments,pay")
    assert (code, said) == (2, "queues: there is no pay. There is: general, payments, complaints, care.\n")

    staff = Staff(database)
    ada = await staff.set_work("ada@desk.example", queues=[], capacity=0)
    assert (ada.queues, ada.capacity, ada.skills, ada.role) == ([], None, ["care"], "supervisor")
    for wrong, told in (
        ({"languages": ["german"]}, "languages: german: give codes of two letters"),
        ({"capacity": -1}, "capacity: give 1 to 50"),
        ({"capacity": 51}, "capacity: give 1 to 50"),
    ):
        with pytest.raises(StaffError, match=told):
            await staff.set_work("ada@desk.example", **wrong)
    with pytest.raises(StaffError, match="there is no account"):
        await staff.set_work("nobody@desk.example", capacity=2)
    await database.close()


async def test_two_who_set_different_things_of_one_person_at_once_both_have_their_way(
    prepared_data: Path, tmp_path: Path
) -> None:
    shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'candor.db'}")
    staff = Staff(database)
    await staff.create("ada@desk.example", "Ada", "a long enough password")
    await asyncio.gather(
        staff.set_work("ada@desk.example", skills=["care"]),
        staff.set_work("ada@desk.example", capacity=3),
        staff.set_work("ada@desk.example", queues=["care"]),
    )
    [ada] = await staff.accounts()
    assert (ada.skills, ada.capacity, ada.queues) == (["care"], 3, ["care"])
    await database.close()
