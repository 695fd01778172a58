"""The figures in a sentence, each in one unit for its kind, so that "2 weeks" and "14 days" are the same."""

import math
import re
from collections.abc import Iterator

from knowledge.checking import patterns
from knowledge.checking.bounds import bound_of
from knowledge.checking.clock import times
from knowledge.checking.measures import Measure, Quantity
from knowledge.checking.numerals import number


def quantities(text: str) -> list[Quantity]:
    """The quantities of a plain text, in order; none overlaps another."""
    taken: list[Quantity] = []
    text = patterns.BETWEEN.sub(r"\1-to", text)  # of the same length, so that offsets hold
    for found in (
        _names, _versions, _dates, times, _frequencies, _periods, _amounts, _percentages, _sizes, _counts
    ):  # fmt: skip
        for quantity in found(text):
            if not any(q.start < quantity.end and quantity.start < q.end for q in taken):
                taken.append(quantity)
    return sorted(taken, key=lambda quantity: quantity.start)


def _ends(match: re.Match[str], a: str = "a", b: str = "b") -> tuple[float, float]:
    high = number(match[b])
    low = number(match[a]) if match[a] else high
    return (low, high) if low <= high else (high, high)


def _names(text: str) -> Iterator[Quantity]:
    for measure, pattern in (
        (Measure.EMAIL, patterns.EMAIL),
        (Measure.WEB, patterns.WEB),
        (Measure.PHONE, patterns.PHONE),
    ):
        for match in pattern.finditer(text):
            name = match[0].rstrip(".,;").lower()
            if measure == Measure.PHONE:
                name = re.sub(r"\D", "", name)
                # Without its country code a number starts with the trunk 0, so only the end is compared.
                if not 7 <= len(name) <= 15:  # noqa: PLR2004 - ITU-T E.164 and the shortest subscriber numbers
                    continue
                name = name[-7:]
            name = re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", name)
            yield Quantity(measure, 0, 0, match.start(), match.end(), name=name)


def _versions(text: str) -> Iterator[Quantity]:
    for match in patterns.VERSION.finditer(text):
        major, _, minor = match["b"].partition(".")
        value = int(major) + int(minor.replace(".", "") or 0) / 1000
        bound = bound_of(text, match.start(), match.end())
        yield Quantity(
            Measure.VERSION, value, value, match.start(), match.end(), match["name"].lower(), bound
        )


def _dates(text: str) -> Iterator[Quantity]:
    for match in patterns.DATE.finditer(text):
        day = int(match["d1"] or match["d2"] or match["d3"])
        month = match["m1"] or match["m2"]
        index = int(match["m3"]) if match["m3"] else 1 + next(
            i for i, name in enumerate(patterns.MONTHS) if name.startswith(month[:3].lower())
        )  # fmt: skip
        value = float(100 * index + day)
        bound = bound_of(text, match.start(), match.end())
        yield Quantity(Measure.DATE, value, value, match.start(), match.end(), bound=bound)
    for match in patterns.DAYS_OF_WEEK.finditer(text):
        bits = 0b1111111 if match["always"] else 0b11111 if match["week"] else 0b111111
        if match["from"]:
            first, last = _weekday(match["from"]), _weekday(match["until"])
            bits = sum(1 << day for day in range(7) if (day - first) % 7 <= (last - first) % 7)
            bits |= 1 << _weekday(match["also"]) if match["also"] else 0
        yield Quantity(Measure.DAYS_OF_WEEK, bits, bits, match.start(), match.end())
    for match in patterns.ONE_WEEKDAY.finditer(text):
        bits = 1 << _weekday(match["day"])
        bound = "" if match["how"].lower() == "every" else "most"
        yield Quantity(Measure.DAYS_OF_WEEK, bits, bits, match.start("day"), match.end("day"), bound=bound)


def _weekday(name: str) -> int:
    return patterns.WEEKDAYS.index(name[:3].lower())


def _frequencies(text: str) -> Iterator[Quantity]:
    for match in patterns.FREQUENCY.finditer(text):
        size, *spread = _days(match["unit"] or match["of"])
        value = number(match["b"]) if match["b"] else 1.0
        value = value * size / (2 if (match["once"] or "").lower() == "twice" else 1)
        yield Quantity(
            Measure.FREQUENCY, value, value, match.start(), match.end(), spread=(spread[0], spread[1])
        )


