"""The figures in a sentence, each in one unit for its kind, so that "2 weeks" and "14 days" are the same."""

import math
import re
from collections.abc import Iterator

from knowledge.checking import patterns
from knowledge.checking.measures import Measure, Quantity


def quantities(text: str) -> list[Quantity]:
    """The quantities of a plain text, in order; none overlaps another."""
    taken: list[Quantity] = []
    text = patterns.BETWEEN.sub(r"\1-to", text)  # of the same length, so that offsets hold
    for found in (
        _names, _versions, _dates, _times, _frequencies, _periods, _amounts, _percentages, _sizes, _counts
    ):  # fmt: skip
        for quantity in found(text):
            if not any(q.start < quantity.end and quantity.start < q.end for q in taken):
                taken.append(quantity)
    return sorted(taken, key=lambda quantity: quantity.start)


def number(text: str) -> float:
    """The value of a number as people write it: 1,000 and 1.000 are a thousand, 4.95 and 4,95 are not."""
    text = re.sub(r"\s*\(\d+\)$", "", text.strip().lower())
    if text in patterns.NUMBER_WORDS:
        return float(patterns.NUMBER_WORDS[text])
    text = re.sub(r"[ ,.’'](?=\d{3}(?:\D|$))", "", text)
    return float(text.replace(",", "."))


def _bound(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 30) : start], text[end : end + 20]
    for name, pattern in patterns.BOUNDS:
        if pattern.search(before):
            return name
    return next((name for name, pattern in patterns.AFTERWARDS if pattern.search(after)), "")


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
        bound = _bound(text, match.start(), match.end())
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
        bound = _bound(text, match.start(), match.end())
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


def _times(text: str) -> Iterator[Quantity]:
    for match in patterns.ALWAYS.finditer(text):
        yield Quantity(Measure.TIME, 0, 1440, match.start(), match.end())
    for match in patterns.TIME.finditer(text):
        high = _minutes(match["b"])
        if high is None:
            continue
        low = _minutes(match["a"]) if match["a"] else high
        bare = bool(match["a"]) and match["a"].isdigit() and "p" in match["b"].lower()
        if low is not None and bare and low + _NOON < high and low < _EARLIEST_OPENING:
            low += _NOON  # "2 to 3 pm", but "9 to 5 pm"
        bound = ""
        if low in {None, high}:
            verb = patterns.OPENS.search(text[: match.start()])
            bound = f"{verb[1].lower()}s" if verb else _bound(text, match.start(), match.end())
        yield Quantity(
            Measure.TIME, high if low is None else low, high, match.start(), match.end(), bound=bound
        )


_NOON = 12 * 60  # minutes
_EARLIEST_OPENING = 7 * 60


def _minutes(clock: str) -> float | None:
    clock = clock.lower()
    if clock in {"noon", "midday"}:
        return 720
    if clock == "midnight":
        return 1440
    hour, minute = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", clock).groups(default="0")  # type: ignore[union-attr] # by patterns.CLOCK
    hours, minutes = int(hour), int(minute)
    if "." in clock and ":" not in clock and not re.search(r"[ap]\.?m", clock):
        return None  # 4.95 is no time of day
    if hours > 24 or minutes > 59:  # noqa: PLR2004
        return None
    if re.search(r"p\.?m", clock) and hours < 12:  # noqa: PLR2004
        hours += 12
    elif re.search(r"a\.?m", clock) and hours == 12:  # noqa: PLR2004
        hours = 0
    return float(60 * hours + minutes)


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
        high = 0.5 if b.startswith("half") else 1.0 if b in {"a", "an"} else number(b)
        low = high if not match["a"] else 1.0 if match["a"].lower() in {"a", "an"} else number(match["a"])
        low = min(low, high)  # "30 and 14 days" is no range
        size, shortest, longest = _days(match["unit"])
        bound = _bound(text, start, match.end())
        if match["old"]:
            yield Quantity(Measure.AGE, low * size / 365, high * size / 365, start, match.end(), bound=bound)
        else:
            working = bool(match["working"])
            yield Quantity(
                Measure.PERIOD, low * size, high * size, start, match.end(), bound=bound, spread=(shortest, longest), working=working
            )  # fmt: skip
    for match in patterns.AGED.finditer(text):
        age = number(match["b"])
        bound = _bound(text, match.start(), match.end())
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
        factor = {"k": 1e3, "t": 1e3, "m": 1e6}[match["k"].strip()[0].lower()] if match["k"] else 1.0
        unit = patterns.CURRENCIES[(match["sign"] or match["named"]).lower()]
        bound = _bound(text, match.start(), match.end())
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
            bound=_bound(text, match.start(), match.end()),
        )


def _sizes(text: str) -> Iterator[Quantity]:
    for match in patterns.SIZE.finditer(text):
        low, high = _ends(match)
        unit, factor = patterns.SIZES[match["unit"].lower()]
        bound = _bound(text, match.start(), match.end())
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
            bound=_bound(text, match.start(), end),
            noun=" ".join(nouns),
        )
