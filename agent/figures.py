"""The figures of a text in one spelling, whatever its language and format, so that they can be compared exactly.

"thirty days", "30 Tage" and "30 days" are `30 day`; "€12.95", "12,95 €" and "EUR 12.95" are `12.95 €`; "20 November 2026", "2026-11-20"
and "20.11.2026" are `date 11-20` and `2026`; "1 pm" and "13:00" are `13:00`. The words stand in `figures.yaml`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from agent.explicit.text import plain_letters
from knowledge import yaml_files

_DATA: Mapping[str, Any] = yaml_files.load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))


def _meaning(section: str) -> dict[str, Any]:
    return {word: value for value, words in _DATA[section].items() for word in words}


def _any(words: object) -> str:
    return "|".join(re.escape(str(word)) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_ENGLISH, _OTHER, _UNITS, _MONTHS, _DAYS = (
    _meaning(name) for name in ("english_numbers", "other_numbers", "units", "months", "days")
)
_NUMBERS = _ENGLISH | _OTHER
_TIME_UNITS = [
    word for word, unit in _UNITS.items() if unit in {"minute", "hour", "day", "week", "month", "year"}
]
UNIT_WORDS = frozenset(_UNITS) | frozenset(_DATA["between"])
_BETWEEN = rf"(?:(?:{_any(_DATA['between'])})[\s-])?"

# Each stands for one thing, and every repetition is bounded: reading takes time in proportion to the text.
_HALF_HOUR = re.compile(
    r"\b(?:half an hour|half hour|halbe stunde|demi-heure|media hora|mezz'ora|meia hora|half uur|pol godziny)\b"
)
_PARTS = {
    re.compile(r"\bhalf an? year\b|\bein(?:em|es)? halbe[nsm]? jahre?s?\b|\bsix mois\b|\bmedio ano\b|\bmezzo anno\b|\bmeio ano\b|\bhalf jaar\b|\bpol roku\b"): "6 months",
    re.compile(r"\bthree[- ]quarters of an hour\b|\bdreiviertelstunde\b"): "45 minutes",
    re.compile(r"\b(?:a )?quarter of an hour\b|\bviertelstunde\b|\bquart d'heure\b|\bcuarto de hora\b|\bquarto d'ora\b|\bkwartier\b|\bkwadrans\b"): "15 minutes",
    re.compile(r"\b(?:a )?year and a half\b|\banderthalb jahre\b"): "18 months",
}  # fmt: skip
_FORTNIGHT = re.compile(r"\b(?:a|one)?\s?fortnight\b")
_TWICE = re.compile(
    r"\b(?:(?P<two>twice|zweimal|deux fois)|(?P<one>once|einmal)(?= (?:a|per|every|each|only)\b|\W{0,8}$|[.,;]| (?:im|pro)\b))"
)
_ONE = re.compile(rf"\b(?:{_any(_DATA['one'])})(?=[\s-]{_BETWEEN}(?:{_any(_TIME_UNITS)})\b)")
_NUMBER_WORD = re.compile(
    rf"\b(?:(?:{_any(_ENGLISH)})\b|(?:{_any(_OTHER)})(?=[\s-]{_BETWEEN}(?:{_any(_UNITS)})(?![a-z])))"
)
_FROM_TO = re.compile(
    r"\b(?:between|zwischen|entre|tra|fra|tussen|miedzy) (?P<low>[€$£]?\d[\d.,:]{0,9}(?: ?[ap]\.?m\b\.?)?)(?P<unit> ?[€%])? (?:and|und|et|y|e|en|i) (?=[€$£]?\d)"
)
_ISO = re.compile(r"\b(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\b")
_NUMERIC = re.compile(r"\b(?P<d>\d{1,2})(?P<s>[./])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})\b")
_NAMED = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|er|o|º)?(?: (?:of|de|di))? (?P<m>{_any(_MONTHS)})\b(?:,? (?:de |del )?(?P<y>\d{{4}}))?"
    rf"|\b(?P<m2>{_any(_MONTHS)}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? (?P<y2>\d{{4}}))?"
)
_MONTH = re.compile(rf"(?<=[a-z,–-] )(?P<m>{_any(_MONTHS)})\b(?! (?:be|i|we|you)\b)")
_DAY = re.compile(rf"\b(?P<day>{_any(_DAYS)})\b")
_DAY_RANGE = re.compile(
    rf"\b(?P<from>{_any(_DAYS)})\s?(?:–|-|to|until|bis|au|a|al|do|t/m|through)\s?(?P<until>{_any(_DAYS)})\b"
)
_NEAR = re.compile(rf"\b(?:{_any(_DATA['near'])})\b(?! morgen)")
_CLOCK = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:h.](?P<min>[0-5]\d))?(?:\s?(?P<half>[ap])\.?m\b\.?|\s?(?:uhr|o'clock)\b)|\b(?P<h2>\d{1,2})[:h](?P<min2>[0-5]\d)\b"
)
_CLOCKS = re.compile(
    r"\b(?P<from>\d{1,2}:\d\d)(?:\s?(?:–|-|to|until|till|bis|a|as|do|tot|alle)\s?(?P<to>\d{1,2}:\d\d))?"
)
_RANGE = r"(?:\s?(?:–|-(?!\d+-)|up to|to|bis|a|do|tot|ate|al)\s?)"
_NUMBER = r"\d+(?:[.,\u202f\u00a0]\d{3}(?!\d))*(?:[.,]\d+)*"
_FIGURE = re.compile(
    rf"(?P<sign>[€$£]|\b(?:eur|chf|usd|gbp) )?\s?(?P<figure>{_NUMBER})(?:\s?(?:{_any(['€', 'eur', 'euros', 'euro', '%'])})(?={_RANGE}\d))?"
    rf"(?:{_RANGE}(?:[€$£]\s?)?(?P<to>{_NUMBER})(?![\d-]))?"
    rf"(?:[\s-]*{_BETWEEN}(?P<unit>{_any(_UNITS)})(?![a-z]))?"
)
# What a source says without a figure may be told with one: "in both shops" as "in our two shops", "one for each item" as "once".
_IN_WORDS = (
    (re.compile(r"\b(?:both|beide\w?|les deux|ambos|ambas|entramb[ie]|obie|oba)\b"), "2"),
    (re.compile(r"\b(?:one|once|single)\b"), "1 time"),
)
_DAYS_IN_WEEK, _MONTHS_IN_YEAR, _HOURS_IN_DAY, _MINUTES_IN_HOUR = 7, 12, 24, 60
_LARGER = {
    "day": ("week", _DAYS_IN_WEEK),
    "month": ("year", _MONTHS_IN_YEAR),
    "hour": ("day", _HOURS_IN_DAY),
    "minute": ("hour", _MINUTES_IN_HOUR),
}
_FEW = {"1", "2", "3"}  # times
_LONGEST_SPAN = 6  # digits; nobody tells a longer one in another unit
_SMALLER = {large: (small, factor) for small, (large, factor) in _LARGER.items()}
_WORKING = re.compile(r"working|business|werk|arbeits|ouvr|habil|lavorativ|uteis|robocz")


@lru_cache(maxsize=512)
def figures(text: str, *, exact: bool = False) -> frozenset[str]:
    """The figures of a text: `4.95 €`, `30 day`, `3–6 day`, `13:00`, `date 11-20`, `month 3`, `weekday 2`, `2 time`, `1000`.

    What a source offers also without its unit, the ends of a range alone, and a span in another unit ("2 weeks": `14 day`, unless
    working days are meant); `exact` gives figures as they stand.
    """
    known: set[str] = set()
    plain = _in_digits(plain_letters(text))
    for pattern, read in ((_ISO, _date), (_NUMERIC, _date), (_NAMED, _named), (_DAY_RANGE, _weekdays if not exact else _ends_of_range),
                          (_DAY, _weekday), (_MONTH, _month), (_NEAR, _near)):  # fmt: skip
        plain = pattern.sub(lambda match, read=read: _taken(known, read(match)), plain)  # type: ignore[misc]
    plain = _CLOCKS.sub(lambda match: _taken(known, _times(match, exact=exact)), _CLOCK.sub(_clock, plain))
    if not exact:
        known |= {f"month {int(figure[5:7])}" for figure in known if figure.startswith("date ")}
    for match in _FIGURE.finditer(plain):
        known |= _shapes(match, exact=exact)
    if not exact:
        known |= {figure for pattern, figure in _IN_WORDS if pattern.search(plain)}
    return frozenset(known)


def in_digits(text: str) -> str:
    """The text in small letters without accents, number words as digits."""
    return _in_digits(plain_letters(text))


def _in_digits(plain: str) -> str:
    plain = _HALF_HOUR.sub("30 minutes", plain)
    for pattern, span in _PARTS.items():
        plain = pattern.sub(span, plain)
    plain = _FORTNIGHT.sub("2 weeks", plain)
    plain = _TWICE.sub(lambda match: "2 times" if match["two"] else "1 times", plain)
    plain = _NUMBER_WORD.sub(lambda match: str(_NUMBERS[match[0]]), plain)
    plain = _ONE.sub("1", plain)
    return _FROM_TO.sub(lambda match: f"{match['low']}–", plain)


def _taken(known: set[str], read: Iterator[str]) -> str:
    known.update(read)
    return " ; "


def _date(match: re.Match[str]) -> Iterator[str]:
    yield f"date {int(match['m']):02}-{int(match['d']):02}"
    yield match["y"]


def _named(match: re.Match[str]) -> Iterator[str]:
    month, day, year = (match[name] or match[f"{name}2"] for name in "mdy")
    yield f"date {_MONTHS[month]:02}-{int(day):02}"
    if year:
        yield year


def _month(match: re.Match[str]) -> Iterator[str]:
    yield f"month {_MONTHS[match['m']]}"


def _weekday(match: re.Match[str]) -> Iterator[str]:
    yield f"weekday {_DAYS[match['day']]}"


def _weekdays(match: re.Match[str]) -> Iterator[str]:
    first, last = _DAYS[match["from"]], _DAYS[match["until"]]
    yield f"weekday {first}–{last}"
    yield from (f"weekday {day}" for day in range(1, 8) if (day - first) % 7 <= (last - first) % 7)


def _ends_of_range(match: re.Match[str]) -> Iterator[str]:
    yield f"weekday {_DAYS[match['from']]}–{_DAYS[match['until']]}"


def _near(match: re.Match[str]) -> Iterator[str]:
    yield match[0]


def _clock(match: re.Match[str]) -> str:
    hour = int(match["h"] or match["h2"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return f"{hour}:{match['min'] or match['min2'] or '00'}"


def _times(match: re.Match[str], *, exact: bool) -> Iterator[str]:
    ends = [end for end in (match["from"], match["to"]) if end]
    yield "–".join(ends)
    if not exact:
        yield from ends


def _shapes(match: re.Match[str], *, exact: bool) -> set[str]:
    """The figure with its unit; for a source also in every other way in which it may be told."""
    mark = (match["unit"] or match["sign"] or "").strip()
    unit = _UNITS.get(mark, "")
    ends = [same(end) for end in (match["figure"], match["to"]) if end]
    whole = f"{'–'.join(ends)} {unit}".strip()
    if exact:
        # "Entered ten times" may be told as "10 wrong passwords"; once and twice are told as such.
        return {ends[0]} if unit == "time" and ends[0] not in _FEW else {whole}
    shapes = {whole, *ends, *(f"{end} {unit}".strip() for end in ends)}
    if not _WORKING.search(match[0]):
        shapes |= {f"{told} {other}" for end in ends for told, other in _converted(end, unit)}
    return shapes


def _converted(figure: str, unit: str) -> Iterator[tuple[str, str]]:
    """The same span in the next larger and smaller unit, where that is a whole number."""
    if not figure.isdecimal() or len(figure) > _LONGEST_SPAN:
        return
    value = int(figure)
    if unit in _LARGER and value % _LARGER[unit][1] == 0:
        yield str(value // _LARGER[unit][1]), _LARGER[unit][0]
    if unit in _SMALLER:
        yield str(value * _SMALLER[unit][1]), _SMALLER[unit][0]


def same(figure: str) -> str:
    """A number in one spelling: "1,000" and "1.000" are 1000, "4,50" and "4.5" are 4.50, "75.00" is 75."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,\u202f\u00a0]\d{3})+(?:[.,]\d{1,2})?", figure):
        whole, mark, cents = figure, "", ""
        if end := re.search(r"[.,](\d{1,2})$", figure):
            whole, mark, cents = figure[: end.start()], ".", end[1]
        figure = re.sub(r"\D", "", whole) + mark + cents
    figure = figure.replace(",", ".")
    return re.sub(r"\.00?$", "", figure)
