"""Letters that are not what they look like, letters held down, words between marks: what is meant by them."""

import re
import unicodedata

# Letters of other scripts that look like a Latin one and that NFKC leaves as they are: from Unicode's confusables
# (UTS #39), those that keyboards of Europe have and the tricks that spammers use.
_LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "с": "c", "ԁ": "d", "е": "e", "ё": "e", "һ": "h", "н": "h", "і": "i", "ї": "i", "ӏ": "l", "ј": "j",
        "к": "k", "м": "m", "о": "o", "р": "p", "ԛ": "q", "ѕ": "s", "т": "t", "у": "y", "ү": "y", "ѵ": "v", "ԝ": "w", "х": "x",
        "А": "A", "В": "B", "С": "C", "Е": "E", "Ё": "E", "Н": "H", "Һ": "H", "І": "I", "Ї": "I", "Ӏ": "I", "Ј": "J", "К": "K",
        "М": "M", "О": "O", "Р": "P", "Ԛ": "Q", "Ѕ": "S", "Т": "T", "У": "Y", "Ү": "Y", "Ѵ": "V", "Ԝ": "W", "Х": "X",
        # Greek
        "α": "a", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "η": "n",
        "ω": "w", "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
        "Τ": "T", "Υ": "Y", "Χ": "X", "ϲ": "c", "ϳ": "j", "Ϲ": "C", "Ϳ": "J",
        # Armenian
        "հ": "h", "ո": "n", "օ": "o", "ս": "u", "ց": "g", "ք": "f", "զ": "q", "յ": "j",
        # Latin letters of other alphabets and small capitals
        "ɑ": "a", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɡ": "g", "ɢ": "g", "ʜ": "h", "ı": "i", "ɪ": "i",
        "ɩ": "i", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u",
        "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
    }
)  # fmt: skip

_WORD = re.compile(r"\w+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
# Emphasis and code of Markdown around a word, not within one.
_MARKS = re.compile(r"(?<![^\W_])[*_~`]+(?=[^\W_])|(?<=[^\W_])[*_~`]+(?![^\W_])")
_HELD_DOWN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)


def undisguised(text: str) -> str:
    """The text with letters that only look Latin made Latin, where they stand for Latin ones.

    That is in words that mix scripts ("kіll" with a Cyrillic і), and, where every foreign letter of a text that also
    holds Latin ones is a look-alike, in all its words. A Russian or Greek sentence stays as it is.
    """
    if text.isascii():
        return text
    if _ASCII_LETTER.search(text) and _all_latin(text.translate(_LOOKALIKES)):
        return text.translate(_LOOKALIKES)
    return _WORD.sub(lambda word: _undisguised_word(word.group()), text)


def let_go(text: str, letters: int) -> str:
    """The text with each letter that stands three times or more in a row ("heeeelp") standing `letters` times."""
    return _HELD_DOWN.sub(lambda run: run.group(1) * letters, text)


def unmarked(text: str) -> str:
    """The text without Markdown's marks around its words ("**kill** _myself_")."""
    return _MARKS.sub("", text)


def _undisguised_word(word: str) -> str:
    if not _ASCII_LETTER.search(word):
        return word
    plain = word.translate(_LOOKALIKES)
    return plain if _all_latin(plain) else word


def _all_latin(text: str) -> bool:
    return all(c.isascii() or not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in text)