def _periods(text: str) -> Iterator[Quantity]:
    for match in patterns.PERIOD.finditer(text):
        b = match["b"].lower()
        start = match.start()
        if b in {"a", "an"} and not patterns.ARTICLE_MEANS_ONE.search(text[:start]):
            continue
        high = 0.5 if b.startswith("half") else _quarters(b) if "quarter" in b else number(b)
        low = number(match["a"]) if match["a"] else high
        low = min(low, high)  # "30 and 14 days" is no range
        size, shortest, longest = _days(match["unit"])
        bound = bound_of(text, start, match.end())
        if match["old"]:
            yield Quantity(Measure.AGE, low * size / 365, high * size / 365, start, match.end(), bound=bound)
        else:
            working = bool(match["working"])
            yield Quantity(
                Measure.PERIOD, low * size, high * size, start, match.end(), bound=bound, spread=(shortest, longest), working=working
            )  # fmt: skip
    for match in patterns.AGED.finditer(text):
        age = number(match["b"])
        bound = bound_of(text, match.start(), match.end())
        yield Quantity(Measure.AGE, age, age, match.start(), match.end(), bound=bound)
    for match in patterns.SOON.finditer(text):
        value = 1.0 if match["one"] else 0.0
        yield Quantity(
            Measure.PERIOD,
            value,
            value,
            match.start(),
            match.end(),
            spread=(1, 1),
            working=bool(match["working"]),
        )


def _quarters(text: str) -> float:
    return 0.75 if text.startswith("three") else 0.25


def _days(unit: str) -> tuple[float, float, float]:
    unit = unit.lower()
    return next(
        patterns.DAYS[key]
        for key in ("sec", "min", "mo", "h", "d", "n", "w", "f", "q", "y")
        if unit.startswith(key)
    )


def _amounts(text: str) -> Iterator[Quantity]:
    for match in patterns.AMOUNT.finditer(text):
        signed = match["sign"] is not None
        low, high = (
            _ends(match, "sa", "sb")
            if signed and match["sb"]
            else _ends(match, "na", "nb")
            if not signed
            else (0.0, 0.0)
        )
        if signed and not match["sb"]:
            low = high = number(match["sa"])
        if match["cents"]:
            low = high = high + number(match["cents"]) / 100
        factor = {"k": 1e3, "t": 1e3, "m": 1e6}[match["k"].strip()[0].lower()] if match["k"] else 1.0
        unit = patterns.CURRENCIES[(match["sign"] or match["named"]).lower()]
        bound = bound_of(text, match.start(), match.end())
        rate = patterns.RATE.match(text, match.end())
        end = rate.end() if rate else match.end()
        yield Quantity(
            Measure.AMOUNT, low * factor, high * factor, match.start(), end, unit, bound, per=_per(rate)
        )
    for match in patterns.CHARGED.finditer(text):
        yield Quantity(Measure.AMOUNT, 0.01, math.inf, match.start(), match.end())
    for match in patterns.FREE.finditer(text):
        if not patterns.NOT_BEFORE_FREE.search(text[: match.start()]):
            yield Quantity(Measure.AMOUNT, 0, 0, match.start(), match.end())


def _per(rate: re.Match[str] | None) -> str:
    if rate is None:
        return ""
    word = (rate["per"] or rate["ly"]).lower()
    return {
        "monthly": "month",
        "yearly": "year",
        "annually": "year",
        "annum": "year",
        "weekly": "week",
        "a day": "day",
    }.get(word, word)


def _percentages(text: str) -> Iterator[Quantity]:
    for match in patterns.PERCENT.finditer(text):
        low, high = _ends(match)
        yield Quantity(
            Measure.PERCENTAGE,
            low,
            high,
            match.start(),
            match.end(),
            bound=bound_of(text, match.start(), match.end()),
        )


def _sizes(text: str) -> Iterator[Quantity]:
    for match in patterns.SIZE.finditer(text):
        low, high = _ends(match)
        unit, factor = patterns.SIZES[match["unit"].lower()]
        bound = bound_of(text, match.start(), match.end())
        yield Quantity(
            Measure.SIZE,
            low * factor,
            high * factor,
            match.start(),
            match.end(),
            unit,
            bound,
            spread=(0.98, 1.02),
        )


def _counts(text: str) -> Iterator[Quantity]:
    for match in patterns.TIMES.finditer(text):
        value = 2.0 if match["b"].lower() == "twice" else 1.0
        yield Quantity(Measure.COUNT, value, value, match.start(), match.end(), noun="times")
    for match in patterns.COUNT.finditer(text):
        nouns = []
        for word in match["noun"].lower().split():
            if word in patterns.NO_NOUN:
                break
            nouns.append(word)
        low, high = _ends(match)
        plain_year = 1900 <= high <= 2100 and match["b"].isdigit()  # noqa: PLR2004 - a year, or too rare to tell from one
        if not nouns or plain_year:
            continue
        end = match.end("b")
        yield Quantity(
            Measure.COUNT,
            low,
            high,
            match.start(),
            end,
            bound=bound_of(text, match.start(), end),
            noun=" ".join(nouns),
        )
