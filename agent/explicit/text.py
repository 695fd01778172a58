"""A message as the plain-words rules read it."""

import re
import unicodedata

LONGEST = 20_000  # characters examined; of a longer text the first and the last

_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"'}
)


def clean(text: str) -> str:
    """Readable text: NFKC, no invisible or broken characters, plain quotes, at most `LONGEST` characters.

    Case, accents and line breaks stay. Zero-width and bidirectional controls go, so that "hu\u200bman" is "human".
    """
    # Cut before, so that a huge text costs little, and after, because NFKC can lengthen it.
    text = _cut(unicodedata.normalize("NFKC", _cut(text))).translate(_APOSTROPHES)
    return "".join(
        c if c == "\n" else " " if c in "\t\r\v\f" else c
        for c in text
        if c in "\n\t\r\v\f" or unicodedata.category(c) not in _INVISIBLE
    ).strip()


def _cut(text: str) -> str:
    """The first three quarters and the last quarter of a text longer than `LONGEST`."""
    if len(text) <= LONGEST:
        return text
    tail = LONGEST // 4
    return f"{text[: LONGEST - tail - 1]}\n{text[-tail:]}"


def fold(text: str) -> str:
    """`clean`, lower case, without accents, repeats ("humannn") and doubled spaces."""
    return re.sub(r"\s+", " ", _REPEATED.sub(r"\1", plain_letters(clean(text)))).strip()


def plain_letters(text: str) -> str:
    """Lower case, without accents."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("ł", "l").replace("ø", "o")
