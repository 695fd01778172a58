"""Does a message say plainly yes or no? By code, because a model must not decide that a customer agreed (law 1).

A message counts only if it consists of nothing but yes-phrases and courtesies, or nothing but no-phrases and
courtesies (`consent.yaml`). Anything else is `UNCLEAR`, and the customer is asked again: a missed yes costs a click, a
false one an order. Mere acknowledgements ("ok", "vale", "d'accord") are courtesies: they can mean "I see".
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from knowledge import yaml_files


class Consent(StrEnum):
    """What a reply to an open proposal says."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_PHRASES = Path(__file__).with_suffix(".yaml")
_GAP = re.compile(r"[ ,]+|[!.] ?(?=.)")
# A full stop or exclamation marks may end a plain answer; a question mark or an ellipsis makes it doubtful.
_END = re.compile(r"(?<!\.)\.$|!+$")
_LONGEST = 60  # characters; a plain answer is short
_TWICE = 2  # "yes yes" is a yes; said once more it is as often impatience or irony


def read_consent(text: str) -> Consent:
    """YES or NO if the whole text plainly says so in en, de, fr, es, it, pt, nl or pl; else UNCLEAR."""
    rest = _END.sub("", _plain(text)).rstrip().lstrip("¡")
    if not rest or len(rest) > _LONGEST:
        return Consent.UNCLEAR
    said = {language.read(rest) for language in _languages()} - {Consent.UNCLEAR}
    return said.pop() if len(said) == 1 else Consent.UNCLEAR


@dataclass(frozen=True)
class _Language:
    """`meaning`: each phrase with what it says, courtesies with None. `phrase`: the longest that fits."""

    meaning: Mapping[str, Consent | None]
    phrase: re.Pattern[str]
    doubtful: frozenset[str]

    def read(self, rest: str) -> Consent:
        """What a plain text says in this language."""
        phrases: list[str] = []
        while match := self.phrase.match(rest):
            phrases.append(match.group())
            rest = rest[match.end() :]
            if not rest:
                return self._meant(phrases)
            gap = _GAP.match(rest)
            if gap is None:
                break
            rest = rest[gap.end() :]
        return Consent.UNCLEAR

    def _meant(self, phrases: list[str]) -> Consent:
        whole = f" {' '.join(phrases)} "
        meanings = {meaning for phrase in phrases if (meaning := self.meaning[phrase]) is not None}
        if len(meanings) != 1 or any(f" {doubt} " in whole for doubt in self.doubtful):
            return Consent.UNCLEAR
        (meaning,) = meanings
        repeated = max(phrases.count(phrase) for phrase in phrases) > _TWICE
        return Consent.UNCLEAR if meaning is Consent.YES and repeated else meaning


@cache
def _languages() -> tuple[_Language, ...]:
    tables = yaml_files.load_texts(_PHRASES.read_text("utf-8"))
    courtesies = _phrases(tables.pop("courtesies"))
    return tuple(_language(table, courtesies) for table in tables.values())


def _language(table: Mapping[str, str], courtesies: frozenset[str]) -> _Language:
    meaning: dict[str, Consent | None] = dict.fromkeys(courtesies)
    meaning |= dict.fromkeys(_phrases(table["yes"]), Consent.YES)
    meaning |= dict.fromkeys(_phrases(table["no"]), Consent.NO)
    # The longest phrase first, so that "claro que no" is not read as "claro".
    longest_first = "|".join(re.escape(p) for p in sorted(meaning, key=len, reverse=True))
    return _Language(meaning, re.compile(longest_first), _phrases(table.get("doubtful", "")))


def _phrases(table: str) -> frozenset[str]:
    return frozenset(plain for phrase in table.split("|") if (plain := _plain(phrase)))


def _plain(text: str) -> str:
    """Lower case, no accents, one kind of apostrophe, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("ł", "l"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
