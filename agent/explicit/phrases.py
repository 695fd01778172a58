"""Phrase files: one for each language but English, read once. `README.md` tells how a phrase is written.

A phrase becomes a regular expression in which every repetition is bounded, so reading takes time in proportion to the
text, whatever stands in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Self

import yaml

from agent.explicit.stake import Stake
from agent.explicit.text import plain_letters
from knowledge import yaml_files

FOLDER = Path(__file__).parent
SECTIONS = frozenset({"person", "whether_ai", *Stake})

SENTENCE, CLAUSE = ".!?;", ".!?;,:"  # what no phrase reaches across, and no innocent one
_BETWEEN = r"[^\w{ends}]{0,4}\b"
_SKIPPED = r"(?:[^\w{ends}]{1,4}\w{1,30}){0,6}?"
_MEANING = {
    " ... ": _SKIPPED + _BETWEEN,
    " ": _BETWEEN,
    "(": "(?:",
    "*": r"\w{0,30}",
    "'": "[' ]?",
    "-": "[- ]?",
    "^": r"\A\W{0,9}",
    "$": r"\W{0,9}\Z",
}
_SIGN = re.compile(r" \.\.\. |[ (*'^$-]")
_READABLE = re.compile(r"(?:\.\.\.|[^\W_]|[ ()|?*'^$-])+")
_NAME = re.compile(r"<(\w+)>")
_TITLE = re.compile(r'[«"„]\w+ [^«»"„]{1,40}[»"]')  # several words in quotation marks: a book, a film, a game


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language, compiled."""

    language: str
    innocent: re.Pattern[str]
    """What sounds like one of the others and is not: an idiom, a wish denied, a person praised."""
    sections: Mapping[str, re.Pattern[str]]
    """`person`, `whether_ai` and stakes."""

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read one phrase file. Raises ValueError, naming file and phrase, where one cannot be read."""
        try:
            data: dict[str, Any] = yaml_files.load_texts(file.read_text(encoding="utf-8"))
            words = word_groups(data.pop("words"))
            innocent = any_of(data.pop("innocent"), words, file.stem, ends=CLAUSE)
            sections = {
                name: any_of(listed, words, file.stem, ends=SENTENCE) for name, listed in data.items()
            }
        except (ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{file.name}: {error}") from error
        if unknown := sections.keys() - SECTIONS:
            raise ValueError(f"{file.name}: unknown sections: {', '.join(sorted(unknown))}")
        return cls(file.stem, innocent, sections)

    def found_in(self, folded: str) -> set[str]:
        """The sections of which a phrase stands in the text. Innocent phrases are taken out before."""
        left = self.innocent.sub(" . ", as_written_in(self.language, _TITLE.sub(" ", folded)))
        return {name for name, pattern in self.sections.items() if pattern.search(left)}


@cache
def load_all() -> tuple[Phrases, ...]:
    """The phrases of every language."""
    return tuple(Phrases.load(file) for file in sorted(FOLDER.glob("*.yaml")))


@lru_cache(maxsize=8)  # the wish for a person and the stakes are asked of one message, one after the other
def found_in_any(folded: str) -> frozenset[str]:
    """The sections of which a phrase of any language stands in the text."""
    return frozenset[str]().union(*(phrases.found_in(folded) for phrases in load_all()))


def any_of(phrases: Sequence[str], words: Mapping[str, str], language: str, *, ends: str) -> re.Pattern[str]:
    """Finds any of the phrases, as whole words, none of them across a sign of `ends`."""
    written = [_pattern(as_written_in(language, plain_letters(_spelt_out(p, words))), ends) for p in phrases]
    try:
        return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)")
    except re.error:
        bad = next(phrase for phrase, pattern in zip(phrases, written, strict=True) if not _compiles(pattern))
        raise ValueError(f"cannot be read: {bad}") from None


def _pattern(phrase: str, ends: str) -> str:
    if not _READABLE.fullmatch(phrase) or "**" in phrase or "  " in phrase:
        raise ValueError(f"cannot be read: {phrase}")
    return _SIGN.sub(lambda sign: _MEANING[sign[0]].replace("{ends}", ends), phrase)


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def word_groups(listed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each named list as one group. A list may name those above it."""
    words: dict[str, str] = {}
    for name, members in listed.items():
        words[name] = f"({'|'.join(_spelt_out(member, words) for member in members)})"
    return words


def _spelt_out(phrase: str, words: Mapping[str, str]) -> str:
    """The phrase with the words listed under `name` in place of `<name>`."""
    try:
        return _NAME.sub(lambda name: words[name[1]], phrase)
    except KeyError as error:
        raise ValueError(f"no words are listed as {error} for: {phrase}") from error


def as_written_in(language: str, folded: str) -> str:
    """In German "fuer" is "für": both are read as "fur"."""
    if language != "de":
        return folded
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
