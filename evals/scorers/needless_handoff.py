"""Needless handoff: a person's time, and the customer's, for what the AI should have settled."""

from collections.abc import Sequence

from evals.runs.result import End, Said, Verdict
from evals.suites.case import Case

NAME = "needless_handoff"


def score(case: Case, end: End, transcript: Sequence[Said]) -> Verdict | None:
    """Where no person is expected: whether the conversation went to none."""
    expect = case.expect
    if expect.handoff is not False and not (
        expect.handoff is None and expect.outcome in ("answer", "unknown")
    ):
        return None
    wanted = expect.floor in ("queue", "human") or expect.reason is not None
    by_person = [h for h in end.handoffs if h.reason != "taken_over"]
    if not by_person or (expect.handoff is None and wanted):
        return Verdict(scorer=NAME, passed=True, why="It did not go to a person without need.")
    first = by_person[0]
    return Verdict(
        scorer=NAME,
        passed=False,
        why=f"It should have stayed with the AI and went to a person ({first.reason}, rule {first.rule}).",
    )
