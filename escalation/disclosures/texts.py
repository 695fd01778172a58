"""The disclosure in every language, from `disclosure.json`: the widget, the thread and the API say the same words."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("disclosure.json")
USUAL = "en"


@dataclass(frozen=True)
class Disclosure:
    """A text with what names it: the same id, version and language are the same words, but for the shop's name."""

    id: str
    version: int
    language: str
    text: str


def disclosure(shop_name: str, language: str | None = None) -> Disclosure:
    """What stands before the first word of every conversation (law 7); in English where there are no words for a language."""
    told = _told()
    spoken = language if language is not None and language in told["texts"] else USUAL
    return Disclosure(told["id"], told["version"], spoken, told["texts"][spoken].replace("{shop}", shop_name))


def languages() -> frozenset[str]:
    """The languages that it is written in."""
    return frozenset(_told()["texts"])


@cache
def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return told
