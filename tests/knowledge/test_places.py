"""Places of a question in the words of articles."""

import pytest

from knowledge.places import by_country

TOLD = {"norway", "germany", "galway", "united", "kingdom"}


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("How long to Munich with standard?", "How long to Germany with standard?"),
        ("an overnight courier to oslo", "an overnight courier to Norway"),
        ("Do you ship to Canada?", "Do you ship to another country?"),
        ("And to the United Kingdom?", "And to the United Kingdom?"),
        ("a parcel to London", "a parcel to United Kingdom"),
        ("parking in Galway", "parking in Galway"),
        ("It is nice reading in bed", "It is nice reading in bed"),
        ("", ""),
    ],
)
def test_a_place_is_told_as_an_article_tells_it(asked: str, read: str) -> None:
    assert by_country(asked, lambda word: word in TOLD) == read
