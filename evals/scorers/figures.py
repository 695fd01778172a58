"""Figures in a text, in one form: "1,234.50", "€1234.50" and "1.234,50" are 1234.5."""

import re

_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")
_CITATION = re.compile(r"\[\d+\]")
_LIST_MARK = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_SPELT = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_WORD = re.compile(rf"\b({'|'.join(_SPELT)})\b", re.IGNORECASE)


def figures_of(text: str) -> list[str]:
    """The figures of a text in their order, citations and list numbers left out."""
    plain = _LIST_MARK.sub("", _CITATION.sub("", text))
    found = [(match.start(), _one(match[0])) for match in _FIGURE.finditer(plain)]
    found += [(match.start(), str(_SPELT[match[0].lower()])) for match in _WORD.finditer(plain)]
    return [figure for _, figure in sorted(found)]


def _one(written: str) -> str:
    digits = re.sub(r"[\u00a0\u202f ]", "", written)
    whole, part = digits, ""
    if match := re.fullmatch(r"(.*)[.,](\d{1,2})", digits):
        whole, part = match[1], match[2]
    whole = re.sub(r"\D", "", whole).lstrip("0") or "0"
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole
