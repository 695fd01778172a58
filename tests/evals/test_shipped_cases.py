"""The shipped cases: readable, and none of what they are there for is forgotten."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from agent.changes import CHANGES
from escalation.triggers import Triggers
from evals.suites.case import Case, SuiteFile

CASES = Path(__file__).parents[2] / "evals" / "cases"
HELP_CENTRE = Path(__file__).parents[2] / "knowledge" / "help_centre"


@cache
def files() -> dict[Path, SuiteFile]:
    """Every file of the suites, by its path."""
    return {
        path: SuiteFile.model_validate(yaml.safe_load(path.read_text()))
        for path in sorted(CASES.glob("*/*.yaml"))
    }


def cases() -> Iterator[Case]:
    for file in files().values():
        yield from file.cases


def test_every_file_is_read_and_there_are_enough_cases() -> None:
    assert len(files()) == len(list(CASES.rglob("*.yaml")))
    assert sum(1 for _ in cases()) >= 400


def test_an_id_names_one_case() -> None:
    assert [id_ for id_, times in Counter(case.id for case in cases()).items() if times > 1] == []


def test_every_case_expects_something() -> None:
    assert [case.id for case in cases() if not case.expect.model_fields_set] == []


def test_a_pair_has_both_its_cases() -> None:
    known = {case.id for case in cases()}

    assert {case.same_as for case in cases() if case.same_as} <= known


def test_every_rule_that_calls_a_person_is_expected_somewhere() -> None:
    rules = {rule.rule for rule in Triggers.load().rules}

    assert {case.expect.rule for case in cases() if case.expect.rule} == rules


def test_every_kind_of_change_is_asked_for_somewhere() -> None:
    named = {kind for case in cases() for kind in (*(case.expect.proposes or ()), *case.tags)}
    made = {receipt.kind for case in cases() for receipt in case.expect.receipts or ()}

    assert set(CHANGES) <= named | made


def test_an_article_that_is_expected_exists() -> None:
    published = {path.stem for path in HELP_CENTRE.glob("*.md")}

    for file in files().values():
        for case in file.cases:
            world = case.world if "world" in case.model_fields_set else file.world
            there = published | {article.slug for article in world.articles}
            expect = case.expect
            named = {*(expect.cites or ()), *(expect.cites_any or ()), *(expect.cites_only or ())}
            assert named <= there, case.id


def test_a_reason_and_a_why_are_no_copies() -> None:
    assert [why for why, times in Counter(case.why for case in cases()).items() if times > 1] == []
