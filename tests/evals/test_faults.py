"""Every known fault of a language model, over real sockets, against the assembled product."""

from evals.faults.__main__ import SAMPLE
from evals.faults.plays import invented, recorded
from evals.faults.run import run


async def test_every_fault_ends_in_an_answer_or_a_handoff_and_changes_nothing_twice(tmp_path):
    names = {*recorded(SAMPLE), *invented(lambda _: "")}

    report = await run(SAMPLE, 2 * len(names), tmp_path)

    assert report.wrong == []
    played = {name for name, _ in report.seen}
    assert names <= played
    assert "at random" in played
    assert report.seen["(effects of what was confirmed)", "1"] > 5
    assert report.failed["first: NoTokenError"] > 0
    # Left alone after some failures, instead of failing in every turn.
    assert report.failed["gone: OpenAIConnectionError"] < len(names)
