"""What customers read when a conversation goes to a person, from `words.yaml`, in their language.

`arrival` is the whole text of a handoff; `said` is one sentence.
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from escalation.opening_hours import DAYS
from escalation.records import Reason
from escalation.waiting import FARTHEST, Outlook, rounded_up
from knowledge import yaml_files

WORDS_FILE = Path(__file__).with_name("words.yaml")
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ar")


def said(phrase: str, language: str | None, **filled: object) -> str:
    """A phrase ("waiting", "why.fraud") in a language; in English for one that Candor does not serve."""
    found: Any = _words()
    for step in phrase.split("."):
        found = found[step]
    text: str = found[language if language in LANGUAGES else "en"]
    return text.format(**filled)


def arrival(
    reason: str, language: str | None, outlook: Outlook, *, case_number: str, passed_on: str = ""
) -> str:
    """What happens, why, when to expect whom, and that one may go on writing."""
    sentences = [
        said(f"why.{Reason(reason)}", language),
        said("passed_on", language, request=passed_on) if passed_on else "",
        said("waiting", language, case=case_number),
        *_when(outlook, language),
        said("go_on", language),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def plain_arrival(language: str | None, *, case_number: str, passed_on: str = "") -> str:
    """What is true of every handoff, where nothing else could be worked out."""
    request = [said("passed_on", language, request=passed_on)] if passed_on else []
    return " ".join([*request, said("waiting", language, case=case_number), said("go_on", language)])


def moved_on(language: str | None, outlook: Outlook, *, name: str) -> str:
    """A person has passed the conversation on to a queue: that, and when to expect somebody."""
    return " ".join([said("to_queue", language, name=name), *_when(outlook, language)])


def _when(outlook: Outlook, language: str | None) -> list[str]:
    """When to expect an answer; where nobody is due to be there, also what the customer may do."""
    if not outlook.is_open:
        back = (
            [said("back", language, moment=_moment(outlook.back, outlook, language))] if outlook.back else []
        )
        expected = [_expected(outlook, language)] if outlook.wait is not None and outlook.expected else []
        return [said("closed", language), *back, *expected, said("choice", language)]
    if not outlook.somebody_is_on:
        return [said("nobody_on", language), said("no_number", language), said("choice", language)]
    if outlook.wait is not None and outlook.expected is not None:
        return [_expected(outlook, language)]
    closes = outlook.hours.closes(outlook.now)
    zone = outlook.hours.tz
    if closes is None or closes.astimezone(zone).date() != outlook.now.astimezone(zone).date():
        return [said("no_number", language)]
    until = said("there_until", language, time=_clock(closes, zone), zone=_zone(outlook.hours.zone, language))
    return [said("no_number", language), until]


def _expected(outlook: Outlook, language: str | None) -> str:
    """The number, where it passes in one go from now; else the time of day at which it will have passed."""
    wait, expected = outlook.wait or timedelta(), outlook.expected or outlook.now
    in_one_go = expected - outlook.now <= wait + timedelta(minutes=1)
    if in_one_go and wait <= FARTHEST:
        minutes = rounded_up(wait)
        if minutes <= 60:  # noqa: PLR2004 - an hour
            return said("usually", language, duration=said("minutes", language, number=minutes))
        return said(
            "usually", language, duration=said("hours", language, number=_number(minutes / 60, language))
        )
    return said("likely_by", language, moment=_moment(_later(expected), outlook, language))


def _later(at: datetime) -> datetime:
    """The next full quarter of an hour: what is likely is not known to the minute."""
    step = timedelta(minutes=15)
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at + (step - over if over else timedelta())


def _moment(at: datetime | None, outlook: Outlook, language: str | None) -> str:
    zone = outlook.hours.tz
    local, today = (at or outlook.now).astimezone(zone), outlook.now.astimezone(zone).date()
    days = (local.date() - today).days
    name = {0: "today", 1: "tomorrow"}.get(days, DAYS[local.weekday()])
    day = said(f"day.{name}", language)
    if days >= len(DAYS):  # "on Monday" would be understood as the next one
        day = f"{day} ({local.date().isoformat()})"
    return said(
        "moment", language, day=day, time=_clock(local, zone), zone=_zone(outlook.hours.zone, language)
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local.hour}:{local.minute:02}"


def _zone(name: str, language: str | None) -> str:
    """A zone by its place, which every language can read: Europe/Dublin → Dublin."""
    place = name.rpartition("/")[2].replace("_", " ")
    return place if "/" not in name else said("zone", language, place=place)


def _number(hours: float, language: str | None) -> str:
    text = f"{hours:g}"
    return text if language in (None, "en") or language not in LANGUAGES else text.replace(".", ",")


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml_files.load(WORDS_FILE.read_text(encoding="utf-8"))
    return words
