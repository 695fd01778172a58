"""Times of the day, as help texts write them: 9:00–17:30, 10 am, half past nine, from ten until five."""

import re
from collections.abc import Iterator

from knowledge.checking import patterns
from knowledge.checking.bounds import bound_of
from knowledge.checking.measures import Measure, Quantity
from knowledge.checking.numerals import number

_NOON = 12 * 60  # minutes
_EARLIEST_OPENING = 7 * 60
_FIGURES = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_PAST_OR_TO = re.compile(r"(?:a )?(half|quarter) (past|to) (.+)")


def times(text: str) -> Iterator[Quantity]:
    """The times of day in a plain text, in minutes since midnight; opening hours are one quantity from low to high."""
    for match in patterns.ALWAYS.finditer(text):
        yield Quantity(Measure.TIME, 0, 2 * _NOON, match.start(), match.end())
    for match in patterns.TIME.finditer(text):
        high = minutes(match["b"])
        if high is None:
            continue
        low = minutes(match["a"]) if match["a"] else high
        bare = bool(match["a"]) and match["a"].isalnum() and "p" in match["b"].lower()
        if low is not None and bare and low + _NOON < high and low < _EARLIEST_OPENING:
            low += _NOON  # "2 to 3 pm", but "9 to 5 pm"
        bound = ""
        if low in {None, high}:
            verb = patterns.OPENS.search(text[: match.start()])
            bound = f"{verb[1].lower()}s" if verb else bound_of(text, match.start(), match.end())
        yield Quantity(
            Measure.TIME, high if low is None else low, high, match.start(), match.end(), bound=bound
        )
    for match in patterns.FROM_TO.finditer(text):
        low, high = minutes(match["a"]), minutes(match["b"])
        if low is not None and high is not None:
            low = _by_day(low)
            high += _NOON if high <= low else 0
            yield Quantity(Measure.TIME, low, high, match.start("a"), match.end())


def minutes(clock: str) -> float | None:
    """The minutes since midnight of one time of day as `patterns.CLOCK` finds it; None for what is none (4.95)."""
    clock = clock.lower()
    if clock in {"noon", "midday"}:
        return _NOON
    if clock == "midnight":
        return 2 * _NOON
    shifted = _PAST_OR_TO.fullmatch(clock)
    if shifted:
        whole = minutes(shifted[3])
        part = 30 if shifted[1] == "half" else 15
        return None if whole is None else _by_day(whole) + (part if shifted[2] == "past" else -part)
    figures = _FIGURES.match(clock)
    if "." in clock and ":" not in clock and not re.search(r"[ap]\.?m", clock):
        return None  # 4.95 is no time of day
    word = re.match(r"[a-z]+", clock)
    hours = int(figures[1]) if figures else int(number(word[0])) if word else 0
    past = int(figures[2] or 0) if figures else 0
    if hours > 24 or past > 59:  # noqa: PLR2004
        return None
    if re.search(r"p\.?m", clock) and hours < 12:  # noqa: PLR2004
        hours += 12
    elif re.search(r"a\.?m", clock) and hours == 12:  # noqa: PLR2004
        hours = 0
    at = float(60 * hours + past)
    return _by_day(at) if "clock" in clock else at


def _by_day(at: float) -> float:
    """Of the two times that "five o'clock" may mean, the one when somebody is there."""
    return at + _NOON if at < _EARLIEST_OPENING else at
