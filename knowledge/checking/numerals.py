"""Numbers as people write them, in digits or in words: what they look like, and what they are."""

import re

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {
    **{word: value for value, word in enumerate(_ONES + _TEENS, 1)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    "a": 1, "an": 1, "zero": 0, "no": 0, "dozen": 12,
}  # fmt: skip
_FACTORS = {"hundred": 100, "thousand": 1000}

_JOIN = r"[-‐‑\s]"  # hyphens of three kinds
_ONE = f"(?:{'|'.join(_ONES)})"
# "twenty-eight" is one number: without the look ahead it could be read as a range from twenty to eight.
_SMALL = (
    rf"(?:(?:{'|'.join(_TENS)})(?:{_JOIN}{_ONE}\b|\b(?!{_JOIN}{_ONE}\b))|(?:{'|'.join(sorted(_TEENS, key=len, reverse=True))}"
    rf"|{'|'.join(_ONES)})\b)"
)
_HUNDRED = rf"(?:(?:(?:{_SMALL}|an?)\s)?hundred\b(?:\s(?:and\s)?{_SMALL})?)"
_THOUSAND = rf"(?:(?:{_HUNDRED}|{_SMALL}|an?)\sthousand\b(?:\s(?:and\s)?(?:{_HUNDRED}|{_SMALL}))?)"
WORDS = rf"(?:{_THOUSAND}|{_HUNDRED}|(?:(?:{_SMALL}|a)\s)?dozen\b|zero\b|{_SMALL})"
DIGITS = r"\d{1,3}(?:[ ,.’']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
NUMBER = rf"(?:{WORDS}(?:\s*\(\d+\))?|(?:{DIGITS}))(?:\sand\sa\shalf\b|\s?½)?"
CENTS = _SMALL
CLOCK_WORDS = rf"(?:{_ONE}|ten|eleven|twelve)\b"


def number(text: str) -> float:
    """The value of a number as people write it: 1,000 and 1.000 are a thousand, 4.95 and 4,95 are not.

    Raises `ValueError` for what is no number.
    """
    text = re.sub(r"\s*\(\d+\)", "", text.strip().lower())
    whole = re.sub(r"\sand\sa\shalf$|\s?½$", "", text)
    half = 0.5 if whole != text else 0.0
    if whole[:1].isdigit():
        return float(re.sub(r"[ ,.’'](?=\d{3}(?:\D|$))", "", whole).replace(",", ".")) + half
    return _in_words(whole) + half


def _in_words(text: str) -> float:
    total, current = 0, 0
    for word in re.split(r"[-‐‑\s]+", text):
        if word == "and":
            continue
        if word in _FACTORS:
            current = max(current, 1) * _FACTORS[word]
            if word == "thousand":
                total, current = total + current, 0
        elif word == "dozen":
            current = max(current, 1) * _VALUES[word]
        elif word in _VALUES:
            current += _VALUES[word]
        else:
            raise ValueError(f"{text!r} is no number")
    return float(total + current)
