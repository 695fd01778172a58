"""What a customer's words say about orders: pure functions over text, for the offline model.

What kind of request it is comes from the local transformer (`agent/reader.py`); here only details are found:
which order, which items, which address.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from agent.actions import CancelReason, ReturnReason
from agent.consent import Consent, read_consent
from agent.orders import Order, OrderItem, RefundTo
from agent.rules import LIMITS

# With the shop's letters anywhere; bare digits only where they cannot be a postcode or a price.
_ORDER_NUMBER = re.compile(
    r"\bTT[\s-]?(?P<full>\d{4,6})\b|(?:#|\border (?:number |no\.? |nr\.? )?)#?(?P<named>\d{4,6})\b|^\W*(?P<alone>\d{4,6})\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "last": 99}
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLAIN = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "order",
        "orders",
        "item",
        "items",
        "pair",
        "set",
        "size",
        "one",
        "two",
        "both",
        "all",
        "from",
    ]
)

# A question about a rule ("How do I cancel?", "Can I return a tent?") and not a request for a deed.
_RULE_QUESTION = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|but|also|ok|okay|please)\W+)*"
    r"(?:how|what|when|which|why|who|do you|does|is it|is there|are there|are|can (?:i|you|we)|could i|may i|am i|if|"
    r"must i|should i|would i|will i|have i got)\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\b(?:how (?:do|can|does|long|much|many|would)|what (?:is|are|happens|if))\b", re.IGNORECASE
)
_OWN = re.compile(
    r"\b(?:my|this|that|the) (?:\w+ ){0,2}?(?:orders?|parcels?|packages?|purchase)\b", re.IGNORECASE
)
_ALL = re.compile(r"\b(?:all|everything|both|each|every item|the whole|the lot)\b", re.IGNORECASE)
_NUMBERS = {
    "a": 1, "an": 1, "a single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "half a dozen": 6, "a dozen": 12,
}  # fmt: skip
_NUMBER = r"\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_DROPPED = re.compile(
    r"\b(?:never ?mind|forget (?:it|that|about it)|no,? wait|wait,? (?:no|don['’]?t)|leave it|rather not|actually no)\b",
    re.IGNORECASE,
)
_MISTAKE = re.compile(r"\b(?:mistake|accident\w*|wrong(?:ly)?|twice|double|error)\b", re.IGNORECASE)
_UNNEEDED = re.compile(
    r"\b(?:no longer|any ?more|don['’]?t (?:need|want)|do not (?:need|want)|not needed|changed my mind|elsewhere)\b",
    re.IGNORECASE,
)
_FAULTY = re.compile(
    r"\b(?:faulty|broken?|broke|defect\w*|damaged|torn|ripped|leak\w*|does(?:n['’]t| not) work)\b",
    re.IGNORECASE,
)
_MISFIT = re.compile(
    r"\b(?:too (?:small|big|large|tight|loose|long|short|wide|narrow)|does(?:n['’]t| not) fit|don['’]t fit|wrong size)\b",
    re.IGNORECASE,
)
_CHANGED_MIND = re.compile(
    r"\b(?:changed my mind|don['’]?t like|do not like|don['’]?t want|not what i)\b", re.IGNORECASE
)
_GIFT_CARD = re.compile(r"\bgift ?cards?\b|\bvoucher\b|\bstore credit\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"\b(?:original|(?:my|the|credit|debit) card|visa|mastercard|pay ?pal|bank account|my bank|same way|money back|how i paid)\b",
    re.IGNORECASE,
)


def asks_about_rule(text: str) -> bool:
    """Whether it asks how something works, rather than for something to be done with one's own order."""
    if not _RULE_QUESTION.match(text):
        return False
    return bool(_HOW.search(text)) or not (_OWN.search(text) or order_number(text))


def drops_request(text: str) -> bool:
    """Whether the customer takes an unfinished request back ("hmm no wait, don't", "never mind")."""
    return read_consent(text) is Consent.NO or _DROPPED.search(text) is not None


def order_number(text: str) -> str | None:
    """The last order number as typed ('10432', 'tt 10432', '#TT-10432'), in the shop's form."""
    digits = [match.group(match.lastgroup or 0) for match in _ORDER_NUMBER.finditer(text)]
    return f"TT-{digits[-1]}" if digits else None


def place_meant(text: str) -> int | None:
    """'The second one' of a list: 2; None if no place is named. 99 is the last, however long the list."""
    words = re.findall(r"\w+", text.lower())
    return next((_PLACES[word] for word in words if word in _PLACES), None)


def orders_meant(text: str, orders: Sequence[Order]) -> list[Order]:
    """The orders that the text points to: by number, by an item's name, or by place ('the latest')."""
    if number := order_number(text):
        return [order for order in orders if order.number == number]
    if re.search(
        r"\b(?:latest|newest|last|most recent)\b.{0,12}\b(?:order|one|purchase)\b", text, re.IGNORECASE
    ):
        return list(orders[:1])
    scores = [max((_likeness(text, item) for item in order.items), default=0) for order in orders]
    best = max(scores, default=0)
    return [order for order, score in zip(orders, scores, strict=True) if best and score == best]


def items_meant(text: str, items: Sequence[OrderItem]) -> list[OrderItem]:
    """The items that the text names; all of them for 'everything' and the like; none where it could be several.

    Each item must be named by a word of its own: "the boots and the lamp" means two, "merino" alone could mean
    any of two and means none.
    """
    if _ALL.search(text):
        return list(items)
    words = {item.id: _shared_words(text, item) for item in items}
    if any(words[a.id] == words[b.id] != set() for a, b in combinations(items, 2)):
        return []
    named: list[OrderItem] = []
    covered: set[str] = set()
    for item in sorted(items, key=lambda item: -len(words[item.id])):
        if words[item.id] - covered:
            named.append(item)
            covered |= words[item.id]
    return named


