"""Runs: the product is played and scored, two runs are the same, a killed one goes on, and figures are as textbooks have them."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from evals.casework import run_case
from evals.cli import app
from evals.runs.figures import Share, pass_hat, passed
from evals.runs.folder import NoRunError, RunFolder
from evals.runs.result import CaseResult, Verdict
from evals.runs.telling import changes, told
from evals.suites.case import World
from evals.suites.files import read
from evals.world import Workshop

SMALL = Path(__file__).parent / "data" / "small"


def candor_eval(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "1000"})
    # Without the frame around a wrong option, which breaks lines.
    return result.exit_code, " ".join(re.sub("[│╭╰─╮╯]", " ", result.output).split())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small suite."""
    folder = tmp_path_factory.mktemp("runs") / "first"
    status, output = candor_eval("run", SMALL, "--jobs", 1, "--out", folder)
    assert status == 0, output
    assert "passed 5 of 5 (100.0 %, 56.6–100.0)" in output
    return folder


def rows(folder: Path) -> dict[str, CaseResult]:
    return {result.case: result for result in RunFolder(folder).results()}


def test_a_case_ends_as_the_shop_and_the_desk_say(played: Path) -> None:
    cancelled, back = rows(played)["a-cancel"], rows(played)["e-back"]

    assert cancelled.end is not None
    assert [(c.kind, c.order, c.refund) for c in cancelled.end.receipts] == [
        ("cancel_order", "TT-10432", "81.50 EUR")
    ]
    assert cancelled.end.orders["TT-10432"]["status"] == "cancelled"
    assert back.end is not None
    assert (back.end.floor, back.end.handoffs[0].rule) == ("ai", "button")


def test_a_transcript_shows_what_was_done_without_words_and_why_the_ai_said_what_it_said(
    played: Path,
) -> None:
    lines = rows(played)["a-cancel"].transcript
    answer = next(line for line in lines if line.by == "ai")

    assert ("step", "presses Confirm") in [(line.kind, line.text) for line in lines]
    assert answer.record is not None
    assert answer.record["outcome"] == "answer"
    assert not [name for name in answer.record if name.endswith("_ms")]


def test_the_same_words_at_another_door_get_the_same_answer(played: Path) -> None:
    end = rows(played)["k-return-window"].end

    assert end is not None
    assert [door.door for door in end.doors] == ["rest", "copilot"]
    assert {door.cited for door in end.doors} == {("returns",)}


def test_the_same_suite_played_again_is_the_same_byte_for_byte_and_a_killed_run_goes_on(
    played: Path, tmp_path: Path
) -> None:
    again = tmp_path / "first"
    again.mkdir()
    info = json.loads((played / "run.json").read_text("utf-8"))
    (again / "run.json").write_text(json.dumps(info | {"finished": False}), encoding="utf-8")
    kept = rows(played)["e-person"].model_dump(mode="json")
    (again / "unfinished.jsonl").write_text(
        f'{json.dumps({"seconds": 1, "result": kept})}\n{{"seconds": 2, "res', "utf-8"
    )

    status, output = candor_eval("run", SMALL, "--jobs", 1, "--out", again, "--resume")

    assert status == 0, output
    assert (again / "results.jsonl").read_bytes() == (played / "results.jsonl").read_bytes()
    assert (again / "run.json").read_bytes() == (played / "run.json").read_bytes()
    assert not (again / "unfinished.jsonl").exists()


