"""What only the model may read, its instructions and a colleague's note, and whether a text of the model's tells it.

Plain comparison, whatever the model was talked into: runs of the same words, tokens that stand nowhere else, spelt out, backwards
or encoded; and of a note, which is short, its own words. A leak in words of one's own is left to the phrases of `saying/`.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from agent.explicit.text import clean, plain_letters
from agent.wording import content_words

RUN = 8  # words in a row that instructions and an honest sentence do not share by chance
NOTE_RUN = 5  # the same for a note, which no honest sentence repeats
SHORTEST_TOKEN = 5  # letters and digits of a token that could be a password, a code or a canary
NOTE_SHARE = 0.5  # of a sentence's meaning words, those that only the note has

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[^\s\"'`()<>\[\]{},;|]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}|(?:[0-9a-fA-F]{2}[\s:]?){8,}")
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


@dataclass(frozen=True)
class Confidential:
    """`instructions` as rendered for this turn, and the `note` of a hand-back, empty for none."""

    instructions: str = ""
    note: str = ""

    def told_in(self, text: str, visible: Iterable[str]) -> bool:
        """Whether the text tells of them what the customer cannot read in any of the `visible` texts."""
        if not self.instructions and not self.note:
            return False
        text = clean(text)
        runs = {length: secret & _runs(text, length) for length, secret in self._runs.items()}
        ways = _ways_to_write(text)
        tokens = [token for token in self._tokens if any(token in way for way in ways)]
        words = content_words(text)
        of_note = words & self._note_words
        if not (any(runs.values()) or tokens or of_note):
            return False
        seen = "\n".join(visible)
        squeezed = _squeezed(seen)
        return (
            any(found - _runs(seen, length) for length, found in runs.items() if found)
            or any(token not in squeezed for token in tokens)
            or (bool(of_note) and len(of_note - content_words(seen)) >= NOTE_SHARE * len(words))
        )

    @cached_property
    def _runs(self) -> dict[int, frozenset[tuple[str, ...]]]:
        return {RUN: _runs(clean(self.instructions), RUN), NOTE_RUN: _runs(clean(self.note), NOTE_RUN)}

    @cached_property
    def _tokens(self) -> frozenset[str]:
        """Tokens that no word of a language looks like, without what stands between their letters and digits."""
        found = (
            token.strip(".:!?*_") for token in _TOKEN.findall(clean(f"{self.instructions}\n{self.note}"))
        )
        squeezed = (_squeezed(token) for token in found if _is_odd(token))
        return frozenset(token for token in squeezed if len(token) >= SHORTEST_TOKEN)

    @cached_property
    def _note_words(self) -> frozenset[str]:
        return content_words(clean(self.note))


NOTHING_CONFIDENTIAL = Confidential()


def _runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(plain_letters(text))
    return frozenset(tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def _is_odd(token: str) -> bool:
    """Letters with digits, capitals inside or throughout, or an address."""
    letters, digits = any(c.isalpha() for c in token), any(c.isdigit() for c in token)
    return (letters and digits) or sum(c.isupper() for c in token[1:]) > 1 or "@" in token


def _squeezed(text: str) -> str:
    return "".join(c for c in plain_letters(text) if c.isalnum())


def _ways_to_write(text: str) -> list[str]:
    """The text's letters and digits as they stand, backwards, turned by 13, and decoded from Base64 or hex."""
    plain = _squeezed(text)
    return [plain, plain[::-1], plain.translate(_ROT13), *map(_squeezed, _decoded(text))]


def _decoded(text: str) -> list[str]:
    decoded = []
    for encoded in _ENCODED.findall(text):
        bare = re.sub(r"[\s:]", "", encoded)
        for decode in (bytes.fromhex, _from_base64):
            try:
                decoded.append(decode(bare).decode("utf-8", errors="ignore"))
            except (ValueError, binascii.Error):
                continue
    return decoded


def _from_base64(text: str) -> bytes:
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4))
