"""Which request a message makes in another language than English: phrases, for no local model reads those languages.

All of these languages are tried on every message that is not surely English: a short one often has no certain language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agent.explicit.phrases import SENTENCE, any_of, word_groups
from agent.explicit.text import fold
from agent.gloss import ENGLISH
from agent.language import detect
from agent.models.understanding import order_number
from knowledge import yaml_files

_READ = 1_500  # characters of a message, as in `wishes.py`


@dataclass(frozen=True)
class _Phrases:
    """`how` and `may`: a question about a rule, the second only where no order is named."""

    how: re.Pattern[str]
    may: re.Pattern[str]
    wishes: Mapping[str, re.Pattern[str]]


def wish_in_other_words(text: str) -> str | None:
    """The request that the text makes in one of these languages; None for none, or for a question about a rule."""
    if detect(text)[0] == ENGLISH:
        return None
    folded = fold(text[:_READ])
    found = next((wish for wish, phrase in _phrases().wishes.items() if phrase.search(folded)), None)
    return None if found is None or asks_about_rule_in_other_words(text) else found


def asks_about_rule_in_other_words(text: str) -> bool:
    """Whether it asks in one of these languages how something works ("Wie schicke ich etwas zurück?")."""
    folded = fold(text[:_READ])
    return bool(_phrases().how.search(folded) or (_phrases().may.search(folded) and not order_number(text)))


@cache
def _phrases() -> _Phrases:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml_files.load_texts(text)
    words = word_groups(data["words"])
    read = {
        name: any_of(listed, words, "", ends=SENTENCE)
        for name, listed in {"how": data["how"], "may": data["may"], **data["wishes"]}.items()
    }
    return _Phrases(read.pop("how"), read.pop("may"), read)
