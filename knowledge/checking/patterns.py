"""How figures are written: the patterns and tables that quantities.py reads with."""

import re
from collections.abc import Mapping

from knowledge.checking.numerals import CENTS, CLOCK_WORDS, DIGITS, NUMBER

TO = r"\s*(?:-|–|—|-?\bto\b|\bor\b)\s*"
BETWEEN = re.compile(r"(\bbetween\s[^.;,]{1,16}?\s)and(?=\s(?:[€$£]|\d|[a-z]+\s))", re.IGNORECASE)


def _span(unit: str, *, between: str = r"[\s-]*") -> re.Pattern[str]:
    """A number, or two that make a range, before a unit."""
    return re.compile(
        rf"(?<![\w.,€$£])(?:(?P<a>{NUMBER})(?:{between}(?:{unit}))?{TO})?(?P<b>{NUMBER}){between}(?:{unit})",
        re.IGNORECASE,
    )


WORKING = r"(?:(?P<working>working|business|banking|bank|trading|week)[\s-]*|(?:calendar|full|consecutive|whole|clear|more)[\s-]+)?"
PERIOD_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|quarters?(?! of an? )|years?)\b"
PART = r"(?:half an?|(?:a )?quarter of an?|three[- ]quarters of an?)"
PERIOD = re.compile(
    rf"(?<![\w.,€$£])(?:(?P<a>{NUMBER}|an?){TO})?(?P<b>{PART}|{NUMBER}|(?<=\s)an?(?=\s))[\s-]*"
    rf"{WORKING}(?P<unit>{PERIOD_UNIT})(?P<old>[\s-]*(?:old|of age)\b)?",
    re.IGNORECASE,
)
ARTICLE_MEANS_ONE = re.compile(
    r"\b(?:within|in|after|for|takes?|than|least|most|of|about|around|approximately|to|under|over|last|lasts|valid|or|and)\s*$",
    re.IGNORECASE,
)
# Days, and how short and long the unit may be meant.
DAYS: Mapping[str, tuple[float, float, float]] = {
    "sec": (1 / 86400, 1, 1), "min": (1 / 1440, 1, 1), "h": (1 / 24, 1, 1), "d": (1, 1, 1), "n": (1, 1, 1),
    "w": (7, 1, 1), "f": (14, 1, 1), "mo": (30, 28 / 30, 31 / 30), "q": (91, 89 / 91, 93 / 91), "y": (365, 360 / 365, 366 / 365),
}  # fmt: skip
SOON = re.compile(
    r"\b(?:(?P<none>immediately|instantly|at once|straight away|right away|(?:on )?the same day|same[- ]day)"
    r"|(?P<one>(?:on |by )?(?:the )?(?:next|following)[- ](?:(?P<working>working|business)[- ])?day))\b",
    re.IGNORECASE,
)
FREQUENCY = re.compile(
    rf"\bevery (?:(?:{NUMBER}{TO})?(?P<b>{NUMBER}) )?(?P<unit>{PERIOD_UNIT})|\b(?P<once>once|twice) (?:an?|per|every|each) (?P<of>{PERIOD_UNIT})",
    re.IGNORECASE,
)
CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "us$": "USD", "dollar": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF",
    "kr": "KR", "sek": "KR", "nok": "KR", "dkk": "KR", "kroner": "KR", "kronor": "KR", "zł": "PLN", "pln": "PLN",
    "aud": "AUD", "cad": "CAD", "¥": "JPY", "yen": "JPY", "rupees": "INR", "₹": "INR", "inr": "INR",
}  # fmt: skip
SIGN = r"US\$|€|\$|£|¥|₹|(?:EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|AUD|CAD|INR)\b"
NAMED = r"€|\$|£|(?:euros?|EUR|dollars?|USD|pounds?|GBP|CHF|francs|kr|SEK|NOK|DKK|kroner|kronor|zł|PLN|AUD|CAD|yen|rupees|INR)\b"
AMOUNT = re.compile(
    rf"(?P<sign>{SIGN})\s*(?P<sa>{DIGITS})(?:{TO}(?:{SIGN})?\s*(?P<sb>{DIGITS}))?(?P<k>\s*(?:k|m|thousand|million)\b)?"
    rf"|(?<![\w.,])(?:(?P<na>{NUMBER})(?:\s*(?:{NAMED}))?{TO})?(?P<nb>{NUMBER})[\s-]*(?P<named>{NAMED})(?:\s(?P<cents>{CENTS})(?!\s\w))?",
    re.IGNORECASE,
)
FREE = re.compile(
    r"(?<![-\w])(?:free(?: of charge)?(?![-\w]| (?:up|to|plan|tier|space|storage|account|version|of (?!charge)|from (?![€$£\d])))"
    r"|(?:at |for )?no (?:extra |additional |further )?(?:charge|cost|fee|surcharge)\b|without (?:any )?(?:extra |additional )?(?:charge|cost|fee)\b"
    r"|complimentary|costs? (?:you )?nothing|(?:do(?:es)? not|don['’]t|doesn['’]t|never) (?:cost|charge)\b(?! (?:more|less))"
    r"|not charged|we (?:pay|cover|bear) (?:for )?(?:the |all )?(?:return )?(?:cost|costs|postage|shipping|fee))",
    re.IGNORECASE,
)
NOT_BEFORE_FREE = re.compile(
    r"\b(?:not|feel|never|no longer|n['’]t|tax|duty|interest|risk|lactose|gluten|sugar)[ -]*$", re.IGNORECASE
)
CHARGED = re.compile(
    r"\bat your own (?:cost|expense)|\b(?:is|are) (?:not free|never free|chargeable|charged for|charged)\b(?! (?:to|on|at|when|with|in|once|after|before|until|automatically))"
    r"|\b(?:a|an) (?:(?:small|additional|extra|service|handling|delivery|processing|admin|administration) )*(?:fee|charge|surcharge) (?:applies|is charged|is payable)"
    r"|\bat (?:a|an) (?:extra|additional) (?:cost|charge)|\bfor (?:a|an) (?:small |additional |extra )*(?:fee|charge)\b|\bcosts? extra\b",
    re.IGNORECASE,
)
PERCENT = _span(r"%|percent\b|per cent\b")
CLOCK = rf"(?:\d{{1,2}}[:.]\d{{2}}(?:\s*[ap]\.?m\b\.?)?|\d{{1,2}}\s*(?:[ap]\.?m\b\.?|o['’]clock)|noon|midday|midnight|(?:(?:half|(?:a )?quarter) past |(?:a )?quarter to )(?:{CLOCK_WORDS}|\d{{1,2}})|{CLOCK_WORDS} (?:o['’]clock|[ap]\.?m\b\.?))"
TIME = re.compile(
    rf"(?<![\w.,:€$£])(?:(?P<a>{CLOCK}|{CLOCK_WORDS}|\d{{1,2}})\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b)\s*)?(?P<b>{CLOCK})(?![\w%:]|\s*(?:€|euro))",
    re.IGNORECASE,
)
# "from ten until five": hours that no unit follows.
FROM_TO = re.compile(
    rf"\b(?:from|between) (?P<a>{CLOCK_WORDS}|\d{{1,2}}(?![\d:.,])) (?:to|until|till|and) (?P<b>{CLOCK_WORDS}|\d{{1,2}}\b)(?=[.,;:)]|\s*$|\s(?:on|at|every|each|and|but|in the|daily)\b)",
    re.IGNORECASE,
)
ALWAYS = re.compile(r"\b24/7\b|\baround the clock\b|\b24 hours a day\b|\bday and night\b", re.IGNORECASE)
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{MONTH})\b(?:,? \d{{4}})?|\b(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    r"|\b\d{4}-(?P<m3>\d{2})-(?P<d3>\d{2})\b",
    re.IGNORECASE,
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY = r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?"
DAYS_OF_WEEK = re.compile(
    rf"\b(?P<from>{WEEKDAY})\s*(?:-|–|—|to|through|until)\s*(?P<until>{WEEKDAY})\b(?:(?: and|,|,? and on) (?P<also>{WEEKDAY})\b)?"
    r"|\b(?P<always>seven days a week|7 days a week|every day(?: of the week)?)\b|\b(?P<week>weekdays)\b|\b(?P<six>(?:six|6) days a week)\b",
    re.IGNORECASE,
)
SIZES: Mapping[str, tuple[str, float]] = {
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
SIZE_UNIT = "|".join(re.escape(unit) for unit in sorted(SIZES, key=len, reverse=True))
SIZE = re.compile(
    rf"(?<![\w.,€$£])(?:(?P<a>{NUMBER}){TO})?(?P<b>{NUMBER})[\s-]*(?P<unit>{SIZE_UNIT})(?!\w)",
    re.IGNORECASE,
)
VERSION = re.compile(
    r"\b(?P<name>iOS|iPadOS|Android|Windows|macOS|Chrome|Safari|Firefox|Edge|Bluetooth|version|PHP|Python|Java|TLS|Office|Excel)\s+(?:version )?(?P<b>\d+(?:\.\d+)*)"
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WEB = re.compile(
    r"\b(?:https?://|www\.)[^\s)>\]]+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|ie|example|co\.uk|de|eu|app|dev)(?:/[^\s)>\]]*)?\b",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w.,-])(?:\+\d{1,3}[\s-]?)?\(?\d{2,5}\)?(?:[\s-]\d{2,4}){1,4}(?![\w%€]|[.,]\d)|(?<!\w)(?:\+\d{8,14}|0\d{6,11})\b"
)
COUNT = re.compile(
    rf"(?<![\w.,:/#€$£+-])(?:(?P<a>{NUMBER}){TO})?(?P<b>{NUMBER})(?P<gap>[\s-]+)(?P<noun>[a-z][\w'’-]*(?:\s+[a-z][\w-]*){{0,2}})",
    re.IGNORECASE,
)
TIMES = re.compile(
    r"(?P<b>\btwice\b|\bonly once\b|\bonce only\b|(?<=be )\w+ed once\b|\bjust once\b)", re.IGNORECASE
)
NO_NOUN = frozenset({
    "of", "or", "and", "to", "in", "on", "at", "by", "for", "from", "with", "the", "a", "an",
    "is", "are", "was", "were", "has", "have", "can", "cannot", "will", "may", "must", "that", "which", "who",
    "if", "when", "as", "other", "another", "more", "less", "per", "each", "way", "click", "tap", "thing", "moment",
})  # fmt: skip
RATE = re.compile(
    r"\s*(?:/|\bper\b|\ban?\b|\beach\b|\bevery\b)\s*(?P<per>second|hour|night|day|week|fortnight|month|quarter|year|annum)\b|\s*(?P<ly>monthly|yearly|annually|weekly|a day)\b",
    re.IGNORECASE,
)
BOUNDS = (
    ("least", re.compile(r"(?<!\bno )(?<!\bnot )\b(?:at least|minimum(?: \w+)?(?: is| of)?|min\.?|from|over|above|more than|starting at|starts at|exceed(?:s|ing)?|longer than|older than|not less than|no less than|beyond)\s*(?:about |around |the |a |total of )?$", re.IGNORECASE)),
    ("most", re.compile(r"\b(?:within|up to|at most|maximum(?: \w+)?(?: is| of)?|max\.?|no more than|no later than|not more than|no longer than|under|less than|below|until|till|by|before|limit(?: is| of)?|inside|fewer than|shorter than)\s*(?:about |around |the |a |first |total of |next )?$", re.IGNORECASE)),
    ("after", re.compile(r"\b(?:after|following)\s*(?:about |around |the |a )?$", re.IGNORECASE)),
)  # fmt: skip
AFTERWARDS = (
    ("least", re.compile(r"^\s*(?:or more|or longer|or older|or above|or over|and over|and above|or later|or newer|or higher|minimum|\+)", re.IGNORECASE)),
    ("most", re.compile(r"^\s*(?:or less|or fewer|or under|maximum|at most|at the latest|or below)", re.IGNORECASE)),
    ("after", re.compile(r"^\s*later\b", re.IGNORECASE)),
)  # fmt: skip
OPENS = re.compile(r"\b(open|close)s?\b[^.,;\d]{0,25}\bat\s*$", re.IGNORECASE)
ONE_WEEKDAY = re.compile(
    rf"\b(?P<how>until|by|before|no later than|every)\s+(?P<day>{WEEKDAY})\b(?!\s*(?:to|–|-|and|or|through|,)\s*{WEEKDAY}\b)",
    re.IGNORECASE,
)
AGED = re.compile(rf"\bage(?:d)?(?: of)?\s+(?P<b>{NUMBER})\b(?!\s*(?:€|%|days?|months?))", re.IGNORECASE)
