"""A process that dies at each failpoint, and one confirmation many times at once, on both databases."""

import asyncio
import sys

import pytest

from tests.servers import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.db'}"
        return
    with postgres() as address:
        yield address


async def run(module, *arguments):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_after_a_kill_at_each_point_there_is_one_effect_or_none(url):
    status, said = await run("evals.kills", "--trials", "6", "--database", url)
    assert status == 0, said
    assert "0 doubled or lost" in said
    assert said.count("one effect") == 5


async def test_fifty_confirmations_at_once_have_one_effect(url):
    status, said = await run("evals.duplicates", "--proposals", "2", "--times", "50", "--database", url)
    assert (status, said) == (0, "2 proposals, each confirmed 50 times at once: one effect\n")
