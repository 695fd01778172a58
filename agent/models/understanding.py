"""What a customer's words say, taken by themselves: pure functions over text, for the offline model.

Which request it is stands in `wishes.py`, which of several things is meant in `choosing.py`.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from agent.actions import CancelReason, GoodwillReason, PartialReason, ReturnReason
from agent.consent import Consent, read_consent
from agent.orders import PaymentKind, PaymentMethod, RefundTo
from agent.rules import LIMITS

# With the shop's letters anywhere, also where O or l was typed for a digit; bare digits only where they cannot be a
# postcode or a price.
_ORDER_NUMBER = re.compile(
    r"\bTT[\s_.-]*(?=\w*\d)(?P<full>[\dOIl]{4,6})\b|(?:#|\border (?:number |no\.? |nr\.? )?)#?(?P<named>\d{4,6})\b|^\W*(?P<alone>\d{4,6})\W*$"
    # A letter or two and six digits or more, as other shops number; no postcode has so many.
    r"|#?\b(?P<other>[A-Z]{1,2}\d{6,9})\b",
    re.IGNORECASE | re.MULTILINE,
)
_MISREAD = str.maketrans("OoIil", "00111")

# A question about a rule ("How do I cancel?", "Can I return a tent?") and not a request for a deed.
_RULE_QUESTION = re.compile(
    r"^\W*(?:(?:hi|hello|hey|thanks|thank you|great|good|perfect|fine|so|and|but|also|ok|okay|please|wait|actually|by the way)\W+)*"
    r"(?:(?:(?:within|in|for|by|until|till|up to|after|from|since|on|at|under|with|to|about|of) )?(?:how|what|when|which|whom?)|why|do you|does|is it|is there|are there|are|can (?:i|you|we)|could i|may i|am i|if|"
    r"must i|should i|would i|will i|have i got)\b",
    re.IGNORECASE,
)
_ASKED_INSIDE = re.compile(
    r"\b(?:(?:until|till|by|from|since) when|(?:within )?how many (?:\w+ )?days|number of days|how long (?:do|does|have|has|can))\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\b(?:how (?:do|can|does|long|much|many|would)|what (?:is|are|happens|if))\b", re.IGNORECASE
)
_OWN = re.compile(
    r"\b(?:my|this|that|the) (?:\w+ ){0,2}?(?:orders?|parcels?|packages?|purchase)\b|\bcan you\b.*\b(?:my|me)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:all|everything(?! else)|both|each|every item|the whole|the lot)\b", re.IGNORECASE)
ALL = 99  # pieces: all that are left
_NUMBERS = {
    "a": 1, "an": 1, "a single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "half a dozen": 6, "a dozen": 12,
}  # fmt: skip
NUMBER = r"\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_DROPPED = re.compile(
    r"\b(?:never ?mind|forget (?:it|that|about it)|no,? wait|wait,? (?:no|don['’]?t)|leave it|rather not|actually no)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^\W*(?:oh,? |ah,? |oops,? |hmm,? )?(?:actually|sorry|no(?=,)|wait|rather|i meant?|make (?:it|that)|not)\b|\binstead\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|that|this|them|that one|this one|current one|whole|entire|instead|then|again)\b",
    re.IGNORECASE,
)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


REASONS: Mapping[type[StrEnum], Mapping[StrEnum, re.Pattern[str]]] = MappingProxyType(
    {
        CancelReason: {
            CancelReason.NO_LONGER_NEEDED: _pattern(
                r"no longer|any ?more|don['’]?t (?:need|want)|do not (?:need|want)|not needed|(?:changed|change of) my mind"
                r"|changed mind|elsewhere"
            ),
            CancelReason.ORDERED_BY_MISTAKE: _pattern(r"mistake|accident\w*|wrong(?:ly)?|twice|double|error"),
        },
        ReturnReason: {
            ReturnReason.FAULTY: _pattern(
                r"faulty|broken?|broke|defect\w*|damaged|torn|ripped|leak\w*|does(?:n['’]t| not) work"
            ),
            ReturnReason.DOES_NOT_FIT: _pattern(
                r"too (?:small|big|large|tight|loose|long|short|wide|narrow)|does(?:n['’]t| not) fit|don['’]t fit|wrong size"
            ),
            ReturnReason.CHANGED_MY_MIND: _pattern(
                r"changed my mind|don['’]?t like|do not like|don['’]?t want|not what i"
            ),
        },
        PartialReason: {
            PartialReason.PRICE_DROPPED: _pattern(
                r"cheaper|price|reduced|on sale|discount\w*|costs? less|lower"
            ),
            PartialReason.MISSING: _pattern(
                r"missing|not (?:in|there)|never (?:in|came)|did(?:n['’]t| not) get|lacks?"
            ),
            PartialReason.DAMAGED: _pattern(
                r"damaged?|broken?|broke|torn|ripped|scratch\w*|dent\w*|crack\w*|stain\w*"
            ),
        },
        GoodwillReason: {
            GoodwillReason.LATE_DELIVERY: _pattern(r"late|delay\w*|slow|waited|waiting|days|weeks"),
            GoodwillReason.FAILED_REPAIR: _pattern(r"repair\w*|fix\w*|mend\w*"),
            GoodwillReason.WRONG_PROMISE: _pattern(
                r"promis\w*|told|said|wrong (?:information|advice)|advice"
            ),
        },
    }
)
_GIFT_CARD = re.compile(r"\bgift ?cards?\b|\bvoucher\b|\bstore credit\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"\b(?:original|(?:my|the|credit|debit) card|visa|mastercard|pay ?pal|bank account|my bank|same way|money back|how i paid)\b",
    re.IGNORECASE,
)
_A_CARD = re.compile(r"\b(?:my|credit|debit) card\b", re.IGNORECASE)
_METHOD_NAMES = re.compile(r"\b(?:visa|mastercard|amex|pay ?pal)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"(?:€|eur|euros?|£|\$)\s?(?P<after>\d{1,4}(?:[.,]\d{2})?)\b|\b(?P<before>\d{1,4}(?:[.,]\d{2})?)\s?(?:€|eur\b|euros?\b|£|\$)|^\W*(?P<alone>\d{1,4}(?:[.,]\d{2})?)\W*$",
    re.IGNORECASE,
)


def asks_about_rule(text: str) -> bool:
    """Whether it asks how something works, rather than for something to be done with one's own order."""
    if _ASKED_INSIDE.search(text):
        return not (_OWN.search(text) or order_number(text))
    if not _RULE_QUESTION.match(text):
        return False
    return bool(_HOW.search(text)) or not (_OWN.search(text) or order_number(text))


