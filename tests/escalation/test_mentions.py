"""Who an `@` means."""

from uuid import UUID, uuid4

import pytest

from escalation.mentions import named_in

NAMES = ("Aoife Byrne", "Aoife Kelly", "Declan", "Niamh O'Brien", "Zoë Müller", "C.J.")
IDS: dict[str, UUID] = {name: uuid4() for name in NAMES}
PEOPLE = [(id_, name) for name, id_ in IDS.items()]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Declan can you look?", ["Declan"]),
        ("@declan, @DECLAN!", ["Declan"]),
        ("Ask @Niamh or (@Zoë)", ["Niamh O'Brien", "Zoë Müller"]),
        ("@Niamh O'Brien's case", ["Niamh O'Brien"]),
        ("@Aoife Kelly please, not @Aoife Byrne", ["Aoife Kelly", "Aoife Byrne"]),
        ("@Aoife is two people, so nobody is meant", []),
        ("@Declaney is somebody else", []),
        ("declan@desk.example and Declan without a sign", []),
        ("@@Declan", []),
        ("@C.J. knows", ["C.J."]),
        ("@ Declan", []),
        ("<b>@Declan</b>", ["Declan"]),
    ],
)
def test_a_whole_name_or_a_first_name_that_one_person_has(text: str, named: list[str]) -> None:
    assert named_in(text, PEOPLE) == [IDS[name] for name in named]
