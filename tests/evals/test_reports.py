"""What people read of runs: the report, the comparison, and the log for Inspect."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.cli import app
from evals.reports.comparing import NotComparableError, compare
from evals.reports.inspect_log import inspect_log
from evals.reports.page import comparison_html, report_html, report_json
from evals.runs.store import Run, read_run
from tests.evals.runs_made import result, unscored, written

ATTACK = '<script>alert("x")</script><img src=https://evil.example/x.png>'


def run(folder: Path, *rows: object, **more: object) -> Run:
    return read_run(written(folder, rows, **more))  # type: ignore[arg-type]


def candor_eval(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "400"})


class Outside(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in {"script", "link", "img", "iframe", "object", "base"} or names & {"src", "href", "srcset"}:
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name.startswith("on")]


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_report_needs_nothing_but_itself_and_runs_nothing_that_a_customer_or_a_model_wrote(
    tmp_path: Path,
) -> None:
    page = report_html([run(tmp_path / "r1", result("a", False, said=ATTACK, why=ATTACK), unscored("b"))])
    outside = Outside()
    outside.feed(page)
    assert outside.found == []
    assert "url(" not in page
    assert "&lt;script&gt;" in page


def test_every_failed_case_is_there_with_why_and_its_conversation_and_what_could_not_be_told_is_counted(
    tmp_path: Path,
) -> None:
    rows = [result(f"good-{n}", True) for n in range(3)]
    page = report_html([run(tmp_path / "r1", *rows, result("bad", False), unscored("lost"))])
    words = words_of(page)
    assert "3 of 4 cases came out as they should: 75.0 %" in words
    assert "1 more could not be told" in words
    assert "Every case that failed (1)" in words
    assert "TT-1 should be cancelled and is pending" in words
    assert "Please cancel it &lt;bad&gt;" in words
    assert "presses Confirm" in words
    assert "Cases that could not be told (1)" in words
    assert "cases/actions/a.yaml:7: the shop fell over" in words
    assert "good-0" not in words


def test_each_picture_has_words_and_a_table_with_the_same_numbers(tmp_path: Path) -> None:
    rows = [result(f"c{n}", n % 3 > 0, scorer="did_not_answer", confidence=n / 30) for n in range(30)]
    runs = [run(tmp_path / name, *rows) for name in ("r1", "r2")]
    page = report_html(runs)
    pictures = re.findall(r"<svg [^>]*>", page)
    assert len(pictures) == 3  # by suite, over runs, confidence
    assert all("aria-label=" in picture for picture in pictures)
    assert page.count("The same as a table") == 3
    assert "20 of 30" in words_of(page)


def test_handoffs_are_told_as_needed_against_done(tmp_path: Path) -> None:
    told = report_json(
        [
            run(
                tmp_path / "r1",
                result("a", True, scorer="missed_handoff"),
                result("b", False, scorer="missed_handoff"),
                result("c", True, scorer="needless_handoff"),
                result("d", False, scorer="needless_handoff"),
                result("e", None, scorer="needless_handoff"),
            )
        ]
    )
    assert told["runs"][0]["handoffs"] == {"handed_rightly": 1, "missed": 1, "needless": 1, "kept_rightly": 1}


def test_cases_that_differ_between_tries_are_named(tmp_path: Path) -> None:
    rows = [result("shaky", True), result("shaky", False, repeat=1), result("firm", True), result("firm", True, repeat=1)]  # fmt: skip
    told = report_json([run(tmp_path / "r1", *rows, repeats=2)])["runs"][0]
    assert told["flaky"] == ["actions/shaky"]
    assert (told["passed"]["passed"], told["passed"]["of"]) == (1, 2)
    assert told["pass_hat_1"] == 0.75


def test_cost_stands_against_quality_and_without_prices_tokens_do(tmp_path: Path) -> None:
    offline = run(tmp_path / "r1", result("a", True))
    priced = run(tmp_path / "r2", result("a", True, tokens=900, cost="0.002 USD"), model="m")
    unpriced = run(tmp_path / "r3", result("a", True, tokens=900), model="m")
    assert "an answer costs nothing beyond it" in report_html([offline])
    assert "0.002 USD a case" in report_html([offline, priced])
    assert "tokens stand in its place" in report_html([offline, unpriced])


def test_a_comparison_puts_regressions_first_and_compares_each_case_with_itself(tmp_path: Path) -> None:
    before = run(
        tmp_path / "r1", result("a", True), result("b", False), result("c", True), result("old", True)
    )
    after = run(
        tmp_path / "r2", result("a", False), result("b", True), result("c", True), result("new", True)
    )
    found = compare(before, after)
    assert [one.key[1] for one in found.worse] == ["a"]
    assert [one.key[1] for one in found.better] == ["b"]
    assert (found.paired.both, found.paired.difference) == (3, 0)
    assert (found.only_before, found.only_after) == ((("actions", "old"),), (("actions", "new"),))
    page = words_of(comparison_html(found))
    assert page.index("Worse (1)") < page.index("Better (1)") < page.index("Cases that only one run has")
    assert page.count("Please cancel it &lt;a&gt;") == 2  # both conversations


def test_what_can_no_longer_be_told_is_a_regression_and_never_a_pass(tmp_path: Path) -> None:
    found = compare(run(tmp_path / "r1", result("a", True)), run(tmp_path / "r2", unscored("a")))
    assert [one.key[1] for one in found.worse] == ["a"]
    assert found.untold == 1


def test_a_baseline_of_another_suite_is_named_as_such(tmp_path: Path) -> None:
    before = run(tmp_path / "r1", result("a", True, suite="privacy"))
    after = run(tmp_path / "r2", result("a", True, suite="actions"))
    with pytest.raises(
        NotComparableError, match=r"baseline of another suite: it has privacy, and r2 has actions"
    ):
        compare(before, after)


def test_a_suite_whose_files_changed_is_compared_by_case_and_that_is_said(tmp_path: Path) -> None:
    before = run(tmp_path / "r1", result("a", True), hashes={"actions": "1"})
    after = run(tmp_path / "r2", result("a", True), hashes={"actions": "2"})
    assert "The suite actions has other files than in r1" in compare(before, after).doubts[0]


def test_the_command_compares_and_fails_on_a_regression_only_if_asked(tmp_path: Path) -> None:
    before = written(tmp_path / "r1", [result("a", True), result("b", True)])
    after = written(tmp_path / "r2", [result("a", False, said="No."), result("b", True)])

    told = candor_eval("compare", before, after, "--html", tmp_path / "out" / "c.html")

    assert told.exit_code == 0, told.output
    assert "Worse in r2 than in r1: 1" in told.output
    assert re.search(r"ai: I can do that\.\s+│ ai: No\.", told.output)
    assert (tmp_path / "out" / "c.html").is_file()
    assert candor_eval("compare", before, after, "--fail-on-regression").exit_code == 1
    assert candor_eval("compare", before, before, "--fail-on-regression").exit_code == 0
    assert candor_eval("compare", tmp_path, after).exit_code == 2


def test_the_command_writes_the_page_and_the_figures_beside_it(tmp_path: Path) -> None:
    folder = written(tmp_path / "r1", [result("a", True), result("b", False)])
    told = candor_eval("report", folder, "--out", tmp_path / "report.html")
    assert told.exit_code == 0, told.output
    figures = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert figures["runs"][0]["passed"]["passed"] == 1
    assert [one["case"] for one in figures["failed"]] == ["b"]


def test_the_log_for_inspect_says_what_the_run_says_and_is_the_same_each_time(tmp_path: Path) -> None:
    made = run(tmp_path / "r1", result("a", True), result("b", False), unscored("c"))
    log = inspect_log(made)
    assert log == inspect_log(made)
    assert [sample["scores"]["passed"]["value"] for sample in log["samples"]] == ["C", "I", "N"]
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 0.5
    assert log["samples"][0]["messages"][2]["content"] == "[presses Confirm]"


def test_inspect_opens_the_log(tmp_path: Path) -> None:
    inspect = pytest.importorskip(
        "inspect_ai.log", reason="inspect_ai is not installed: uv pip install inspect_ai"
    )
    folder = written(tmp_path / "r1", [result("a", True), result("b", False), unscored("c")])
    assert candor_eval("export", folder).exit_code == 0
    log = inspect.read_eval_log(str(folder / "inspect.json"))
    assert (log.status, log.eval.task, len(log.samples)) == ("success", "candor", 3)
    assert [sample.scores["passed"].value for sample in log.samples] == ["C", "I", "N"]
    assert [message.role for message in log.samples[0].messages] == ["user", "assistant", "user"]
    assert log.samples[2].error.message.endswith("the shop fell over")
