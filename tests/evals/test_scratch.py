"""The folder of a run, and those that killed runs have left."""

import subprocess
import sys
from pathlib import Path

from evals.scratch import scratch_folder, sweep


def test_a_run_has_a_folder_of_its_own_that_is_gone_afterwards(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_deleted_and_what_belongs_to_others_stays(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f"candor-evals-{gone.pid}-abc"
    others = [tmp_path / name for name in ("candor-evals-1-abc", "candor-evals-abc", "something-else")]
    for folder in (left, *others):
        (folder / "centres").mkdir(parents=True)

    sweep(tmp_path)

    assert sorted(tmp_path.iterdir()) == sorted(others)
