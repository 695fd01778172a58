"""The figures in a sentence, each in one unit for its kind, so that "2 weeks" and "14 days" are the same."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a quantity measures. Only quantities of one measure and one unit are ever compared."""

    PERIOD = "period"  # days
    AGE = "age"  # years
    FREQUENCY = "frequency"  # days from one time to the next
    AMOUNT = "amount"  # of the currency that `unit` names; free of charge is 0
    PERCENTAGE = "percentage"
    TIME = "time"  # minutes since midnight
    DATE = "date"  # month × 100 + day
    DAYS_OF_WEEK = "days of the week"  # bits, Monday the lowest
    SIZE = "size"  # of the dimension that `unit` names: kg, m, B, ...
    COUNT = "number"  # of what `noun` names
    VERSION = "version"  # of the software that `unit` names
    EMAIL = "e-mail address"
    PHONE = "phone number"
    WEB = "web address"


@dataclass(frozen=True)
class Quantity:
    """One figure, `text[start:end]`, from `low` to `high` in the measure's unit.

    `spread` is how far off the stated unit may be meant: "1 month" is 28 to 31 days. `bound` is its direction:
    "most" (within, up to), "least" (over, from), "after", or "" for the figure itself. `per`: "month" in "€5 a month".
    `name` is what an address or a phone number says.
    """

    measure: Measure
    low: float
    high: float
    start: int
    end: int
    unit: str = ""
    bound: str = ""
    per: str = ""
    noun: str = ""
    name: str = ""
    spread: tuple[float, float] = (1.0, 1.0)
    working: bool = False

    @property
    def least(self) -> tuple[float, float]:
        """The interval in which the lower end may lie."""
        return self.low * self.spread[0], self.low * self.spread[1]

    @property
    def most(self) -> tuple[float, float]:
        """The interval in which the upper end may lie."""
        return self.high * self.spread[0], self.high * self.spread[1]


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of one measure and unit can both be right for one subject.

    A single figure agrees with a range that has it as an end or, without a direction, between its ends.
    """
    if one.measure in {Measure.EMAIL, Measure.PHONE, Measure.WEB}:
        return one.name == other.name
    if one.measure == Measure.DAYS_OF_WEEK:
        return one.low == other.low
    a_single, b_single = one.low == one.high, other.low == other.high
    if a_single != b_single:
        single, span = (one, other) if a_single else (other, one)
        if math.isinf(span.high):
            return single.high >= span.low
        if single.bound in {"most", "least"} and single.measure != Measure.TIME:
            end = span.most if single.bound == "most" else span.least
            return _touch(single.most, end, single, span)
        return single.most[1] >= span.least[0] and single.least[0] <= span.most[1]
    return _touch(one.least, other.least, one, other) and _touch(one.most, other.most, one, other)


# Monday to Friday: n working days are between n and 7/5 n days and a weekend, as calendars fall.
_WORKING_STRETCH = 7 / 5
_WEEKEND = 2


def _touch(a: tuple[float, float], b: tuple[float, float], one: Quantity, other: Quantity) -> bool:
    if one.working != other.working:
        a, b = (
            (low, high * _WORKING_STRETCH + _WEEKEND if quantity.working else high)
            for (low, high), quantity in ((a, one), (b, other))
        )
    return a[0] <= b[1] * (1 + 1e-9) and b[0] <= a[1] * (1 + 1e-9)


_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_NUMBER_WORDS = {
    **{word: value for value, word in enumerate(_UNITS, 1)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{
        f"{tens}{join}{unit}": 10 * value + digit
        for value, tens in enumerate(_TENS, 2)
        for digit, unit in enumerate(_UNITS[:9], 1)
        for join in ("-", " ")
    },
    "hundred": 100, "thousand": 1000, "dozen": 12, "a hundred": 100, "one hundred": 100, "a dozen": 12,
    "zero": 0, "no": 0,
}  # fmt: skip
_WORDS = "|".join(sorted((w for w in _NUMBER_WORDS if w != "no"), key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[ ,.’']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_NUMBER = rf"(?:(?:{_WORDS})\b(?:\s*\(\d+\))?|(?:{_DIGITS}))"
_TO = r"\s*(?:-|–|—|-?\bto\b|\bor\b)\s*"
_BETWEEN = re.compile(r"(\bbetween\s[^.;,]{1,16}?\s)and(?=\s(?:[€$£]|\d|[a-z]+\s))", re.IGNORECASE)


def _span(unit: str, *, between: str = r"[\s-]*") -> re.Pattern[str]:
    """A number, or two that make a range, before a unit."""
    return re.compile(
        rf"(?<![\w.,€$£])(?:(?P<a>{_NUMBER})(?:{between}(?:{unit}))?{_TO})?(?P<b>{_NUMBER}){between}(?:{unit})",
        re.IGNORECASE,
    )


_WORKING = r"(?:(?P<working>working|business|banking|bank|trading|week)[\s-]*|(?:calendar|full|consecutive|whole|clear|more)[\s-]+)?"
_PERIOD_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|quarters?|years?)\b"
_PERIOD = re.compile(
    rf"(?<![\w.,€$£])(?:(?P<a>{_NUMBER}|an?){_TO})?(?P<b>{_NUMBER}|(?<=\s)an?(?=\s)|half an?)[\s-]*"
    rf"{_WORKING}(?P<unit>{_PERIOD_UNIT})(?P<old>[\s-]*(?:old|of age)\b)?",
    re.IGNORECASE,
)
_ARTICLE_MEANS_ONE = re.compile(
    r"\b(?:within|in|after|for|takes?|than|least|most|of|about|around|approximately|to|under|over|last|lasts|valid|or|and)\s*$",
    re.IGNORECASE,
)
# Days, and how short and long the unit may be meant.
_DAYS: Mapping[str, tuple[float, float, float]] = {
    "sec": (1 / 86400, 1, 1), "min": (1 / 1440, 1, 1), "h": (1 / 24, 1, 1), "d": (1, 1, 1), "n": (1, 1, 1),
    "w": (7, 1, 1), "f": (14, 1, 1), "mo": (30, 28 / 30, 31 / 30), "q": (91, 89 / 91, 93 / 91), "y": (365, 360 / 365, 366 / 365),
}  # fmt: skip
_SOON = re.compile(
    r"\b(?:(?P<none>immediately|instantly|at once|straight away|right away|(?:on )?the same day|same[- ]day)"
    r"|(?P<one>(?:on |by )?(?:the )?(?:next|following)[- ](?:(?P<working>working|business)[- ])?day))\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    rf"\bevery (?:(?P<b>{_NUMBER}) )?(?P<unit>{_PERIOD_UNIT})|\b(?P<once>once|twice) (?:an?|per|every|each) (?P<of>{_PERIOD_UNIT})",
    re.IGNORECASE,
)
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF",
    "kr": "KR", "sek": "KR", "nok": "KR", "dkk": "KR", "kroner": "KR", "kronor": "KR", "zł": "PLN", "pln": "PLN",
    "aud": "AUD", "cad": "CAD", "¥": "JPY", "yen": "JPY", "rupees": "INR", "₹": "INR", "inr": "INR",
}  # fmt: skip
_SIGN = r"US\$|€|\$|£|¥|₹|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|AUD|CAD|INR)\b"
_NAMED = r"€|\$|£|(?:euros?|EUR|dollars?|USD|pounds?|GBP|CHF|francs|kr|SEK|NOK|DKK|kroner|kronor|zł|PLN|AUD|CAD|yen|rupees|INR)\b"
_AMOUNT = re.compile(
    rf"(?P<sign>{_SIGN})\s*(?P<sa>{_DIGITS})(?:{_TO}(?:{_SIGN})?\s*(?P<sb>{_DIGITS}))?(?P<k>\s*(?:k|m|thousand|million)\b)?"
    rf"|(?<![\w.,])(?:(?P<na>{_NUMBER})(?:\s*(?:{_NAMED}))?{_TO})?(?P<nb>{_NUMBER})[\s-]*(?P<named>{_NAMED})",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"(?<![-\w])(?:free(?: of charge)?(?![-\w]| (?:up|to|plan|tier|space|storage|account|version|of (?!charge)|from (?![€$£\d])))"
    r"|(?:at |for )?no (?:extra |additional )?(?:charge|cost|fee)\b|without (?:any )?(?:extra |additional )?(?:charge|cost|fee)\b"
    r"|complimentary|costs? (?:you )?nothing|(?:do(?:es)? not|don['’]t|doesn['’]t|never) (?:cost|charge)\b(?! (?:more|less))"
    r"|not charged|we (?:pay|cover|bear) (?:for )?(?:the |all )?(?:return )?(?:cost|costs|postage|shipping|fee))",
    re.IGNORECASE,
)
_NOT_BEFORE_FREE = re.compile(
    r"\b(?:not|feel|no longer|n['’]t|tax|duty|interest|risk|lactose|gluten|sugar)[ -]*$", re.IGNORECASE
)
_CHARGED = re.compile(
    r"\bat your own (?:cost|expense)|\b(?:is|are) (?:not free|chargeable|charged for|charged)\b(?! (?:to|on|at|when|with|in|once|after|before|until|automatically))"
    r"|\b(?:a|an) (?:(?:small|additional|extra|service|handling|delivery|processing|admin|administration) )*(?:fee|charge|surcharge) (?:applies|is charged|is payable)"
    r"|\bat (?:a|an) (?:extra|additional) (?:cost|charge)|\bfor (?:a|an) (?:small |additional |extra )*(?:fee|charge)\b|\bcosts? extra\b",
    re.IGNORECASE,
)
_PERCENT = _span(r"%|percent\b|per cent\b")
_CLOCK = r"(?:\d{1,2}[:.]\d{2}(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?|noon|midday|midnight)"
_TIME = re.compile(
    rf"(?<![\w.,:€$£])(?:(?P<a>{_CLOCK}|\d{{1,2}})\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b)\s*)?(?P<b>{_CLOCK})(?![\w%:]|\s*(?:€|euro))",
    re.IGNORECASE,
)
_ALWAYS = re.compile(r"\b24/7\b|\baround the clock\b|\b24 hours a day\b|\bday and night\b", re.IGNORECASE)
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b(?:,? \d{{4}})?|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    r"|\b\d{4}-(?P<m3>\d{2})-(?P<d3>\d{2})\b",
    re.IGNORECASE,
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
_DAYS_OF_WEEK = re.compile(
    rf"\b(?P<from>{_WEEKDAY})\s*(?:-|–|—|to|through|until)\s*(?P<until>{_WEEKDAY})\b(?:(?: and|,|,? and on) (?P<also>{_WEEKDAY})\b)?"
    r"|\b(?P<always>seven days a week|7 days a week|every day(?: of the week)?)\b|\b(?P<week>weekdays)\b|\b(?P<six>(?:six|6) days a week)\b",
    re.IGNORECASE,
)
_SIZES: Mapping[str, tuple[str, float]] = {
    "kg": ("kg", 1), "kilo": ("kg", 1), "kilos": ("kg", 1), "kilogram": ("kg", 1), "kilograms": ("kg", 1), "g": ("kg", 0.001),
    "grams": ("kg", 0.001), "lb": ("kg", 0.4536), "lbs": ("kg", 0.4536), "km": ("m", 1000), "kilometres": ("m", 1000),
    "kilometers": ("m", 1000), "miles": ("m", 1609), "mile": ("m", 1609), "metres": ("m", 1), "meters": ("m", 1), "metre": ("m", 1),
    "m": ("m", 1), "cm": ("m", 0.01), "centimetres": ("m", 0.01), "mm": ("m", 0.001), "litres": ("l", 1), "litre": ("l", 1),
    "liters": ("l", 1), "l": ("l", 1), "ml": ("l", 0.001), "tb": ("B", 1e12), "gb": ("B", 1e9), "gigabytes": ("B", 1e9), "mb": ("B", 1e6),
    "megabytes": ("B", 1e6), "kb": ("B", 1e3), "mbps": ("b/s", 1e6), "mbit/s": ("b/s", 1e6), "mb/s": ("b/s", 1e6), "gbps": ("b/s", 1e9),
    "kbps": ("b/s", 1e3), "kwh": ("Wh", 1e3), "wh": ("Wh", 1), "w": ("W", 1), "kw": ("W", 1e3), "mah": ("mAh", 1), "v": ("V", 1),
    "°c": ("°C", 1), "degrees": ("°C", 1), "characters": ("characters", 1), "character": ("characters", 1), "words": ("words", 1),
    "pages": ("pages", 1), "pixels": ("px", 1), "px": ("px", 1), "inches": ("m", 0.0254), "inch": ("m", 0.0254),
}  # fmt: skip
_SIZE_UNIT = "|".join(re.escape(unit) for unit in sorted(_SIZES, key=len, reverse=True))
_SIZE = re.compile(
    rf"(?<![\w.,€$£])(?:(?P<a>{_NUMBER}){_TO})?(?P<b>{_NUMBER})[\s-]*(?P<unit>{_SIZE_UNIT})(?!\w)",
    re.IGNORECASE,
)
_VERSION = re.compile(
    r"\b(?P<name>iOS|iPadOS|Android|Windows|macOS|Chrome|Safari|Firefox|Edge|Bluetooth|version|PHP|Python|Java|TLS|Office|Excel)\s+(?:version )?(?P<b>\d+(?:\.\d+)*)"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"\b(?:https?://|www\.)[^\s)>\]]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|ie|example|co\.uk|de|eu|app|dev)(?:/[^\s)>\]]*)?\b",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,-])(?:\+\d{1,3}[\s-]?)?\(?\d{2,5}\)?(?:[\s-]\d{2,4}){1,4}(?![\w%€]|[.,]\d)|(?<!\w)(?:\+\d{8,14}|0\d{6,11})\b"
)
_COUNT = re.compile(
    rf"(?<![\w.,:/#€$£+-])(?:(?P<a>{_NUMBER}){_TO})?(?P<b>{_NUMBER})(?P<gap>[\s-]+)(?P<noun>[a-z][\w'’-]*(?:\s+[a-z][\w-]*){{0,2}})",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?P<b>\btwice\b|\bonly once\b|\bonce only\b|(?<=be )\w+ed once\b|\bjust once\b)", re.IGNORECASE
)
_NO_NOUN = frozenset(
    [
        "of",
        "or",
        "and",
        "to",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "can",
        "cannot",
        "will",
        "may",
        "must",
        "that",
        "which",
        "who",
        "if",
        "when",
        "as",
        "other",
        "another",
        "more",
        "less",
        "per",
        "each",
        "way",
        "click",
        "tap",
        "thing",
        "moment",
    ]
)
_RATE = re.compile(
    r"\s*(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s*(?P<per>second|hour|night|day|week|fortnight|month|quarter|year|annum)\b|\s*(?P<ly>monthly|yearly|annually|weekly|a day)\b",
    re.IGNORECASE,
)
_BOUNDS = (
    ("least", re.compile(r"\b(?:at least|minimum(?: \w+)?(?: is| of)?|min\.?|from|over|above|more than|starting at|starts at|exceed(?:s|ing)?|longer than|older than|not less than|no less than|beyond)\s*(?:about |around |the |a |total of )?$", re.IGNORECASE)),
    ("most", re.compile(r"\b(?:within|up to|at most|maximum(?: \w+)?(?: is| of)?|max\.?|no more than|no later than|not more than|no longer than|under|less than|below|until|till|by|before|limit(?: is| of)?|inside|fewer than|shorter than)\s*(?:about |around |the |a |first |total of |next )?$", re.IGNORECASE)),
    ("after", re.compile(r"\b(?:after|following)\s*(?:about |around |the |a )?$", re.IGNORECASE)),
)  # fmt: skip
_AFTERWARDS = (
    ("least", re.compile(r"^\s*(?:or more|or longer|or older|or above|or over|and over|and above|or later|or newer|or higher|minimum|\+)", re.IGNORECASE)),
    ("most", re.compile(r"^\s*(?:or less|or fewer|or under|maximum|at most|at the latest|or below)", re.IGNORECASE)),
    ("after", re.compile(r"^\s*(?:after\b|later\b)", re.IGNORECASE)),
)  # fmt: skip


def quantities(text: str) -> list[Quantity]:
    """The quantities of a plain text, in order; none overlaps another."""
    taken: list[Quantity] = []
    text = _BETWEEN.sub(r"\1-to", text)  # of the same length, so that offsets hold
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
    if text in _NUMBER_WORDS:
        return float(_NUMBER_WORDS[text])
    text = re.sub(r"[ ,.’'](?=\d{3}(?:\D|$))", "", text)
    return float(text.replace(",", "."))


def _bound(text: str, start: int, end: int) -> str:
    before, after = text[max(0, start - 30) : start], text[end : end + 20]
    for name, pattern in _BOUNDS:
        if pattern.search(before):
            return name
    return next((name for name, pattern in _AFTERWARDS if pattern.search(after)), "")


def _ends(match: re.Match[str], a: str = "a", b: str = "b") -> tuple[float, float]:
    high = number(match[b])
    low = number(match[a]) if match[a] else high
    return (low, high) if low <= high else (high, high)


def _names(text: str) -> Iterator[Quantity]:
    for measure, pattern in ((Measure.EMAIL, _EMAIL), (Measure.WEB, _WEB), (Measure.PHONE, _PHONE)):
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
    for match in _VERSION.finditer(text):
        major, _, minor = match["b"].partition(".")
        value = int(major) + int(minor.replace(".", "") or 0) / 1000
        bound = _bound(text, match.start(), match.end())
        yield Quantity(
            Measure.VERSION, value, value, match.start(), match.end(), match["name"].lower(), bound
        )


def _dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        day = int(match["d1"] or match["d2"] or match["d3"])
        month = match["m1"] or match["m2"]
        index = int(match["m3"]) if match["m3"] else 1 + next(
            i for i, name in enumerate(_MONTHS) if name.startswith(month[:3].lower())
        )  # fmt: skip
        value = float(100 * index + day)
        bound = _bound(text, match.start(), match.end())
        yield Quantity(Measure.DATE, value, value, match.start(), match.end(), bound=bound)
    for match in _DAYS_OF_WEEK.finditer(text):
        bits = 0b1111111 if match["always"] else 0b11111 if match["week"] else 0b111111
        if match["from"]:
            first, last = _weekday(match["from"]), _weekday(match["until"])
            bits = sum(1 << day for day in range(7) if (day - first) % 7 <= (last - first) % 7)
            bits |= 1 << _weekday(match["also"]) if match["also"] else 0
        yield Quantity(Measure.DAYS_OF_WEEK, bits, bits, match.start(), match.end())


def _weekday(name: str) -> int:
    return _WEEKDAYS.index(name[:3].lower())


def _times(text: str) -> Iterator[Quantity]:
    for match in _ALWAYS.finditer(text):
        yield Quantity(Measure.TIME, 0, 1440, match.start(), match.end())
    for match in _TIME.finditer(text):
        high = _minutes(match["b"])
        if high is None:
            continue
        low = _minutes(match["a"]) if match["a"] else high
        if (
            low is not None
            and match["a"]
            and match["a"].isdigit()
            and low + 720 < high
            and "p" in match["b"].lower()
            and low < 420
        ):
            low += 720  # "2 to 3 pm", but "9 to 5 pm"
        bound = _bound(text, match.start(), match.end()) if low in {None, high} else ""
        yield Quantity(
            Measure.TIME, high if low is None else low, high, match.start(), match.end(), bound=bound
        )


def _minutes(clock: str) -> float | None:
    clock = clock.lower()
    if clock in {"noon", "midday"}:
        return 720
    if clock == "midnight":
        return 1440
    hour, minute = re.match(r"(\d{1,2})(?:[:.](\d{2}))?", clock).groups(default="0")  # type: ignore[union-attr] # by _CLOCK
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
    for match in _FREQUENCY.finditer(text):
        size, *spread = _days(match["unit"] or match["of"])
        value = number(match["b"]) if match["b"] else 1.0
        value = value * size / (2 if (match["once"] or "").lower() == "twice" else 1)
        yield Quantity(
            Measure.FREQUENCY, value, value, match.start(), match.end(), spread=(spread[0], spread[1])
        )


def _periods(text: str) -> Iterator[Quantity]:
    for match in _PERIOD.finditer(text):
        b = match["b"].lower()
        start = match.start()
        if b in {"a", "an"} and not _ARTICLE_MEANS_ONE.search(text[:start]):
            continue
        high = 0.5 if b.startswith("half") else 1.0 if b in {"a", "an"} else number(b)
        low = high if not match["a"] else 1.0 if match["a"].lower() in {"a", "an"} else number(match["a"])
        if low > high:  # "30 and 14 days" is no range
            low = high
        size, shortest, longest = _days(match["unit"])
        bound = _bound(text, start, match.end())
        if match["old"]:
            yield Quantity(Measure.AGE, low * size / 365, high * size / 365, start, match.end(), bound=bound)
        else:
            working = bool(match["working"])
            yield Quantity(
                Measure.PERIOD, low * size, high * size, start, match.end(), bound=bound, spread=(shortest, longest), working=working
            )  # fmt: skip
    for match in _SOON.finditer(text):
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
        _DAYS[key] for key in ("sec", "min", "mo", "h", "d", "n", "w", "f", "q", "y") if unit.startswith(key)
    )


def _amounts(text: str) -> Iterator[Quantity]:
    for match in _AMOUNT.finditer(text):
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
        unit = _CURRENCIES[(match["sign"] or match["named"]).lower()]
        bound = _bound(text, match.start(), match.end())
        rate = _RATE.match(text, match.end())
        end = rate.end() if rate else match.end()
        yield Quantity(
            Measure.AMOUNT, low * factor, high * factor, match.start(), end, unit, bound, per=_per(rate)
        )
    for match in _CHARGED.finditer(text):
        yield Quantity(Measure.AMOUNT, 0.01, math.inf, match.start(), match.end())
    for match in _FREE.finditer(text):
        if not _NOT_BEFORE_FREE.search(text[: match.start()]):
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
    for match in _PERCENT.finditer(text):
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
    for match in _SIZE.finditer(text):
        low, high = _ends(match)
        unit, factor = _SIZES[match["unit"].lower()]
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
    for match in _TIMES.finditer(text):
        value = 2.0 if match["b"].lower() == "twice" else 1.0
        yield Quantity(Measure.COUNT, value, value, match.start(), match.end(), noun="times")
    for match in _COUNT.finditer(text):
        nouns = []
        for word in match["noun"].lower().split():
            if word in _NO_NOUN:
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
