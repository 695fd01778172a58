"""What is said of a wait: honest, in the customer's language, and without a number where none is known."""

import re
import string
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalation.opening_hours import DAYS, Hours
from escalation.records import Reason
from escalation.routing import Crew, Routing
from escalation.waiting import expected_wait, outlook, rounded_up
from escalation.words import LANGUAGES, _words, arrival, moved_on, plain_arrival, said

SHOP = Routing.load().hours["shop"]
ALWAYS = Hours.model_validate({"zone": "UTC", "week": {key: ["00:00-24:00"] for key in DAYS}})
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday, in winter: Dublin has the time of UTC
EVENING = datetime(2026, 11, 27, 19, 50, tzinfo=UTC)
NIGHT = datetime(2026, 11, 27, 23, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


def minutes(*numbers: float) -> list[timedelta]:
    return [number * MINUTE for number in numbers]


@pytest.mark.parametrize(
    ("past", "waiting", "expected"),
    [
        ([], [], None),
        ([5] * 7, [], None),  # too few to say anything
        ([5] * 8, [], 5),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [], 8),  # eight of ten waited no longer
        ([1, 1, 1, 1, 1, 1, 1, 100], [], 1),  # one long wait is no rule
        ([1, 1, 1, 1, 1, 1, 100, 100], [], 100),  # two are
        ([5] * 8, [1, 2, 3], 5),  # who has only just come says nothing yet
        ([5] * 8, [30, 40, 50], 30),  # who has waited longer already says that waits have grown
        ([-3] * 8, [], 0),  # clocks of two machines
    ],
)
def test_the_wait_is_that_of_four_in_five(
    past: list[float], waiting: list[float], expected: float | None
) -> None:
    found = expected_wait(minutes(*past), minutes(*waiting))
    assert found == (None if expected is None else expected * MINUTE)


@pytest.mark.parametrize(
    ("wait", "said_as"),
    [(0, 5), (5, 5), (5.1, 10), (14, 15), (16, 20), (21, 30), (46, 60), (61, 90), (90, 90), (200, 210)],
)
def test_a_wait_is_rounded_up_as_people_would_say_it(wait: float, said_as: int) -> None:
    assert rounded_up(wait * MINUTE) == said_as


def told(
    now: datetime, wait: float | None = None, *, on: int = 1, hours: Hours = SHOP, language: str = "en"
) -> str:
    """What a customer who comes now reads of when to expect whom."""
    look = outlook(hours, now, crew=Crew(3, on), wait=None if wait is None else wait * MINUTE)
    text = arrival(Reason.ASKED_FOR_PERSON, language, look, case_number="C-1")
    start, end = said("waiting", language, case="C-1"), said("go_on", language)
    assert text.startswith(said("why.asked_for_person", language))
    assert text.endswith(end)
    return text.partition(start)[2].removesuffix(end).strip()


CHOICE = "You may wait here, close this and read our answer in this chat later, or leave it."


@pytest.mark.parametrize(
    ("now", "wait", "words"),
    [
        (NOON, 12, "Most people hear from us within 15 minutes."),
        (NOON, 100, "Most people hear from us within 2 hours."),
        (NOON, 130, "Most people hear from us within 2.5 hours."),
        (NOON, 300, "An answer is likely today at 17:00 (Dublin time), or sooner."),
        (EVENING, 12, "An answer is likely tomorrow at 9:15 (Dublin time), or sooner."),  # over the night
        (
            NOON,
            None,
            "How long it will take we cannot say yet. People are at the desk until 20:00 (Dublin time).",
        ),
        (
            NIGHT,
            None,
            f"It is outside our opening hours. People are back tomorrow at 9:00 (Dublin time). {CHOICE}",
        ),
        (
            SUNDAY - timedelta(hours=14),  # Saturday night
            20,
            (
                "It is outside our opening hours. People are back on Monday at 8:00 (Dublin time). "
                f"An answer is likely on Monday at 8:30 (Dublin time), or sooner. {CHOICE}"
            ),
        ),
        (
            datetime(2026, 12, 24, 14, tzinfo=UTC),
            None,
            f"It is outside our opening hours. People are back on Monday at 8:00 (Dublin time). {CHOICE}",
        ),
    ],
)
def test_a_customer_reads_when_to_expect_whom(now: datetime, wait: float | None, words: str) -> None:
    assert told(now, wait) == words