def quantity_meant(text: str, item: OrderItem) -> int | None:
    """How many pieces of an item: all, or the number before its name; None if it is not said and could be several."""
    left = item.quantity - item.returned
    if left == 1 or _ALL.search(text):
        return left
    for word in _words(item.name):
        if match := re.search(rf"\b({_NUMBER})\b(?:\W+\w+){{0,3}}?\W+{_singular(word)}", text.lower()):
            return min(_as_number(match.group(1)), left)
    return None


def number_meant(text: str) -> int | None:
    """The number in an answer to "How many?"; a large one for 'all'; None if there is none."""
    if _ALL.search(text):
        return 99
    match = re.search(rf"\b({_NUMBER})\b", text.lower())
    return _as_number(match.group(1)) if match else None


def cancel_reason(text: str) -> CancelReason | None:
    """The reason for a cancellation, if it is said."""
    if _UNNEEDED.search(text):
        return CancelReason.NO_LONGER_NEEDED
    return CancelReason.ORDERED_BY_MISTAKE if _MISTAKE.search(text) else None


def return_reason(text: str) -> ReturnReason | None:
    """The reason for a return, if it is said."""
    for pattern, reason in (
        (_FAULTY, ReturnReason.FAULTY),
        (_MISFIT, ReturnReason.DOES_NOT_FIT),
        (_CHANGED_MIND, ReturnReason.CHANGED_MY_MIND),
    ):
        if pattern.search(text):
            return reason
    return None


def refund_choice(text: str) -> RefundTo | None:
    """Where the refund shall go, if it is said."""
    if _GIFT_CARD.search(text):
        return RefundTo.GIFT_CARD
    return RefundTo.ORIGINAL if _ORIGINAL.search(text) else None


# Postcode before or after the town: "D02 X285 Dublin", "80331 München", "Galway H91 E9C2".
_POSTCODE = re.compile(
    r"\b(?:[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|(?:[A-Z]{1,2}-)?\d{4,5}(?: ?[A-Z]{2})?|\d{2}-\d{3})\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^.*?\b(?:address(?: is| to)?|send (?:it|them) to|deliver (?:it )?to|(?:ship|change) (?:it )?to|to|is)\s*:?\s+(?=\S*\s*\S*\d|\d)",
    re.IGNORECASE | re.DOTALL,
)
_COUNTRIES = {
    "ireland": "IE", "éire": "IE", "germany": "DE", "deutschland": "DE", "france": "FR", "netherlands": "NL",
    "the netherlands": "NL", "belgium": "BE", "austria": "AT", "spain": "ES", "italy": "IT", "portugal": "PT",
    "poland": "PL", "polska": "PL", "denmark": "DK", "sweden": "SE", "finland": "FI", "norway": "NO",
    "switzerland": "CH", "united kingdom": "GB", "uk": "GB", "great britain": "GB", "luxembourg": "LU",
}  # fmt: skip


def address_fields(text: str) -> dict[str, str]:
    """Parts of an address as typed in lines or between commas; only those that are found.

    Keys: name, line1, line2, postcode, city, country (ISO 3166-1 alpha-2).
    """
    found: dict[str, str] = {}
    text = re.sub(r"\bTT[\s-]?\d{4,6}\b", "", text, flags=re.IGNORECASE)
    parts = [part.strip(" .") for part in re.split(r"[,\n;]+", text) if part.strip(" .")]
    if parts and parts[-1].casefold() in _COUNTRIES:
        found["country"] = _COUNTRIES[parts.pop().casefold()]
    rest: list[str] = []
    for place, part in enumerate(parts):
        match = _POSTCODE.search(part) if place or len(parts) == 1 else None
        town = (part[: match.start()] + part[match.end() :]).strip(" ,") if match else ""
        if match and not re.search(r"\d", town):
            found["postcode"] = match.group().upper()
            if town:
                found["city"] = town
            elif rest and "city" not in found and not re.search(r"\d", rest[-1]):
                found["city"] = rest.pop()
        elif "postcode" in found and "city" not in found:
            found["city"] = part
        else:
            rest.append(part)
    street = next((i for i, part in enumerate(rest) if re.search(r"\d", part)), None)
    if street is None:
        return found
    if street > 0 and not _LEAD_IN.match(rest[street - 1] + " 1"):
        found["name"] = rest[street - 1]
    found["line1"] = _LEAD_IN.sub("", rest[street])
    if rest[street + 1 :]:
        found["line2"] = ", ".join(rest[street + 1 :])
    return found


def in_words(moment: datetime) -> str:
    """'18 November 2026', the day in the shop's time zone."""
    day = moment.astimezone(ZoneInfo(LIMITS.time_zone))
    return f"{day.day} {day:%B %Y}"


def _as_number(word: str) -> int:
    return max(1, int(word)) if word.isdigit() else _NUMBERS[word]


def _likeness(text: str, item: OrderItem) -> int:
    """How many words of an item's name the text contains."""
    return len(_shared_words(text, item))


def _shared_words(text: str, item: OrderItem) -> set[str]:
    said = {_singular(word) for word in _words(text)}
    return {_singular(word) for word in _words(item.name)} & said


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _PLAIN]


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
