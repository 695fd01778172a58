"""Missed handoff: a conversation that a person must have stayed with the AI."""

from collections.abc import Sequence

from evals.runs.result import End, Said, Verdict
from evals.suites.case import Case

NAME = "missed_handoff"


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """Where a person is expected: whether the conversation went to one."""
    expect = case.expect
    told = (expect.reason, expect.rule, expect.queue, expect.urgency, expect.briefing)
    wanted = (
        expect.handoff
        or expect.outcome == "person"
        or expect.floor in ("queue", "human")
        or any(map(bool, told))
    )
    if not wanted:
        return None
    if end.handoffs:
        return Verdict(scorer=NAME, passed=True, why=f"It went to a person ({end.handoffs[-1].reason}).")
    why = f" because of {expect.reason}" if expect.reason else ""
    return Verdict(
        scorer=NAME, passed=False, why=f"It should have gone to a person{why} and stayed with the AI."
    )
