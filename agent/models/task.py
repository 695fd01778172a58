"""What the offline model keeps and gives: a request under way, the next tool calls, the next words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from agent.signals import Signals
from knowledge.search import Found


@dataclass(frozen=True)
class Task:
    """A customer's request, kept between turns with the last reply.

    `asked_for` is the blank that was asked for, with what it is about after a colon ("quantity:10387-2"); empty once
    nothing is asked any more, and then the request is kept only as what "it" means. `given` is what the answers filled in.
    """

    wish: str
    asked_for: str = ""
    question: str = ""
    said: tuple[str, ...] = ()  # the customer's messages about it, oldest first
    given: Mapping[str, Any] = field(default_factory=dict)
    repeats: int = 0  # how often the same was asked for again
    paused: "Task | None" = None  # what was under way when this question came in between

    @property
    def blank(self) -> str:
        """What was asked for, without what it is about."""
        return self.asked_for.partition(":")[0]

    @property
    def about(self) -> str:
        """What the question is about, such as the id of an item."""
        return self.asked_for.partition(":")[2]

    @property
    def words(self) -> str:
        """All that was said about it."""
        return "\n".join(self.said)

    @property
    def newest(self) -> str:
        """The message that is read now."""
        return self.said[-1] if self.said else ""

    def to_json(self) -> dict[str, Any]:
        """As the thread keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, note: dict[str, Any]) -> "Task | None":
        """Back from the thread; None for a note that another version wrote."""
        try:
            paused = cls.from_json(note["paused"]) if note["paused"] else None
            return cls(**{**note, "said": tuple(note["said"]), "paused": paused})
        except (KeyError, TypeError):
            return None


def before_newest(task: Task) -> Task:
    """The request as it was when the last question about it was put."""
    return replace(task, said=task.said[:-1], asked_for="")


@dataclass(frozen=True)
class Call:
    """Call this tool."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Say:
    """Say this. `task` is what the next message may go on with."""

    text: str
    task: Task | None = None
    offer_person: bool = False
    known: bool = True


Step = tuple[Call, ...] | Say
"""Either tool calls, or words that end the turn."""


@dataclass(frozen=True)
class Request:
    """What one reply of the offline model is made from."""

    text: str
    signals: Signals
    found: Sequence[Found]
    task: Task | None
    tools: frozenset[str]
    proposal_is_open: bool
    with_files: bool  # files came with the message
    results: Sequence[Any]  # artifacts of this turn's tool calls, oldest first

    def last(self, kind: type[Any]) -> Any:
        """The newest result of a kind, or None."""
        return next((result for result in reversed(self.results) if isinstance(result, kind)), None)

    def every(self, kind: type[Any]) -> list[Any]:
        """All results of a kind."""
        return [result for result in self.results if isinstance(result, kind)]