def test_in_open_hours_with_nobody_at_the_desk_no_number_is_said_whatever_the_past_was() -> None:
    words = told(NOON, 12, on=0)
    assert words.startswith("At this moment nobody is at the desk. How long it will take we cannot say yet.")
    assert not re.search(r"\d", words)
    assert words.endswith(CHOICE)


def test_where_somebody_is_always_there_no_closing_time_is_made_up() -> None:
    assert told(NOON, hours=ALWAYS) == "How long it will take we cannot say yet."


def test_a_desk_that_never_opens_promises_no_day() -> None:
    never = Hours.model_validate({"zone": "UTC", "week": {}})
    assert told(NOON, 12, hours=never) == f"It is outside our opening hours. {CHOICE}"


def test_a_day_further_off_than_a_week_is_told_with_its_date() -> None:
    rare = Hours.model_validate({"zone": "UTC", "week": {}, "holidays": {"2026-12-14": ["10:00-12:00"]}})
    assert "on Monday (2026-12-14) at 10:00 (UTC)" in told(NOON, hours=rare)


def test_summer_time_is_told_by_the_clock_on_the_wall() -> None:
    assert "back on Monday at 8:00" in told(datetime(2026, 7, 4, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Wir haben gerade geschlossen. Wir sind morgen um 9:00 Uhr (Ortszeit Dublin) wieder da."),
        (
            "fr",
            "Nous sommes en dehors de nos heures d'ouverture. Notre équipe est de retour demain à 9:00 (heure de Dublin).",
        ),
        ("pl", "Jesteśmy teraz poza godzinami pracy. Zespół wraca jutro o 9:00 (czas: Dublin)."),
    ],
)
def test_it_is_said_in_the_language_that_the_customer_writes(language: str, words: str) -> None:
    assert told(NIGHT, language=language).startswith(words)


# --- the words themselves


def phrases(words: dict[str, Any], before: str = "") -> dict[str, dict[str, str]]:
    """Every phrase by its name."""
    if set(words) & set(LANGUAGES):
        return {before: words}
    return {
        name: found
        for key, inner in words.items()
        for name, found in phrases(inner, f"{before}.{key}" if before else key).items()
    }


PHRASES = phrases(_words())


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_is_there_in_every_language_and_fills_in_the_same(phrase: str) -> None:
    words = PHRASES[phrase]
    assert set(words) == set(LANGUAGES)
    filled = {
        language: {f for _, f, _, _ in string.Formatter().parse(text) if f}
        for language, text in words.items()
    }
    assert len({frozenset(fields) for fields in filled.values()}) == 1, filled
    assert all(text.strip() for text in words.values())


def test_every_reason_has_its_words_for_the_customer() -> None:
    assert {phrase for phrase in PHRASES if phrase.startswith("why.")} == {
        f"why.{reason}" for reason in Reason
    }


@pytest.mark.parametrize("language", [*LANGUAGES, None, "und", "xx"])
def test_every_text_can_be_put_together_in_every_language(language: str | None) -> None:
    for reason in Reason:
        for now in (NOON, EVENING, NIGHT):
            for wait in (None, 5 * MINUTE, 100 * MINUTE, 500 * MINUTE):
                for crew in (Crew(0, 0), Crew(1, 1)):
                    look = outlook(SHOP, now, crew=crew, wait=wait)
                    text = arrival(reason, language, look, case_number="C-1", passed_on="Refund of €10")
                    assert "C-1" in text
                    assert "Refund of €10" in text
                    assert not set(text) & set("{}")
                    assert "Aoife" in moved_on(language, look, name="Aoife")
    assert "C-1" in plain_arrival(language, case_number="C-1")


def test_a_name_with_braces_is_a_name() -> None:
    assert said("returned", "en", name="{x}").startswith("{x} had to leave.")
