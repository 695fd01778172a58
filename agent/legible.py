"""A message in the words that the reading model knows.

The model's tokeniser is uncased and has no emoji, so shouting and faces would be lost on it; handles and links would be
cut into noise. The same function prepares what it is trained on.
"""

import html
import re
import unicodedata

_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<!\w)@\w+")
_MASKED = re.compile(r"\[name\]", re.IGNORECASE)
_STRETCHED = re.compile(r"([A-Za-z!?.])\1{2,}")
_SPACES = re.compile(r"[ \t]{2,}")
_FEWEST = 8  # letters, from which capitals are shouting and no abbreviation
_LOUD = 0.7  # of them


def legible(text: str) -> str:
    """A clean text with emoji by their names, "@someone", "link" and a name for handles, links and "[NAME]", at most two of a letter in a
    row, and "shouting:" before what is all in capitals.
    """
    text = html.unescape(text)
    text = _MASKED.sub("Sam", _HANDLE.sub("@someone", _LINK.sub("link", text)))
    loud = _is_loud(text)
    text = _STRETCHED.sub(r"\1\1", _named(text))
    return _SPACES.sub(" ", f"shouting: {text}" if loud else text).strip()


def _is_loud(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= _FEWEST and sum(c.isupper() for c in letters) >= _LOUD * len(letters)


def _named(text: str) -> str:
    """Emoji and other pictures by their Unicode names, the same one once in a row."""
    parts: list[str] = []
    last = ""
    for c in text:
        kind = unicodedata.category(c)
        name = f" {unicodedata.name(c, '').lower()} " if kind == "So" else "" if kind == "Sk" else c
        if kind != "So" or name != last:
            parts.append(name)
        last = name if kind in {"So", "Sk"} else ""
    return "".join(parts)
