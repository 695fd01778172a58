"""The figures of an experiment: what each counts of one conversation, and from when it counts. Pure.

A figure looks at a fixed span from a conversation's first message, and counts once that span is over. So what has been
counted never changes afterwards, which the sequential test needs, and no variant is judged by its quick conversations.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalation.after.policy import After
from escalation.centre.measures import Kind
from escalation.experiments.lots import Variant
from escalation.qa.records import Judgement
from escalation.records import TurnOutcome
from escalation.resolutions import RESOLVED, By, ending_of
from escalation.resolutions import Facts as AtRest

LOW_MARK = 2  # of 5: "bottom two boxes"


@dataclass(frozen=True)
class TurnSeen:
    """One turn, as far as figures look at it. `known`: the AI had something to say; `failed`: a provider had."""

    at: datetime
    outcome: str
    known: bool | None
    cut: bool
    failed: bool
    first_words_ms: float | None
    tokens: int
    micros: int


@dataclass(frozen=True)
class Asked:
    """A customer message that is more than a courtesy, and how it was attended to (None: not by the AI)."""

    at: datetime
    outcome: str | None


@dataclass(frozen=True)
class Marked:
    """What the customer said of the conversation."""

    at: datetime
    solved: bool
    satisfaction: int | None


@dataclass(frozen=True)
class Facts:
    """What the records say of one conversation. Times are when it happened for the first time, None: never."""

    variant: Variant
    unit: str
    at: datetime
    turns: Sequence[TurnSeen] = ()
    asked: Sequence[Asked] = ()
    handed_over: datetime | None = None
    upset: datetime | None = None
    came_back: datetime | None = None
    marked: Marked | None = None
    judged: tuple[Judgement, ...] = ()


@dataclass(frozen=True)
class Within:
    """The facts within a figure's span."""

    facts: Facts
    until: datetime

    @property
    def turns(self) -> list[TurnSeen]:
        """Turns that were over by then."""
        return [turn for turn in self.facts.turns if turn.at < self.until]

    @property
    def marked(self) -> Marked | None:
        """What the customer said by then."""
        marked = self.facts.marked
        return marked if marked and marked.at < self.until else None

    def had(self, at: datetime | None) -> bool:
        """Whether something happened by then."""
        return at is not None and at < self.until


class Span(StrEnum):
    """From a conversation's first message."""

    HOUR = "an hour"
    SILENCE = "the hours of silence of after.yaml"
    BACK = "the days of after.yaml in which a matter can come back"

    def of(self, after: After) -> timedelta:
        """How long."""
        match self:
            case Span.HOUR:
                return timedelta(hours=1)
            case Span.SILENCE:
                return after.silence
            case Span.BACK:
                return after.back_within


@dataclass(frozen=True)
class Figure:
    """What is counted. `of` gives a conversation's value, None: it does not count here. `up_is` good or bad."""

    name: str
    title: str
    sentence: str
    kind: Kind
    up_is: str
    span: Span
    of: Callable[[Within], float | None]
    unit: str = ""
    once: bool = False
    """Only who has given it counts (a mark, a judgement): those may differ between variants, so it is shown and decides nothing."""


def _resolved(seen: Within) -> float | None:
    asked = [one for one in seen.facts.asked if one.at < seen.until]
    if not asked:
        return None
    marked = seen.marked
    by, ending = ending_of(
        AtRest(
            handed_over=seen.had(seen.facts.handed_over),
            marked_resolved=False,
            outcome=asked[-1].outcome,
            said_solved=marked.solved if marked else None,
            came_back=seen.had(seen.facts.came_back),
        )
    )
    return float(by is By.AI and ending in RESOLVED)


def _upset_alone(seen: Within) -> float:
    return float(seen.had(seen.facts.upset) and not seen.had(seen.facts.handed_over))


def _could_not_find(seen: Within) -> float:
    return float(any(turn.outcome == TurnOutcome.UNKNOWN for turn in seen.turns))


def _low_rating(seen: Within) -> float:
    marked = seen.marked
    return float(
        marked is not None
        and (not marked.solved or (marked.satisfaction is not None and marked.satisfaction <= LOW_MARK))
    )


def _satisfaction(seen: Within) -> float | None:
    return seen.marked.satisfaction if seen.marked else None


def _judged_wrong(seen: Within) -> float | None:
    judged = seen.facts.judged
    return float(any(one is not Judgement.RIGHT for one in judged)) if judged else None


