"""What a turn is given, and what it gives back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from agent.records import ApprovalRequest, Conversation, Message, Proposal
from agent.signals import Signals
from knowledge.articles import Passage
from knowledge.markdown import plain
from knowledge.search import Found


class PersonReason(StrEnum):
    """Why a turn ends with a person instead of an answer."""

    ASKED = "asked_for_person"
    APPROVAL = "approval_needed"
    STUCK = "ai_cannot_help"
    FAILED = "ai_failed"


@dataclass(frozen=True)
class Situation:
    """What a turn is given: the thread that the customer can see, the messages in it that nobody has
    attended to yet (`asked`, at least one), and the signals of the last of them.
    """

    conversation: Conversation
    thread: Sequence[Message]
    asked: Sequence[Message]
    signals: Signals
    now: datetime
    handback_note: str | None = None
    open_proposal: Proposal | None = None


@dataclass(frozen=True)
class Draft:
    """What has passed the check so far, cumulative, with the passages that its citations 1, 2, … mean."""

    text: str
    cited: tuple[Found, ...]

    @property
    def citations(self) -> list[dict[str, Any]]:
        """The cited passages as the thread keeps them."""
        return as_citations([found.passage for found in self.cited])


@dataclass(frozen=True)
class Answer:
    """The AI answers. `known` is False where it said that it does not know; `offer_step_up` asks who the customer is."""

    text: str
    cited: tuple[Found, ...]
    proposal_id: UUID | None
    offer_person: bool
    known: bool
    task: dict[str, Any] | None
    record: dict[str, Any]
    offer_step_up: bool = False

    @property
    def citations(self) -> list[dict[str, Any]]:
        """The cited passages as the thread keeps them."""
        return as_citations([found.passage for found in self.cited])


@dataclass(frozen=True)
class NeedsPerson:
    """The AI asks for a person; the front desk does the rest. `request` is what they are to approve, if that is all."""

    reason: PersonReason
    why: str
    record: dict[str, Any]
    request: ApprovalRequest | None = None


Outcome = Answer | NeedsPerson
Say = Callable[[Draft], Awaitable[None]]


def as_citations(passages: Sequence[Passage]) -> list[dict[str, Any]]:
    """Passages as the thread keeps them; the first is citation 1."""
    return [
        {
            "number": number,
            "article": passage.article,
            "version": passage.version,
            "title": passage.title,
            "heading": " › ".join(passage.heading_path),
            "quote": plain(passage.text),
            "url": passage.url,
            "hash": passage.hash,
        }
        for number, passage in enumerate(passages, start=1)
    ]
