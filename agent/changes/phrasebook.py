"""What cards and receipts of changes say, in the customer's language.

The record is English, and what the check, the desk and the ledger go by. Only what the customer is shown is said in their
language: `phrases.yaml` has each phrase that code here can write. A text that is none of them stays as it is.
"""

import re
from functools import cache
from pathlib import Path

from knowledge import yaml_files

_FILE = Path(__file__).with_name("phrases.yaml")
ENGLISH = "en"
# What may stand in a blank. Those named in `_SAID` are phrases themselves; all others are facts, and stay as they are.
_BLANKS = {
    "order": r"\S+", "amount": r"\S+", "number": r"\d+", "day": r"\d+", "year": r"\d+", "month": r"[A-Z][a-z]+",
    "pieces": r"\d+ pieces?", "when": r"at once|within .+|5–7 .+", "to": r".+?", "address": r".+", "label": r".+",
}  # fmt: skip
_SAID = frozenset({"month", "pieces", "when", "to"})
_BLANK = re.compile(r"\{(\w+)\}")


def in_language(text: str, language: str | None) -> str:
    """A title, label, value, receipt or outcome as a customer of that language reads it; amounts and names unchanged."""
    if language == ENGLISH or language not in languages():
        return text
    return _said(text, language) or text


@cache
def languages() -> frozenset[str]:
    """Which there are."""
    return frozenset(phrases()[0])


@cache
def phrases() -> list[dict[str, str]]:
    """Each phrase by language."""
    found: list[dict[str, str]] = yaml_files.load(_FILE.read_text("utf-8"))
    return found


def _said(text: str, language: str) -> str | None:
    """The phrases that follow each other in a text, or the one that it is; None if it is none."""
    for end in re.finditer(r"\. (?=\S)", text):
        first, rest = _said(text[: end.start() + 1], language), _said(text[end.end() :], language)
        if first and rest:
            return f"{first} {rest}"
    for pattern, phrase in _patterns():
        if match := pattern.fullmatch(text):
            filled = {
                name: (_said(value, language) or value) if name in _SAID else value
                for name, value in match.groupdict().items()
            }
            return phrase[language].format(**filled)
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """How each phrase reads in English; those with blanks last, for they are also like others."""
    every = sorted(phrases(), key=lambda phrase: (phrase[ENGLISH].count("{"), -len(phrase[ENGLISH])))
    return [(_pattern(phrase[ENGLISH]), phrase) for phrase in every]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _BLANK.split(english)
    return re.compile(
        "".join(
            re.escape(part) if n % 2 == 0 else f"(?P<{part}>{_BLANKS[part]})" for n, part in enumerate(parts)
        )
    )
