"""How a person's own draft may be taken, told beside the composer before it is sent. A hint, never a bar; nothing is stored.

A table of rules over one draft, and the reader's view of it. The rules are plain; the figures of the reader's are at `TEMPER`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from agent.deeds import lacks_its_receipt, lacks_its_rule
from agent.evidence import Evidence, Said
from agent.explicit.phrases import SENTENCE, any_of, as_written_in
from agent.explicit.text import fold
from agent.reader import Reader
from agent.saying import deeds_in, does
from agent.signals import Emotion, Signals
from escalation.macros import open_in
from knowledge import yaml_files
from knowledge.articles import Passage
from knowledge.search import Found
from knowledge.sentences import sentence_spans

PHRASES_FILE = Path(__file__).with_name("tone_check.yaml")

# Anger in what is left without words of sympathy. The reader knows customers: plain bad news ("the payment failed") has it at
# .9 of frustration, so that is not asked. Of 15 unfriendly and 35 friendly drafts of our own (tests/escalation/
# test_tone_check.py has them) 3 and 1 have more; all of the 3, and 11 others, the phrases find as well.
TEMPER = 0.3
LOUD_WORDS = 2  # whole words in capitals, of `_LOUD`: one may be a name
_LOUD = re.compile(r"\b[^\W\d_]{4,}\b")
_AMOUNT = re.compile(r"[€£$]\s?\d|\d\s?(?:[€£$]|(?:euros?|EUR|USD|GBP|zł)\b)")
_EXCLAIMED = re.compile(r"!\s?!")
# Who tells that an order was sent or cancelled has looked it up; that money or goods are given needs a receipt.
_REPORTED = frozenset({"refund", "replace", "give"})
_TOLD_ONLY = frozenset({"tell"})  # "I've passed it on": between people, where no receipt is made


@dataclass(frozen=True)
class Hint:
    """What may be wrong (`rule`), said gently, and the words that it is about, as written."""

    rule: str
    text: str
    words: str = ""


@dataclass(frozen=True)
class Written:
    """A draft and what it may rest on: receipts of its conversation, and the passages that it cites."""

    text: str
    receipts: Sequence[str] = ()
    passages: Sequence[Passage] = ()

    @cached_property
    def sentences(self) -> list[Said]:
        """Its sentences beside what they may rest on."""
        evidence = Evidence([Found(p, 1.0) for p in self.passages], receipts=list(self.receipts))
        return [Said(self.text[start:end], evidence) for start, end in sentence_spans(self.text)]


Rule = Callable[[Written], Hint | None]


async def hints_on(draft: Written, reader: Reader) -> list[Hint]:
    """Everything that there is to say about a draft; nothing about a good one."""
    found = [hint for rule in RULES if (hint := rule(draft))]
    own = without_sympathy(draft.text)
    if own and (hint := temper(await reader.read(own))):
        found.append(hint)
    return found


def temper(signals: Signals) -> Hint | None:
    """Whether a stranger would take the words for angry."""
    if signals.abstained or signals.emotions.get(Emotion.anger, 0.0) < TEMPER:
        return None
    return Hint("temper", "This may sound annoyed to somebody who does not know you.")


def without_sympathy(text: str) -> str:
    """The sentences that do not speak of the customer's feelings or of our own fault."""
    kept = [text[start:end] for start, end in sentence_spans(text)]
    return " ".join(sentence for sentence in kept if not _found("sympathy", sentence))


def _unfilled(draft: Written) -> Hint | None:
    names = [f"{{{name}}}" for name in open_in(draft.text)]
    return Hint("unfilled", "Something is still to be filled in.", ", ".join(names)) if names else None


def _shouting(draft: Written) -> Hint | None:
    loud = [word for word in _LOUD.findall(draft.text) if word.isupper()]
    if len(loud) >= LOUD_WORDS:
        return Hint("shouting", "Words in capitals read like shouting.", " ".join(loud[:4]))
    if _EXCLAIMED.search(draft.text):
        return Hint("shouting", "Several exclamation marks read like shouting.", "!!")
    return None


def _blame(draft: Written) -> Hint | None:
    return _phrase(draft, "blame", "This may sound as if it were the customer's fault.")


def _dismissive(draft: Written) -> Hint | None:
    return _phrase(draft, "dismissive", "This may sound as if you were sending the customer away.")


def _phrase(draft: Written, section: str, text: str) -> Hint | None:
    words = next((found for said in draft.sentences if (found := _found(section, said.sentence))), "")
    return Hint(section, text, words) if words else None


def _deed(draft: Written) -> Hint | None:
    said = next((s for s in draft.sentences if _needs_a_receipt(s) and lacks_its_receipt(s)), None)
    text = "No receipt in this conversation shows that this was done. Is it?"
    return Hint("deed", text, _short(said.sentence)) if said else None


def _needs_a_receipt(said: Said) -> bool:
    kinds = deeds_in(said.plain)
    if "deed" in does(said.plain):
        return kinds != _TOLD_ONLY
    return bool(kinds & _REPORTED)


def _promise(draft: Written) -> Hint | None:
    said = next((s for s in draft.sentences if _is_at_stake(s.plain) and lacks_its_rule(s)), None)
    text = "This is a promise, and nothing in the conversation backs it. Will it be kept?"
    return Hint("promise", text, _short(said.sentence)) if said else None


def _is_at_stake(sentence: str) -> bool:
    return bool(_AMOUNT.search(sentence)) or bool(_found("at_stake", sentence))


# In the order in which they are shown.
RULES: tuple[Rule, ...] = (_unfilled, _deed, _promise, _blame, _dismissive, _shouting)


def _short(sentence: str) -> str:
    words = " ".join(sentence.split())
    return words if len(words) <= 120 else f"{words[:119].rstrip()}…"  # noqa: PLR2004 - one line of the composer


def _found(section: str, sentence: str) -> str:
    """The first words of a sentence that a phrase of the section finds, in any language; folded."""
    folded = fold(sentence)
    matches = (pattern.search(as_written_in(code, folded)) for code, pattern in _phrases()[section].items())
    return next((match[0] for match in matches if match), "")


@cache
def _phrases() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """The phrase file, compiled: by section, by language. Raises ValueError for a phrase that cannot be read."""
    data: dict[str, Any] = yaml_files.load_texts(PHRASES_FILE.read_text(encoding="utf-8"))
    return {
        section: {code: any_of(listed, {}, code, ends=SENTENCE) for code, listed in of.items()}
        for section, of in data.items()
    }
