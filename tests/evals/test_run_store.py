"""Runs are read strictly, and what is wrong is named while the rest is read."""

from pathlib import Path

import pytest

from evals.runs.folder import NoRunError
from evals.runs.store import read_run, runs_in
from tests.evals.runs_made import result, written


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = [result("a", True), result("b", False)]
    run = read_run(written(tmp_path / "r1", rows))
    assert list(run.results) == rows
    assert [one.seconds for one in run.timings] == [0.5, 0.5]
    assert run.problems == ()


def test_each_bad_line_is_named_with_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = written(tmp_path / "r1", [result("a", True), result("b", False), result("c", True)])
    file = folder / "results.jsonl"
    first, second, third = file.read_text(encoding="utf-8").splitlines()
    file.write_text(
        "\n".join([first, second.replace('"repeat":0', '"repeat":"x"'), "{half", third.replace("{", '{"odd":1,', 1), first]),
        encoding="utf-8",
    )  # fmt: skip

    run = read_run(folder)

    assert [row.case for row in run.results] == ["a"]
    assert [problem.split(":")[1] for problem in run.problems[:3]] == ["2", "3", "4"]
    assert "repeat" in run.problems[0]
    assert "no JSON" in run.problems[1]
    assert "odd" in run.problems[2]
    assert "stands twice" in run.problems[3]
    assert "1 cases stand here, and the run had 3" in run.problems[4]


def test_a_run_that_was_stopped_says_so(tmp_path: Path) -> None:
    folder = written(tmp_path / "r1", [result("a", True)])
    info = folder / "run.json"
    info.write_text(info.read_text(encoding="utf-8").replace('"finished": true', '"finished": false'), encoding="utf-8")  # fmt: skip
    assert "--resume" in read_run(folder).problems[0]


def test_a_folder_without_a_run_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoRunError, match=r"run\.json"):
        read_run(tmp_path)


def test_the_runs_of_a_folder_come_in_the_order_of_their_names_and_a_broken_one_is_told(
    tmp_path: Path,
) -> None:
    for name in ("20261128", "20261127"):
        written(tmp_path / name, [result("a", True)])
    (tmp_path / "notes").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{}", encoding="utf-8")

    runs, problems = runs_in(tmp_path)

    assert [run.info.id for run in runs] == ["20261127", "20261128"]
    assert len(problems) == 1
    assert "broken" in problems[0]
    assert runs_in(tmp_path / "nowhere") == ([], [])
