"""Who may take which conversation, and who is offered which."""

from typing import Any
from uuid import UUID

import pytest

from escalation.matching import Person, Work, choose, lacks, objections
from escalation.records import Role


def person(name: str = "Aoife", **changes: Any) -> Person:
    """Somebody who is there, has room, and brings nothing special."""
    bare: dict[str, Any] = {
        "id": UUID(int=sum(map(ord, name))),
        "name": name,
        "queues": (),
        "skills": frozenset(),
        "languages": frozenset(),
        "capacity": 4,
        "on": True,
    }
    return Person(**(bare | changes))


def work(queue: str = "general", *skills: str, language: str | None = None, emotional: bool = False) -> Work:
    return Work(queue, frozenset(skills), language, emotional)


def offered(me: Person, waiting: list[Work], *others: Person, cap: int = 3) -> int | None:
    return choose(me, waiting, [me, *others], cap=cap, everybody_speaks="en").place


CARE = person("Cara", skills=frozenset({"care"}))


@pytest.mark.parametrize(
    ("who", "what", "missing"),
    [
        (person(), work(), []),
        (person(queues=("payments",)), work("payments"), []),
        (person(queues=("payments",)), work("general"), ["you do not work in the queue “general”"]),
        (person(), work("care", "care"), ["it needs the skill “care”"]),
        (CARE, work("care", "care"), []),
        (CARE, work("care", "care", "legal"), ["it needs the skill “legal”"]),
        (person(), work("care", "legal", "care"), ["it needs the skill “care” and “legal”"]),
        (person(), work(language="en"), []),
        (person(), work(language=None), []),
        (person(), work(language="de"), ["the customer writes in “de”, which your account does not name"]),
        (person(languages=frozenset({"de"})), work(language="de"), []),
    ],
)
def test_what_a_person_lacks_is_told_in_words(who: Person, what: Work, missing: list[str]) -> None:
    assert lacks(who, what, "en") == missing


@pytest.mark.parametrize(
    ("other", "left_to_them"),
    [
        (CARE, True),
        (person("Cara", skills=frozenset({"care"}), on=False), False),  # not there
        (person("Cara", skills=frozenset({"care"}), load=4), False),  # no room
        (person("Cara"), False),  # lacks it too
        (person("Cara", skills=frozenset({"care"}), queues=("payments",)), False),  # works elsewhere
    ],
)
def test_a_conversation_is_left_to_a_colleague_only_if_they_are_there_and_can_take_it(
    other: Person, *, left_to_them: bool
) -> None:
    me, what = person(), work("care", "care")
    why = objections(me, what, [me, other], "en")
    assert why == (["it needs the skill “care”", "Cara can take it"] if left_to_them else [])
    assert (offered(me, [what], other) is None) is left_to_them


def test_a_supervisor_may_take_anything_but_is_offered_only_what_is_theirs() -> None:
    boss = person("Bo", role=Role.SUPERVISOR)
    assert objections(boss, work("care", "care"), [boss, CARE], "en") == []
    assert offered(boss, [work("care", "care"), work()], CARE) == 1


def test_the_first_that_a_person_may_take_is_offered() -> None:
    waiting = [work("care", "care"), work(language="de"), work()]
    assert offered(person(), waiting, CARE, person("Dirk", languages=frozenset({"de"}))) == 2
    assert offered(CARE, waiting, person()) == 0


def test_nothing_more_is_offered_to_whoever_has_their_hands_full() -> None:
    offer = choose(person(load=4), [work()], [person(load=4)], cap=3, everybody_speaks="en")
    assert offer.place is None
    assert "as many conversations as you are offered at the same time (4)" in offer.why


def test_where_nobody_waits_that_is_said() -> None:
    assert choose(person(), [], [person()], cap=3, everybody_speaks="en").why == "Nobody is waiting for you."


HARD, CALM = work(emotional=True), work()


@pytest.mark.parametrize(
    ("row", "waiting", "others", "place"),
    [
        (2, [HARD, CALM], [], 0),  # below the cap
        (3, [HARD, CALM], [], 1),  # at the cap something else comes first
        (3, [CALM, HARD], [], 0),
        (3, [HARD, HARD], [], 0),  # nothing else, nobody else: the customer does not wait for it
        (3, [HARD], [person("Ben")], None),  # somebody fresh is there
        (3, [HARD], [person("Ben", emotional_in_a_row=3)], 0),  # as tired
        (3, [HARD], [person("Ben", load=4)], 0),  # no room
        (3, [HARD], [person("Ben", on=False)], 0),
        (3, [HARD], [person("Ben", queues=("payments",))], 0),  # not theirs
        (9, [HARD, CALM], [person("Ben")], 1),
    ],
)
def test_after_hard_conversations_in_a_row_something_else_is_offered_and_no_customer_is_left(
    row: int, waiting: list[Work], others: list[Person], place: int | None
) -> None:
    assert offered(person(emotional_in_a_row=row), waiting, *others) == place


def test_whoever_is_spared_is_told_why_and_who_takes_it() -> None:
    me, ben = person(emotional_in_a_row=3), person("Ben")
    why = choose(me, [HARD], [me, ben], cap=3, everybody_speaks="en").why
    assert "The last 3 conversations" in why
    assert "Ben can take it" in why
