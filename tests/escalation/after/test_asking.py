"""When a customer may be asked: a table of situations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalation.after.asking import Matter, why_not
from escalation.after.policy import AFTER_FILE, After
from escalation.policy_files import PolicyError

AFTER = After.load()
OVER = Matter(
    floor="ai",
    resolved=False,
    outcome="answer",
    asked_something=True,
    upset=False,
    open_proposal=False,
    silent_for=timedelta(minutes=10),
    asked_before=False,
)


@pytest.mark.parametrize(
    ("changes", "closing"),
    [
        ({}, False),
        ({"outcome": "consent:yes"}, False),
        ({"outcome": "consent:no"}, False),
        ({"silent_for": timedelta(seconds=3)}, True),
        ({"silent_for": timedelta(days=6)}, False),
        # A person has marked it as resolved: at once, however they got there.
        ({"resolved": True, "silent_for": timedelta()}, False),
        ({"resolved": True, "upset": True, "outcome": "person:upset", "asked_something": False}, False),
    ],
)
def test_a_matter_that_is_over_is_asked_about(changes: dict, *, closing: bool) -> None:
    assert why_not(replace(OVER, **changes), AFTER, closing=closing) is None


@pytest.mark.parametrize("closing", [False, True])
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"asked_before": True}, "already"),
        ({"asked_before": True, "resolved": True}, "already"),
        ({"floor": "queue"}, "waits"),
        ({"floor": "queue", "upset": True}, "waits"),
        ({"floor": "human"}, "person"),
        ({"outcome": None}, "Nothing"),
        ({"outcome": "unknown"}, "Nothing"),
        ({"outcome": "person:upset"}, "Nothing"),
        ({"asked_something": False}, "Nothing"),
        ({"open_proposal": True}, "proposal"),
        ({"upset": True}, "upset"),
        ({"silent_for": timedelta(days=8)}, "too long"),
        ({"silent_for": timedelta(days=8), "resolved": True}, "too long"),
    ],
)
def test_nobody_is_asked_twice_in_the_middle_or_while_they_wait(
    changes: dict, why: str, *, closing: bool
) -> None:
    assert why in (why_not(replace(OVER, **changes), AFTER, closing=closing) or "")


def test_somebody_who_may_still_be_reading_is_not_asked_unless_they_leave() -> None:
    reading = replace(OVER, silent_for=timedelta(minutes=9, seconds=59))

    assert why_not(reading, AFTER, closing=False) == "They may still be reading."
    assert why_not(reading, AFTER, closing=True) is None


def test_a_wrong_file_names_the_field(tmp_path) -> None:
    file = tmp_path / "after.yaml"
    file.write_text(AFTER_FILE.read_text("utf-8").replace("ask_after_minutes: 10", "ask_after_minutes: -1"))

    with pytest.raises(PolicyError, match=r"after.yaml: ask_after_minutes"):
        After.load(file)