def drops_request(text: str) -> bool:
    """Whether the customer takes an unfinished request back ("hmm no wait, don't", "never mind")."""
    return read_consent(text) is Consent.NO or _DROPPED.search(text) is not None


def corrects(text: str) -> bool:
    """Whether it sets something right that was said before ("sorry, three of them")."""
    return _CORRECTS.search(text) is not None


def points_back(text: str) -> bool:
    """Whether it speaks of what was spoken of ("cancel it then")."""
    return _POINTS_BACK.search(text) is not None


def means_all(text: str) -> bool:
    """Whether it means all of several things."""
    return _ALL.search(text) is not None


def order_number(text: str) -> str | None:
    """The last order number as typed ('10432', 'tt 10432', '#TT-1O432', '#w5270061'), in the shop's form."""
    match = next(reversed([*_ORDER_NUMBER.finditer(text)]), None)
    if match is None:
        return None
    typed = match.group(match.lastgroup or 0)
    return typed.upper() if match.lastgroup == "other" else f"TT-{typed.translate(_MISREAD)}"


def without_order_numbers(text: str) -> str:
    """The same words without order numbers, whose digits are neither sizes nor amounts."""
    return _ORDER_NUMBER.sub(" ", text)


def number_meant(text: str) -> int | None:
    """The number in an answer to "How many?"; a large one for 'all'; None if there is none."""
    if means_all(text):
        return ALL
    match = re.search(rf"\b({NUMBER})\b", text.lower())
    return as_number(match.group(1)) if match else None


def counts(text: str) -> bool:
    """Whether it names a number; the article in "a gift card" is none."""
    return number_meant(re.sub(r"\ban?\b", "", without_order_numbers(text), flags=re.IGNORECASE)) is not None


def as_number(word: str) -> int:
    """'two' or '2' as 2; at least one."""
    return max(1, int(word)) if word.isdigit() else _NUMBERS[word]


def reason_meant(text: str, kind: type[StrEnum]) -> StrEnum | None:
    """The reason of this kind, if it is said."""
    return next((reason for reason, pattern in REASONS[kind].items() if pattern.search(text)), None)


def refund_choice(text: str, paid_with: PaymentMethod | None = None) -> RefundTo | None:
    """Where the refund shall go, if it is said. Another method than it was `paid_with` is no choice."""
    if _GIFT_CARD.search(text):
        return RefundTo.GIFT_CARD
    named = _METHOD_NAMES.search(text)
    if named and paid_with and named.group().replace(" ", "").lower() not in paid_with.label.lower():
        return None
    if paid_with and paid_with.kind is not PaymentKind.CARD and _A_CARD.search(text):
        return None
    return RefundTo.ORIGINAL if _ORIGINAL.search(text) else None


def amount_meant(text: str) -> str | None:
    """'€10' or 'ten euros' is not guessed at: a sum in figures with its sign, or alone. "10.00"."""
    match = _AMOUNT.search(without_order_numbers(text))
    return match.group(match.lastgroup or 0).replace(",", ".") if match else None


def in_words(moment: datetime | date) -> str:
    """'18 November 2026', the day in the shop's time zone."""
    day = moment.astimezone(ZoneInfo(LIMITS.time_zone)) if isinstance(moment, datetime) else moment
    return f"{day.day} {day:%B %Y}"
