"""What a sentence may rest on, and a sentence laid beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agent.confidential import NOTHING_CONFIDENTIAL, Confidential
from agent.told import in_words, of_orders
from knowledge.search import Found

CITATION = re.compile(r"\s?\[(\d{1,2})\](?!\()")


@dataclass
class Evidence:
    """What a sentence may rest on. `tool_results` are the JSON texts that the model reads (`agent/results.py`)."""

    passages: Sequence[Found]
    tool_results: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    own_words: list[str] = field(default_factory=list)  # the customer's: order numbers may be echoed
    known_names: str = ""  # the shop's and the customer's: anybody may be called by their name
    confidential: Confidential = NOTHING_CONFIDENTIAL  # what the model reads and the customer must not
    read_before: Sequence[str] = ()  # what else the customer has read in this conversation

    @property
    def visible(self) -> list[str]:
        """Everything that the customer has read, or may be told."""
        found = [words_of(passage) for passage in self.passages]
        return [
            *found, *self.tool_results, *self.receipts, *self.own_words, *self.read_before, self.known_names,
        ]  # fmt: skip

    @property
    def handing_over(self) -> bool:
        """Whether this turn really ends with a person."""
        return any('"asked_for_person":true' in r or '"person_needed":' in r for r in self.tool_results)


@dataclass(frozen=True)
class Objection:
    """What speaks against a sentence: the rule's id, and why in a few words."""

    rule: str
    why: str


@dataclass(frozen=True)
class Said:
    """A sentence as the model wrote it, beside its evidence. What is asked of it more than once is worked out once."""

    sentence: str
    evidence: Evidence

    @cached_property
    def plain(self) -> str:
        """Without citations, list marks and Markdown emphasis."""
        return re.sub(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+|[*_`|]", " ", CITATION.sub("", self.sentence)).strip()

    @cached_property
    def numbers(self) -> list[int]:
        """The passages that it cites, as the model numbered them."""
        return cited_in(self.sentence)

    @cached_property
    def cited(self) -> list[str]:
        """The words of the passages that it cites."""
        return [words_of(self.evidence.passages[number - 1]) for number in self.numbers]

    @cached_property
    def quotable(self) -> list[str]:
        """The words of the passages that it cites, or of all where it cites none."""
        return self.cited or [words_of(found) for found in self.evidence.passages]

    @cached_property
    def done(self) -> list[str]:
        """Receipts, and what tools told, of the orders that the sentence names if it names any."""
        told = [of_orders(result, self.plain) for result in self.evidence.tool_results]
        return [*told, *(words for result in told if (words := in_words(result))), *self.evidence.receipts]


def cited_in(sentence: str) -> list[int]:
    """The numbers of the passages that a sentence cites."""
    return [int(number) for number in CITATION.findall(sentence)]


def words_of(found: Found) -> str:
    """A passage with its title and headings."""
    passage = found.passage
    return "\n".join((passage.title, *passage.heading_path, passage.text))
