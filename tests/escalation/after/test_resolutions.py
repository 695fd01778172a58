"""How a matter ended: a table of what the records say."""

from dataclasses import replace

import pytest

from escalation.resolutions import By, Ending, Facts, ending_of

ANSWERED = Facts(
    handed_over=False, marked_resolved=False, outcome="answer", said_solved=None, came_back=False
)


@pytest.mark.parametrize(
    ("changes", "by", "ending"),
    [
        ({}, By.AI, Ending.ASSUMED),
        ({"outcome": "consent:yes"}, By.AI, Ending.ASSUMED),
        ({"said_solved": True}, By.AI, Ending.CONFIRMED),
        ({"said_solved": False}, By.AI, Ending.NOT_SOLVED),
        # The customer's own word is stronger than what the AI thought of its answer.
        ({"said_solved": True, "outcome": "unknown"}, By.AI, Ending.CONFIRMED),
        ({"outcome": "unknown"}, By.AI, Ending.UNANSWERED),
        ({"outcome": None}, By.AI, Ending.UNANSWERED),
        # Once a person was called it is never the AI's.
        ({"handed_over": True}, By.PEOPLE, Ending.ASSUMED),
        ({"handed_over": True, "said_solved": True}, By.PEOPLE, Ending.CONFIRMED),
        ({"handed_over": True, "said_solved": False}, By.PEOPLE, Ending.NOT_SOLVED),
        (
            {"handed_over": True, "marked_resolved": True, "outcome": "person:upset"},
            By.PEOPLE,
            Ending.ASSUMED,
        ),
        # Handed back: the person's words were the answer, until the AI says that it does not know.
        ({"handed_over": True, "outcome": "person:upset"}, By.PEOPLE, Ending.ASSUMED),
        ({"handed_over": True, "outcome": "unknown"}, By.PEOPLE, Ending.UNANSWERED),
        # Coming back undoes what looked resolved, confirmed or assumed, and changes nothing else.
        ({"came_back": True}, By.AI, Ending.CAME_BACK),
        ({"came_back": True, "said_solved": True}, By.AI, Ending.CAME_BACK),
        ({"came_back": True, "handed_over": True, "marked_resolved": True}, By.PEOPLE, Ending.CAME_BACK),
        ({"came_back": True, "said_solved": False}, By.AI, Ending.NOT_SOLVED),
        ({"came_back": True, "outcome": "unknown"}, By.AI, Ending.UNANSWERED),
    ],
)
def test_a_matter_ends(changes: dict, by: By, ending: Ending) -> None:
    assert ending_of(replace(ANSWERED, **changes)) == (by, ending)