def test_a_folder_with_a_run_is_not_overwritten_and_another_run_cannot_be_gone_on_with(
    played: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(played, tmp_path / "copy")

    assert "holds a run already" in candor_eval("run", SMALL, "--out", copy)[1]
    assert "run with other seed" in candor_eval("run", SMALL, "--out", copy, "--resume", "--seed", 7)[1]


def test_a_regression_fails_the_run_that_asks_for_it(played: Path, tmp_path: Path) -> None:
    suite = shutil.copytree(SMALL, tmp_path / "small")
    file = suite / "ordinary.yaml"
    file.write_text(
        file.read_text("utf-8").replace("says: ['30 days']", "says: ['31 days']"), encoding="utf-8"
    )
    arguments = ("--only", "k-return-window", "--jobs", 1, "--out", tmp_path / "run", "--baseline", played)

    status, output = candor_eval("run", suite, *arguments, "--fail-on-regression")

    assert status == 1
    assert "Against the baseline: 1 worse, 0 better, 4 of its cases were not run" in output
    assert "did_not_answer: nothing like “31 days” was said" in output


def test_a_wrong_case_is_told_and_the_others_are_played(tmp_path: Path) -> None:
    suite = shutil.copytree(SMALL, tmp_path / "small")
    (suite / "wrong.yaml").write_text("about: x\ncases:\n  - {id: wrong-one, whi: x}\n", encoding="utf-8")

    status, output = candor_eval("run", suite, "--only", "e-person", "--jobs", 1, "--out", tmp_path / "run")

    assert status == 2
    assert "wrong.yaml:3: there is no field `whi` in cases. Did you mean `why`?" in output
    assert "passed 1 of 1" in output


def test_a_customer_that_loops_is_not_scored_and_says_where(tmp_path: Path) -> None:
    suite = tmp_path / "loops"
    suite.mkdir()
    (suite / "a.yaml").write_text(
        "about: x\ncases:\n  - id: it-loops\n    why: x\n    harm: wrong tone\n"
        "    customer: {lines: [{ask_for_person: true, name: again, goto: again}]}\n    expect: {floor: queue}\n",
        encoding="utf-8",
    )

    status, output = candor_eval("run", suite, "--jobs", 1, "--out", tmp_path / "run")

    assert status == 2
    assert "a.yaml:6: the customer goes round in circles" in output
    assert "could not be told 1" in output


class _NeverReady:
    """A workshop whose worlds do not come to be."""

    cassettes = None

    @asynccontextmanager
    async def world(self, _: World) -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield


async def test_a_case_that_takes_too_long_is_broken_off_and_not_scored() -> None:
    located = read([SMALL]).cases[0]

    result, _ = await run_case(cast("Workshop", _NeverReady()), located, seed=1, repeat=0, seconds=0.01)

    assert (result.status, result.passed) == ("unscored", None)
    assert result.error == f"{located.where}: took longer than 0 s"


def test_a_baseline_of_another_suite_is_told_before_anything_is_played(played: Path, tmp_path: Path) -> None:
    status, output = candor_eval("run", "tone", "--baseline", played, "--out", tmp_path / "run")

    assert status == 2
    assert (
        "first is a baseline of another suite: it has small, and run has tone. No case is in both." in output
    )
    assert not (tmp_path / "run").exists()


def test_a_timing_says_its_suite(played: Path) -> None:
    timings = [json.loads(line) for line in (played / "timings.jsonl").read_text().splitlines()]

    assert {one["suite"] for one in timings} == {"small"}


def test_a_baseline_that_is_no_run_is_told(tmp_path: Path) -> None:
    assert (
        "run.json is no run's"
        in candor_eval("run", SMALL, "--baseline", tmp_path, "--out", tmp_path / "run")[1]
    )


def test_a_damaged_line_of_results_is_named(played: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(played, tmp_path / "copy")
    with (copy / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")

    with pytest.raises(NoRunError, match=r"results\.jsonl:6"):
        RunFolder(copy).results()


def test_pytest_plays_each_case_as_a_test_and_shows_what_was_said(tmp_path: Path) -> None:
    suite = shutil.copytree(SMALL, tmp_path / "cases" / "small")
    file = suite / "ordinary.yaml"
    file.write_text(
        file.read_text("utf-8").replace("rule: asked}", "rule: asked, queue: care}"), encoding="utf-8"
    )
    (suite / "wrong.yaml").write_text("about: x\ncases: []\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "evals.conftest",
        suite,
        "-k",
        "e-person or problem",
        "-q",
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)  # noqa: S603 - our own

    assert "2 failed" in done.stdout
    assert "a file has `about` and a list of `cases`" in done.stdout
    assert "the queue of the handoff should be care and is general" in done.stdout
    assert "customer: I want to talk to a real person please" in done.stdout


# --- figures


def result(case: str, passed: bool | None, repeat: int = 0) -> CaseResult:  # noqa: FBT001 - reads as a row
    return CaseResult(
        suite="s",
        case=case,
        repeat=repeat,
        status="scored",
        verdicts=(Verdict(scorer="x", passed=passed, why="y"),),
    )


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)]
)  # the last is Wilson's own, as NIST's handbook and Newcombe (1998) have it
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    assert Share(count, of).interval == pytest.approx((low, high), abs=0.0001)


def test_pass_hat_k_is_the_chance_that_k_tries_all_pass() -> None:
    tries = [result("a", passed, n) for n, passed in enumerate((True, True, True, False))]

    assert pass_hat(tries, 1) == pytest.approx(0.75)
    assert pass_hat(tries, 2) == pytest.approx(0.5)
    assert pass_hat(tries, 4) == 0
    assert pass_hat(tries, 5) is None


def test_what_could_not_be_told_is_no_pass_and_is_counted() -> None:
    found = [result("a", True), result("b", None), result("c", False)]

    assert passed(found) == Share(1, 2)
    assert "could not be told 1" in "\n".join(told(found, where={}))


def test_what_cannot_be_told_any_more_is_worse() -> None:
    before, now = [result("a", True), result("b", False)], [result("a", None), result("b", True)]

    assert changes(before, now).worse == (("s", "a"),)
    assert changes(before, now).better == (("s", "b"),)
