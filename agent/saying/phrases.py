"""Phrase files on what a sentence of the AI does, one for each language, read once. `README.md` tells the sections.

A phrase becomes a regular expression in which every repetition is bounded (`agent/explicit/phrases.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Self

import yaml

from agent.explicit.phrases import CLAUSE, SENTENCE, any_of, as_written_in, word_groups
from agent.explicit.text import fold, plain_letters
from knowledge import yaml_files

FOLDER = Path(__file__).parent
SECTIONS = ("deed", "report", "promise", "hand_over", "human", "leak", "aside")


_ASKS = re.compile(
    r"\W*(?:shall|should|would|could|can|do|does|did|is|are|was|were|has|have|what|which|where|when|how|who|may|soll|sollen|mochten|kann|darf|wollen"
    r"|voulez|souhaitez|dois|puis|quieres|quiere|desea|deseas|puedo|vuoi|vuole|posso|devo|desidera|quer|deseja|devo|zal|wilt|wil|kan|mag|czy)\b[^.!;?]*\?+\W*"
)
_NOTHING = frozenset({"nothing", "nobody", "none", "nichts", "rien", "nada", "niente", "niets", "nic"})


@dataclass(frozen=True)
class Sayings:
    """The phrases of one language, compiled."""

    language: str
    sections: Mapping[str, re.Pattern[str]]
    done: Mapping[str, re.Pattern[str]]
    """Participles by kind of deed: `refund` finds "refunded" and "erstattet"."""
    innocent: re.Pattern[str]
    no: re.Pattern[str]
    small_talk: frozenset[str]

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read one phrase file. Raises ValueError, naming file and phrase, where one cannot be read."""
        try:
            data: dict[str, Any] = yaml_files.load_texts(file.read_text(encoding="utf-8"))
            done = data["done"]
            words = word_groups({**data["words"], "done": [word for kind in done.values() for word in kind]})
            compiled = {
                name: any_of(data[name], words, file.stem, ends=CLAUSE if name == "innocent" else SENTENCE)
                for name in (*SECTIONS, "innocent", "no")
            }
            return cls(
                file.stem,
                {name: compiled[name] for name in SECTIONS},
                {kind: any_of(listed, words, file.stem, ends=SENTENCE) for kind, listed in done.items()},
                compiled["innocent"],
                compiled["no"],
                frozenset(plain_letters(data["small_talk"]).split()),
            )
        except (ValueError, KeyError, yaml.YAMLError) as error:
            raise ValueError(f"{file.name}: {error}") from error

    def found_in(self, folded: str) -> set[str]:
        """The sections of which a phrase stands in the sentence. A deed that is denied is none."""
        text = as_written_in(self.language, folded)
        left = self.innocent.sub(" . ", text)
        return {
            name
            for name, pattern in self.sections.items()
            if (match := pattern.search(text if name == "aside" else left))
            and not (name in {"deed", "report", "promise"} and self._is_denied(left, match))
        }

    def _is_denied(self, text: str, match: re.Match[str]) -> bool:
        before = text[: match.start()].split()[-1:]
        return self.no.search(match[0]) is not None or (bool(before) and before[0] in _NOTHING)


@cache
def load_all() -> tuple[Sayings, ...]:
    """The phrases of every language."""
    return tuple(Sayings.load(file) for file in sorted(FOLDER.glob("*.yaml")))


@lru_cache(maxsize=64)  # several rules ask of the same sentence
def does(sentence: str) -> frozenset[str]:
    """What the sentence does, in any language: names of `SECTIONS`."""
    folded = fold(sentence)
    found = frozenset[str]().union(*(sayings.found_in(folded) for sayings in load_all()))
    # "Shall I cancel it?" does nothing; "I've cancelled it, anything else?" does.
    return found & {"human", "leak", "aside"} if _ASKS.fullmatch(folded) else found


@lru_cache(maxsize=256)
def deeds_in(text: str) -> frozenset[str]:
    """The kinds of deed of which the text has a participle, in any language."""
    folded = fold(text)
    return frozenset(
        kind
        for sayings in load_all()
        for kind, pattern in sayings.done.items()
        if pattern.search(as_written_in(sayings.language, folded))
    )


def is_small_talk(sentence: str) -> bool:
    """Whether it has no words but those of courtesy and small words, all of one language."""
    words = set(re.findall(r"[^\W\d_]+", fold(sentence)))
    return any(words <= sayings.small_talk for sayings in load_all())


def is_english(sentence: str) -> bool:
    """Whether what the sentence does is said in English."""
    folded = fold(sentence)
    return any(sayings.language == "en" and sayings.found_in(folded) for sayings in load_all())
