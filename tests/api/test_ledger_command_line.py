"""`candor ledger check` and `candor eval` as an operator uses them."""

import shutil
from contextlib import closing
from pathlib import Path

from knowledge.database import sqlite3
from tests.api.process import candor, outcome


async def test_books_that_agree_and_books_that_do_not_are_told(prepared_data: Path, tmp_path: Path) -> None:
    shutil.copy(prepared_data / "candor.db", tmp_path / "candor.db")
    assert await outcome(await candor("ledger", "check", folder=tmp_path)) == (
        0, "The books agree with the receipts and with the shop.\n",
    )  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "candor.db")) as file:  # an entry that no receipt stands behind
        file.execute(
            "INSERT INTO ledger_entry (idempotency_key, account, minor_units, currency) VALUES ('k', 'order:X', 5, 'EUR')"
        )
        file.commit()
    status, said = await outcome(await candor("ledger", "check", folder=tmp_path))
    assert status == 1
    assert said.splitlines() == [
        "k: the entries are off by €0.05.",
        "k: booked without a receipt.",
        "The books do not agree: 2 problems. Nothing was changed; a person has to look.",
    ]


async def test_the_suites_stand_beside_the_other_commands(tmp_path: Path) -> None:
    status, said = await outcome(await candor("eval", "retail", "--gold", folder=tmp_path))
    assert (status, said) == (0, "7 of 7 tasks end in the right state; 0 right actions refused.\n")


def test_the_page_on_changes_names_every_kind() -> None:
    from agent.changes import CHANGES

    page = (Path(__file__).parents[2] / "docs" / "actions.md").read_text(encoding="utf-8")
    assert [kind for kind in CHANGES if f"| `{kind}` |" not in page] == []
