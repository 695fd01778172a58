"""The marks of a person's reply: numbered anew by first appearance, and what they mean."""

import pytest

from escalation.citing import numbered
from tests.agent.turn_world import passages

FOUND = [found.passage for found in passages("returns")][:3]


@pytest.mark.parametrize(
    ("text", "made", "cited"),
    [
        ("30 days [1].", "30 days [1].", [0]),
        ("First [2], then [1], again [2].", "First [1], then [2], again [1].", [1, 0]),
        ("Only the last [3].", "Only the last [1].", [2]),
        ("Nothing is cited.", "Nothing is cited.", []),
        ("Size [12] and [0] are no citations [1].", "Size [12] and [0] are no citations [1].", [0]),
        ("A link stays: [1](https://shop.example).", "A link stays: [1](https://shop.example).", []),
    ],
)
def test_marks_are_numbered_by_first_appearance_and_what_has_no_mark_is_left_out(
    text: str, made: str, cited: list[int]
) -> None:
    now, citations = numbered(text, FOUND)

    assert now == made
    assert [c["number"] for c in citations] == list(range(1, len(cited) + 1))
    assert [c["hash"] for c in citations] == [FOUND[place].hash for place in cited]
