"""What a search looks for, and how it stands in a LIKE."""

import pytest

from escalation.finding import Filters, Whose, as_pattern, words_of
from escalation.lists import View
from escalation.records import Reason, Role, Urgency
from tests.escalation.desk_floor import DeskFloor


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


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), 2),
        (Filters(queue="general"), 2),
        (Filters(queue="payments"), 0),
        (Filters(reason=Reason.ASKED_FOR_PERSON, urgency=Urgency.NORMAL), 2),
        (Filters(language="de"), 1),
        (Filters(whose=Whose.MINE), 1),
        (Filters(whose=Whose.UNCLAIMED), 1),
        (Filters(at_risk=True), 0),
        (Filters(words="hello THERE"), 1),
        (Filters(words="100%"), 0),
    ],
)
async def test_every_filter_finds_the_same_on_either_database(
    floor: DeskFloor, filters: Filters, found: int
) -> None:
    aoife = await floor.person("Aoife", role=Role.SUPERVISOR)
    held = await floor.held(aoife)
    await floor.desk.reply(aoife, held.id, client_id="a", text="Hello there, 100 thanks")
    await floor.waiting(language="de")
    for view in (View.OPEN, View.ALL, View.LIVE):
        assert len(await floor.cases.list(aoife, view, filters)) == found
    assert len(await floor.cases.list(aoife, View.WAITING, filters)) <= 1
    assert len(await floor.cases.list(aoife, View.MINE, filters)) <= 1
