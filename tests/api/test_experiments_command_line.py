"""`candor experiment`: what a person writes, starts, reads and stops, and what is said when it cannot be."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.escalation.experiments.plans import written


@pytest.fixture
def candor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CANDOR_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["experiment", *map(str, arguments)])
        return result.exit_code, result.output

    return run


def test_an_experiment_is_checked_started_read_widened_and_stopped(candor, tmp_path: Path) -> None:
    file = written(tmp_path, share=0.2)
    assert candor("list") == (0, "There is no experiment yet. docs/experiments.md says how to write one.\n")
    status, told = candor("check", file)
    assert (status, told.split(": ")[0]) == (0, "experiment.yaml can be started")
    assert "It tries search on half of 20% of the customers." in told

    assert candor("start", file)[0] == 0
    assert candor("share", "surer-search", 0.5)[0] == 0
    status, told = candor("show", "surer-search")
    assert status == 0
    assert "surer-search: Do surer searches lower wrong answers?" in told
    assert "share by command line: From 0.2 to 0.5 of the customers." in told
    assert "Resolved without a person *" in told
    assert "* decides, from 25 customers of each variant on." in told
    assert "Guardrail “Was told that nothing was found”, 10.0 points allowed: holds; too few to tell." in told

    assert candor("stop", "surer-search", "--why", "The articles are live.")[0] == 0
    status, told = candor("list")
    assert "surer-search" in told
    assert "ended" in told
    assert "The articles are live." in told


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        ([("check", "nowhere.yaml")], "nowhere.yaml cannot be read"),
        (
            [("start", "{bad}")],
            "experiment.yaml: variants: B: limits may not be varied: what may be paid back",
        ),
        ([("show", "other")], "There is no experiment 'other'. `candor experiment list` names them."),
        ([("stop", "other")], "There is no experiment 'other'"),
        ([("share", "other", "2")], "share must be above 0 and at most 1"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_with_status_2(
    candor, tmp_path: Path, commands: list[tuple[str, ...]], told: str
) -> None:
    bad = written(tmp_path, variants={"B": {"limits": {"return_days": 90}}})
    for command in commands:
        status, output = candor(*(part.format(bad=bad) for part in command))
        assert status == 2
        assert told in output
        assert "Traceback" not in output


def test_a_second_start_and_a_second_stop_say_what_is_in_the_way(candor, tmp_path: Path) -> None:
    file = written(tmp_path)
    candor("start", file)
    assert "experiment.yaml: experiment: 'surer-search' runs" in candor("start", file)[1]
    other = written(tmp_path, experiment="other")
    assert "experiment.yaml: variants: B.search is tried by surer-search already" in candor("start", other)[1]
    candor("stop", "surer-search")
    status, told = candor("stop", "surer-search")
    assert (status, "has ended already" in told) == (2, True)