def _first_words(seen: Within) -> float | None:
    said = [turn.first_words_ms for turn in seen.turns if turn.first_words_ms is not None]
    return said[0] if said else None


FIGURES = (
    Figure(
        "resolved_alone", "Resolved without a person",
        "Nobody was called, the last question was answered, and the customer neither said that it is not solved nor came back with it. Who asked nothing does not count.",
        Kind.SHARE, "good", Span.SILENCE, _resolved,
    ),
    Figure(
        "handed_over", "Went to a person", "A person was called, by whomever.",
        Kind.SHARE, "bad", Span.HOUR, lambda seen: float(seen.had(seen.facts.handed_over)),
    ),
    Figure(
        "upset", "Became upset", "The customer was upset after one of their messages, by the level that the console shows.",
        Kind.SHARE, "bad", Span.HOUR, lambda seen: float(seen.had(seen.facts.upset)),
    ),
    Figure(
        "upset_without_person", "Upset, and left with the AI", "The customer became upset and no person was called.",
        Kind.SHARE, "bad", Span.HOUR, _upset_alone,
    ),
    Figure(
        "could_not_find", "Was told that nothing was found", "At least one answer said that the AI could not find it.",
        Kind.SHARE, "bad", Span.HOUR, _could_not_find,
    ),
    Figure(
        "cut", "Had a sentence cut", "The check cut at least one sentence of what a model wrote.",
        Kind.SHARE, "bad", Span.HOUR, lambda seen: float(any(turn.cut for turn in seen.turns)),
    ),
    Figure(
        "provider_failed", "Met a provider that failed", "At least one language model failed in a turn, whoever then answered.",
        Kind.SHARE, "bad", Span.HOUR, lambda seen: float(any(turn.failed for turn in seen.turns)),
    ),
    Figure(
        "low_rating", "Said that it was bad", "The customer said that it is not solved, or marked it 1 or 2 of 5. Who said nothing counts as having not.",
        Kind.SHARE, "bad", Span.SILENCE, _low_rating,
    ),
    Figure(
        "came_back", "Came back with it", "The customer took up the same matter in another conversation.",
        Kind.SHARE, "bad", Span.BACK, lambda seen: float(seen.had(seen.facts.came_back)),
    ),
    Figure(
        "satisfaction", "Satisfaction of those who marked it", "The mean of the marks from 1 to 5.",
        Kind.MEAN, "good", Span.SILENCE, _satisfaction, unit="of 5", once=True,
    ),
    Figure(
        "judged_wrong", "Judged wrong or harmful at the QA page", "Of those with an answer that somebody has labelled, the ones with one that is not right.",
        Kind.SHARE, "bad", Span.BACK, _judged_wrong, once=True,
    ),
    Figure(
        "first_words", "Time to the first words", "From the moment the AI takes a message up to its first sentence that has passed the check, in the first answer.",
        Kind.MEAN, "bad", Span.HOUR, _first_words, unit="ms",
    ),
    Figure(
        "tokens", "Tokens", "What language models read and wrote.",
        Kind.MEAN, "bad", Span.HOUR, lambda seen: float(sum(turn.tokens for turn in seen.turns)), unit="tokens",
    ),
    Figure(
        "cost", "Cost of language models", "By the price table.",
        Kind.MONEY, "bad", Span.HOUR, lambda seen: float(sum(turn.micros for turn in seen.turns)),
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Figure] = {figure.name: figure for figure in FIGURES}


def spans_in_words(after: After) -> dict[str, str]:
    """How long each figure looks at a conversation, by its name."""
    return {figure.name: _in_words(figure.span.of(after)) for figure in FIGURES}


def _in_words(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours / 24:g} days" if hours > 48 else f"{hours:g} hours" if hours != 1 else "1 hour"  # noqa: PLR2004 - two days read as hours


def value_of(figure: Figure, facts: Facts, span: timedelta) -> float | None:
    """A conversation's value of a figure."""
    return figure.of(Within(facts, facts.at + span))


def first_of_each(conversations: Sequence[Facts]) -> list[Facts]:
    """Each customer's first conversation, in the order in which they began: the test needs customers that are independent."""
    seen: set[str] = set()
    kept = []
    for facts in sorted(conversations, key=lambda one: one.at):
        if facts.unit not in seen:
            seen.add(facts.unit)
            kept.append(facts)
    return kept
