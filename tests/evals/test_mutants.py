"""Mutants: a product that is broken is found out, one that is not broken is told as not noticed, and the list is sound."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.mutants.catalogue import Mutant, Swap, WrongCatalogueError, mutants
from evals.mutants.commands import told
from evals.mutants.running import run
from evals.suites.files import find, read

SMALL = Path(__file__).parent / "data" / "small"


def break_nothing() -> Sequence[Swap]:
    return []


def made_up(*cases: str) -> Mutant:
    return Mutant("made-up", "Nothing at all.", "none", cases, break_nothing)


def test_a_broken_product_is_noticed_and_a_whole_one_is_told_as_not_noticed() -> None:
    reason_lost = next(mutant for mutant in mutants() if mutant.id == "reason-lost")
    broken = Mutant("reason-lost", reason_lost.breaks, reason_lost.harm, ("e-person",), reason_lost.patch)

    noticed, unnoticed = run([broken, made_up("e-person")], read([SMALL]), jobs=1)

    assert "wrong_end_state" in noticed.by["e-person"]
    assert not unnoticed.told
    assert list(told([noticed, unnoticed]))[-2:] == [
        "made-up      NOT NOTICED: Nothing at all.",
        "mutants noticed: 1 of 2",
    ]


def test_a_case_that_fails_on_the_whole_product_is_no_witness(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(
        "about: x\ncases:\n  - id: no-witness\n    why: x\n    harm: wrong tone\n"
        "    customer: {lines: [{ask_for_person: true}]}\n    expect: {queue: care}\n",
        encoding="utf-8",
    )

    (found,) = run([made_up("no-witness")], read([tmp_path]), jobs=1)

    assert found.by == {}
    assert "the queue of the handoff should be care and is general" in found.no_witness["no-witness"]


def test_a_mutant_of_a_case_that_there_is_not_is_named() -> None:
    with pytest.raises(WrongCatalogueError, match="mutant made-up: there is no case nowhere"):
        run([made_up("nowhere")], read([SMALL]), jobs=1)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{id: a-b, breaks: x, harm: x, patch: actions.nothing, cases: [abc]}", "no attribute 'nothing'"),
        ("{id: a-b, breaks: x, harm: x, patch: nowhere.nothing, cases: [abc]}", "No module named"),
        ("{id: a-b, breaks: x, harm: x, patch: actions.do_it_twice, cases: []}", "cases"),
        ("{id: a-b, breaks: x, harm: x, patch: actions.do_it_twice, cases: [abc], x: 1}", "x"),
    ],
)
def test_a_wrong_row_is_told(tmp_path: Path, row: str, what: str) -> None:
    file = tmp_path / "mutants.yaml"
    file.write_text(f"- {row}\n", encoding="utf-8")

    with pytest.raises(WrongCatalogueError, match=what):
        mutants(file)


def test_every_mutant_breaks_something_that_is_there_and_has_witnesses_that_are_there() -> None:
    there = {located.case.id for located in read(find([])).cases}
    listed = mutants()

    assert len(listed) >= 25
    assert {case for mutant in listed for case in mutant.cases} <= there
    for mutant in listed:
        with mutant.in_place():  # a name that the product no longer has raises AttributeError
            assert mutant.patch()
