"""What a search looks for, and how it stands in a LIKE."""

import pytest

from escalation.finding import as_pattern, words_of


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", []),
        ("  ", []),
        ("a", []),  # one letter is in everything
        ("parcel", ["parcel"]),
        (" lost   parcel ", ["lost", "parcel"]),
        ("one two three four five six seven", ["one", "two", "three", "four", "five", "six"]),
        ("x" * 300, ["x" * 100]),
    ],
)
def test_every_word_of_a_search_is_looked_for_up_to_six(typed: str, words: list[str]) -> None:
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("word", "pattern"),
    [("parcel", "%parcel%"), ("100%", "%100\\%%"), ("a_b", "%a\\_b%"), ("c:\\", "%c:\\\\%")],
)
def test_the_signs_of_like_are_looked_for_as_themselves(word: str, pattern: str) -> None:
    assert as_pattern(word) == pattern
